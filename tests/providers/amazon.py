"""Amazon SNS as it signs: with a key and a certificate of our own, served on this machine."""

import base64
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

CERTIFICATE_AT = "https://sns.eu-west-2.amazonaws.com/SimpleNotificationService-{}.pem"
FIELDS = (
    "Message",
    "MessageId",
    "Subject",
    "SubscribeURL",
    "Timestamp",
    "Token",
    "TopicArn",
    "Type",
)
KEY = rsa.generate_private_key(65537, 2048)


def certificate(ends: timedelta = timedelta(days=30)) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    at = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(KEY.public_key())
        .serial_number(1)
        .not_valid_before(at - timedelta(days=60))
        .not_valid_after(at + ends)
        .sign(KEY, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM)


SERVED = {"good": certificate(), "old": certificate(-timedelta(days=1)), "none": b"no certificate"}


def signed(told: Mapping[str, str], version: str = "2", by: str = "good") -> dict[str, str]:
    """The message with its signature, over its fields as Amazon's documentation has it."""
    lines = "".join(f"{name}\n{told[name]}\n" for name in FIELDS if name in told)
    hashing = hashes.SHA256() if version == "2" else hashes.SHA1()
    signature = KEY.sign(lines.encode(), padding.PKCS1v15(), hashing)
    return {
        **told,
        "SignatureVersion": version,
        "Signature": base64.b64encode(signature).decode(),
        "SigningCertURL": CERTIFICATE_AT.format(by),
    }


class Amazon:
    """`asked`: the paths it was asked for; while `is_away` it answers nothing useful."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.is_away = False
        self.url = ""


@contextmanager
def serving() -> Iterator[Amazon]:
    amazon = Amazon()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            amazon.asked.append(self.path)
            name = self.path.removeprefix("/SimpleNotificationService-").removesuffix(".pem")
            body = SERVED.get(name, b"")
            is_known = name in SERVED or self.path.startswith("/?Action=ConfirmSubscription")
            self.send_response(503 if amazon.is_away else 200 if is_known else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    amazon.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield amazon
    server.shutdown()
    server.server_close()
