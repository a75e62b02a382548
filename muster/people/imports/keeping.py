"""What an import added to someone, written down so that it can be taken back."""

import json
from typing import Any

from muster.people.imports.differing import Gain


def kept(gain: Gain) -> str:
    """JSON of the additions; a blank with what filled it, so that a later edit is noticed."""
    what: dict[str, Any] = {
        "blanks": gain.blanks,
        "email": gain.email,
        "phones": gain.phones,
        "tags": list(gain.tags),
        "values": list(gain.values),
        "consents": [[c.channel, c.is_given, c.at.isoformat()] for c in gain.consents],
    }
    return json.dumps({name: said for name, said in what.items() if said}, ensure_ascii=False)
