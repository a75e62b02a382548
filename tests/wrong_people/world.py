"""The people who try every door."""

from dataclasses import dataclass

from muster.organisations.models import Campaigner, Member, Organisation, Unit
from muster.people.models import Person
from muster.places.models import Place


@dataclass(frozen=True)
class World:
    """A party with a seat organiser in Stroud and one in Neath, and a rival party.

    `ada` administers the party and is the right person everywhere. The wrong ones: `drew`
    administers the rivals, `wyn` organises Neath and only Neath, `nobody` is a member without a
    role. `cleo` is the party's supporter in Stroud.
    """

    party: Organisation
    rivals: Organisation
    stroud: Place
    neath: Place
    head_office: Unit
    stroud_unit: Unit
    neath_unit: Unit
    campaigner: Campaigner
    ada: Member
    ben: Member
    drew: Member
    wyn: Member
    nobody: Member
    cleo: Person
