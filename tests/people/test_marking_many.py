"""Tagging whom a filter finds, and the settings of tags, topics and fields."""

import pytest
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from muster.audiences import saving
from muster.organisations.models import Member, Organisation
from muster.people import filing
from muster.people.models import CustomField, Person, Tag
from muster.people.record import preferring, tag_runs, tagging
from muster.people.record.changing import Who
from muster.people.record.models import TagRun
from muster.places.models import Place
from tests.conftest import NOON, supporter

TAGGING = reverse("people:tagging")


def carriers(party: Organisation, name: str = "Doors") -> set[str]:
    tag = Tag.objects.get(organisation=party, name=name)
    return set(tag_runs.people_of(party, tag).values_list("given_name", flat=True))


@pytest.fixture
def zoe(party: Organisation, neath: Place) -> Person:
    zoe = supporter(party, "Zoe", "Hart", neath)
    filing.file(zoe)
    return zoe


def test_whoever_a_filter_finds_is_tagged_and_the_page_says_the_number(
    as_ada: Client, party: Organisation, cleo: Person, zoe: Person
) -> None:
    page = as_ada.get(f"{TAGGING}?seat=neath").content.decode()
    assert "<b>1 person</b> in Neath and Swansea East" in page

    done = as_ada.post(f"{TAGGING}?seat=neath", {"tag": "Doors"}, follow=True).content.decode()

    assert "<b>1 person</b> in Neath and Swansea East tagged, of 1 meant" in done
    assert carriers(party) == {"Zoe"}
    as_ada.post(reverse("people:tag_undo", args=[TagRun.objects.get().pk]))
    assert carriers(party) == set()


def test_words_typed_narrow_whom_it_tags(
    as_ada: Client, party: Organisation, cleo: Person, zoe: Person
) -> None:
    as_ada.post(f"{TAGGING}?q=har", {"tag": "Doors"})

    assert carriers(party) == {"Zoe"}


def test_a_seats_organiser_tags_only_there(
    as_ben: Client, party: Organisation, cleo: Person, zoe: Person
) -> None:
    as_ben.post(TAGGING, {"tag": "Doors"})

    assert carriers(party) == {"Cleo"}


def test_more_than_a_thousand_are_tagged_by_a_job(
    as_ada: Client, party: Organisation, cleo: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tag_runs, "AT_ONCE", 0)

    page = as_ada.post(TAGGING, {"tag": "Doors"}, follow=True).content.decode()

    assert "under way" in page
    job = ProcrastinateJob.objects.get(task_name="people.tag")
    for _ in range(2):
        tag_runs.carry_out(**job.args, at=NOON)
    assert carriers(party) == {"Cleo"}
    assert TagRun.objects.get().changed == 1


def test_the_list_is_narrowed_by_a_tag(
    as_ada: Client, ada: Member, cleo: Person, zoe: Person
) -> None:
    tag = tagging.add(zoe, "Doors", Who(ada, NOON))

    for query in (f"?tag={tag.pk}", f"?tag={tag.pk}&q=ha"):
        page = as_ada.get(reverse("people:list") + query).content.decode()
        assert "Zoe Hart" in page
        assert "Cleo Winter" not in page
        assert "<b>1 person</b> tagged “Doors”" in page


def test_nobody_and_no_tag_are_said_so(as_ada: Client, cleo: Person) -> None:
    assert as_ada.post(TAGGING, {"tag": " "}).status_code == 422
    assert as_ada.post(f"{TAGGING}?q=nobodysoever", {"tag": "Doors"}).status_code == 422
    untag = as_ada.post(TAGGING, {"tag": "Windows", "act": "untag"})
    assert "There is no tag “Windows”" in untag.content.decode()
    assert not Tag.objects.filter(name="Windows").exists()


def test_a_tag_is_renamed_merged_and_deleted_in_settings(
    as_ada: Client, ada: Member, party: Organisation, cleo: Person
) -> None:
    doors = tagging.add(cleo, "Doors", Who(ada, NOON))
    other = tagging.named(party, "Knockers")
    at = reverse("settings:tag", args=[doors.pk])

    assert as_ada.post(at, {"act": "rename", "name": "knockers"}).status_code == 422
    as_ada.post(at, {"act": "rename", "name": "Door"})
    assert carriers(party, "Door") == {"Cleo"}
    as_ada.post(at, {"act": "merge", "into": other.pk})
    assert carriers(party, "Knockers") == {"Cleo"}
    as_ada.post(reverse("settings:tag", args=[other.pk]), {"act": "delete"})
    assert not Tag.objects.exists()


def test_a_topic_is_offered_until_it_is_retired(as_ada: Client, party: Organisation) -> None:
    as_ada.post(reverse("settings:topics"), {"name": "Buses", "about": "Later buses"})
    (topic,) = preferring.topics(party)
    at = reverse("settings:topic", args=[topic.pk])

    assert as_ada.post(reverse("settings:topics"), {"name": "buses"}).status_code == 422
    as_ada.post(at, {"act": "retire"})
    assert preferring.topics(party) == []
    as_ada.post(at, {"act": "bring back"})
    as_ada.post(at, {"name": "Trains", "about": ""})
    assert [t.name for t in preferring.topics(party)] == ["Trains"]


def test_a_field_is_defined_reworded_and_retired(as_ada: Client, party: Organisation) -> None:
    form = {"name": "T-shirt", "key": "shirt", "kind": "choice", "choices": "S\nM", "purpose": "S"}
    assert as_ada.post(reverse("settings:field_add"), form | {"choices": "S"}).status_code == 422
    special = as_ada.post(reverse("settings:field_add"), form | {"is_special": "on"})
    assert "No legal condition" in special.content.decode()

    as_ada.post(reverse("settings:field_add"), form)
    field = CustomField.objects.get()
    at = reverse("settings:field", args=[field.pk])
    as_ada.post(at, form | {"name": "Shirt", "kind": "text", "key": "other"})
    as_ada.post(at, {"act": "retire"})

    field.refresh_from_db()
    assert (field.name, field.key, field.kind) == ("Shirt", "shirt", "choice")
    assert field.retired_at is not None


def test_whoever_is_in_an_audience_is_tagged(
    as_ada: Client, ada: Member, party: Organisation, cleo: Person, zoe: Person
) -> None:
    car = tagging.add(zoe, "Car", Who(ada, NOON))
    who = {"who": {"is": "tag", "tag": car.pk}, "one_per_household": False}
    audience = saving.make(party, name="Drivers", definition=who, by=ada, at=NOON)
    address = f"{TAGGING}?audience={audience.code}"

    assert "<b>1 person</b> in the audience “Drivers”" in as_ada.get(address).content.decode()
    as_ada.post(address, {"tag": "Doors"})

    assert carriers(party) == {"Zoe"}
