"""A data breach has 72 hours, two decisions, and stays written down (DP-33)."""

from datetime import timedelta

import pytest
from django.test import Client

from muster.organisations.models import AuditEntry, Member, Organisation
from muster.privacy import breach_rules as rules
from muster.privacy import breaches
from muster.privacy.models import Breach
from muster.web.next_steps import Standing, next_steps
from tests.conftest import MORNING, NOON, signed_in

HOUR = timedelta(hours=1)
WHAT = "A list of Stroud went to the wrong printer."


def lost_list(ada: Member, **more: object) -> Breach:
    said = {"affected": "Names", "people": 204, "consequences": "", "measures": "Rang them"}
    happened = breaches.Happened(MORNING, WHAT, **(said | more))  # type: ignore[arg-type]
    return breaches.write_down(ada.organisation, happened, by=ada, at=NOON)


def test_the_commissioners_time_counts_from_when_it_was_known(ada: Member) -> None:
    breach = lost_list(ada)

    before = breaches.standing_of(breach, MORNING + 71 * HOUR)
    after = breaches.standing_of(breach, MORNING + 73 * HOUR)

    assert (before.hours, before.is_late, before.waits) == (1, False, True)
    assert (after.is_late, after.due_at) == (True, MORNING + 72 * HOUR)
    assert AuditEntry.objects.filter(kind="breach written down").count() == 1


def test_it_closes_only_when_both_are_decided_and_each_says_why(ada: Member) -> None:
    breach = lost_list(ada)

    def done(what: str, words: str = "Because") -> None:
        breaches.step(breach, what, words=words, by=ada, at=NOON)

    with pytest.raises(breaches.CannotKeep, match="why a risk to anybody is unlikely"):
        done(rules.NEED_NOT_COMMISSIONER, " ")
    done(rules.TOLD_COMMISSIONER, "Form, reference IC-1")
    with pytest.raises(breaches.CannotKeep, match="Decide first"):
        done(rules.CLOSED)
    done(rules.NEED_NOT_PEOPLE)
    done(rules.CLOSED)
    with pytest.raises(breaches.CannotKeep, match="It is closed"):
        done(rules.TOLD_PEOPLE)
    done(rules.NOTED, "The printer wrote back.")

    standing = breaches.standing_of(breach, NOON)
    assert (standing.commissioner, standing.is_closed) == (rules.TOLD_COMMISSIONER, True)
    assert not breaches.undecided(ada.organisation, NOON)


def test_a_breach_that_is_still_to_come_or_says_nothing_is_refused(ada: Member) -> None:
    empty = breaches.Happened(NOON + HOUR, " ", "", None, "", "")

    with pytest.raises(breaches.CannotKeep) as refused:
        breaches.write_down(ada.organisation, empty, by=ada, at=NOON)

    assert len(refused.value.args) == 2
    assert not Breach.objects.exists()


def test_the_draft_marks_its_gaps_and_asks_why_it_is_late(ada: Member) -> None:
    breach = lost_list(ada)

    in_time = breaches.report(breach, NOON)
    late = breaches.report(breach, MORNING + 73 * HOUR)

    assert "4 May 2026, 10:00 BST" in in_time
    assert "about 204" in in_time
    assert "Likely consequences\n(not known yet" in in_time
    assert "72 hours" not in in_time
    assert "Why this comes after 72 hours" in late


def test_it_is_written_down_decided_and_closed_on_pages(party: Organisation, eve: Member) -> None:
    lead = signed_in(eve)
    bad = lead.post("/privacy/breaches/add", {"found_at": "soon", "what": "", "people": "many"})
    form = {"found_at": "2026-05-04 09:00", "what": WHAT}
    made = lead.post("/privacy/breaches/add", form)
    there = made.headers["Location"]

    refused = lead.post(f"{there}/step", {"what": "closed", "words": "All is well again"})
    for what in (rules.NEED_NOT_COMMISSIONER, rules.NEED_NOT_PEOPLE, rules.CLOSED):
        lead.post(f"{there}/step", {"what": what, "words": "It was sealed"})

    assert bad.status_code == 422
    assert "Write it as 2026-05-07 14:30." in bad.content.decode()
    assert refused.status_code == 409
    assert "All is well again" in refused.content.decode()
    assert "need not be told" in lead.get(there).content.decode()
    assert "Closed" in lead.get("/privacy/").content.decode()
    assert "wrong printer" in lead.get(f"{there}/report").content.decode()


def test_today_puts_it_before_all_requests(as_ada: Client, ada: Member) -> None:
    lost_list(ada)

    steps = [
        step.words for step in next_steps(Standing(breaches=1, breach_hours=3, requests_late=2))
    ]

    assert steps[0] == "Decide whether the Commissioner hears of 1 data breach"
    assert "The 72 hours are over" in as_ada.get("/").content.decode()
