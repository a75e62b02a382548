"""A whole definition: read from anywhere, checked to the last leaf, never believed."""

import base64
import binascii
import json
import zlib
from typing import Any

from muster.audiences import criteria
from muster.audiences.rules import Node, Unclear, check_shape, everyone, tidy
from muster.organisations.models import Organisation

LONGEST = 8_000  # characters in an address
BIGGEST = 200_000  # bytes unpacked


def empty() -> Node:
    return {"who": everyone(), "one_per_household": False}


def read(said: Any, organisation: Organisation) -> Node:
    """The definition in its one canonical shape. Raises `Unclear`."""
    if not isinstance(said, dict) or set(said) - {"who", "one_per_household"}:
        raise Unclear("This is not an audience.")
    tree = tidy(check_shape(said.get("who", everyone())))
    return {
        "who": check_shape(_read(tree, organisation)),
        "one_per_household": said.get("one_per_household") is True,
    }


def _read(node: Node, organisation: Organisation) -> Node:
    if "not" in node:
        return {"not": _read(node["not"], organisation)}
    for many in ("all", "any"):
        if many in node:
            return {many: [_read(child, organisation) for child in node[many]]}
    return criteria.of(node).read(node, organisation)


def packed(definition: Node) -> str:
    """The definition as a word for the address bar."""
    said = json.dumps(definition, sort_keys=True, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(zlib.compress(said, 9)).decode().rstrip("=")


def unpacked(word: str, organisation: Organisation) -> Node:
    """Back from the address bar. Raises `Unclear`."""
    if not word:
        return empty()
    if len(word) > LONGEST:
        raise Unclear("This audience is too long for an address. Save it in parts.")
    try:
        raw = base64.urlsafe_b64decode(word + "=" * (-len(word) % 4))
        unzip = zlib.decompressobj()
        said = unzip.decompress(raw, BIGGEST)
        if unzip.unconsumed_tail:
            raise Unclear("This audience is too long for an address. Save it in parts.")
        return read(json.loads(said), organisation)
    except (binascii.Error, zlib.error, ValueError, RecursionError):
        raise Unclear("The address of this audience was cut or changed. Begin anew.") from None
