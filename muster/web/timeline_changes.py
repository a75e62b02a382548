"""What was changed about someone, as it reads on their timeline."""

from collections.abc import Iterator

from muster.people.contacts import shown_phone
from muster.people.models import CustomField, Person
from muster.people.record import undoing
from muster.people.record.models import PersonChange
from muster.web.timeline_kinds import CHANGES, icon_of
from muster.web.timeline_moments import Eyes, Moment, Window

MANY = {"run": "with many others", "import": "by a file of people"}
"""What is said of changes that were made to more than one person."""
HIDDEN = "special data: its words are shown to whoever may see them"


def changes(person: Person, window: Window, eyes: Eyes) -> Iterator[Moment]:
    """Their changes, newest first. A move has its own line: its fact tells of it."""
    found = PersonChange.objects.filter(person=person, at__lt=window.before).exclude(field="seat")
    rows = list(found.select_related("by", "undone_by").order_by("-at", "-id")[: window.most])
    fields = _fields(person, rows)
    for row in rows:
        may_undo = eyes.may_change and undoing.may_undo(row)
        yield Moment(
            row.at,
            _words(row, fields, eyes),
            _source(row),
            icon_of(row.field),
            "",
            "details",
            undo=row.pk if may_undo else 0,
        )


def _fields(person: Person, rows: list[PersonChange]) -> dict[str, CustomField]:
    numbers = {int(r.field.split(":")[1]) for r in rows if r.field.startswith("custom:")}
    fields = CustomField.objects.filter(organisation_id=person.organisation_id).in_bulk(numbers)
    return {f"custom:{number}": field for number, field in fields.items()}


def _words(row: PersonChange, fields: dict[str, CustomField], eyes: Eyes) -> str:
    kind = row.field.partition(":")[0]
    if kind == "tag":
        return f"Tagged “{row.after}”" if row.after else f"No longer tagged “{row.before}”"
    if kind == "note":
        return f"A note was reworded; before: “{row.before[:200]}”"
    if kind != "custom":
        return _changed(CHANGES.get(row.field, row.field), row)
    field = fields.get(row.field)
    if field is None:
        return "A field that is gone was changed"
    if field.is_special and not eyes.may_see_special:
        return f"{field.name} was changed ({HIDDEN})"
    return _changed(field.name, row)


def _changed(label: str, row: PersonChange) -> str:
    before, after = _shown(row.field, row.before), _shown(row.field, row.after)
    if not before:
        return f"{label} added: {after}"
    if not after:
        return f"{label} taken away: {before}"
    return f"{label}: {before} → {after}"


def _shown(field: str, value: str) -> str:
    return shown_phone(value) if value and field == "phone" else value


def _source(row: PersonChange) -> str:
    by = f"by {row.by.name}" if row.by else ""
    how = "taking a change back" if row.undoes_id else ""
    source = MANY.get(row.source.partition(":")[0], row.source)
    return " · ".join(filter(None, [by, how, source]))
