"""The addresses of one delivery: where reports of it come back to, and where an answer goes.

Both lie in the account's return domain and carry the delivery's code in hexadecimal digits, as
servers may turn an address into small letters. 50 letters of the 64 that may stand before the @.
"""

import base64

from muster.messaging.unsubscribing import LENGTH

BOUNCES, REPLY = "bounces+", "reply+"


def returning_code(code: str) -> str:
    """A delivery's code as it stands in an address."""
    return base64.urlsafe_b64decode(code).hex()


def token_of(word: str) -> str:
    """The code as it is made, from either way of writing it.

    >>> token_of(returning_code("AAAAAAEAAAAAAAIAAAAAAAAAAAAA")).startswith("AAAAAAE")
    True
    """
    if len(word) != 2 * LENGTH:
        return word
    try:
        return base64.urlsafe_b64encode(bytes.fromhex(word)).decode("ascii")
    except ValueError:
        return word


def sender_of(returning: str, domain: bytes) -> bytes:
    """The envelope sender of one delivery (VERP)."""
    return b"bounces+%b@%b" % (returning.encode("ascii"), domain)
