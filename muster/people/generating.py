"""Filling a demonstration with made-up supporters."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from itertools import accumulate, islice
from typing import Protocol

from django.db import connection, transaction

from muster.organisations.models import Organisation
from muster.people import facts, households, suppressing
from muster.people.copying import Lines, codes, line, numbers
from muster.people.made_up import BLOCK, Home, Land, MadeUp, block
from muster.people.models import Channel, Person, Suppression, Wording
from muster.people.words import folded_of, words_of
from muster.places.models import Place

MARK = "made-up-"
"""How the external id of every made-up person begins; the number follows."""

VERSION = "made up 1"
WORDS = {
    "email": "Yes, {name} and its candidates may e-mail me about their campaigns.",
    "sms": "Yes, {name} and its candidates may text me about their campaigns.",
    "call": "Yes, {name} and its candidates may ring me about their campaigns.",
    "post": "Yes, {name} and its candidates may write to me about their campaigns.",
}


class CannotGenerate(Exception):
    """What is missing before supporters can be made up."""


class Advances(Protocol):
    """What progress is told."""

    def advance(self, steps: int = 1, /) -> None: ...


Shows = Callable[[str, int], AbstractContextManager[Advances]]


class Quiet:
    """Progress nobody looks at."""

    def advance(self, steps: int = 1, /) -> None:
        """Say nothing."""


def quietly(label: str, total: int) -> AbstractContextManager[Advances]:
    return nullcontext(Quiet())


def generate(
    organisation: Organisation,
    *,
    how_many: int,
    seed: int,
    at: datetime,
    progress: Shows = quietly,
) -> int:
    """Make the organisation's made-up supporters up to `how_many`; how many were made now.

    Each block is written in one transaction, so that a killed run goes on where it stopped, and a
    second run makes nobody. The same seed, instant and places give the same people.
    Raises `CannotGenerate`.
    """
    if not organisation.is_demonstration:
        raise CannotGenerate("Only a demonstration holds made-up supporters.")
    there = already(organisation)
    if there >= how_many:
        return 0
    wordings, land = _wordings(organisation), _land()
    with progress("Supporters", how_many - there) as shown:
        for index in range(there // BLOCK, (how_many - 1) // BLOCK + 1):
            made = block(seed, index, land, at)
            start, end = max(there - index * BLOCK, 0), how_many - index * BLOCK
            wanted = list(islice(made, start, min(end, BLOCK)))
            with transaction.atomic():
                _write(organisation, wanted, wordings)
            shown.advance(len(wanted))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE people_person, people_contactpoint, people_personword")
        cursor.execute("ANALYZE people_consentevent, journal_fact")
    return how_many - there


def already(organisation: Organisation) -> int:
    """How many made-up supporters there are: their numbers have no gaps."""
    made_up = Person.objects.filter(
        organisation=organisation, external_id__gte=MARK, external_id__lt=f"{MARK}~"
    )
    last = made_up.order_by("-external_id").values_list("external_id", flat=True).first()
    return int(last.removeprefix(MARK)) + 1 if last else 0


def _write(organisation: Organisation, made: list[MadeUp], wordings: dict[str, Wording]) -> None:
    homes = {n.number: households.key_of(n.address, n.postcode) for n in made}
    house_ids = households.ids_of(organisation.pk, {key for key in homes.values() if key})
    lines, ids, person_codes = Lines(), numbers("people_person", len(made)), codes(len(made))
    for person, person_id, code in zip(made, ids, person_codes, strict=True):
        home = house_ids.get(homes[person.number])
        _add(lines, organisation.pk, person, (person_id, code, home), wordings)
    lines.send()
    _suppress(organisation, [p for p in made if p.is_suppressed])


def _add(
    lines: Lines,
    org: int,
    person: MadeUp,
    kept_as: tuple[int, str, int | None],
    wordings: dict[str, Wording],
) -> None:
    person_id, code, home = kept_as
    phones = [person.phone] if person.phone else []
    words = words_of(person.given_name, person.family_name, person.email, phones)
    joined = person.joined_at.isoformat()
    row = (person_id, code, org, person.given_name, person.family_name, folded_of(words))
    row += (person.postcode, person.address, person.seat_id, person.seat_how, person.ward_id)  # type: ignore[assignment]
    row += (home, f"{MARK}{person.number:07}", "made up", None, joined)  # type: ignore[assignment]
    lines.of["people_person"].append(line(row))
    for kind, value in (("email", person.email), ("phone", person.phone)):
        if value:
            lines.of["people_contactpoint"].append(line((org, person_id, kind, value, "good")))
    for said in person.said:
        wording = wordings[said.channel] if said.is_given else None
        of = (wording.pk, wording.campaigner_id) if wording else (None, None)
        event = (org, person_id, said.channel, "marketing", said.is_given, *of)
        lines.of["people_consentevent"].append(line((*event, said.source, None, said.at)))
    for word in words:
        lines.of["people_personword"].append(line((org, word, person_id, person.seat_id)))
    fact = (org, facts.PERSON_JOINED, person_id, person.seat_id, None, "", "", None, "{}", joined)
    lines.of["journal_fact"].append(line(fact))


def _suppress(organisation: Organisation, people: Iterable[MadeUp]) -> None:
    Suppression.objects.bulk_create(
        [
            Suppression(
                organisation=organisation,
                channel="email",
                key=suppressing.key_for("email", person.email),
                reason="unsubscribed",
                at=max(said.at for said in person.said if not said.is_given),
            )
            for person in people
        ],
        ignore_conflicts=True,
    )


def _wordings(organisation: Organisation) -> dict[str, Wording]:
    campaigner = organisation.campaigners.exclude(kind="candidate").order_by("id").first()
    if campaigner is None:
        raise CannotGenerate("Add the campaigner they gave their consent to first.")
    return {
        channel: Wording.objects.get_or_create(
            organisation=organisation,
            channel=channel,
            purpose="marketing",
            version=VERSION,
            defaults={
                "campaigner": campaigner,
                "text": WORDS[channel].format(name=campaigner.name),
                "covers_candidates": True,
            },
        )[0]
        for channel in Channel.values
    }


def _land() -> Land:
    seats = list(
        Place.objects.seats()
        .filter(country="GB", electorate__isnull=False)
        .order_by("code")
        .values_list("id", "electorate")
    )
    if not seats:
        raise CannotGenerate("Load the places first: muster places load.")
    weights = [float(electorate or 0) for _, electorate in seats]
    return Land([pk for pk, _ in seats], list(accumulate(weights)), _homes())


def _homes() -> dict[int, list[Home]]:
    """One postcode in ten of every seat, the same ones each time: plenty, and quick to fetch."""
    homes: dict[int, list[Home]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT seat_id, code, ward_id FROM places_postcode"
            " WHERE seat_id IS NOT NULL AND hashtext(code) %% 10 = 0 ORDER BY code",
            [],
        )
        for seat_id, code, ward_id in cursor.fetchall():
            homes[seat_id].append(Home(f"{code[:-3]} {code[-3:]}", ward_id))
    return homes
