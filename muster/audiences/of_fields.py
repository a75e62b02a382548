"""What audiences ask of the organisation's own fields, each kind in its own way."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from muster.audiences import reading
from muster.audiences.criteria import Criterion, Field, Ids, Leaf, Said, Setting, register
from muster.audiences.rules import Unclear
from muster.organisations.models import Organisation
from muster.people.models import CustomField

if TYPE_CHECKING:
    import ibis.expr.types as ir

OPS: dict[str, dict[str, str]] = {
    "text": {"is": "is", "known": "is filled in"},
    "choice": {"is": "is", "known": "is filled in"},
    "number": {"is": "is", "least": "is at least", "most": "is at most", "known": "is filled in"},
    "date": {
        "is": "is",
        "least": "is on or after",
        "most": "is on or before",
        "known": "is filled in",
    },
    "yes_no": {"yes": "is yes", "no": "is no", "known": "is filled in"},
}
BIGGEST = 10**13


@register
class FieldSays(Criterion):
    """`{"field": "hours", "op": "least", "value": 4}`"""

    key = "field"
    name = "Custom field"

    def is_offered(self, organisation: Organisation) -> bool:
        return CustomField.objects.filter(organisation=organisation).exists()

    def fields(self, organisation: Organisation, said: Said) -> list[Field]:
        own = list(CustomField.objects.filter(organisation=organisation).order_by("name"))
        kinds = {kind: [f.key for f in own if f.kind == kind] for kind in OPS}
        ops = {op: words for kind in OPS if kinds[kind] for op, words in OPS[kind].items()}
        return [
            Field(
                "field", "Field", options=[(f.key, f.name) for f in own], value=said.get("field")
            ),
            Field("op", "How", options=list(ops.items()), value=said.get("op", "is")),
            Field(
                "value",
                "Value",
                "text",
                value=said.get("value", ""),
                help="A word, a number, or a date like 2026-05-01.",
                only=("op", ["is", "least", "most"]),
            ),
        ]

    def read(self, said: Said, organisation: Organisation) -> Leaf:
        own = {f.key: f for f in CustomField.objects.filter(organisation=organisation)}
        field = own[reading.one_of(said, "field", own, "a field")]
        ops = OPS[field.kind]
        what = f"how to compare “{field.name}”: {', '.join(ops.values())}"
        op = reading.one_of(said, "op", ops, what)
        leaf: Leaf = {"is": self.key, "field": field.key, "op": op}
        return leaf if op in ("known", "yes", "no") else leaf | {"value": _value(field, said)}

    def words(self, leaf: Leaf, organisation: Organisation, *, is_not: bool) -> str:
        field = CustomField.objects.filter(organisation=organisation, key=leaf["field"]).first()
        if field is None:
            return "whose field is gone"
        how = OPS[field.kind].get(leaf["op"], "is").removeprefix("is ")
        how = "" if how == "is" else f"{how} "
        value = leaf.get("value", "")
        if field.kind in ("text", "choice"):
            value = f"“{value}”" if value else ""
        elif field.kind == "date" and value:
            day = date.fromisoformat(value)
            value = f"{day.day} {day:%B %Y}"
        return f"whose {field.name} is {'not ' if is_not else ''}{how}{value}".rstrip()

    def resolve(self, leaf: Leaf, setting: Setting) -> Leaf:
        own = CustomField.objects.filter(organisation=setting.organisation, key=leaf["field"])
        field = own.values("id", "kind").first() or {"id": 0, "kind": "text"}
        return leaf | {"of": setting.organisation.pk, "field": field["id"], "kind": field["kind"]}

    def build(self, leaf: Leaf) -> Ids:
        from muster.audiences.tables import VALUES

        mine = VALUES.filter(
            VALUES.organisation_id == leaf["of"], VALUES.field_id == leaf["field"], _says(leaf)
        )
        return Ids(mine.select("person_id"))

    def special(self, leaf: Leaf, organisation: Organisation) -> str:
        own = CustomField.objects.filter(organisation=organisation, key=leaf["field"])
        field = own.filter(is_special=True).first()
        return field.name if field else ""


def _value(field: CustomField, said: Mapping[str, Any]) -> Any:
    if field.kind == "number":
        return reading.number(said, "value", field.name, least=-BIGGEST, most=BIGGEST, whole=False)
    if field.kind == "date":
        return reading.day({"value": said.get("value", "")}, "value", field.name)
    value = reading.text(said, "value", f"what “{field.name}” says", longest=1000)
    if field.kind == "choice" and value not in field.choices:
        raise Unclear(f"“{field.name}” is one of: {', '.join(map(str, field.choices))}.")
    return value


def _says(leaf: Leaf) -> "ir.BooleanValue":
    import ibis

    from muster.audiences.tables import VALUES

    kind, op = leaf["kind"], leaf["op"]
    column = {"number": VALUES.number, "yes_no": VALUES.number, "date": VALUES.on_date}.get(
        kind, VALUES.text
    )
    if op == "known":
        return column != "" if kind in ("text", "choice") else column.notnull()
    if op in ("yes", "no"):
        return column == (1 if op == "yes" else 0)
    value = leaf["value"]
    said = ibis.literal(date.fromisoformat(value)) if kind == "date" else ibis.literal(value)
    return {"is": column == said, "least": column >= said, "most": column <= said}[op]
