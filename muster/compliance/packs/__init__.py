"""The dated figures and demands of each country's law: data, never code."""

from datetime import date

from muster.compliance.packs import gb
from muster.compliance.rules import Demand, RulePack

PACKS: dict[str, tuple[Demand, ...]] = {"GB": gb.DEMANDS}


class NoPack(Exception):
    """No law is loaded for this country, so nothing may be sent there (EU-PRIV)."""


def pack_for(country: str, on: date) -> RulePack:
    """The law of a country as it stands on a day. Raises `NoPack`."""
    if country not in PACKS:
        raise NoPack(f"No law is loaded for {country}, so nothing may be sent there.")
    in_force = {d.rule: d for d in PACKS[country] if d.is_in_force(on)}
    return RulePack(country, in_force)
