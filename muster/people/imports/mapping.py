"""What each column of a file is: chosen by a person, on plain values."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple

from muster.people.imports.dates import ORDERS
from muster.people.models import Channel, CustomField

IGNORE = "ignore"
NEW = "new"
FIELD = "field:"
STOPS = tuple(f"{channel}_stop" for channel in Channel.values)
YESES = tuple(f"{channel}_consent" for channel in Channel.values)
STATUSES = ("email_status", "sms_status")
SEVERAL = frozenset({IGNORE, NEW, "phone", "address", "tags", "middle_name", *STOPS})
"""What more than one column may be."""
DATES = frozenset({"joined_on", *(f"{channel}_consent_at" for channel in Channel.values)})
WHO = ("given_name", "family_name", "full_name", "email", "phone", "external_id")
MOST_COLUMNS = 1_000

NAMES = {
    IGNORE: "Leave out",
    "given_name": "Given name",
    "middle_name": "Middle name",
    "family_name": "Family name",
    "full_name": "Full name",
    "email": "E-mail address",
    "phone": "Phone",
    "address": "Address",
    "postcode": "Postcode",
    "seat": "Seat",
    "external_id": "Their number in your records",
    "joined_on": "Joined on",
    "tags": "Tags, with commas between",
    "deceased": "Has died: yes or no",
    "email_status": "E-mail status (subscribed, unsubscribed…)",
    "sms_status": "Text message status",
}
ASKED = {"email": "E-mail", "sms": "Text messages", "call": "Phone calls", "post": "Post"}
CONSENT_NAMES = {
    f"{channel}_consent{part}": f"{words}: {what}"
    for channel, words in ASKED.items()
    for part, what in (
        ("", "agreed, yes or no"),
        ("_wording", "version of the words agreed to"),
        ("_source", "where they agreed"),
        ("_at", "when they agreed"),
    )
}
STOP_NAMES = {f"{channel}_stop": f"{words}: asked to stop" for channel, words in ASKED.items()}


class Choice(NamedTuple):
    """What one column is. `order`: of its dates. The rest: of a field to be made of it."""

    target: str = IGNORE
    order: str = ""
    name: str = ""
    kind: str = ""
    purpose: str = ""


@dataclass(frozen=True)
class Options:
    """What is said of the whole file."""

    status: str = ""
    """Of everyone in it, where its name told or someone answered: Mailchimp's four."""
    proof: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By channel, the wording and source of every yes that does not bring its own."""
    corrected: tuple[str, ...] = ()
    """Slips in e-mail addresses that are taken in as they were meant: `typos.group_of`."""
    file_wins: bool = False
    """Do names and fields of one's own overwrite what is known? Else they fill blanks only."""

    def kept(self) -> dict[str, Any]:
        return asdict(self)


def options_of(kept: Mapping[str, Any]) -> Options:
    return Options(
        kept.get("status", ""),
        kept.get("proof", {}),
        tuple(kept.get("corrected", ())),
        kept.get("file_wins", False),
    )


def choices_of(kept: Iterable[Mapping[str, str]]) -> list[Choice]:
    return [Choice(**dict(one)) for one in kept]


def kept(choices: Iterable[Choice]) -> list[dict[str, str]]:
    return [{k: v for k, v in choice._asdict().items() if v} for choice in choices]


def groups(fields: Iterable[CustomField]) -> list[tuple[str, dict[str, str]]]:
    """Everything a column can be, in the groups a page shows it in."""
    own = {f"{FIELD}{f.pk}": f.name for f in fields}
    return [
        ("", {IGNORE: NAMES[IGNORE]}),
        ("Who and where", {k: v for k, v in NAMES.items() if k != IGNORE}),
        ("Asked to stop", STOP_NAMES),
        ("Consent, with its proof", CONSENT_NAMES),
        ("Your own fields", own | {NEW: "A new field of your own…"}),
    ]


def known_targets(fields: Iterable[CustomField]) -> set[str]:
    return {target for _, targets in groups(fields) for target in targets}


def is_date(choice: Choice, kinds: Mapping[str, str]) -> bool:
    """Does the column hold dates? `kinds`: of the organisation's fields, by target."""
    if choice.target == NEW:
        return choice.kind == "date"
    return choice.target in DATES or kinds.get(choice.target) == "date"


def problems_of(
    choices: Sequence[Choice], heading: Sequence[str], fields: Sequence[CustomField]
) -> list[str]:
    """Everything that stands in the way of reading a file like this, in words."""
    targets = [choice.target for choice in choices]
    problems = []
    if len(choices) != len(heading):
        return ["The file has other columns than were chosen for: choose again."]
    if strange := sorted(set(targets) - known_targets(fields)):
        problems.append(f"There is nothing called {', '.join(strange)[:80]} to put a column in.")
    for target in dict.fromkeys(targets):
        if targets.count(target) > 1 and target not in SEVERAL:
            problems.append(f"{_shown(target, fields)} is chosen for more than one column.")
    if not set(targets) & set(WHO):
        problems.append(
            "No column says who the people are: choose a name, an e-mail address, a phone or a"
            " number of your own."
        )
    if "full_name" in targets and {"given_name", "family_name"} & set(targets):
        problems.append("Choose either the full name or its parts: the other is left out.")
    kinds = {f"{FIELD}{f.pk}": f.kind for f in fields}
    for choice, name in zip(choices, heading, strict=True):
        if is_date(choice, kinds) and choice.order not in ORDERS:
            problems.append(f"Say in which order the dates under “{name[:40]}” are written.")
        if choice.target == NEW and not choice.name.strip():
            problems.append(f"Give the new field for “{name[:40]}” a name.")
        if choice.target == NEW and not choice.purpose.strip():
            problems.append(f"Say why you hold “{name[:40]}”: the law asks for a purpose.")
        if choice.target == NEW and choice.kind not in CustomField.Kind.values:
            problems.append(f"Say what kind of field “{name[:40]}” is.")
    return problems


def _shown(target: str, fields: Iterable[CustomField]) -> str:
    return next((names[target] for _, names in groups(fields) if target in names), target)
