"""Signatures as Standard Webhooks has them: HMAC-SHA256 over id, timestamp and body."""

import base64
import hmac
import secrets

MARK = "whsec_"


def fresh_secret() -> str:
    """192 random bits, marked as the standard marks them."""
    return MARK + base64.b64encode(secrets.token_bytes(24)).decode()


def signature(secret: str, id: str, timestamp: int, body: bytes) -> str:
    """The signature, under the one version there is: `v1,…`."""
    key = base64.b64decode(secret.removeprefix(MARK))
    signed = f"{id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
