"""What a program says that somebody allowed or refused: kept with its proof, or told back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from muster.people import consenting, suppressing
from muster.people.models import Channel, Person, Wording
from muster.people.record.changing import CannotEdit, Who


@dataclass(frozen=True)
class Said:
    """One word of theirs on one channel. A yes is proved by wording (its version), source and
    date; `is_final`: a no that stops every address of theirs there, for good."""

    channel: str
    is_given: bool
    wording: str = ""
    source: str = ""
    at: datetime | None = None
    is_final: bool = False


def take(person: Person, said: Iterable[Said], who: Who) -> list[str]:
    """Keep each word; what is told back: every yes that was none for want of proof (PECR-CON).

    Raises `CannotEdit`.
    """
    told = []
    for word in said:
        if word.channel not in Channel.values:
            raise CannotEdit(f"No channel is called “{word.channel[:20]}”.")
        if word.at is not None and word.at > who.at:
            raise CannotEdit("A consent lies in the future.")
        if not word.is_given:
            _stop(person, word, who)
        elif missing := _missing(word):
            told.append(_told(word.channel, missing))
        else:
            _give(person, word, who)
    return told


def _stop(person: Person, word: Said, who: Who) -> None:
    source = word.source.strip() or who.source
    if word.is_final:
        suppressing.suppress_person(
            person, reason=source[:40], at=who.at, channels=[word.channel], by=who.by, source=source
        )
    else:
        at = word.at or who.at
        consenting.withdraw(person, word.channel, source=source, at=at, by=who.by)


def _missing(word: Said) -> list[str]:
    found = {"wording": word.wording.strip(), "source": word.source.strip(), "date": word.at}
    return [name for name, value in found.items() if not value]


def _told(channel: str, missing: list[str]) -> str:
    label = Channel(channel).label.lower()
    return (
        f"Kept as a contact without consent to {label}: a yes needs its wording, source and date;"
        f" missing: {', '.join(missing)} (PECR-CON)."
    )


def _give(person: Person, word: Said, who: Who) -> None:
    wording = Wording.objects.filter(
        organisation_id=person.organisation_id,
        channel=word.channel,
        purpose="marketing",
        version=word.wording.strip(),
    ).first()
    if wording is None:
        raise CannotEdit(f"No wording for that channel is called “{word.wording[:40]}”.")
    at = word.at or who.at
    try:
        consenting.give(person, word.channel, wording=wording, source=word.source, at=at, by=who.by)
    except consenting.CannotConsent as refusal:
        raise CannotEdit(str(refusal)) from refusal
