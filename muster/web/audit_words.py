"""Entries of the audit in words: whom each is about, and what its codes say."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from muster.organisations.models import AuditEntry, Member, Organisation, Role, Unit
from muster.people.models import CustomField, Person
from muster.places.models import Place
from muster.privacy.models import Case, Export

SILENT = {"fact"}


@dataclass(frozen=True)
class Line:
    """One entry as it reads. `href`: the page of what it is about, if it has one still."""

    entry: AuditEntry
    about: str
    href: str
    codes: str


def in_words(organisation: Organisation, entries: Sequence[AuditEntry]) -> list[Line]:
    """Each entry with whom it is about by name, where that is still known."""
    names = _Names(organisation, entries)
    return [Line(e, *names.about(e), names.codes(e)) for e in entries]


class _Names:
    """What ids of some entries stand for, each kind looked up at once."""

    def __init__(self, organisation: Organisation, entries: Sequence[AuditEntry]) -> None:
        about: dict[str, set[int]] = defaultdict(set)
        for e in entries:
            if e.about_id is not None:
                about[e.about_kind].add(e.about_id)
        ours: dict[str, Any] = {"organisation": organisation}
        self.members = dict(Member.objects.filter(**ours).values_list("pk", "name"))
        self.units = dict(Unit.objects.filter(**ours).values_list("pk", "name"))
        self.fields = dict(CustomField.objects.filter(**ours).values_list("pk", "name"))
        self.people = Person.objects.filter(**ours).in_bulk(about["person"])
        self.cases = Case.objects.filter(**ours).in_bulk(about["privacy case"])
        self.exports = Export.objects.filter(**ours).in_bulk(about["export"])
        places = {e.codes.get("place") for e in entries} - {None}
        self.places = dict(Place.objects.filter(pk__in=places).values_list("pk", "name"))

    def about(self, e: AuditEntry) -> tuple[str, str]:
        pk = e.about_id or 0
        if e.about_kind == "person":
            return self._person(pk)
        if e.about_kind == "member":
            return self.members.get(pk, "a member"), ""
        if e.about_kind == "unit":
            return self.units.get(pk, "a unit"), ""
        if e.about_kind == "privacy case" and (case := self.cases.get(pk)):
            link = reverse("privacy:case", kwargs={"code": case.code})
            return f"{case.get_kind_display()}: {case.name or 'somebody'}", link
        if e.about_kind == "export" and (export := self.exports.get(pk)):
            return export.of_words, reverse("privacy:export", kwargs={"code": export.code})
        return (f"{e.about_kind} {pk}", "") if e.about_kind else ("", "")

    def _person(self, pk: int) -> tuple[str, str]:
        person = self.people.get(pk)
        if person is None:
            return "somebody no longer on the list", ""
        name = f"{person.given_name} {person.family_name}".strip() or "No name given"
        return name, reverse("people:show", kwargs={"code": person.code})

    def codes(self, e: AuditEntry) -> str:
        told = [self._code(k, v) for k, v in sorted(e.codes.items()) if k not in SILENT]
        return "; ".join(filter(None, told))

    def _code(self, key: str, value: Any) -> str:
        if value in (None, "", [], False):
            return ""
        if key in ("approved_by", "owner"):
            return f"{key.replace('_', ' ')} {self.members.get(value, 'a member')}"
        if key == "unit":
            return f"in {self.units.get(value, 'a unit')}"
        if key == "role":
            return f"as {dict(Role.Kind.choices).get(value, value)}"
        if key == "place":
            return f"in {self.places.get(value, 'a place')}"
        if key == "fields":
            return ", ".join(str(self.fields.get(v, v)) for v in value)
        if isinstance(value, list):
            return f"{key.replace('_', ' ')}: {', '.join(map(str, value))}"
        return key.replace("_", " ") if value is True else f"{key.replace('_', ' ')}: {value}"
