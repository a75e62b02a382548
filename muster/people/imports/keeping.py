"""What an import added to someone, written down so that it can be taken back."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from muster.people.imports.differing import Gain
from muster.people.imports.values import Value, in_words


def kept(gain: Gain) -> str:
    """JSON of the additions; a blank with what filled it, so that a later edit is noticed."""
    what: dict[str, Any] = {
        "blanks": gain.blanks,
        "email": gain.email,
        "phones": gain.phones,
        "tags": list(gain.tags),
        "values": list(gain.values),
        "consents": [[c.channel, c.is_given, c.at.isoformat()] for c in gain.consents],
        "renamed": gain.renamed,
        "rewritten": {
            number: [_plain(before), _plain(after)]
            for number, (before, after) in gain.rewritten.items()
        },
    }
    return json.dumps({name: said for name, said in what.items() if said}, ensure_ascii=False)


def _plain(value: Value) -> dict[str, str | None]:
    """The columns of a custom value that say it."""
    number, on_date = value.number, value.on_date
    return {
        "text": value.text,
        "number": None if number is None else str(number),
        "on_date": None if on_date is None else on_date.isoformat(),
    }


def changes(gain: Gain, kinds: Mapping[int, str]) -> Iterator[tuple[str, str, str]]:
    """What was overwritten as a person's history has it: field, before, after.

    `kinds`: of the organisation's fields, by id.
    """
    for column, (before, after) in gain.renamed.items():
        yield column, before, after
    for number, (was, said) in gain.rewritten.items():
        kind = kinds[number]
        yield f"custom:{number}", in_words(kind, was), in_words(kind, said)
