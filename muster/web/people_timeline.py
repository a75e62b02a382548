"""Everything that happened between us and one person, newest first, with where it came from."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from muster.actions import facts as actions
from muster.actions.sources import labels_of
from muster.journal.models import Fact
from muster.messaging import facts as messaging
from muster.messaging.models import Delivery, Sending
from muster.organisations.models import Member
from muster.people import facts, merging
from muster.people.models import Channel, ConsentEvent, Person

FILTERS = {"consent": "Consent", "messages": "Messages", "actions": "Actions", "details": "Details"}
MOST = 200
CAME = {"import": "with a file", "made up": "made up for the demonstration"}

# How a fact about a person reads: its words, icon, colour and the filter it falls under.
KINDS = {
    facts.PERSON_JOINED: ("Joined the list", "user-plus", "", "details"),
    facts.PERSON_IMPORTED: ("Came with a file", "upload", "", "details"),
    facts.PERSON_PLACED: ("Said which seat they live in", "map-pin", "", "details"),
    facts.PEOPLE_MERGED: ("Merged with another entry of theirs", "merge", "", "details"),
    facts.PEOPLE_PARTED: ("A merge was undone", "split", "", "details"),
    facts.ASKED_TO_STOP: ("Asked not to be contacted", "ban", "failed", "consent"),
    facts.STOP_LIFTED: ("Asked for us again", "rotate-ccw", "ready", "consent"),
    messaging.UNSUBSCRIBED: (
        "Unsubscribed by the link in a message",
        "mail-x",
        "failed",
        "consent",
    ),
    actions.VOLUNTEERED: ("Volunteered", "hand-helping", "ready", "actions"),
    actions.LEAD_CONTACTED: ("Heard from us about volunteering", "phone", "ready", "actions"),
    actions.LEAD_HANDED_OVER: ("Was handed on to another organiser", "arrow-right", "", "actions"),
}
ENDS = {
    Delivery.State.DELIVERED: ("Was sent “{name}”", "mail-check", "ready"),
    Delivery.State.FAILED: ("“{name}” did not reach them", "mail-x", "failed"),
    Delivery.State.LEFT_OUT: ("Was left out of “{name}”", "mail-minus", ""),
    Delivery.State.UNCERTAIN: ("“{name}” may have reached them", "circle-help", "waiting"),
}
LAW = "the law does not allow it"


@dataclass(frozen=True)
class Moment:
    """One line of the timeline."""

    at: datetime
    words: str
    source: str
    icon: str
    state: str
    kind: str
    code: str = ""
    is_of_day: bool = False
    """Only its day was given, as in a file: no hour is known."""


def came(person: Person) -> str:
    """How someone came onto the list, in words: by a link, a file or a page."""
    labels = labels_of(person.organisation_id, [person.source])
    return CAME.get(person.source) or _through(person.source, labels)


def said_on(source: str) -> str:
    """Where someone agreed or objected: our own pages sign by their path, the rest in words."""
    return f"on the page {source}" if source.startswith("/") else source


def _through(code: str, labels: dict[str, str]) -> str:
    """A source code in words; anybody can type one that is not ours."""
    if not code:
        return ""
    return f"through “{labels[code]}”" if code in labels else f"by a link marked “{code}”"


def timeline(person: Person, kind: str = "") -> list[Moment]:
    """The newest moments, of one kind or of all."""
    moments = [*_facts(person), *_consents(person), *_deliveries(person)]
    if kind:
        moments = [moment for moment in moments if moment.kind == kind]

    # What happened in the same instant reads upwards: joined first, then agreed.
    def when(moment: Moment) -> tuple[datetime, bool]:
        return moment.at, moment.kind != "details"

    return sorted(moments, key=when, reverse=True)[:MOST]


def _facts(person: Person) -> Iterator[Moment]:
    found = Fact.objects.filter(
        organisation_id=person.organisation_id, person_id=person.pk, kind__in=list(KINDS)
    ).order_by("-at")[:MOST]
    rows = list(found)
    by = Member.objects.filter(organisation_id=person.organisation_id).in_bulk(
        {row.member_id for row in rows if row.member_id}
    )
    labels = labels_of(person.organisation_id, {row.source for row in rows if row.source})
    for row in rows:
        words, icon, state, kind = KINDS[row.kind]
        member = by.get(row.member_id) if row.member_id else None
        told = [f"by {member.name}" if member else "", _through(row.source, labels)]
        source = " · ".join(filter(None, told))
        yield Moment(row.at, words, source, icon, state, kind, row.source)


def _consents(person: Person) -> Iterator[Moment]:
    events = ConsentEvent.objects.filter(person=person).select_related("wording", "by")
    rows = list(events.order_by("-at")[:MOST])
    zone = ZoneInfo(person.organisation.time_zone)
    for event in rows:
        channel = Channel(event.channel).label.lower()
        words = f"Agreed to {channel}" if event.is_given else f"Said no to {channel}"
        told = [said_on(event.source)]
        if event.wording:
            told.append(f"“{event.wording.text}”")
        if event.by:
            told.append(f"noted by {event.by.name}")
        icon, state = ("check", "ready") if event.is_given else ("x", "failed")
        source = " · ".join(filter(None, told))
        is_of_day = event.at.astimezone(zone).time() == time.min
        yield Moment(event.at, words, source, icon, state, "consent", is_of_day=is_of_day)


def _deliveries(person: Person) -> Iterator[Moment]:
    sendings = {
        sending.pk: sending
        for sending in Sending.objects.filter(
            organisation_id=person.organisation_id, is_rehearsal=False
        ).select_related("message__master")
    }
    ended = Delivery.objects.filter(
        month__in={sending.month for sending in sendings.values()},
        sending_id__in=list(sendings),
        person_id__in=merging.numbers_of(person),
        state__in=list(ENDS),
    )
    for delivery in ended:
        words, icon, state = ENDS[Delivery.State(delivery.state)]
        sending = sendings[delivery.sending_id]
        is_there = delivery.state == Delivery.State.DELIVERED
        yield Moment(
            delivery.ended_at or sending.pressed_at,
            words.format(name=sending.message.master.name),
            "" if is_there else delivery.reason or (LAW if delivery.rule else ""),
            icon,
            state,
            "messages",
            delivery.rule,
        )
