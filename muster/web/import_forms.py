"""What the columns' page sends, as choices; and the columns as the page shows them."""

from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from muster.people.imports import mapping
from muster.people.imports.dates import ORDERS
from muster.people.imports.mapping import Choice, Options
from muster.people.imports.samples import cells_of_columns
from muster.people.models import Channel, CustomField, Import

KINDS = {k: words for k, words in CustomField.Kind.choices if k != "choice"}
"""What a field made of a column may be: a list's words are settled with the field itself."""
FEW = 8


@dataclass
class Column:
    """One column of a file, as the page shows it."""

    number: int
    name: str
    examples: list[str]
    choice: Choice
    is_date: bool = False
    is_new: bool = False
    problems: list[str] = field(default_factory=list)


def choices_from(sent: QueryDict, taken: Import) -> list[Choice]:
    """What was chosen for each column; a new field is a text unless something else is said."""
    found = []
    for i, name in enumerate(taken.heading):
        target = sent.get(f"target-{i}", mapping.IGNORE)
        is_new = target == mapping.NEW
        found.append(
            Choice(
                target,
                sent.get(f"order-{i}", ""),
                (sent.get(f"name-{i}") or name)[:100] if is_new else "",
                sent.get(f"kind-{i}", "text") if is_new else "",
                sent.get(f"purpose-{i}", "")[:200] if is_new else "",
            )
        )
    return found


def options_from(sent: QueryDict, taken: Import) -> Options:
    """What was said of the whole file; corrections accepted before stay."""
    proof = {}
    for channel in Channel.values:
        wording = sent.get(f"wording-{channel}", "")
        source = sent.get(f"source-{channel}", "").strip()
        if wording or source:
            proof[channel] = {"wording": wording, "source": source}
    before = mapping.options_of(taken.options)
    return Options(
        sent.get("status", ""), proof, before.corrected, file_wins=sent.get("wins") == "file"
    )


def columns_of(taken: Import, choices: list[Choice], fields: list[CustomField]) -> dict[str, Any]:
    """The columns in use, and those left out, for the page."""
    kinds = {f"{mapping.FIELD}{f.pk}": f.kind for f in fields}
    examples = cells_of_columns(taken)
    every = [
        Column(
            i,
            name or f"Column {i + 1}",
            examples[i],
            choices[i],
            mapping.is_date(choices[i], kinds),
            choices[i].target == mapping.NEW,
        )
        for i, name in enumerate(taken.heading)
    ]
    used = [c for c in every if c.choice.target != mapping.IGNORE]
    left = [c for c in every if c.choice.target == mapping.IGNORE]
    if len(left) <= FEW:
        used, left = every, []
    return {
        "used": used,
        "left": left,
        "how_many": sum(c.choice.target != mapping.IGNORE for c in every),
        "groups": mapping.groups(fields),
        "orders": ORDERS,
        "kinds": KINDS,
    }
