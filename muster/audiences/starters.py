"""Three audiences to begin with, as far as the organisation has what they ask for."""

from dataclasses import dataclass

from muster.audiences import deeds
from muster.audiences.rules import Node
from muster.organisations.models import Organisation
from muster.places.models import TargetList


@dataclass(frozen=True)
class Starter:
    name: str
    why: str
    definition: Node


def starters(organisation: Organisation) -> list[Starter]:
    """Lapsed volunteers, reachable in target seats, signed up this week."""
    found = []
    if "volunteered" in deeds.known():
        ever = {"is": "did", "kind": "volunteered", "times": 1, "when": {}}
        lately = {"is": "did", "kind": "volunteered", "times": 1, "when": {"days": 180}}
        lapsed: list[Node] = [ever, {"not": lately}]
        found.append(
            _starter("Lapsed volunteers", "They helped once, not for half a year.", lapsed)
        )
    targets = TargetList.objects.in_force(organisation)
    reach = {"is": "reach", "channel": "email"}
    if targets:
        where = {"is": "targets", "list": targets.pk}
        found.append(
            _starter("Reachable in target seats", "Where it counts, by e-mail.", [where, reach])
        )
    else:
        found.append(_starter("Reachable by e-mail", "Everyone you may write to.", [reach]))
    week = {"is": "joined", "when": {"days": 7}}
    found.append(_starter("Signed up this week", "Say hello while they remember.", [week]))
    return found


def _starter(name: str, why: str, who: list[Node]) -> Starter:
    return Starter(name, why, {"who": {"all": who}, "one_per_household": False})
