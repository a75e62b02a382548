"""What people ask of us has a clock, an owner and an end (DP-15, DP-17, DP-21, DP-164A)."""

import json
import zipfile
from datetime import UTC, date, datetime, timedelta

import pytest

from muster.lib.times import now
from muster.organisations.models import AuditEntry, Member, Organisation
from muster.people import consenting, erasing, suppressing
from muster.people.models import Person, Wording
from muster.people.record import noting
from muster.privacy import cases, packing, rules
from muster.privacy.models import Case, CaseStep, Pack
from tests.conftest import MORNING, NOON, signed_in
from tests.people.conftest import email_wording  # noqa: F401
from tests.people.making import on_the_list

MAY_4 = date(2026, 5, 4)


def asked(kind: str, contact: str = "zoe@example.org", person: Person | None = None) -> Case:
    request = cases.Request(kind, "email", "Zoë Hart", contact, "Tell me.", MAY_4, person)
    organisation = person.organisation if person else Organisation.objects.get(slug="fair-future")
    return cases.open_case(organisation, request, by=None, at=MORNING)


@pytest.fixture
def zoe(party: Organisation) -> Person:
    return on_the_list(party, "zoe@example.org", "Zoë", "Hart", phone="+447700900001")


@pytest.mark.parametrize(
    ("received", "due"),
    [
        (date(2026, 5, 5), date(2026, 6, 5)),
        (date(2026, 1, 31), date(2026, 3, 2)),  # no 31 February; the 28th is a Saturday
        (date(2026, 12, 31), date(2027, 2, 1)),  # the 31st is a Sunday
    ],
)
def test_an_answer_is_due_in_a_month_by_the_calendar(received: date, due: date) -> None:
    assert rules.clock("access", received, [], received).due_on == due


@pytest.mark.parametrize(
    ("received", "nation", "due", "why"),
    [
        (date(2026, 11, 25), "ENG", date(2026, 12, 29), "Friday 25 December"),
        (date(2026, 7, 3), "SCT", date(2026, 8, 4), "Summer Bank Holiday"),
        (date(2026, 7, 3), "WLS", date(2026, 8, 3), ""),
        (date(2026, 2, 17), "NIR", date(2026, 3, 18), "Saint Patrick's Day"),
        (date(2026, 5, 7), "ENG", date(2026, 6, 8), "Sunday 7 June"),
    ],
)
def test_a_last_day_nobody_works_on_moves_and_says_why(
    party: Organisation, received: date, nation: str, due: date, why: str
) -> None:
    party.bank_holidays = nation
    party.save()
    case = asked("access")
    case.received_on, case.organisation = received, party

    clock = cases.clock_of(case, received)

    assert clock.due_on == due
    assert why in clock.because
    assert bool(why) == bool(clock.because)


def test_the_clock_stands_still_while_they_are_asked_and_then_goes_on() -> None:
    steps = [(rules.ASKED_THEM, date(2026, 5, 10))]
    waiting = rules.clock("access", date(2026, 5, 5), steps, date(2026, 8, 1))
    steps.append((rules.THEY_ANSWERED, date(2026, 5, 17)))
    going = rules.clock("access", date(2026, 5, 5), steps, date(2026, 5, 17))

    assert (waiting.is_stopped, waiting.is_late) == (True, False)
    assert (going.is_stopped, going.due_on) == (False, date(2026, 6, 12))


def test_two_months_more_when_it_is_complex_and_a_warning_seven_days_before() -> None:
    steps = [(rules.EXTENDED, date(2026, 5, 10))]
    due = date(2026, 8, 5)

    assert rules.clock("access", date(2026, 5, 5), steps, due).due_on == due
    assert not rules.clock("access", date(2026, 5, 5), steps, due - timedelta(days=8)).warns
    assert rules.clock("access", date(2026, 5, 5), steps, due - timedelta(days=7)).warns
    assert rules.clock("access", date(2026, 5, 5), steps, due + timedelta(days=1)).is_late


def test_a_complaint_is_acknowledged_within_thirty_days() -> None:
    clock = rules.clock("complaint", MAY_4, [], MAY_4)
    after = rules.clock("complaint", MAY_4, [(rules.ACKNOWLEDGED, MAY_4)], MAY_4)

    assert clock.due_on == MAY_4 + timedelta(days=30)
    assert (after.due_on, after.is_closed) == (None, False)


def test_what_cannot_be_done_to_a_case_is_refused(zoe: Person, ada: Member) -> None:
    case = asked("access", person=zoe)

    for what, words, match in (
        (rules.THEY_ANSWERED, "", "the clock runs"),
        (rules.EXTENDED, " ", "why it is complex"),
        (rules.CLOSED, "", "what came of it"),
    ):
        with pytest.raises(cases.CannotStep, match=match):
            cases.step(case, what, words=words, by=ada, at=NOON)
    cases.step(case, rules.EXTENDED, words="Many notes", by=ada, at=NOON)
    with pytest.raises(cases.CannotStep, match="longer already"):
        cases.step(case, rules.EXTENDED, words="More", by=ada, at=NOON)
    cases.step(case, rules.CLOSED, words="They have it", by=ada, at=NOON)
    with pytest.raises(cases.CannotStep, match="closed"):
        cases.step(case, rules.ACKNOWLEDGED, by=ada, at=NOON)
    with pytest.raises(cases.CannotStep, match="between the day it came"):
        cases.step(case, cases.NOTED, words="x", by=ada, at=NOON, on=date(2026, 5, 3))

    assert list(case.steps.values_list("what", flat=True)) == [rules.EXTENDED, rules.CLOSED]
    assert not cases.open_ones(zoe.organisation)


def test_whoever_objects_is_contacted_no_more_on_any_channel(
    party: Organisation,
    zoe: Person,
    email_wording: Wording,  # noqa: F811
) -> None:
    consenting.give(zoe, "email", wording=email_wording, source="Stall", at=MORNING)

    asked("objection", "Zoe@Example.org")

    assert set(suppressing.suppressed_channels(zoe)) == {"email", "sms", "call"}
    assert not consenting.standing(zoe)["email"].is_given


def test_an_objection_counts_for_an_address_that_nobody_on_the_list_has(
    party: Organisation,
) -> None:
    asked("objection", "07700 900777")

    assert suppressing.is_suppressed(party, "sms", "+447700900777")
    assert suppressing.is_suppressed(party, "call", "+447700900777")


def test_one_file_holds_everything_to_read_and_for_machines(
    party: Organisation, zoe: Person, ada: Member
) -> None:
    noting.write(zoe, "Met her with Ben Hale at the stall.", by=ada, at=NOON)
    noting.write(zoe, "zoë hart likes <doors>.", by=ada, at=NOON)
    case = asked("access", person=zoe)
    pack = packing.ask(case, leaves_out_others=True, by=ada, at=NOON)
    assert packing.naming_others(zoe) == [("Notes", "Met her with Ben Hale at the stall.")]

    packing.make(pack.pk, NOON)
    packing.make(pack.pk, NOON)

    pack.refresh_from_db()
    with zipfile.ZipFile(packing.fetch(pack, by=ada, at=NOON)) as bundle:
        page = bundle.read("Your data.html").decode()
        said = json.loads(bundle.read("your-data.json"))
    assert "zoe@example.org" in page
    assert "likes &lt;doors&gt;" in page
    assert "Ben Hale" not in page + json.dumps(said)
    assert {held["title"] for held in said["held"]} >= {"Who you are", "Notes", "How to reach you"}
    assert AuditEntry.objects.filter(kind="access file fetched").count() == 1


def test_the_file_is_gone_after_fourteen_days_and_when_they_are_erased(
    party: Organisation, zoe: Person, ada: Member
) -> None:
    case = asked("access", person=zoe)
    first = packing.ask(case, leaves_out_others=False, by=ada, at=NOON)
    second = packing.ask(case, leaves_out_others=False, by=ada, at=NOON)
    for pack in (first, second):
        packing.make(pack.pk, NOON)
    Pack.objects.filter(pk=second.pk).update(good_until=NOON + timedelta(days=30))

    assert packing.clear(NOON + timedelta(days=14)) == 1
    assert [packing.file_of(p).exists() for p in (first, second)] == [False, True]
    erasing.erase(zoe, by=ada, at=NOON)
    assert not packing.file_of(second).exists()
    packing.make(second.pk, NOON)
    assert not packing.file_of(second).exists()


def test_erasing_leaves_the_case_without_a_word_of_theirs(
    party: Organisation, zoe: Person, ada: Member
) -> None:
    case = asked("erasure", person=zoe)
    cases.step(case, cases.NOTED, words="Zoë rang from Leeds", by=ada, at=NOON)

    client = signed_in(ada)
    preview = client.get(f"/privacy/cases/{case.code}/erase").content.decode()
    client.post(f"/privacy/cases/{case.code}/erase", {"word": "erase"})

    assert "3 hashes of addresses" in preview
    case.refresh_from_db()
    assert (case.person, case.contact, case.words) == (None, "", "")
    assert "Leeds" not in "".join(CaseStep.objects.values_list("words", flat=True))
    assert not Person.objects.filter(organisation=party).exists()
    assert suppressing.is_suppressed(party, "email", "zoe@example.org")


def test_a_request_is_written_down_worked_on_and_closed_on_pages(
    party: Organisation, zoe: Person, ada: Member, eve: Member
) -> None:
    lead = signed_in(eve)
    today = now().date().isoformat()
    form = {"kind": "access", "route": "phone", "contact": "07700 900001", "received_on": today}
    there = lead.post("/privacy/add", form).headers["Location"]

    assert b"Who on the list are they?" in lead.get(there).content
    lead.post(f"{there}/match", {"person": zoe.code})
    assert b"Make the file for them" in lead.post(f"{there}/step", {"what": "closed"}).content
    lead.post(f"{there}/step", {"what": "asked them", "words": "A copy of a passport"})
    assert b"stands still" in lead.get("/privacy/").content
    lead.post(f"{there}/step", {"what": "they answered"})
    lead.post(f"{there}/hand", {"owner": ada.code})
    assert b"1 request is</b> open" in lead.get("/privacy/").content
    lead.post(f"{there}/step", {"what": "closed", "words": "Sent by post"})
    assert b"Nobody waits" in lead.get("/privacy/").content


def test_a_request_begun_on_a_persons_page_knows_the_day_and_who_they_are(
    zoe: Person, eve: Member
) -> None:
    page = signed_in(eve).get("/privacy/add", {"person": zoe.code}).text

    assert f'value="{cases.today(zoe.organisation, now()).isoformat()}"' in page
    assert f'value="{zoe.given_name} {zoe.family_name}"' in page
    assert 'value="zoe@example.org"' in page


def test_days_are_the_organisations_own(party: Organisation) -> None:
    party.time_zone = "Europe/London"

    assert cases.today(party, datetime(2026, 6, 30, 23, 30, tzinfo=UTC)) == date(2026, 7, 1)
