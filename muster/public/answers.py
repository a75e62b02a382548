"""Every answer of the public app: its templates, its headers, its plain words."""

from base64 import b64encode
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import Response

from muster.lib import colour
from muster.lib.gzipped import zipped

HERE = Path(__file__).parent
FALLBACK = "#1d4f91"

templates = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=settings.DEBUG,
)


@lru_cache(maxsize=256)
def style_for(accent: str) -> str:
    """The one stylesheet, in the organisation's colour, made readable on white (WCAG 1.4.3)."""
    given = colour.readable(accent if colour.is_hex(accent) else FALLBACK, on="#ffffff")
    css = (HERE / "templates" / "public.css").read_text()
    return css.replace("ACCENT", given).replace("INK", colour.ink_on(given))


@lru_cache(maxsize=256)
def policy_for(accent: str) -> str:
    """Nothing may load but the page's own style, known by its hash; nothing may frame it."""
    digest = b64encode(sha256(style_for(accent).encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; form-action 'self';"
        " base-uri 'none'; frame-ancestors 'none'"
    )


def html(template: str, accent: str, **values: Any) -> str:
    return templates.get_template(template).render(style=style_for(accent), **values)


def page(
    request: Request,
    body: str,
    *,
    accent: str,
    status: int = 200,
    retry_after: int = 0,
    keep: bool = False,
) -> Response:
    """A whole page. `keep`: nobody's own, a browser may keep it while it asks again."""
    raw = body.encode()
    is_zipped = takes_gzip(request)
    headers = headers_for(accent, is_zipped=is_zipped, keep=keep)
    if retry_after:
        headers["retry-after"] = str(retry_after)
    return Response(zipped(raw) if is_zipped else raw, status, headers)


def headers_for(accent: str, *, is_zipped: bool, keep: bool) -> dict[str, str]:
    headers = {
        "content-type": "text/html; charset=utf-8",
        "content-security-policy": policy_for(accent),
        "cache-control": "private, no-cache" if keep else "no-store",
        "vary": "accept-encoding",
        **ALWAYS,
    }
    if is_zipped:
        headers["content-encoding"] = "gzip"
    return headers


ALWAYS = {
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), browsing-topics=()",
}
if settings.PUBLIC_ADDRESS.startswith("https://"):
    ALWAYS["strict-transport-security"] = "max-age=31536000"


def takes_gzip(request: Request) -> bool:
    return "gzip" in request.headers.get("accept-encoding", "")


def words(
    request: Request,
    title: str,
    *lines: str,
    status: int,
    retry_after: int = 0,
    accent: str = FALLBACK,
) -> Response:
    """A page that only says something."""
    body = html("words.html", accent, title=title, lines=lines, is_demonstration=False)
    return page(request, body, accent=accent, status=status, retry_after=retry_after)


def not_found(request: Request) -> Response:
    return words(
        request,
        "There is no such page",
        "The address may be mistyped, or the page has closed.",
        "If a link brought you here, tell whoever sent it.",
        status=404,
    )


def away(request: Request) -> Response:
    """The database is not there, and nothing can be shown without it."""
    return words(
        request,
        "We are away for a moment",
        "Something of ours is being mended. Nothing is lost.",
        "Try again in half a minute.",
        status=503,
        retry_after=30,
    )
