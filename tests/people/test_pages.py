"""The People pages and the imports page, as members use them."""

import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from muster.organisations.models import Member, Organisation
from muster.people import consenting, erasing, filing, suppressing
from muster.people.models import Import, Person, Wording
from muster.places.models import Place
from tests.conftest import MORNING, NOON, supporter


def _at(person: Person, act: str) -> str:
    return reverse(f"people:{act}", kwargs={"code": person.code})


def test_the_sentence_counts_who_may_be_e_mailed(
    as_ada: Client, party: Organisation, cleo: Person, email_wording: Wording
) -> None:
    zoe = supporter(party, "Zoe", "Hart")
    for person in (cleo, zoe):
        consenting.give(person, "email", wording=email_wording, source="stall", at=MORNING)
    suppressing.suppress(
        party, channel="email", value="zoe.hart@example.com", reason="told us", at=NOON
    )

    shown = as_ada.get(reverse("people:list")).content.decode()

    assert "<b>2 people</b>" in shown
    assert "<b>1</b> may be e-mailed" in shown


def test_typing_finds_people_without_the_frame(as_ada: Client, cleo: Person) -> None:
    filing.file(cleo)

    found = as_ada.get(
        reverse("people:list"), {"q": "win"}, headers={"HX-Request": "true", "HX-Target": "found"}
    ).content.decode()

    assert "Cleo Winter" in found
    assert "<html" not in found


def test_filters_narrow_the_list(
    as_ada: Client, party: Organisation, cleo: Person, neath: Place, email_wording: Wording
) -> None:
    supporter(party, "Zoe", "Hart", neath)
    consenting.give(cleo, "email", wording=email_wording, source="stall", at=MORNING)

    by_consent = as_ada.get(reverse("people:list"), {"consent": "email"}).content.decode()
    by_seat = as_ada.get(reverse("people:list"), {"seat": "neath"}).content.decode()

    assert "Cleo Winter" in by_consent
    assert "Zoe Hart" not in by_consent
    assert "Zoe Hart" in by_seat
    assert "Cleo Winter" not in by_seat


def test_one_press_withdraws(
    as_ben: Client, ben: Member, cleo: Person, email_wording: Wording
) -> None:
    consenting.give(cleo, "email", wording=email_wording, source="stall", at=MORNING)

    as_ben.post(_at(cleo, "withdraw"), {"channel": "email"})

    assert not consenting.standing(cleo)["email"].is_given
    assert cleo.consent_events.order_by("-at")[0].by == ben


def test_giving_needs_a_source(as_ben: Client, cleo: Person, email_wording: Wording) -> None:
    said = {"channel": "email", "wording": email_wording.pk, "source": " "}

    refused = as_ben.post(_at(cleo, "give"), said)
    as_ben.post(_at(cleo, "give"), said | {"source": "Doorstep"})

    assert refused.status_code == 409
    assert "Say where they agreed" in refused.content.decode()
    assert consenting.standing(cleo)["email"].source == "Doorstep"


def test_a_wording_that_is_none_is_not_found(as_ben: Client, cleo: Person) -> None:
    said = {"channel": "email", "wording": "abc", "source": "Doorstep"}

    assert as_ben.post(_at(cleo, "give"), said).status_code == 404


def test_a_seat_nobody_knows_moves_nobody(as_ben: Client, cleo: Person, stroud: Place) -> None:
    for said in ("", "no-such-seat"):
        assert as_ben.post(_at(cleo, "seat"), {"seat": said}).status_code == 422

    cleo.refresh_from_db()
    assert cleo.seat == stroud


def test_who_is_moved_out_of_reach_is_out_of_sight(
    as_ben: Client, cleo: Person, neath: Place
) -> None:
    moved = as_ben.post(_at(cleo, "seat"), {"seat": neath.slug})

    assert moved.headers["Location"] == reverse("people:list")
    assert as_ben.get(_at(cleo, "show")).status_code == 404


def test_erasing_asks_for_a_word_first(as_ada: Client, cleo: Person) -> None:
    as_ada.post(_at(cleo, "erase"), {"word": "yes"})
    assert Person.objects.filter(pk=cleo.pk).exists()

    as_ada.post(_at(cleo, "erase"), {"word": "erase"})
    assert not Person.objects.filter(pk=cleo.pk).exists()


@pytest.fixture
def uploads(settings: object, tmp_path: Path) -> None:
    settings.VAR = tmp_path  # type: ignore[attr-defined]


def test_an_upload_is_kept_and_its_job_queued(as_ada: Client, uploads: None) -> None:
    file = SimpleUploadedFile("stall.csv", b"given_name,family_name,email\nAnn,Lee,\n")

    answer = as_ada.post(reverse("imports:upload"), {"file": file})

    taken = Import.objects.get()
    assert answer.headers["Location"] == reverse("imports:show", kwargs={"pk": taken.pk})
    assert Path(taken.path).read_bytes().startswith(b"given_name")
    job = ProcrastinateJob.objects.filter(queue_name="imports").latest("id")
    assert job.args == {"import_id": taken.pk}


def test_the_page_that_watches_an_import_has_the_look_of_the_page_that_takes_its_place(
    as_ada: Client, party: Organisation, ada: Member
) -> None:
    taken = Import.objects.create(
        organisation=party, by=ada, name="list.csv", size=10, state="counting"
    )

    watched = as_ada.get(reverse("imports:show", kwargs={"pk": taken.pk})).text

    assert 'hx-trigger="every 1s"' in watched
    assert "css/imports" in watched


def test_no_file_is_told_so(as_ada: Client) -> None:
    assert "Choose a file first" in as_ada.post(reverse("imports:upload")).content.decode()


def test_the_template_may_be_taken_in_as_it_is(as_ada: Client) -> None:
    file = b"".join(as_ada.get(reverse("imports:template")).streaming_content)  # type: ignore[attr-defined]

    assert file.decode("utf-8-sig").startswith("external_id,given_name,family_name,email")


def test_people_without_a_seat_are_a_filter_for_who_sees_everyone(
    as_ada: Client, as_ben: Client, party: Organisation, cleo: Person
) -> None:
    filing.file(supporter(party, "Nia", "Rees"))

    for address in ("/people/?seat=nowhere", "/people/?seat=nowhere&q=ni"):
        page = as_ada.get(address).content.decode()
        assert "<b>1 person</b> without a seat" in page
        assert "Nia Rees" in page
        assert "Cleo Winter" not in page
    assert "Nia Rees" not in as_ben.get("/people/?seat=nowhere").content.decode()


def test_the_sentence_counts_anew_what_staff_just_changed(
    as_ada: Client, ada: Member, cleo: Person, party: Organisation, email_wording: Wording
) -> None:
    zoe = supporter(party, "Zoe", "Hart")

    def sentence() -> str:
        shown = as_ada.get(reverse("people:list")).content.decode()
        return " ".join(re.findall(r"<b>(\d.*?)</b>", shown)[:2])

    assert sentence() == "2 people 0"
    consenting.give(cleo, "email", wording=email_wording, source="stall", at=NOON, by=ada)
    assert sentence() == "2 people 1"
    erasing.erase(zoe, by=ada, at=NOON)
    assert sentence() == "1 person 1"
