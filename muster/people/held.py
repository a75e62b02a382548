"""What this room holds of a person, in words (DP-15)."""

from collections.abc import Iterable

from django.db.models import Q

from muster.journal.models import Fact
from muster.organisations.models import AuditEntry, Organisation
from muster.people import suppressing
from muster.people.duplicates.merging import numbers_of
from muster.people.duplicates.models import Merge, Pair
from muster.people.erasing import refused_rows
from muster.people.holding import Held, Row, plain, register_held
from muster.people.imports.models import ImportedChange
from muster.people.models import (
    Channel,
    ConsentEvent,
    ContactPoint,
    CustomValue,
    Person,
    PersonTag,
)
from muster.people.record import detailing
from muster.people.record.models import (
    Note,
    PersonChange,
    PersonTopic,
    Preference,
    Relationship,
    TagRunPerson,
)
from muster.people.summary_models import Summary, Way

CONTACT = "To reach you in the ways you allowed."
RECORD = "So that what we know of you can be put right, and shown to be right."
MOST_FACTS = 10_000


@register_held("people")
def held(organisation: Organisation, person_id: int) -> Iterable[Held]:
    """Who they are, how to reach them, what they allowed, and what was written about them."""
    person = Person.objects.select_related("seat", "ward", "came_with", "household").get(
        organisation=organisation, pk=person_id
    )
    yield Held("Who you are", "To know you and your constituency.", [_who(person)])
    yield Held("How to reach you", CONTACT, _contacts(person))
    yield Held("What you allowed and refused", "To prove it (PECR).", _consents(person))
    yield Held("Where we may not reach you", "To keep to what you asked.", _stops(person))
    yield Held("How often and of what", CONTACT, _wishes(person))
    yield Held("Tags", "To ask you what suits you.", _tags(person))
    yield Held("Details", "Each for the purpose beside it.", _details(person), may_name_others=True)
    yield Held("Notes", "To remember what you told us.", _notes(person), may_name_others=True)
    yield Held("People you have to do with", "To speak to you as one of them.", _ties(person))
    yield Held("What was changed", RECORD, _changes(person), may_name_others=True)
    yield Held("Once twice on our list", RECORD, _merged(person))
    yield Held("What files added", RECORD, _added(person))
    yield Held("What we work out from it", "To choose whom to ask.", _worked_out(person))
    yield Held("Rows of files that could not be taken in", RECORD, _refused(person))
    yield Held("What happened", "To know what we asked and you did.", _facts(person))
    yield Held("Who looked you up", "To answer for who reads what.", _looks(person))


def _who(person: Person) -> Row:
    file = person.came_with
    others = person.household.people.exclude(pk=person.pk).count() if person.household else 0
    return {
        "Given name": person.given_name,
        "Family name": person.family_name,
        "Address": person.address,
        "Postcode": person.postcode,
        "Constituency": person.seat.name if person.seat else "",
        "How we know the constituency": person.get_seat_how_display(),
        "Ward": person.ward.name if person.ward else "",
        "Others on our list at your address": others,
        "Your number in another list": person.external_id,
        "Our number for you": str(person.code),
        "Where you came from": f"the file {file.name}" if file else person.source,
        "On our list since": person.joined_at,
    }


def _contacts(person: Person) -> list[Row]:
    points = ContactPoint.objects.filter(person=person).order_by("id")
    return [
        {"Kind": p.get_kind_display(), "Address": p.value, "State": p.get_state_display()}
        for p in points
    ]


def _consents(person: Person) -> list[Row]:
    events = ConsentEvent.objects.filter(person=person).select_related("wording", "campaigner")
    return [
        {
            "When": e.at,
            "Channel": e.get_channel_display(),
            "For": e.purpose,
            "You said": "yes" if e.is_given else "no",
            "To these words": e.wording.text if e.wording else "",
            "In whose name": e.campaigner.name if e.campaigner else "",
            "Where": e.source,
        }
        for e in events.order_by("at")
    ]


def _stops(person: Person) -> list[Row]:
    stopped = suppressing.suppressed_channels(person)
    return [
        {"Channel": Channel(channel).label, "Since": row.at, "Why": row.reason}
        for channel, row in stopped.items()
    ]


def _wishes(person: Person) -> list[Row]:
    often = Preference.objects.filter(person=person)
    rows: list[Row] = [{"What": p.get_frequency_display(), "Said": p.at} for p in often]
    topics = PersonTopic.objects.filter(person=person).select_related("topic")
    return rows + [
        {"What": f"{t.topic.name}: {'yes' if t.is_wanted else 'no'}", "Said": t.at} for t in topics
    ]


def _tags(person: Person) -> list[Row]:
    carried = PersonTag.objects.filter(person=person).select_related("tag").order_by("tag__name")
    rows: list[Row] = [{"Tag": c.tag.name, "Since": c.at, "Source": c.source} for c in carried]
    runs = TagRunPerson.objects.filter(person=person).select_related("run__tag")
    return rows + [
        {"Tag": r.run.tag.name, "Since": r.run.at, "Source": f"with many others: {r.run.whom}"}
        for r in runs
    ]


def _details(person: Person) -> list[Row]:
    says = {d.field.pk: d.words for d in detailing.details(person, with_special=True)}
    values = CustomValue.objects.filter(person=person).select_related("field")
    return [
        {
            "What": v.field.name,
            "Says": says.get(v.field_id, ""),
            "Why we hold it": v.field.purpose,
            "Source": v.source,
            "Since": v.at,
        }
        for v in values.order_by("field__name")
    ]


def _notes(person: Person) -> list[Row]:
    notes = Note.objects.filter(person=person).order_by("at")
    return [{"When": n.at, "Note": n.text, "Changed": n.edited_at} for n in notes]


def _ties(person: Person) -> list[Row]:
    """Both ways, without saying who: the others have rights of their own."""
    mine = Relationship.objects.filter(person=person)
    theirs = Relationship.objects.filter(other=person)
    rows = [(t, "You are theirs") for t in mine] + [(t, "They are yours") for t in theirs]
    return [{"Tie": t.get_kind_display(), "Which way": way, "Since": t.at} for t, way in rows]


def _changes(person: Person) -> list[Row]:
    return plain(PersonChange.objects.filter(person=person).order_by("at"), "by", "undoes")


def _merged(person: Person) -> list[Row]:
    """Who was found to be them; and how many others look alike, without saying who."""
    merges = Merge.objects.filter(kept=person, undone_at=None).order_by("at")
    rows: list[Row] = [
        {
            "Merged on": m.at,
            "Given name then": m.record["person"]["given_name"],
            "Family name then": m.record["person"]["family_name"],
            "Address then": m.record["person"]["address"],
            "Our number then": str(m.gone_code),
        }
        for m in merges
    ]
    alike = Pair.objects.filter(Q(first=person) | Q(second=person)).count()
    return [*rows, *([{"Others on the list who look like you": alike}] if alike else [])]


def _added(person: Person) -> list[Row]:
    changes = ImportedChange.objects.filter(person=person).select_related("of").order_by("pk")
    return [{"When": c.at, "File": c.of.name, "What": c.what} for c in changes]


def _worked_out(person: Person) -> list[Row]:
    found = Summary.objects.filter(person_id=person.pk).values(*Channel.values).first()
    ways = found or {}
    return [
        {"Channel": Channel(channel).label, "May we?": Way(way).label}
        for channel, way in ways.items()
    ]


def _refused(person: Person) -> list[Row]:
    return [
        {"File": r.of.name, "Line": r.line, "Row": r.text, "Why not": r.reason}
        for r in refused_rows(person).select_related("of").order_by("of_id", "line")
    ]


def _facts(person: Person) -> list[Row]:
    numbers = numbers_of(person)
    facts = Fact.objects.filter(organisation=person.organisation_id, person_id__in=numbers)
    return [
        {"When": f.at, "What": f.kind, "Link you came by": f.source, "Details": f.codes}
        for f in facts.order_by("at")[:MOST_FACTS]
    ]


def _looks(person: Person) -> list[Row]:
    """What and when, without the member's name: they have rights of their own."""
    entries = AuditEntry.objects.filter(
        organisation=person.organisation_id, about_kind="person", about_id__in=numbers_of(person)
    )
    return [{"When": e.at, "What": e.kind} for e in entries.order_by("number")]
