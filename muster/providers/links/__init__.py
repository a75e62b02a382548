"""Looking whether a link leads anywhere: one HEAD to a public address, followed nowhere."""

from urllib.parse import urlsplit

from muster.channels.outside import Visited
from muster.lib.http import Client, NotHere, NotSent, Unanswered

PATIENCE = 5.0  # seconds
GONE = frozenset({404, 410})


def visit(url: str) -> Visited:
    """A server that will not answer HEAD, or asks who we are, is there all the same."""
    try:
        parts = urlsplit(url)
        client = Client(
            f"{parts.scheme}://{parts.netloc}",
            only_loopback=False,
            only_public=True,
            timeout=PATIENCE,
        )
    except (NotHere, ValueError) as refusal:
        return Visited(True, str(refusal) or "It is no address of a web service.")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        status = client.ask("HEAD", path).status
    except (NotSent, Unanswered, ValueError) as error:
        return Visited(True, f"It does not answer: {error}.")
    finally:
        client.close()
    if status in GONE or status >= 500:
        return Visited(True, f"It answers with {status}.")
    return Visited(False)
