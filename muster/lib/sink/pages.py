"""The sink's mail in a browser, on loopback: a list, and each message as its reader sees it."""

import email
import email.policy
import html
from email.message import EmailMessage
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from muster.lib.sink.store import Kept, Store

HERE = Path(__file__).parent
# A message is a stranger's page: it runs no script, loads nothing, and is never of our origin.
SANDBOX = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none';"
    " style-src 'unsafe-inline'; img-src data:"
)
OURS = "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; form-action 'self'"
templates = Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=True)


def application(store: Store) -> Starlette:
    """The pages over one store."""
    routes = [
        Route("/", listing),
        Route("/mail/{number:int}", message),
        Route("/mail/{number:int}/html", designed),
        Route("/mail/{number:int}/source", source),
        Route("/healthz", lambda request: PlainTextResponse("ok")),
        Route("/count", count),
    ]
    hosts = ["localhost", "127.0.0.1", "[::1]", "testserver"]
    app = Starlette(
        routes=routes, middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=hosts)]
    )
    app.state.store = store
    return app


async def listing(request: Request) -> Response:
    store: Store = request.app.state.store
    text = request.query_params.get("q", "")
    before = request.query_params.get("before", "")
    found = store.find(text, before=int(before) if before.isdigit() else 0)
    total, rehearsed = store.total - store.rehearsed, store.rehearsed
    return _page("list.html", found=found, text=text, total=total, rehearsed=rehearsed)


async def message(request: Request) -> Response:
    entry, raw = _asked(request)
    if entry is None:
        return _page("gone.html", status=404)
    parsed = _parsed(raw) if raw else None
    headers = list(parsed.items()) if parsed else []
    return _page(
        "message.html",
        entry=entry,
        is_kept=raw is not None,
        headers=[(name, str(value)) for name, value in headers],
        text=_part(parsed, "plain"),
        has_html=bool(_part(parsed, "html")),
    )


async def designed(request: Request) -> Response:
    """The HTML part, its links opening outside the frame."""
    _, raw = _asked(request)
    words = _part(_parsed(raw), "html") if raw else ""
    page = f'<base target="_blank" rel="noopener">{words}'
    return HTMLResponse(page, headers={"Content-Security-Policy": SANDBOX})


async def source(request: Request) -> Response:
    entry, raw = _asked(request)
    if entry is None or raw is None:
        return PlainTextResponse("No longer kept.", status_code=404)
    return PlainTextResponse(raw.decode("utf-8", "replace"))


async def count(request: Request) -> Response:
    return JSONResponse({"total": request.app.state.store.total})


def _asked(request: Request) -> tuple[Kept | None, bytes | None]:
    store: Store = request.app.state.store
    entry = store.get(request.path_params["number"])
    return entry, store.raw(entry) if entry else None


def _parsed(raw: bytes) -> EmailMessage:
    parsed = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def _part(parsed: EmailMessage | None, kind: str) -> str:
    part = parsed.get_body((kind,)) if parsed else None
    if part is None:
        return ""
    try:
        return str(part.get_content())
    except (LookupError, ValueError):
        return html.escape(str(part.get_payload()))


def _page(name: str, *, status: int = 200, **values: object) -> Response:
    return HTMLResponse(
        templates.get_template(name).render(**values),
        status_code=status,
        headers={"Content-Security-Policy": OURS, "Cache-Control": "no-store"},
    )
