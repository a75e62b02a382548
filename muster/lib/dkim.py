"""DKIM signatures (RFC 6376, and RFC 8463 for Ed25519): who answers for an e-mail, provably.

A `Signer` holds one private key, loaded once, and is shared between threads: the dear part, RSA,
runs outside Python's lock. Messages are whole, with CRLF line ends. Both canonicalisations are
relaxed, as relays on the way rewrap headers and cut off spaces at the ends of lines.
"""

import hashlib
import re
from base64 import b64encode
from collections.abc import Iterable, Sequence
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import (
    RSAPrivateKey,
    RSAPublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

PrivateKey = RSAPrivateKey | Ed25519PrivateKey
BITS = 2048
END = b"\r\n"
LABEL = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?", re.ASCII)
IN_RECORD = 255  # bytes that one string of a DNS record may have
IN_LINE = 72

SIGNED = (
    b"from",
    b"to",
    b"cc",
    b"reply-to",
    b"subject",
    b"date",
    b"message-id",
    b"in-reply-to",
    b"references",
    b"mime-version",
    b"content-type",
    b"content-transfer-encoding",
    b"list-id",
    b"list-unsubscribe",
    b"list-unsubscribe-post",
)
"""Headers that are signed, where a message has them. RFC 8058 wants the last two."""

SEALED = frozenset({b"from", b"to", b"subject", b"date", b"reply-to"})
"""Signed once more than they occur: nobody can put another beside them on the way."""


class CannotSign(ValueError):
    """A key, a domain or a message that no signature can be made with."""


class Signer:
    """Signs for one domain with one key, which is published at `place` as `record`."""

    def __init__(self, domain: str, selector: str, key: PrivateKey) -> None:
        """Raises `CannotSign` for what cannot stand in DNS and for a short key."""
        self.domain, self.selector, self.key = _in_dns(domain), _in_dns(selector), key
        if isinstance(key, RSAPrivateKey) and key.key_size < BITS:
            raise CannotSign(f"The key has {key.key_size} bits; receivers want {BITS}.")
        self._first = b"v=1; a=%s; c=relaxed/relaxed; d=%s; s=%s;" % (
            b"rsa-sha256" if isinstance(key, RSAPrivateKey) else b"ed25519-sha256",
            self.domain.encode("ascii"),
            self.selector.encode("ascii"),
        )

    @property
    def place(self) -> str:
        """The name in DNS where receivers look for the key."""
        return f"{self.selector}._domainkey.{self.domain}"

    @property
    def record(self) -> str:
        """What is to be published there, as one string."""
        return record_of(self.key.public_key())

    def _signature(self, headers: "_Headers", body_hash: bytes, second: int) -> bytes:
        told = b" t=%d; h=%s; bh=%s; b=" % (second, headers.names, body_hash)
        # Of the header itself all is signed but the signature (RFC 6376 3.7).
        signed = headers.canonical + b"dkim-signature:" + self._first + told
        if isinstance(self.key, RSAPrivateKey):
            made = self.key.sign(signed, _PADDING, _SHA256)
        else:  # Ed25519 signs the hash (RFC 8463 3)
            made = self.key.sign(hashlib.sha256(signed).digest())
        return b"".join(
            (
                b"DKIM-Signature: ",
                self._first,
                b"\r\n t=%d; h=" % second,
                headers.folded,
                b";\r\n bh=",
                body_hash,
                b";\r\n b=",
                _folded(b64encode(made)),
                END,
            )
        )


def signed(message: bytes, signers: Sequence[Signer], second: int) -> bytes:
    """The message with a signature by each in front; `second` is the time, since 1970.

    Raises `CannotSign` for what is no message with a From.
    """
    head, gap, body = message.partition(b"\r\n\r\n")
    if not gap:
        raise CannotSign("The message has no end of its headers.")
    headers = _Headers(head)
    body_hash = b64encode(hashlib.sha256(relaxed_body(body)).digest())
    made = [signer._signature(headers, body_hash, second) for signer in signers]
    return b"".join((*made, message))


def relaxed_body(body: bytes) -> bytes:
    """RFC 6376 3.4.4: no spaces at the ends of lines, elsewhere one; no empty lines at the end."""
    if b"\t" in body:
        body = body.replace(b"\t", b" ")
    while b"  " in body:  # each pass halves the longest run
        body = body.replace(b"  ", b" ")
    if b" \r\n" in body:
        body = body.replace(b" \r\n", END)
    body = body.removesuffix(b" ")
    if body and not body.endswith(END):
        body += END
    end = len(body)
    while body.endswith(b"\r\n\r\n", 0, end):
        end -= len(END)
    body = body[:end]
    return b"" if body == END else body


class _Headers:
    """Those headers of a message that are signed: canonical, and their names for `h=`."""

    __slots__ = ("canonical", "folded", "names")

    def __init__(self, head: bytes) -> None:
        found: dict[bytes, list[bytes]] = {}
        for line in head.replace(b"\r\n ", b" ").replace(b"\r\n\t", b" ").split(END):
            name, _, value = line.partition(b":")
            found.setdefault(name.rstrip(b" \t").lower(), []).append(value)
        if b"from" not in found:
            raise CannotSign("The message has no From.")
        counts = tuple(len(found.get(name, ())) for name in SIGNED)
        self.names, self.folded = _names(counts)
        # Of several with one name the last is signed first (RFC 6376 5.4.2).
        self.canonical = b"".join(
            name + b":" + _relaxed(value) + END
            for name in SIGNED
            for value in reversed(found.get(name, ()))
        )


def _relaxed(value: bytes) -> bytes:
    """RFC 6376 3.4.2, of an unfolded value."""
    value = value.replace(b"\t", b" ").strip(b" ")
    while b"  " in value:
        value = value.replace(b"  ", b" ")
    return value


@lru_cache(maxsize=64)
def _names(counts: tuple[int, ...]) -> tuple[bytes, bytes]:
    """What `h=` says when each of `SIGNED` occurs so often: in one line as it is signed, and as
    it travels, folded."""
    said: list[bytes] = []
    for name, count in zip(SIGNED, counts, strict=True):
        said += [name] * (count + (name in SEALED))
    folded = re.sub(rb"(.{40,60}?:)", rb"\1\r\n ", b":".join(said))
    return b" ".join(folded.split()), folded


def _folded(signature: bytes) -> bytes:
    return b"\r\n ".join(signature[at : at + IN_LINE] for at in range(0, len(signature), IN_LINE))


_PADDING, _SHA256 = PKCS1v15(), SHA256()


def fresh_key() -> RSAPrivateKey:
    """A new key of the kind every receiver knows. Takes a tenth of a second."""
    return generate_private_key(public_exponent=65537, key_size=BITS)


def record_of(public: RSAPublicKey | Ed25519PublicKey) -> str:
    """The TXT record that publishes a key (RFC 6376 3.6.1, RFC 8463 4)."""
    if isinstance(public, RSAPublicKey):
        kind, raw = "rsa", public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    else:
        kind, raw = "ed25519", public.public_bytes(Encoding.Raw, PublicFormat.Raw)
    return f"v=DKIM1; k={kind}; p={b64encode(raw).decode('ascii')}"


def strings_of(record: str) -> Iterable[str]:
    """The record in pieces short enough for DNS; read, they are joined without a gap."""
    return [record[at : at + IN_RECORD] for at in range(0, len(record), IN_RECORD)]


def _in_dns(name: str) -> str:
    """A domain or selector as it stands in DNS: ASCII, lower-case. Raises `CannotSign`."""
    try:
        bare = name.strip().rstrip(".").encode("idna").decode("ascii").lower()
    except UnicodeError:
        bare = ""
    if not bare or not all(LABEL.fullmatch(label) for label in bare.split(".")):
        raise CannotSign(f"“{name}” cannot stand in DNS.")
    return bare
