"""When a message goes out: at a time, over a spread, a share of it first; the rest left out."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from muster.content import approving
from muster.journal.models import Fact
from muster.messaging import (
    laying_out,
    leaving_out,
    looking_after,
    pressing,
    progress,
    report,
    tasks,
)
from muster.messaging.models import Delivery, Message, Plan, Sending
from muster.messaging.partitions import make_month
from muster.messaging.timing import first_turns, giving_up, planning, sharing
from muster.messaging.timing.rules import Timing
from muster.messaging.timing.turns import NOT_YET
from muster.organisations.models import Member, Role
from muster.people.models import Person
from muster.places.models import Place
from tests.conftest import supporter
from tests.messaging.conftest import Mailbox, finish, run

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def now() -> datetime:
    return datetime.now(UTC)


def test_what_is_planned_is_changed_called_off_and_pressed_at_its_time_late_if_it_must(
    newsletter: Message, ada: Member, crowd: list[Person], as_ada: Client
) -> None:
    at = now()
    first = planning.plan(newsletter, Timing(at + HOUR), by=ada, at=at)
    changed = planning.plan(newsletter, Timing(at + 2 * HOUR, share=50), by=ada, at=at)
    planning.begin(first.pk, at + HOUR)
    planning.begin(changed.pk, at + HOUR)
    assert not Sending.objects.exists()
    page = reverse("messages:show", args=[newsletter.pk])
    assert "it goes out" in as_ada.get(page).content.decode()

    planning.call_off(newsletter, by=ada, at=at)
    planning.call_off(newsletter, by=ada, at=at)
    planning.begin(changed.pk, at + 3 * HOUR)
    assert not Sending.objects.exists()

    last = planning.plan(newsletter, Timing(at + 2 * HOUR, share=50), by=ada, at=at)
    planning.begin_overdue(at + 5 * HOUR)
    planning.begin(last.pk, at + 5 * HOUR)

    pressed = Sending.objects.get()
    assert (pressed.share_percent, pressed.went_by) == (50, ada)
    assert Plan.objects.get(ended_at=at + 5 * HOUR).sending == pressed
    assert "It began 3 hours late" in as_ada.get(page).content.decode()
    kinds = Counter(Fact.objects.filter(kind__contains="plan").values_list("kind", flat=True))
    assert kinds == {"sending planned": 3, "sending plan called off": 1}


def test_at_its_time_everything_is_asked_again_and_what_forbids_it_is_shown(
    newsletter: Message, ada: Member, approver: Member, as_ada: Client
) -> None:
    at = now()
    plan = planning.plan(newsletter, Timing(at + HOUR), by=ada, at=at)
    approval = newsletter.master.approvals.get()
    approving.withdraw(approval, by=approver, at=at)
    planning.begin(plan.pk, at + HOUR)
    shown = as_ada.get(reverse("messages:show", args=[newsletter.pk])).content.decode()
    assert "It did not go out" in shown
    assert "Ask someone else to approve it." in shown

    approving.approve(newsletter.master, approver, at, at + 99 * HOUR)
    again = planning.plan(newsletter, Timing(at + HOUR), by=ada, at=at)
    Role.objects.filter(member=ada).update(revoked_at=at)
    planning.begin(again.pk, at + HOUR)
    again.refresh_from_db()
    assert "may not send messages any more" in again.problem
    assert not Sending.objects.exists()


def test_the_page_plans_in_the_organisations_own_time_and_refuses_what_cannot_be(
    newsletter: Message, as_ada: Client
) -> None:
    press = reverse("messages:press", args=[newsletter.pk])
    summer = f"{now().year + 1}-03-01T09:00"
    asked = {"when": "at", "goes_at": summer, "spread": "7200", "share": "10", "rest_after": ""}
    over = as_ada.post(press, asked | {"goes_at": "2020-05-04T09:00"})
    far = as_ada.post(press, asked | {"goes_at": "2999-05-04T09:00"})
    none = as_ada.post(press, asked | {"goes_at": ""})
    odd = as_ada.post(press, asked | {"spread": "x"})
    assert [a.status_code for a in (over, far, none, odd)] == [422] * 4
    assert "That time is over" in over.content.decode()
    assert "Choose a time within a year." in far.content.decode()
    assert "Say at what time." in none.content.decode()
    assert not Plan.objects.exists()

    as_ada.post(press, asked)
    plan = Plan.objects.get()
    assert plan.goes_at.astimezone(UTC).strftime("%m-%d %H:%M") == "03-01 09:00"
    assert 'value="at" checked' in as_ada.get(press).content.decode()
    as_ada.post(reverse("messages:call_off", args=[newsletter.pk]))
    plan.refresh_from_db()
    assert plan.ended_by is not None


def test_a_spread_gives_turns_evenly_and_to_every_seat_alike(
    newsletter: Message, ada: Member, crowd: list[Person]
) -> None:
    timing = Timing(spread=timedelta(seconds=80))
    pressed = pressing.press(newsletter, by=ada, at=now(), timing=timing)
    at = now()
    laying_out.lay_out(pressed.pk, at)

    rows = Delivery.objects.filter(sending_id=pressed.pk).order_by("due_at", "place_id")
    dues = [round((row.due_at - at).total_seconds()) for row in rows]
    assert dues == [0, 10, 20, 30, 40, 50, 60, 70]
    places = [row.place_id for row in rows]
    assert all(len(set(places[n : n + 2])) == 2 for n in range(0, 8, 2))


def test_a_share_goes_first_and_the_rest_once_it_is_let_go_nobody_twice(
    newsletter: Message, ada: Member, crowd: list[Person], mailbox: Mailbox, as_ada: Client
) -> None:
    timing = Timing(share=25, rest_after=HOUR)
    pressed = run(pressing.press(newsletter, by=ada, at=now(), timing=timing))
    stands = progress.progress(pressed)
    assert (len(mailbox.mail()), stands.delivered, stands.waiting, stands.later) == (2, 2, 6, 6)
    assert pressed.rest_due_at is not None
    shown = as_ada.get(reverse("messages:show", args=[newsletter.pk])).content.decode()
    assert "25 % picked at random get it first." in shown
    later = ProcrastinateJob.objects.filter(task_name=sharing.BY_ITSELF)
    assert [job.scheduled_at for job in later] == [pressed.rest_due_at]
    looking_after.look_after(now() + HOUR)
    assert not ProcrastinateJob.objects.filter(scheduled_at__gt=now() + 2 * HOUR).exists()

    pressing.stop(pressed, by=ada, at=now())
    sharing.by_itself(pressed.pk, now() + 2 * HOUR)
    pressed.refresh_from_db()
    assert (pressed.rest_at, pressed.rest_due_at) == (None, None)
    pressing.go_on(pressed, by=ada, at=now())
    as_ada.post(reverse("messages:rest", args=[newsletter.pk]))
    as_ada.post(reverse("messages:rest", args=[newsletter.pk]))
    sharing.give_turns(pressed.pk, now())
    sharing.give_turns(pressed.pk, now())
    ended = finish(pressed)

    assert ended.state == Sending.State.FINISHED
    assert sorted(kept.to for kept in mailbox.mail()) == sorted(
        person.contact_points.get(kind="email").value for person in crowd
    )
    assert not Delivery.objects.filter(due_at=NOT_YET).exists()


def test_the_rest_left_out_is_counted_with_its_reason_and_ends_it_for_good(
    newsletter: Message, ada: Member, crowd: list[Person], mailbox: Mailbox, as_ada: Client
) -> None:
    pressed = run(pressing.press(newsletter, by=ada, at=now(), timing=Timing(share=25)))
    url = reverse("messages:give_up", args=[newsletter.pk])
    assert as_ada.post(url, {"why": " "}).status_code == 409
    as_ada.post(url, {"why": "The date was wrong."})
    with pytest.raises(giving_up.CannotGiveUp):
        giving_up.give_up(pressed, "x" * 200, by=ada, at=now())
    giving_up.give_up(pressed, "Twice", by=ada, at=now())
    pressing.stop(pressed, by=ada, at=now())

    tasks.work(pressed.pk, 0)
    leaving_out.leave_out(pressed.pk, now())
    ended = finish(pressed)

    stands = progress.progress(ended)
    assert (ended.state, stands.delivered, len(mailbox.mail())) == ("finished", 2, 2)
    assert stands.left_out == {"Left out by hand: The date was wrong.": 6}
    assert [r.people for r in report.reasons(ended, Delivery.State.LEFT_OUT)] == [6]
    shown = as_ada.get(reverse("messages:show", args=[newsletter.pk])).content.decode()
    assert "left out the rest" in shown


def test_of_a_large_sending_the_first_turns_go_while_the_rest_is_laid_out(
    newsletter: Message,
    ada: Member,
    crowd: list[Person],
    mailbox: Mailbox,
    stroud: Place,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(first_turns, "MANY", 3)
    supporter(newsletter.organisation, "Nora", "Silent", stroud)
    pressed = pressing.press(newsletter, by=ada, at=now())
    make_month(pressed.month)
    assert first_turns.begin_early(pressed.pk, now())
    assert not first_turns.begin_early(pressed.pk, now())

    early = finish(pressed)
    assert (early.state, len(mailbox.mail())) == (Sending.State.RELEASING, len(crowd))
    assert progress.progress(early).audience == len(crowd)

    laying_out.lay_out(pressed.pk, now())
    laying_out.lay_out(pressed.pk, now())
    ended = finish(pressed)
    stands = progress.progress(ended)
    assert (ended.state, ended.audience) == (Sending.State.FINISHED, len(crowd) + 1)
    assert (stands.audience, stands.delivered) == (len(crowd) + 1, len(crowd))
    assert len({kept.to for kept in mailbox.mail()}) == len(mailbox.mail())
