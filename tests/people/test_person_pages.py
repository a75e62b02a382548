"""One person's page, as members use it."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from muster.organisations import conditions
from muster.organisations.models import AuditEntry, Campaigner, Member, Organisation
from muster.people import consenting, suppressing
from muster.people.models import Person, Wording
from muster.people.record import editing, fields, noting, tagging
from muster.people.record.changing import Who
from muster.people.record.models import PersonChange
from muster.web import people_timeline
from tests.conftest import MORNING, NOON, supporter


def at(person: Person, act: str, **more: object) -> str:
    return reverse(f"people:{act}", kwargs={"code": person.code, **more})


def shown(client: Client, person: Person, query: str = "") -> str:
    answer = client.get(at(person, "show") + query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_says_what_to_ask_next_and_why(as_ben: Client, cleo: Person) -> None:
    page = shown(as_ben, cleo)

    assert "Ask Cleo whether we may write or ring" in page
    assert "Nobody ever asked" in page


def test_a_change_shows_in_the_timeline_and_is_taken_back(
    as_ben: Client, ben: Member, cleo: Person
) -> None:
    form = {"given_name": "Cleopatra", "was_given_name": "Cleo"}
    form |= {f: getattr(cleo, f) for f in ("family_name", "address", "postcode")}
    form |= {f"was_{f}": getattr(cleo, f) for f in ("family_name", "address", "postcode")}

    as_ben.post(at(cleo, "edit"), form)
    assert "First name: Cleo → Cleopatra" in shown(as_ben, cleo)

    as_ben.post(at(cleo, "undo", pk=PersonChange.objects.get().pk))
    cleo.refresh_from_db()
    assert cleo.given_name == "Cleo"


def test_the_slower_of_two_sees_both_and_keeps_what_they_typed(
    as_ben: Client, ada: Member, cleo: Person
) -> None:
    editing.edit(cleo, {"family_name": "Frost"}, was={"family_name": "Winter"}, who=Who(ada, NOON))

    answer = as_ben.post(at(cleo, "edit"), {"family_name": "Snow", "was_family_name": "Winter"})

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "By now it says “Frost”" in page
    assert 'name="family_name" value="Snow"' in page
    assert 'name="was_family_name" value="Frost"' in page


def test_whoever_has_the_address_is_named_if_they_may_be_seen(
    as_ada: Client, as_ben: Client, party: Organisation, cleo: Person
) -> None:
    supporter(party, "Zoe", "Hart")
    form = {"kind": "email", "value": "zoe.hart@example.com"}

    seen = as_ada.post(at(cleo, "add_contact"), form).content.decode()
    unseen = as_ben.post(at(cleo, "add_contact"), form).content.decode()

    assert "Zoe Hart" in seen
    assert "Someone else here has this" in unseen
    assert "Zoe" not in unseen


def test_stop_everything_is_one_press(as_ben: Client, cleo: Person, email_wording: Wording) -> None:
    consenting.give(cleo, "email", wording=email_wording, source="Stall", at=MORNING)

    as_ben.post(at(cleo, "stop"))

    assert set(suppressing.suppressed_channels(cleo)) == {"email"}
    assert "Ask nothing" in shown(as_ben, cleo)


def test_a_yes_needs_a_day_that_has_come_and_is_later_than_the_last_no(
    as_ben: Client, cleo: Person, email_wording: Wording
) -> None:
    consenting.withdraw(cleo, "email", source="Told us", at=NOON)
    form = {"channel": "email", "wording": email_wording.pk, "source": "Door"}

    for day, why in (("2026-05-03", "after that"), ("2100-01-01", "still to come"), ("x", "Write")):
        answer = as_ben.post(at(cleo, "give"), form | {"on": day})
        assert answer.status_code == 409
        assert why in answer.content.decode()
    as_ben.post(at(cleo, "give"), form | {"on": "2026-05-05"})

    assert consenting.standing(cleo)["email"].is_given


def test_another_purpose_is_withdrawn_by_its_own_press(
    as_ben: Client, cleo: Person, email_wording: Wording
) -> None:
    email_wording.purpose = "surveys"
    email_wording.save()
    consenting.give(cleo, "email", wording=email_wording, source="Stall", at=MORNING)
    assert "E-mail: surveys" in shown(as_ben, cleo)

    as_ben.post(at(cleo, "withdraw"), {"channel": "email", "purpose": "surveys"})

    assert not consenting.standing(cleo, "surveys")["email"].is_given


@pytest.fixture
def shortly(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page of the timeline holds four moments."""
    monkeypatch.setattr(people_timeline, "SHOWN", 4)


def test_older_moments_come_a_page_at_a_time_and_none_is_lost(
    cleo: Person, ada: Member, shortly: None
) -> None:
    for n in range(people_timeline.SHOWN * 2 + 5):
        noting.write(cleo, f"Note {n}", by=ada, at=NOON + timedelta(minutes=n // 3))

    seen, before = [], None
    while True:
        stretch = people_timeline.newest(cleo, "notes", before)
        seen += [moment.words for moment in stretch.moments]
        before = stretch.older
        if before is None:
            break

    assert sorted(seen) == sorted(f"Note {n}" for n in range(people_timeline.SHOWN * 2 + 5))


def test_the_older_page_is_a_piece_for_htmx_and_a_page_without_it(
    as_ada: Client, ada: Member, cleo: Person, shortly: None
) -> None:
    for n in range(people_timeline.SHOWN + 3):
        noting.write(cleo, f"Note {n:03}", by=ada, at=NOON + timedelta(minutes=n))
    page = shown(as_ada, cleo, "?only=notes")
    older = re.search(r'hx-get="([^"]+)"[^>]*>Show older', page)
    assert older

    piece = as_ada.get(older[1].replace("&amp;", "&")).content.decode()

    assert "Note 000" in piece
    assert "<html" not in piece
    assert "Note 000" not in page.split('id="timeline"')[1].split("</ol>")[0]


def test_only_who_may_see_the_audit_sees_who_looked(
    as_ada: Client, as_ben: Client, cleo: Person
) -> None:
    shown(as_ben, cleo)
    shown(as_ben, cleo)

    assert "Who looked" not in shown(as_ben, cleo)
    page = shown(as_ada, cleo, "?only=looks")
    assert "Who looked" in page
    assert page.count("by Ben Hale") == 1


def test_special_data_is_shown_when_asked_for_and_each_reading_audited(
    as_ada: Client, as_ben: Client, ada: Member, cleo: Person, campaigner: Campaigner
) -> None:
    party = cleo.organisation
    conditions.settle(party, kind="party", policy="Shelf 3", by=ada, at=MORNING)
    asked = fields.Asked("faith", "Faith", "text", is_special=True, purpose="Chaplaincy")
    field = fields.define(party, asked, by=ada, at=MORNING)
    as_ada.post(at(cleo, "details"), {f"field_{field.pk}": "Quaker"})

    assert "Quaker" not in shown(as_ada, cleo)
    assert "Quaker" not in shown(as_ben, cleo, "?special=1")
    assert "Quaker" not in as_ben.get(at(cleo, "details")).content.decode()
    assert not AuditEntry.objects.filter(kind="special data read", member=ada).exists()
    for _ in range(2):
        assert "Quaker" in shown(as_ada, cleo, "?special=1")
    assert AuditEntry.objects.filter(kind="special data read", member=ada).count() == 2


def test_a_note_of_another_offers_no_rewording(as_ben: Client, ada: Member, cleo: Person) -> None:
    note = noting.write(cleo, "Rides a bike.", by=ada, at=NOON)

    assert "Reword" not in shown(as_ben, cleo)
    assert as_ben.post(at(cleo, "note", pk=note.pk), {"text": "No."}).status_code == 409
    assert as_ben.post(at(cleo, "note", pk=note.pk), {"act": "take away"}).status_code == 409


def test_tags_are_offered_as_they_are_typed(as_ben: Client, ben: Member, cleo: Person) -> None:
    tagging.add(cleo, "Door knocker", Who(ben, NOON))

    options = as_ben.get(reverse("people:tag_names"), {"tag": "knock"}).content.decode()

    assert '<option value="Door knocker">' in options


@pytest.mark.parametrize("typed", ["", "   ", "x" * 101])
def test_what_is_no_tag_is_refused_in_words(as_ben: Client, cleo: Person, typed: str) -> None:
    assert as_ben.post(at(cleo, "tag"), {"tag": typed}).status_code == 409


def test_nonsense_in_the_address_is_taken_for_the_whole_timeline(
    as_ada: Client, cleo: Person
) -> None:
    assert "Timeline" in shown(as_ada, cleo, "?only=nonsense&before=yesterday")
