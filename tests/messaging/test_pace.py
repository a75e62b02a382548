"""Nobody is sent more than they take: domains that refuse, accounts that warm up, our own limit."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from muster.channels.models import EmailAccount
from muster.content import approving
from muster.lib.sink import Rule
from muster.messaging import drafting, laying_out, pressing, progress, sending
from muster.messaging.models import Cap, Delivery, Message, Pace, Sending, WarmDay, WarmUp
from muster.messaging.pace import pacing, warming
from muster.messaging.pace.pacing import limits_of
from muster.organisations.models import Member, Organisation
from muster.people.models import ContactPoint, Person
from muster.people.record.models import Preference
from tests.conftest import MORNING
from tests.messaging.conftest import WORDS, Mailbox, finish, released

pytestmark = pytest.mark.django_db


def now() -> datetime:
    return datetime.now(UTC)


def laid_out(message: Message, by: Member) -> Sending:
    pressed = pressing.press(message, by=by, at=now())
    laying_out.lay_out(pressed.pk, now())
    return pressed


def test_a_domain_that_refuses_is_left_alone_while_all_others_go_and_is_finished_later(
    newsletter: Message, ada: Member, crowd: list[Person], mailbox: Mailbox, as_ada: Client
) -> None:
    slow = ContactPoint.objects.filter(person__in=[p.pk for p in crowd[:3]])
    for point in slow:
        point.value = f"{point.pk}@slow.example.org"
        point.save()
    mailbox.rules.append(Rule("*@slow.example.org", "451 4.7.1 Too many messages from you"))
    pressed = laid_out(newsletter, ada)

    again = sending.work_chunk(pressed.pk, 0)

    pace = Pace.objects.get()
    assert (pace.domain, pace.refusals, pace.why) == (
        "slow.example.org",
        1,
        "451 4.7.1 Too many messages from you",
    )
    assert len(mailbox.mail()) == 5
    assert again is not None
    shown = as_ada.get(reverse("messages:show", args=[newsletter.pk])).content.decode()
    assert "slow.example.org is left alone until" in shown
    told = as_ada.get(reverse("settings:pace")).content.decode()
    assert "slow.example.org" in told

    waiting = Delivery.objects.filter(state=Delivery.State.WAITING)
    waiting.update(due_at=now())
    sending.work_chunk(pressed.pk, 0)
    assert sorted(waiting.values_list("attempts", flat=True)) == [1, 1, 1]
    assert min(waiting.values_list("due_at", flat=True)) >= pace.rests_until

    Pace.objects.update(rests_until=now(), next_at=now(), per_second=0.5)
    pacing.forget_limits()
    waiting.update(due_at=now())
    sending.work_chunk(pressed.pk, 0)
    pace.refresh_from_db()
    assert waiting.filter(attempts=2).count() == 0
    assert progress.progress(pressed).put_off == {"451 4.7.1 Too many messages from you": 3}

    Pace.objects.update(rests_until=now(), next_at=now() - timedelta(minutes=1))
    mailbox.rules.clear()
    pacing.forget_limits()
    waiting.update(due_at=now())
    sending.work_chunk(pressed.pk, 0)
    assert waiting.count() == 1
    as_ada.post(reverse("settings:pace_forget", args=[newsletter.account_id]))
    pacing.forget_limits()
    waiting.update(due_at=now())
    ended = finish(pressed)
    assert ended.state == Sending.State.FINISHED
    assert len({kept.to for kept in mailbox.mail()}) == len(mailbox.mail()) == len(crowd)


def test_a_pace_halves_once_for_all_lanes_grows_as_mail_is_taken_and_is_forgotten(
    account: EmailAccount,
) -> None:
    from muster.lib.smtp import Answer, End

    limits = limits_of(account)
    assert limits is not None
    refused = Answer(End.REFUSED_FOR_NOW, "450 4.7.1 Slow down")
    taken = Answer(End.ACCEPTED, "250 Ok")
    at = now()
    wide = [(f"a@{n}.example.org", refused) for n in "abcd"] + [("z@e.example.org", taken)] * 80
    limits.learn(wide, 1.0, at)
    limits.learn(wide, 1.0, at)

    whole = Pace.objects.get()
    assert (whole.domain, whole.per_second) == ("", 40.0)
    assert limits.allowed(64, at) == (0, whole.rests_until)

    later = whole.rests_until + timedelta(seconds=2)
    limits.learn(wide, 1.0, later)
    whole.refresh_from_db()
    assert (whole.per_second, whole.refusals) == (20.0, 2)
    assert whole.rests_until > later + timedelta(seconds=9)

    calm = whole.rests_until + timedelta(seconds=2)
    limits.look()
    granted, _ = limits.allowed(64, calm)
    assert 30 <= granted <= 64
    limits.learn([("z@e.example.org", taken)] * 40, 1.0, calm)
    whole.refresh_from_db()
    assert (20 < whole.per_second < 25, whole.refusals) == (True, 0)

    limits.learn([("z@e.example.org", taken)], 1.0, calm + timedelta(hours=2))
    assert not Pace.objects.exists()


def test_a_warm_up_lets_so_many_go_a_day_and_says_when_the_rest_goes(
    newsletter: Message, ada: Member, crowd: list[Person], mailbox: Mailbox, as_ada: Client
) -> None:
    account = newsletter.account
    as_ada.post(reverse("settings:pace_warm_up", args=[account.pk]))
    warm_up = WarmUp.objects.get()
    WarmDay.objects.create(warm_up=warm_up, day=warm_up.begun_on, taken=47)
    pressed = laid_out(newsletter, ada)

    again = sending.work_chunk(pressed.pk, 0)

    assert len(mailbox.mail()) == 3
    assert again == warming.standing(warm_up, now()).goes_on_at
    shown = as_ada.get(reverse("messages:show", args=[newsletter.pk])).content.decode()
    assert "Today&#x27;s 50 have gone; the rest goes from tomorrow 09:00" in shown
    assert "<b>50</b> of today’s <b>50</b>" in as_ada.get(reverse("settings:pace")).content.decode()

    as_ada.post(reverse("settings:pace_warm_up", args=[account.pk]), {"end": "yes"})
    pacing.forget_limits()
    assert finish(pressed).state == Sending.State.FINISHED
    assert len(mailbox.mail()) == len(crowd)


def test_our_own_limit_leaves_out_who_had_enough_an_urgent_message_passes_it_no_choice_of_theirs(
    newsletter: Message,
    ada: Member,
    approver: Member,
    crowd: list[Person],
    mailbox: Mailbox,
    as_ada: Client,
    party: Organisation,
) -> None:
    limit = reverse("settings:pace_limit")
    assert as_ada.post(limit, {"most": "1", "days": ""}).status_code == 422
    assert as_ada.post(limit, {"most": "0", "days": "7"}).status_code == 422
    as_ada.post(limit, {"most": "1", "days": "7"})
    Preference.objects.create(organisation=party, person=crowd[0], frequency="monthly", at=MORNING)
    released(newsletter, ada)

    def another(name: str) -> Message:
        made = drafting.draft(
            party,
            replace(WORDS, name=name),
            targets=newsletter.target_list,
            page=newsletter.page,
            account=newsletter.account,
            by=ada,
            at=MORNING,
        )
        approving.approve(made.master, approver, MORNING, MORNING + timedelta(days=3650))
        return made

    second, third = another("Sunday"), another("Monday")
    words = "Had 1 message from us in 7 days: as many as we allow ourselves."
    theirs = "They chose to hear less often, and had a message lately."
    assert pressing.estimate(second, now()).left_out == {words: 7, theirs: 1}
    assert progress.progress(released(second, ada)).left_out == {words: 7, theirs: 1}

    shown = as_ada.get(reverse("messages:show", args=[third.pk])).content.decode()
    assert "pass our limit of 1 in 7 days" in shown
    as_ada.post(reverse("messages:urgent", args=[third.pk]), {"urgent": "yes"})
    third.refresh_from_db()
    stands = progress.progress(released(third, ada))
    assert (stands.delivered, stands.left_out) == (7, {theirs: 1})
    as_ada.post(limit, {"most": "", "days": ""})
    assert not Cap.objects.exists()
