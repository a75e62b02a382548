"""How things stand for one member: the numbers of Today, each narrowed to their reach."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from muster.actions.models import Lead
from muster.messaging.blocking import finding as blocking
from muster.messaging.models import Conversation, Message, Sending
from muster.messaging.progress import Progress, progress
from muster.organisations import api_keys, asking, expiring
from muster.organisations.models import Member, Organisation
from muster.people.models import Person
from muster.places.models import Place, Target, TargetList
from muster.places.scope import Reach
from muster.web.next_steps import Standing
from muster.web.today_privacy import (
    breaches_undecided,
    exports_ready,
    exports_waiting,
    requests_due,
)
from muster.webhooks.models import Subscription

UNDER_WAY = (Sending.State.LAYING_OUT, Sending.State.RELEASING, Sending.State.STOPPED)
TOGETHER = 5
SHOWN = 3
FRESH = timedelta(days=1)


@dataclass(frozen=True)
class Running:
    """A message under way, and how far it is."""

    sending: Sending
    progress: Progress

    @property
    def is_live(self) -> bool:
        return self.sending.state in {Sending.State.LAYING_OUT, Sending.State.RELEASING}

    @property
    def numbers(self) -> dict[str, Any]:
        return self.progress.as_json()

    @property
    def name(self) -> str:
        return self.sending.message.master.name


def standing_of(member: Member, reach: Reach, *, at: datetime) -> Standing:
    """Counts a member may know; None for what is not theirs."""
    ours = member.organisation
    leads = open_leads(member, reach) if reach.may("see leads") else None
    in_charge = reach.may_everywhere("change settings")
    sendings = _pressed(ours).filter(state__in=UNDER_WAY)
    may_see_messages = reach.may("see messages")
    gives_access = reach.may("change settings")
    late, soon = requests_due(member, reach, at)
    breaches, hours = breaches_undecided(member, reach, at)
    return Standing(
        breaches=breaches,
        breach_hours=hours,
        requests_late=late,
        requests_soon=soon,
        exports_waiting=exports_waiting(member, reach, at),
        exports_ready=exports_ready(member, reach, at),
        seats=Place.objects.seats().filter(reach.within("see seats", "id")).count(),
        people=_people(member, reach),
        targets=our_targets(member, reach).count() if reach.may("see targets") else None,
        campaigners=ours.campaigners.count() if in_charge else None,
        mail_accounts=ours.email_accounts.count() if in_charge else None,
        members=ours.members.filter(ended_at=None).count() if in_charge else None,
        leads=leads.count() if leads is not None else None,
        leads_late=leads.filter(due_at__lte=at).count() if leads is not None else 0,
        running=sendings.exclude(state=Sending.State.STOPPED).count() if may_see_messages else None,
        stopped=sendings.filter(state=Sending.State.STOPPED).count() if may_see_messages else 0,
        drafts=_drafts(member) if reach.may_everywhere("see messages") else None,
        roles_to_allow=_to_allow(member) if in_charge else 0,
        roles_ending=expiring.soon(member, at=at).count() if gives_access else 0,
        webhooks_paused=_paused(ours) if reach.may_everywhere("keep webhooks") else 0,
        accounts_refused=_refused(ours, at) if in_charge else 0,
        letters_mine=_letters(member, reach).filter(assigned_to=member).count(),
        letters_nobodys=_letters(member, reach).filter(assigned_to=None).count(),
        keys_ending=len(api_keys.running_out(ours, at=at)) if in_charge else 0,
        may_import=reach.may_everywhere("import people"),
        may_choose_targets=reach.may_everywhere("change targets"),
        may_write=reach.may_everywhere("write content"),
    )


def open_leads(member: Member, reach: Reach) -> QuerySet[Lead]:
    """Volunteers who wait to hear from someone, within reach."""
    return Lead.objects.filter(
        reach.within("see leads", "place_id"), organisation=member.organisation, contacted_at=None
    )


def our_targets(member: Member, reach: Reach) -> QuerySet[Target]:
    """The seats of the target list in force, within reach."""
    in_force = TargetList.objects.in_force(member.organisation)
    ours = Target.objects.filter(reach.within("see targets", "place_id"))
    return ours.filter(target_list=in_force) if in_force else ours.none()


def running(member: Member, reach: Reach, *, at: datetime) -> list[Running]:
    """Messages under way or finished within the day, newest first, if one sees them everywhere.

    Those that go with a launch are told of by it. A seat's organiser sees the numbers of their
    seat on the message's own page.
    """
    if not reach.may_everywhere("see messages"):
        return []
    found = (
        _pressed(member.organisation)
        .filter(
            Q(state__in=UNDER_WAY) | Q(state=Sending.State.FINISHED, finished_at__gt=at - FRESH)
        )
        .select_related("message__master")
        .order_by("-pressed_at")[:SHOWN]
    )
    return [Running(sending, progress(sending)) for sending in found]


def own_seats(reach: Reach) -> list[Place]:
    """The seats of someone who has a few; empty for head office, which has them all."""
    seats = reach.seats("see seats")
    if seats is None or len(seats) > TOGETHER:
        return []
    return list(Place.objects.filter(id__in=seats).order_by("name"))


def _to_allow(member: Member) -> int:
    """Roles that others asked for, for others."""
    asked = asking.waiting(member.organisation)
    return asked.exclude(asked_by=member).exclude(member=member).count()


def _paused(organisation: Organisation) -> int:
    standing = Subscription.objects.filter(organisation=organisation, ended_at=None)
    return standing.exclude(paused_at=None).count()


def _letters(member: Member, reach: Reach) -> QuerySet[Conversation]:
    """Who wrote last, in what this member may answer."""
    if not reach.may("answer inbox"):
        return Conversation.objects.none()
    ours = Conversation.objects.filter(organisation=member.organisation)
    waiting = ours.filter(closed_at=None, last_was_ours=False)
    return waiting.filter(reach.within("answer inbox", "seat_id"))


def _refused(organisation: Organisation, at: datetime) -> int:
    """Mail accounts that a receiving side lets nothing of in."""
    return len(blocking.refused_accounts(organisation.email_accounts.all(), at))


def _people(member: Member, reach: Reach) -> int | None:
    if not reach.may("see people"):
        return None
    return Person.objects.filter(
        reach.within("see people"), organisation=member.organisation
    ).count()


def _pressed(organisation: Organisation) -> QuerySet[Sending]:
    """Plain messages in earnest: no rehearsals, nothing that goes with a launch."""
    plain = Sending.objects.in_earnest().filter(message__goes_with_launch=False)
    return plain.filter(organisation=organisation)


def _drafts(member: Member) -> int:
    plain = Message.objects.filter(target_list__isnull=False, goes_with_launch=False)
    ours = plain.filter(organisation=member.organisation)
    return ours.exclude(sendings__in=_pressed(member.organisation)).count()
