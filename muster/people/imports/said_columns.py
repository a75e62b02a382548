"""Columns as someone says them on a command line: "Mobile No=phone", "Born=field_key:mdy"."""

from collections.abc import Sequence

from muster.people.imports import mapping, opening, typos
from muster.people.imports.dates import ORDERS
from muster.people.imports.mapping import FIELD, IGNORE, NEW, Choice
from muster.people.imports.saving import CannotImport
from muster.people.imports.template import tidy
from muster.people.models import Import


def choices(taken: Import, said: Sequence[str], *, dates: str = "") -> list[Choice]:
    """The columns as guessed, with what was said of them. `dates`: the order of doubtful ones.

    Raises `CannotImport` with everything that could not be understood.
    """
    found, problems = mapping.choices_of(taken.choices), []
    fields = opening.fields_of(taken)
    targets = {f.key: f"{FIELD}{f.pk}" for f in fields}
    targets |= {t: t for t in mapping.known_targets(fields) if t != NEW}
    names = tidy(taken.heading)
    for one in said:
        column, _, target = one.rpartition("=")
        target, _, order = target.partition(":")
        if not column or target not in targets:
            problems.append(f"“{one}”: write COLUMN=FIELD. Fields: {', '.join(sorted(targets))}.")
        elif tidy([column])[0] not in names:
            problems.append(f"“{column}” is no column of the file: {', '.join(taken.heading)}.")
        else:
            found[names.index(tidy([column])[0])] = Choice(targets[target], order)
    if dates and dates not in ORDERS:
        problems.append(f"Dates are {', '.join(ORDERS)}, not “{dates}”.")
    if problems:
        raise CannotImport(*problems)
    kinds = {f"{FIELD}{f.pk}": f.kind for f in fields}
    return [c._replace(order=c.order or dates) if mapping.is_date(c, kinds) else c for c in found]


def options(
    taken: Import, *, status: str, file_wins: bool, corrected: Sequence[str]
) -> mapping.Options:
    """What was said of the whole file. Raises `CannotImport`."""
    for one in corrected:
        if one not in (typos.ALL, typos.OTHERS) and not typos.meant_by(one):
            raise CannotImport(
                f"“{one}” is not taken for mistyped: write gmial.com, say, or others, or all."
            )
    kept = mapping.options_of(taken.options)
    return mapping.Options(status or kept.status, kept.proof, tuple(corrected), file_wins)


def shown(taken: Import) -> list[str]:
    """A line for each column taken in, and one for those left out."""
    names = {
        t: n for _, group in mapping.groups(opening.fields_of(taken)) for t, n in group.items()
    }
    every = list(zip(taken.heading, mapping.choices_of(taken.choices), strict=True))
    lines = [
        f"  {name}: {names.get(c.target, c.target)}" for name, c in every if c.target != IGNORE
    ]
    if left := [name for name, c in every if c.target == IGNORE]:
        lines.append(f"  Left out: {', '.join(left)}")
    return lines
