"""Special-category fields in audiences: which ones a definition asks of (DP-9, DP-9T)."""

from muster.audiences import criteria
from muster.audiences.rules import Node, leaves
from muster.organisations.models import Organisation


def fields_used(definition: Node, organisation: Organisation) -> list[str]:
    """Their names, in order, each once; those of audiences within it too."""
    found = (criteria.of(leaf).special(leaf, organisation) for leaf in leaves(definition["who"]))
    return sorted({name for names in found if names for name in names.split(", ")})
