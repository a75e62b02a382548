"""Reading what forms and saved audiences say, with a word for whoever said it wrongly."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from muster.audiences.rules import Unclear

LONGEST = 200


def text(said: Mapping[str, Any], name: str, what: str, *, longest: int = LONGEST) -> str:
    """Words, in one line."""
    value = said.get(name, "")
    value = " ".join(str(value).split()) if isinstance(value, str | int | float) else ""
    if not value or "\0" in value:
        raise Unclear(f"Say {what}.")
    if len(value) > longest:
        raise Unclear(f"Say {what} in at most {longest} characters.")
    return value


def one_of(said: Mapping[str, Any], name: str, known: Collection[str], what: str) -> str:
    value = said.get(name, "")
    if not isinstance(value, str) or value not in known:
        raise Unclear(f"Choose {what}.")
    return value


def number(
    said: Mapping[str, Any], name: str, what: str, *, least: float, most: float, whole: bool = True
) -> Any:
    value = said.get(name, "")
    if isinstance(value, bool):
        value = ""
    try:
        read = float(str(value).strip().replace(",", ""))
    except ValueError:
        raise Unclear(f"Give {what} as a number.") from None
    if not least <= read <= most or (whole and read != int(read)):
        kind = "a whole number" if whole else "a number"
        raise Unclear(f"Give {what} as {kind} from {least:,g} to {most:,g}.")
    return int(read) if whole or read == int(read) else read


def day(said: Mapping[str, Any], name: str, what: str) -> str:
    """A day as its ISO words."""
    try:
        read = date.fromisoformat(str(said.get(name, "")).strip())
    except ValueError:
        raise Unclear(f"Give {what} as a date.") from None
    if not 1900 <= read.year <= 2200:
        raise Unclear(f"Give {what} as a date between 1900 and 2200.")
    return read.isoformat()


def many(said: Mapping[str, Any], name: str) -> list[str]:
    """Several values of one field: from a list, or from a form that allows several."""
    getlist = getattr(said, "getlist", None)
    value = getlist(name) if getlist else said.get(name, [])
    if isinstance(value, str | int):
        value = [value]
    if not isinstance(value, list):
        return []
    return list(dict.fromkeys(str(v) for v in value if isinstance(v, str | int) and str(v)))
