"""The seal: what is armed, to the byte; the audience's description, never who is in it."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import connection

from muster.audiences.of_audiences import digest
from muster.launches import uploads
from muster.launches.looking import Look
from muster.launches.models import Item, Launch
from muster.launches.rules import ceiling_for

KEEP = """
UPDATE launches_item i SET sealed = s.sealed
  FROM unnest(%(places)s::bigint[], %(kinds)s::text[], %(seals)s::text[])
       AS s(place, kind, sealed)
 WHERE i.launch_id = %(launch)s AND i.place_id = s.place AND i.kind = s.kind
"""
CEILINGS = """
UPDATE launches_item i SET ceiling = s.ceiling
  FROM unnest(%(places)s::bigint[], %(ceilings)s::integer[]) AS s(place, ceiling)
 WHERE i.launch_id = %(launch)s AND i.place_id = s.place AND i.kind = 'email'
"""
Seals = dict[tuple[int, str], str]


def seals_of(seen: Look) -> Seals:
    """SHA-256 of each item: its cuts' bytes, its pictures', in whose account it goes out, and an
    e-mail's ceiling: how many people its seat may grow to, and by which description of them."""
    said = {kind: _sender(seen.launch, kind) for kind in seen.parts}
    audience = _audience(seen.launch)
    seals = {}
    for (place_id, kind), item in seen.items.items():
        shas = [
            cut.sha if (cut := seen.cuts.get((part.master.pk, place_id, part.format))) else ""
            for part in seen.parts[kind]
        ]
        ceiling = f"at most {item.ceiling}{audience}" if kind == "email" else ""
        seals[place_id, kind] = _sum(*shas, said[kind], ceiling)
    return seals


def _audience(launch: Launch) -> str:
    """What its audience says, if it has one: whoever changes it breaks the seal of the e-mails."""
    audience = launch.message.audience
    return f" of audience {digest(audience)}" if audience else ""


def seal_over(launch: Launch, seals: Mapping[tuple[int, str], str]) -> str:
    """One SHA-256 over all items and the description of the audience."""
    lines = [f"{place} {kind} {seal}" for (place, kind), seal in sorted(seals.items())]
    message = launch.message
    audience = f"list {message.target_list_id} {message.purpose} budget {launch.ad_budget}"
    return _sum(audience, *lines)


def read_ceilings(launch: Launch, seen: Look) -> None:
    """See the ceilings as they stand now."""
    emails = Item.objects.filter(launch=launch, kind="email")
    for place_id, ceiling in emails.values_list("place_id", "ceiling"):
        if item := seen.items.get((place_id, "email")):
            item.ceiling = ceiling


def set_ceilings(launch: Launch, seen: Look) -> None:
    """Write down how far each seat's audience may grow, for whoever arms it first.

    The seal covers it: what two members agreed to stands, whoever seals a seat again.
    """
    ceilings = {}
    for (place_id, kind), item in seen.items.items():
        if kind == "email":
            item.ceiling = ceilings[place_id] = ceiling_for(seen.people.get(place_id, 0))
    asked: dict[str, Any] = {
        "launch": launch.pk,
        "places": [*ceilings],
        "ceilings": [*ceilings.values()],
    }
    with connection.cursor() as cursor:
        cursor.execute(CEILINGS, asked)


def keep(launch: Launch, seals: Seals) -> None:
    """Write each item's seal down."""
    asked = sorted(seals)
    with connection.cursor() as cursor:
        cursor.execute(
            KEEP,
            {
                "launch": launch.pk,
                "places": [place for place, _ in asked],
                "kinds": [kind for _, kind in asked],
                "seals": [seals[key] for key in asked],
            },
        )


def _sender(launch: Launch, kind: str) -> str:
    """Where it says it comes from and leads to: no cut holds these."""
    leads_to = f"{settings.PUBLIC_ADDRESS}/{launch.organisation.slug}/{launch.page.slug}"
    if kind == "email":
        account = launch.message.spoken
        named = f"{account.provider} {account.host}:{account.port} {account.from_name}"
        return f"{named} {account.from_address} {leads_to}"
    return f"{uploads.account_words(launch, kind)} {leads_to}"


def _sum(*words: str) -> str:
    return sha256("\n".join(words).encode()).hexdigest()
