"""What hosted services tell of a message, in the form of their own documentation."""

import base64
import hashlib
import hmac
import json
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.providers import amazon

KEY = ec.generate_private_key(ec.SECP256R1())
PUBLIC = base64.b64encode(
    KEY.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
).decode()
ALL = ("mailgun", "postmark", "sendgrid", "brevo", "ses")
SIGNING = "mailguns-own"
KEYS = {"mailgun": {"signing_key": SIGNING}, "sendgrid": {"verification_key": PUBLIC}}
TO = "cleo@example.com"
AT = 1_796_115_600  # 1 December 2026, 9:00
NO_USER = "550 5.1.1 no such user"

Request = tuple[bytes, dict[str, str]]


def basic(password: str) -> str:
    return "Basic " + base64.b64encode(f"muster:{password}".encode()).decode()


def mailgun(event: str, code: str, token: str = "t1", **more: Any) -> Request:
    signature = hmac.digest(SIGNING.encode(), f"{AT}{token}".encode(), hashlib.sha256).hex()
    return _json(
        {
            "signature": {"token": token, "timestamp": str(AT), "signature": signature},
            "event-data": {
                "event": event,
                "id": "G9Bn5sl1TC6nu79C8C0bwg",
                "timestamp": AT + 0.5,
                "recipient": TO,
                "user-variables": {"muster": code},
                "delivery-status": {"message": NO_USER, "code": 550},
                **more,
            },
        }
    )


def postmark(kind: str, code: str, **more: Any) -> Request:
    told = {"RecordType": kind, "MessageID": "m-1", "Metadata": {"muster": code}, "Email": TO}
    return _json({**told, "BouncedAt": "2026-12-01T09:00:00Z", "Details": NO_USER, **more})


def sendgrid(*events: dict[str, Any]) -> Request:
    body, headers = _json(list(events))
    signature = KEY.sign(str(AT).encode() + body, ec.ECDSA(hashes.SHA256()))
    return body, {
        **headers,
        "x-twilio-email-event-webhook-signature": base64.b64encode(signature).decode(),
        "x-twilio-email-event-webhook-timestamp": str(AT),
    }


def of_sendgrid(event: str, code: str, name: str = "sg1", **more: Any) -> dict[str, Any]:
    told = {"email": TO, "event": event, "timestamp": AT, "sg_event_id": name, "muster": code}
    return {**told, "reason": NO_USER, **more}


def brevo(event: str, code: str, **more: Any) -> Request:
    told = {"event": event, "email": TO, "ts_epoch": AT * 1000, "message-id": "<1@brevo>"}
    metadata = {"X-Mailin-custom": json.dumps({"muster": code})}
    return _json({**told, **metadata, "reason": NO_USER, **more})


def ses(event: dict[str, Any], code: str) -> Request:
    headers = [{"name": "X-Metadata", "value": json.dumps({"muster": code})}]
    mail = {"messageId": "0100", "destination": [TO], "headers": headers}
    return sns("Notification", Message=json.dumps({"mail": mail, **event}))


def sns(kind: str, version: str = "2", **more: str) -> Request:
    told = {"Type": kind, "MessageId": "sns-1", "Timestamp": "2026-12-01T09:00:00.000Z", **more}
    told = {"TopicArn": "arn:aws:sns:eu-west-2:1:ours", **told}
    body, _ = _json(amazon.signed(told, version))
    headers = {"x-amz-sns-message-type": kind, "x-amz-sns-message-id": "sns-1"}
    return body, {**headers, "content-type": "text/plain; charset=UTF-8"}


def ses_bounce(kind: str) -> dict[str, Any]:
    who = [{"emailAddress": TO, "status": "5.1.1", "diagnosticCode": f"smtp; {NO_USER}"}]
    bounce = {"bounceType": kind, "bounceSubType": "General", "bouncedRecipients": who}
    return {"eventType": "Bounce", "bounce": bounce}


def _json(told: Any) -> Request:
    return json.dumps(told).encode(), {"content-type": "application/json"}
