"""Who is in the demonstration: the party, its members, its candidates and what they speak through.

All made up, the same on every machine.
"""

import os
from dataclasses import dataclass
from datetime import datetime
from random import Random

from django.conf import settings
from django.db import transaction

from muster.channels.models import EmailAccount, NetworkAccount
from muster.lib import ports
from muster.organisations.models import Campaigner, Member, Organisation, Role, Unit, User
from muster.people.made_up import family_names, given_names
from muster.places.models import Place

SLUG, NAME = "fair-future", "Fair Future"
OFFICE = "Demonstration House, 1 Example Street, London"


@dataclass(frozen=True)
class Cast:
    """The members who act; Ben joins when it is known which seat is best."""

    organisation: Organisation
    head_office: Unit
    ada: Member
    cara: Member
    dilys: Member


def gather(at: datetime) -> Cast:
    """The party, its head office, and the three members there."""
    with transaction.atomic():
        organisation, _ = Organisation.objects.get_or_create(
            slug=SLUG, defaults={"name": NAME, "is_demonstration": True}
        )
        head_office, _ = Unit.objects.get_or_create(
            organisation=organisation,
            kind=Unit.Kind.HEAD_OFFICE,
            defaults={"name": "Head office"},
        )
        Campaigner.objects.get_or_create(
            organisation=organisation,
            kind=Campaigner.Kind.PARTY,
            name=NAME,
            defaults={
                "promoter": "R. Okafor",
                "address": OFFICE,
                "on_behalf_of": NAME,
                "on_behalf_address": OFFICE,
            },
        )
        ada = join(head_office, "Ada Marsh", Role.Kind.ADMIN, at)
        cara = join(head_office, "Cara Singh", Role.Kind.APPROVER, at)
        # Only the treasurer, an agent or whom they name may let money be spent (SP-1).
        dilys = join(head_office, "Dilys Hughes", Role.Kind.TREASURER, at)
    return Cast(organisation, head_office, ada, cara, dilys)


def party(organisation: Organisation) -> Campaigner:
    return Campaigner.objects.get(organisation=organisation, kind=Campaigner.Kind.PARTY)


def account(organisation: Organisation) -> EmailAccount:
    """The mail server that comes with Muster, wherever it listens today."""
    kept, _ = EmailAccount.objects.update_or_create(
        organisation=organisation,
        name="Made-up post",
        defaults={
            "host": ports.LOOPBACK,
            "port": int(os.environ.get("MUSTER_SINK_PORT", "8425")),
            "from_name": NAME,
            "from_address": "hello@fair-future.example",
        },
    )
    return kept


def _network_account(organisation: Organisation, kind: str) -> NetworkAccount:
    """The party at the made-up network, wherever it answers today."""
    kept, _ = NetworkAccount.objects.update_or_create(
        organisation=organisation,
        kind=kind,
        name=NAME,
        defaults={
            "provider": "pretend",
            "handle": SLUG,
            "address": settings.PRETEND_ADDRESS,
        },
    )
    return kept


def social_account(organisation: Organisation) -> NetworkAccount:
    return _network_account(organisation, NetworkAccount.Kind.SOCIAL)


def ads_account(organisation: Organisation) -> NetworkAccount:
    return _network_account(organisation, NetworkAccount.Kind.ADS)


def join(unit: Unit, name: str, kind: str, at: datetime) -> Member:
    """A member with one role. Their login has no password: they come in by link."""
    email = f"{name.lower().replace(' ', '.')}@example.org"
    user, _ = User.objects.get_or_create(email=email, of=unit.organisation)
    member, _ = Member.objects.get_or_create(
        organisation=unit.organisation, user=user, defaults={"name": name}
    )
    Role.objects.get_or_create(member=member, unit=unit, kind=kind, defaults={"granted_at": at})
    return member


def settle(cast: Cast, seats: list[Place], at: datetime) -> Member:
    """Units and candidates in the target seats, best first; answers the best one's organiser."""
    _units(cast, seats)
    Campaigner.objects.bulk_create(
        [_candidate(cast.organisation, seat) for seat in seats], ignore_conflicts=True
    )
    best = Unit.objects.get(organisation=cast.organisation, place_code=seats[0].code)
    return join(best, "Ben Hale", Role.Kind.ORGANISER, at)


def _units(cast: Cast, seats: list[Place]) -> None:
    regions = {seat.parent_id: seat.parent for seat in seats if seat.parent}
    Unit.objects.bulk_create(
        [_unit(cast.head_office, Unit.Kind.REGION, place) for place in regions.values()],
        ignore_conflicts=True,
    )
    above = {
        unit.place_code: unit
        for unit in Unit.objects.filter(organisation=cast.organisation, kind=Unit.Kind.REGION)
    }
    Unit.objects.bulk_create(
        [
            _unit(
                above.get(seat.parent.code if seat.parent else "", cast.head_office), "seat", seat
            )
            for seat in seats
        ],
        ignore_conflicts=True,
    )


def _unit(parent: Unit, kind: str, place: Place) -> Unit:
    return Unit(
        organisation=parent.organisation,
        parent=parent,
        kind=kind,
        name=place.name,
        place_code=place.code,
    )


def _candidate(organisation: Organisation, seat: Place) -> Campaigner:
    """A made-up candidate and agent, drawn by the seat's code: always the same two people."""
    lot = Random(f"candidate:{seat.code}")  # noqa: S311 (nothing here is secret)
    name, agent = _someone(lot), _someone(lot)
    address = f"Demonstration House, 1 Example Street, {seat.name}"
    return Campaigner(
        organisation=organisation,
        kind=Campaigner.Kind.CANDIDATE,
        name=name,
        promoter=agent,
        address=address,
        on_behalf_of=name,
        on_behalf_address=address,
        place_code=seat.code,
    )


def _someone(lot: Random) -> str:
    (given, given_weights), (family, family_weights) = given_names(), family_names()
    return " ".join(
        (
            lot.choices(given, cum_weights=given_weights)[0],
            lot.choices(family, cum_weights=family_weights)[0],
        )
    )
