"""What hosted services tell of one message, as their own documentation has it, for measuring."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.providers import amazon

AT = 1_796_115_600  # 1 December 2026, 9:00
ISO = "2026-12-01T09:00:00.000Z"
NO_USER = "550 5.1.1 no such user"
SIGNING = "mailguns-own"
KEY = ec.generate_private_key(ec.SECP256R1())
PUBLIC = base64.b64encode(
    KEY.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
).decode()

Said = tuple[bytes, dict[str, str]]


@dataclass(frozen=True)
class Form:
    """`say` takes what happened, the delivery's code, the address, and the event's own name."""

    say: Callable[[str, str, str, str], Said]
    keys: Mapping[str, str] = field(default_factory=dict)


def _json(told: Any, **headers: str) -> Said:
    return json.dumps(told).encode(), {"Content-Type": "application/json", **headers}


def _mailgun(what: str, code: str, to: str, name: str) -> Said:
    events: dict[str, dict[str, str]] = {
        "arrived": {"event": "delivered"},
        "waits": {"event": "failed", "severity": "temporary"},
        "bounced": {"event": "failed", "severity": "permanent"},
        "spam": {"event": "complained"},
    }
    signature = hmac.digest(SIGNING.encode(), f"{AT}{name}".encode(), hashlib.sha256).hex()
    data = {"id": name, "timestamp": AT + 0.5, "recipient": to, "user-variables": {"muster": code}}
    status = {"message": NO_USER if what == "bounced" else "OK", "code": 250}
    return _json(
        {
            "signature": {"token": name, "timestamp": str(AT), "signature": signature},
            "event-data": data | events[what] | {"delivery-status": status},
        }
    )


def _postmark(what: str, code: str, to: str, name: str) -> Said:
    kinds: dict[str, dict[str, Any]] = {
        "arrived": {"RecordType": "Delivery", "Recipient": to, "DeliveredAt": ISO},
        "waits": {"RecordType": "Bounce", "Type": "Transient", "ID": name, "Email": to},
        "bounced": {"RecordType": "Bounce", "Type": "HardBounce", "ID": name, "Email": to},
        "spam": {"RecordType": "SpamComplaint", "ID": name, "Email": to},
    }
    told = {"MessageID": name, "Metadata": {"muster": code}, "BouncedAt": ISO, "Details": NO_USER}
    return _json(told | kinds[what])


def _sendgrid(what: str, code: str, to: str, name: str) -> Said:
    events: dict[str, dict[str, str]] = {
        "arrived": {"event": "delivered", "response": "250 OK"},
        "waits": {"event": "deferred", "response": "450 later"},
        "bounced": {"event": "bounce", "type": "bounce", "reason": NO_USER},
        "spam": {"event": "spamreport"},
    }
    told = {"email": to, "timestamp": AT, "sg_event_id": name, "muster": code}
    body, headers = _json([told | events[what]])
    signature = KEY.sign(str(AT).encode() + body, ec.ECDSA(hashes.SHA256()))
    return body, headers | {
        "X-Twilio-Email-Event-Webhook-Signature": base64.b64encode(signature).decode(),
        "X-Twilio-Email-Event-Webhook-Timestamp": str(AT),
    }


def _brevo(what: str, code: str, to: str, name: str) -> Said:
    event = {"arrived": "delivered", "waits": "deferred", "bounced": "hard_bounce", "spam": "spam"}
    told = {"event": event[what], "email": to, "ts_epoch": AT * 1000, "message-id": f"<{name}@x>"}
    reason = NO_USER if what == "bounced" else ""
    return _json(told | {"X-Mailin-custom": json.dumps({"muster": code}), "reason": reason})


def _ses(what: str, code: str, to: str, name: str) -> Said:
    bounced = [{"emailAddress": to, "status": "5.1.1", "diagnosticCode": f"smtp; {NO_USER}"}]
    who = [{"emailAddress": to}]
    events: dict[str, dict[str, Any]] = {
        "arrived": {"eventType": "Delivery", "delivery": {"recipients": [to], "timestamp": ISO}},
        "waits": {
            "eventType": "DeliveryDelay",
            "deliveryDelay": {"delayedRecipients": who, "delayType": "MailboxFull"},
        },
        "bounced": {
            "eventType": "Bounce",
            "bounce": {
                "bounceType": "Permanent",
                "bounceSubType": "General",
                "bouncedRecipients": bounced,
            },
        },
        "spam": {"eventType": "Complaint", "complaint": {"complainedRecipients": who}},
    }
    headers = [{"name": "X-Metadata", "value": json.dumps({"muster": code})}]
    mail = {"messageId": name, "destination": [to], "headers": headers, "timestamp": ISO}
    told = {
        "Type": "Notification",
        "MessageId": name,
        "Timestamp": ISO,
        "Message": json.dumps({"mail": mail} | events[what]),
    }
    named = {"X-Amz-Sns-Message-Type": "Notification", "X-Amz-Sns-Message-Id": name}
    return _json(amazon.signed(told | {"TopicArn": "arn:aws:sns:eu-west-2:1:ours"}), **named)


FORMS = {
    "ses": Form(_ses),
    "brevo": Form(_brevo),
    "mailgun": Form(_mailgun, {"signing_key": SIGNING}),
    "postmark": Form(_postmark),
    "sendgrid": Form(_sendgrid, {"verification_key": PUBLIC}),
}
