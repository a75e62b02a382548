"""First words for every kind of content, in an organiser's voice: to begin from, not to send as is.

They make a whole campaign out of nothing in a minute, and the demonstration goes with them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from muster.content.masters import Words
from muster.content.models import Master
from muster.places.models import TargetList

Kind = Master.Kind

EMAIL = """\
Dear {first_name|friend},

Last time, **{fact:majority}** decided {seat}. Most people who agree with us here were never \
asked to do anything about it.

I would like us to ask them. On **{date}** we meet to knock on doors, two by two, for two \
hours, with tea at the end. It does not matter if it is your first time: you will be with someone \
who has done it before. If doors are not for you, there is as much to do at a kitchen table:

- ring people who said they might help
- fold and deliver leaflets in your own street
- lend us a car, a front room or a good cake

Tell me what you could do and when. Somebody from {seat} will ring you back within two days.

Thank you,
{candidate}
"""
POST = """\
{seat}: {fact:majority} last time. On {date} we knock on doors, two by two, with tea at the end. \
Never done it? You will be with someone who has. {link}
"""
PAGE = """\
Last time, {fact:majority} decided {seat}. Most of our neighbours who agree with us were never \
asked.

On {date} we meet for two hours: some of us knock on doors, two by two, some ring, some fold \
leaflets round a kitchen table. There is tea at the end, and nobody goes out alone.

Leave your name and what you could do. Somebody from {seat} will ring you within two days.
"""


@dataclass(frozen=True)
class Starter:
    """One kind's first words."""

    name: str
    subject: str
    body: str
    button: str = ""
    alt: str = ""


STARTERS: Mapping[str, Starter] = {
    Kind.EMAIL: Starter(
        "Volunteer in your seat",
        "{first_name|Hello}, will you give {seat} two hours?",
        EMAIL,
        "I can help in {seat}",
    ),
    Kind.POST: Starter("Post: two hours in your seat", "", POST),
    Kind.CARD: Starter(
        "Card: two hours in your seat",
        "Two hours. Two by two. Tea at the end.",
        "{fact:majority} decided it last time. Most of our neighbours were never asked.",
        "Come along",
        "A card for {seat}: {candidate} invites you to two hours of door-knocking on {date},"
        " with tea at the end. A small map shows where {seat} lies.",
    ),
    Kind.AD: Starter(
        "Ad: two hours in your seat",
        "Two hours for your neighbours",
        "{fact:majority} decided it last time. On {date} we knock on doors, two by two."
        " Tea at the end.",
        "I can help",
    ),
    Kind.PAGE: Starter("Page: two hours in your seat", "Give {seat} two hours", PAGE),
}


def words_for(
    kind: str, *, targets: TargetList, date: date, name: str = "", design: str = ""
) -> Words:
    """A kind's first words, for these seats and this day. `name` must be one nobody has yet."""
    starter = STARTERS[kind]
    return Words(
        name or starter.name,
        starter.subject,
        starter.body,
        starter.button,
        date=date,
        targets=targets,
        kind=kind,
        design=design or Master.Design.COLOUR,
        alt=starter.alt,
    )
