"""Webhooks over HTTPS: to public addresses only, none of them followed anywhere else."""

import time
from collections.abc import Mapping
from urllib.parse import urlsplit

from django.conf import settings

from muster.channels.webhooks import Answered, NotAllowed
from muster.lib.http import Client, NotHere, NotSent, Unanswered


def post(url: str, body: bytes, headers: Mapping[str, str], *, only_loopback: bool) -> Answered:
    """One request, its answer's status and nothing else of it. Raises `NotAllowed`."""
    began = time.monotonic()
    client = _client(url, only_loopback=only_loopback)
    try:
        answer = client.ask("POST", _path(url), body=body, headers=headers)
    except (NotSent, Unanswered) as error:
        return Answered(None, _ms(began), str(error))
    finally:
        client.close()
    moved = " It sends us elsewhere, which nobody follows." if 300 <= answer.status < 400 else ""
    return Answered(answer.status, _ms(began), moved.strip(), answer.wait_s)


def check(url: str, *, only_loopback: bool) -> None:
    """Raises `NotAllowed` for an address that could never be told."""
    _client(url, only_loopback=only_loopback).close()


def _client(url: str, *, only_loopback: bool) -> Client:
    try:
        parts = urlsplit(url)
    except ValueError as refusal:
        raise NotAllowed("This is no address of a web service.") from refusal
    if not url.isascii() or any(c.isspace() for c in url):
        raise NotAllowed("Write the address as a browser shows it, without blanks.")
    if parts.username or parts.password or parts.fragment:
        raise NotAllowed("An address carries no name, password or #.")
    try:
        return Client(
            f"{parts.scheme}://{parts.netloc}",
            only_loopback=only_loopback,
            only_public=not only_loopback,
            timeout=settings.NETWORK_TIMEOUT,
        )
    except NotHere as refusal:
        raise NotAllowed(str(refusal)) from refusal


def _path(url: str) -> str:
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _ms(began: float) -> int:
    return round((time.monotonic() - began) * 1000)
