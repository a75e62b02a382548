"""Amazon SNS's own signature: it shows that Amazon says so, and that nobody changed a word.

The certificate is fetched once from Amazon itself and kept; the address it is fetched from stands
in the message, so it is followed only where it is SNS's own.
"""

import base64
import binascii
import json
import re
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, HashAlgorithm
from django.conf import settings

from muster.channels.telling import NotNow, NotTheirs
from muster.lib import http

HOST = re.compile(r"sns\.[a-z]{2}(?:-[a-z]+)+-\d\.amazonaws\.com(?:\.cn)?")
PATH = re.compile(r"/SimpleNotificationService-[A-Za-z0-9]{1,64}\.pem")
HASHES: dict[str, type[HashAlgorithm]] = {"1": SHA1, "2": SHA256}
SIGNED = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": (
        *("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
    ),
}
SIGNED["UnsubscribeConfirmation"] = SIGNED["SubscriptionConfirmation"]
MOST_KEPT = 20  # certificates
TIMEOUT = 5.0  # seconds

_kept: dict[str, x509.Certificate] = {}
_guard = threading.Lock()


def check(body: bytes, at: datetime | None = None) -> None:
    """Raises `NotTheirs` unless Amazon signed it, `NotNow` if its certificate cannot be had."""
    message = _read(body)
    certificate = _certificate(str(message.get("SigningCertURL", "")))
    moment = at or datetime.now(UTC)
    if not certificate.not_valid_before_utc <= moment <= certificate.not_valid_after_utc:
        raise NotTheirs
    key = certificate.public_key()
    hashing = HASHES.get(str(message.get("SignatureVersion", "")))
    if not isinstance(key, rsa.RSAPublicKey) or hashing is None:
        raise NotTheirs
    try:
        signature = base64.b64decode(str(message.get("Signature", "")), validate=True)
        key.verify(signature, said(message), padding.PKCS1v15(), hashing())
    except (binascii.Error, ValueError, InvalidSignature):
        raise NotTheirs from None


def has_certificate_of(body: bytes) -> bool:
    """Is nothing to be fetched for it? Then the check takes no time."""
    try:
        return str(_read(body).get("SigningCertURL", "")) in _kept
    except NotTheirs:
        return True


def said(message: Mapping[str, Any]) -> bytes:
    """The very bytes that Amazon signs: some of the fields, in their order, each on a line."""
    names = SIGNED.get(str(message.get("Type", "")))
    if names is None:
        raise NotTheirs
    lines = [f"{name}\n{message[name]}\n" for name in names if message.get(name) is not None]
    return "".join(lines).encode("utf-8", "replace")


def is_amazons_certificate(address: str) -> bool:
    """
    >>> good = "https://sns.eu-west-2.amazonaws.com/SimpleNotificationService-9c6465fa.pem"
    >>> is_amazons_certificate(good), is_amazons_certificate(good.replace("https", "http"))
    (True, False)
    >>> is_amazons_certificate(good.replace("amazonaws.com", "amazonaws.com.example.org"))
    False
    >>> is_amazons_certificate(good.replace("sns.", "x@sns.")), is_amazons_certificate(good + "?")
    (False, True)
    """
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return (
        (parts.scheme, parts.query, parts.fragment) == ("https", "", "")
        and HOST.fullmatch(parts.netloc) is not None
        and PATH.fullmatch(parts.path) is not None
    )


def forget_certificates() -> None:
    """Fetch each anew."""
    with _guard:
        _kept.clear()


def _read(body: bytes) -> dict[str, Any]:
    try:
        message = json.loads(body)
    except ValueError:
        raise NotTheirs from None
    if not isinstance(message, dict):
        raise NotTheirs
    return message


def _certificate(address: str) -> x509.Certificate:
    if (found := _kept.get(address)) is not None:
        return found
    if not is_amazons_certificate(address):
        raise NotTheirs
    try:
        certificate = x509.load_pem_x509_certificate(_fetch(address))
    except ValueError:
        raise NotTheirs from None
    with _guard:
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        _kept[address] = certificate
    return certificate


def _fetch(address: str) -> bytes:
    try:
        answer = ask(address)
    except (http.NotSent, http.Unanswered, http.NotHere) as problem:
        raise NotNow("Amazon's certificate cannot be fetched now.") from problem
    if answer.status != 200:
        raise NotNow(f"Amazon answered {answer.status} when its certificate was fetched.")
    return answer.body


def ask(address: str) -> http.Answer:
    """Amazon's answer; on a machine that pretends, this machine's own."""
    parts, pretend = urlsplit(address), settings.PRETEND_SNS
    client = http.Client(
        pretend or f"https://{parts.netloc}",
        only_loopback=bool(pretend),
        only_public=not pretend,
        timeout=TIMEOUT,
    )
    try:
        return client.ask("GET", parts.path + (f"?{parts.query}" if parts.query else ""))
    finally:
        client.close()
