"""Everything that happened between us and one person, newest first, with where it came from.

A page at a time: each room is asked for its newest before an instant, and no more than fit.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.db.models.functions import Coalesce

from muster.actions.sources import labels_of
from muster.journal.models import Fact
from muster.messaging.models import Delivery, Journey, Sending, Traveller
from muster.organisations.models import Member
from muster.people.duplicates import merging
from muster.people.models import Channel, ConsentEvent, Import, Person
from muster.people.record import looking
from muster.people.record.models import Note, Relationship
from muster.people.record.tying import READS
from muster.places.models import Place
from muster.web import timeline_changes, timeline_returns, timeline_written
from muster.web.timeline_kinds import AUDIT, DELIVERIES, FACTS, FILTERS, LOOKS
from muster.web.timeline_moments import Eyes, Moment, Window

__all__ = ["FILTERS", "Eyes", "Moment", "came", "newest", "said_on"]

SHOWN = 40
NOBODYS = Eyes()
CAME = {"import": "with a file", "made up": "made up for the demonstration"}
TOLD = (*FACTS, "merge undone")
"""What stands in the audit, and on the timeline as what happened."""
LAW = "the law does not allow it"
HOW = {"postcode": ", by postcode", "said": ", as they said"}


@dataclass(frozen=True)
class Stretch:
    """One page of a timeline; `older` is the instant to ask before next, if there is more."""

    moments: list[Moment] = field(default_factory=list)
    older: datetime | None = None


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


def newest(
    person: Person, kind: str = "", before: datetime | None = None, eyes: Eyes = NOBODYS
) -> Stretch:
    """The newest moments before an instant, of one kind or of all that these eyes may see."""
    window = Window(kind, before or datetime.max.replace(tzinfo=UTC), 2 * SHOWN)
    found: list[Moment] = []
    for of_kinds, source in SOURCES:
        if (not kind or kind in of_kinds) and (of_kinds != {LOOKS} or eyes.may_see_audit):
            found += source(person, window, eyes)

    # What happened in the same instant reads upwards: joined first, then agreed.
    def when(moment: Moment) -> tuple[datetime, bool]:
        return moment.at, moment.kind != "details"

    found.sort(key=when, reverse=True)
    if len(found) <= SHOWN:
        return Stretch(found)
    last = found[SHOWN - 1].at
    shown = [moment for moment in found if moment.at >= last]
    return Stretch(shown, last if len(found) > len(shown) else None)


def _facts(person: Person, window: Window, eyes: Eyes) -> Iterator[Moment]:
    kinds = [k for k, reads in FACTS.items() if window.kind in ("", reads.kind)]
    found = Fact.objects.filter(
        organisation_id=person.organisation_id,
        person_id=person.pk,
        kind__in=kinds,
        at__lt=window.before,
    ).order_by("-at")[: window.most]
    rows = list(found)
    by = Member.objects.filter(organisation_id=person.organisation_id).in_bulk(
        {row.member_id for row in rows if row.member_id}
    )
    labels = labels_of(person.organisation_id, {row.source for row in rows if row.source})
    places = Place.objects.in_bulk({row.place_id for row in rows if row.place_id})
    files, journeys = _files(person, rows), _journeys(person, rows)
    for row in rows:
        reads = FACTS[row.kind]
        member = by.get(row.member_id) if row.member_id else None
        by_whom = f"by {member.name}" if member else ""
        told = [
            by_whom,
            _through(row.source, labels),
            files.get(row.about_id or 0, "") if row.about_kind == "import" else "",
        ]
        source = " · ".join(filter(None, told))
        words = reads.words.format(
            place=_place(row, places),
            tie=_tie(row),
            journey=journeys.get(row.about_id or 0, "that is gone"),
            how=_how(row),
        )
        yield Moment(row.at, words, source, reads.icon, reads.state, reads.kind, row.source)


def _files(person: Person, rows: list[Fact]) -> dict[int, str]:
    """The names of the files that imports among these took in."""
    ids = {row.about_id for row in rows if row.about_kind == "import" and row.about_id}
    taken = Import.objects.filter(organisation_id=person.organisation_id, pk__in=ids)
    return dict(taken.values_list("pk", "name"))


def _journeys(person: Person, rows: list[Fact]) -> dict[int, str]:
    ids = {row.about_id for row in rows if row.about_kind == "journey" and row.about_id}
    found = Journey.objects.filter(organisation_id=person.organisation_id, pk__in=ids)
    return {pk: f"“{name}”" for pk, name in found.values_list("pk", "name")}


def _how(row: Fact) -> str:
    """How somebody left a journey."""
    code = row.codes.get("why", "")
    known = code in Traveller.Ending.values
    return str(Traveller.Ending(code).label).lower() if known else ""


def _place(row: Fact, places: dict[int, Place]) -> str:
    place = places.get(row.place_id or 0)
    return (place.name if place else "no seat") + HOW.get(row.codes.get("how", ""), "")


def _tie(row: Fact) -> str:
    kind = row.codes.get("kind_of_tie", "")
    return READS[Relationship.Kind(kind)][0].lower() if kind in Relationship.Kind.values else ""


def _consents(person: Person, window: Window, eyes: Eyes) -> Iterator[Moment]:
    events = ConsentEvent.objects.filter(person=person, at__lt=window.before)
    zone = ZoneInfo(person.organisation.time_zone)
    for event in events.select_related("wording", "by").order_by("-at")[: window.most]:
        yield consent_moment(event, zone)


def consent_moment(event: ConsentEvent, zone: ZoneInfo) -> Moment:
    """One consent or objection as it reads, with its wording and where it was given."""
    channel = Channel(event.channel).label.lower()
    words = f"Agreed to {channel}" if event.is_given else f"Said no to {channel}"
    if event.purpose != "marketing":
        words += f" ({event.purpose})"
    told = [said_on(event.source)]
    if event.wording:
        told.append(f"“{event.wording.text}”")
    if event.by:
        told.append(f"noted by {event.by.name}")
    icon, state = ("check", "ready") if event.is_given else ("x", "failed")
    source = " · ".join(filter(None, told))
    is_of_day = event.at.astimezone(zone).time() == time.min
    return Moment(event.at, words, source, icon, state, "consent", is_of_day=is_of_day)


def _deliveries(person: Person, window: Window, eyes: Eyes) -> Iterator[Moment]:
    sent = Sending.objects.filter(organisation_id=person.organisation_id, is_rehearsal=False)
    months = dict(sent.values_list("pk", "month"))
    ended = (
        Delivery.objects.filter(
            month__in=set(months.values()),
            sending_id__in=list(months),
            person_id__in=merging.numbers_of(person),
            state__in=list(DELIVERIES),
        )
        .annotate(when=Coalesce("ended_at", "due_at"))
        .filter(when__lt=window.before)
        .order_by("-when")
    )
    rows = list(ended[: window.most])
    sendings = sent.select_related("message__master").in_bulk({row.sending_id for row in rows})
    for row in rows:
        reads = DELIVERIES[Delivery.State(row.state)]
        is_there = row.state == Delivery.State.DELIVERED
        yield Moment(
            row.when,
            reads.words.format(name=sendings[row.sending_id].message.master.name),
            "" if is_there else row.reason or (LAW if row.rule else ""),
            reads.icon,
            reads.state,
            reads.kind,
            row.rule,
        )


def _notes(person: Person, window: Window, eyes: Eyes) -> Iterator[Moment]:
    notes = Note.objects.filter(person=person, at__lt=window.before).select_related("by")
    for note in notes.order_by("-at")[: window.most]:
        source = f"noted by {note.by.name}" + (", reworded since" if note.edited_at else "")
        yield Moment(note.at, note.text, source, "sticky-note", "", "notes", is_quote=True)


def _looks(person: Person, window: Window, eyes: Eyes) -> Iterator[Moment]:
    entries = looking.looks(person).filter(Q(at__lt=window.before)).select_related("member")
    entries = entries.exclude(kind__in=TOLD)
    for entry in entries[: window.most]:
        words, icon = AUDIT.get(entry.kind, (entry.kind.capitalize(), "shield"))
        source = f"by {entry.member.name}" if entry.member else ""
        yield Moment(entry.at, words, source, icon, "", LOOKS)


Source = Callable[[Person, Window, Eyes], Iterator[Moment]]
SOURCES: list[tuple[set[str], Source]] = [
    ({"details", "consent", "actions"}, _facts),
    ({"consent"}, _consents),
    ({"messages"}, _deliveries),
    ({"messages", "consent"}, timeline_returns.returns),
    ({"messages"}, timeline_returns.rests),
    ({"messages"}, timeline_written.written),
    ({"notes"}, _notes),
    ({"details"}, timeline_changes.changes),
    ({LOOKS}, _looks),
]
