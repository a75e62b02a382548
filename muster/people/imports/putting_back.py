"""Putting back what an import overwrote about one person, unless it says something else by now."""

from muster.lib.times import now
from muster.people.imports import intake
from muster.people.imports.models import ImportedChange
from muster.people.models import CustomValue, Import, Person
from muster.people.record.models import PersonChange


def put_back(change: ImportedChange, taken: Import) -> None:
    """Names and own fields say what they said before; their history tells of both."""
    for column, (before, after) in change.what.get("renamed", {}).items():
        whose = Person.objects.filter(pk=change.person_id, **{column: after})
        if whose.update(**{column: before}):
            _note(change, column, taken)
    for number, (before, after) in change.what.get("rewritten", {}).items():
        values = CustomValue.objects.filter(person=change.person_id, field=number, **after)
        if values.update(**before):
            _note(change, f"custom:{number}", taken)


def _note(change: ImportedChange, field: str, taken: Import) -> None:
    source = intake.source_of(taken)
    made = PersonChange.objects.filter(
        person=change.person_id, field=field, source=source, undoes=None, undone_by=None
    )
    if last := made.order_by("-id").first():
        PersonChange.objects.create(
            organisation_id=change.organisation_id,
            person_id=change.person_id,
            field=field,
            before=last.after,
            after=last.before,
            by=taken.undone_by,
            source=source,
            undoes=last,
            at=now(),
        )
