"""The made-up network's routes: what programs call, what testers order, what people look at."""

import json
from dataclasses import asdict
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import (
    FileResponse,
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    Response,
)
from starlette.routing import Route

from muster.lib.pretend import calls, faults
from muster.lib.pretend.calls import Manners, Network
from muster.lib.pretend.store import Row, Store

SHOWN = 60  # posts or ads on a page
HOSTS = ["localhost", "127.0.0.1", "[::1]", "testserver"]
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; form-action 'self'"
templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True
)


def application(store: Store, manners: Manners | None = None) -> Starlette:
    """The service over one store."""
    routes = [
        *_calls(),
        Route("/faults", order_fault, methods=["POST"]),
        Route("/faults", forget_faults, methods=["DELETE"]),
        Route("/settings", behave, methods=["POST"]),
        Route("/log", log),
        Route("/healthz", lambda request: PlainTextResponse("ok")),
        Route("/", wall),
        Route("/ads", ads),
        Route("/posts/{id}", one_post, name="post"),
        Route("/ads/{id}", one_ad, name="ad"),
        Route("/pictures/{sha}.jpg", picture),
    ]
    app = Starlette(
        routes=routes, middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=HOSTS)]
    )
    kept = manners or Manners()
    app.state.network = Network(store, Manners(**(asdict(kept) | store.remembered())))
    return app


def _calls() -> list[Route]:
    at = "/{service}/v1/{account}"  # two services under one roof, each with rates of its own
    return [
        Route(f"{at}/media", calls.call("media", calls.add_media), methods=["POST"]),
        Route(f"{at}/posts", calls.call("posts", calls.add_post), methods=["POST"]),
        Route(f"{at}/posts", calls.call("", calls.find_posts), methods=["GET"]),
        Route(f"{at}/posts/{{id}}", calls.call("", calls.delete_post), methods=["DELETE"]),
        Route(f"{at}/ads", calls.call("ads", calls.add_ad), methods=["POST"]),
        Route(f"{at}/ads", calls.call("", calls.find_ads), methods=["GET"]),
        Route(f"{at}/ads/{{id}}/submit", calls.call("ads", calls.submit_ad), methods=["POST"]),
        Route(f"{at}/ads/{{id}}/switch", calls.call("switch", calls.switch_ad), methods=["POST"]),
        Route(f"{at}/ads/{{id}}/archive", calls.call("", calls.archive_ad), methods=["POST"]),
    ]


async def order_fault(request: Request) -> Response:
    store: Store = request.app.state.network.store
    try:
        faults.ask_for(store, await request.json())
    except (faults.BadFault, ValueError, TypeError) as refusal:
        return JSONResponse({"error": str(refusal)}, 422)
    await store.committed()
    return JSONResponse({})


async def forget_faults(request: Request) -> Response:
    store: Store = request.app.state.network.store
    store.ask("DELETE FROM fault")
    await store.committed()
    return JSONResponse({})


async def behave(request: Request) -> Response:
    """Change how it behaves, until it is changed again:
    {"latency_ms": 0, "per_second": 50, "review_s": 1, "refuse_share": 0.5}."""
    network: Network = request.app.state.network
    said = await request.json()
    try:
        told = {name: float(said[name]) for name in asdict(network.manners) if name in said}
    except (ValueError, TypeError):
        return JSONResponse({"error": "Numbers, please."}, 422)
    for name, value in told.items():
        setattr(network.manners, name, value)
    network.store.remember(asdict(network.manners))
    await network.store.committed()
    return JSONResponse(asdict(network.manners))


async def log(request: Request) -> Response:
    """What became public, oldest first: each post taken, each ad's first running; the judge.

    `after`: from that number on. `all`: what was taken down, paused, run again, too.
    """
    asked = request.query_params
    after = asked.get("after", "")
    store: Store = request.app.state.network.store
    entries = store.log(int(after) if after.isdigit() else 0, is_all="all" in asked)
    return JSONResponse({"log": entries})


async def wall(request: Request) -> Response:
    store: Store = request.app.state.network.store
    where = f"account NOT LIKE 'rehearsal-%' AND deleted_at IS NULL{_before(request)}"
    rows = store.ask(f"SELECT * FROM post WHERE {where} ORDER BY id DESC LIMIT {SHOWN}")
    return _page("wall.html", posts=[_opened(row) for row in rows])


async def ads(request: Request) -> Response:
    network: Network = request.app.state.network
    where = f"account NOT LIKE 'rehearsal-%'{_before(request)}"
    rows = network.store.ask(f"SELECT * FROM ad WHERE {where} ORDER BY id DESC LIMIT {SHOWN}")
    return _page("ads.html", ads=[_opened(row) | _review(network, row) for row in rows])


async def one_post(request: Request) -> Response:
    rows = _asked(request, "post")
    shown = [_opened(row) for row in rows if not row["deleted_at"]]
    return _page("wall.html", status=200 if shown else 404, posts=shown, is_one=True)


async def one_ad(request: Request) -> Response:
    network: Network = request.app.state.network
    shown = [_opened(row) | _review(network, row) for row in _asked(request, "ad")]
    return _page("ads.html", status=200 if shown else 404, ads=shown, is_one=True)


async def picture(request: Request) -> Response:
    sha = request.path_params["sha"]
    path = request.app.state.network.store.pictures / f"{sha}.jpg"
    if not sha.isalnum() or not path.exists():
        return PlainTextResponse("No such picture.", status_code=404)
    return FileResponse(path, media_type="image/jpeg")


def _before(request: Request) -> str:
    before = request.query_params.get("before", "")
    return f" AND id < {int(before)}" if before.isdigit() else ""


def _asked(request: Request, table: str) -> list[Row]:
    number = request.path_params["id"][1:]
    where = "id = ? AND account NOT LIKE 'rehearsal-%'"
    wanted = int(number) if number.isdigit() else 0
    found: list[Row] = request.app.state.network.store.ask(
        f"SELECT * FROM {table} WHERE {where}", wanted
    )
    return found


def _opened(row: Row) -> Row:
    return row | {"said": json.loads(row["said"])}


def _review(network: Network, row: Row) -> Row:
    review, reason = calls.review_of(network, row)
    return {"review": review, "reason": reason}


def _page(name: str, *, status: int = 200, **values: object) -> Response:
    return HTMLResponse(
        templates.get_template(name).render(shown=SHOWN, **values),
        status_code=status,
        headers={"Content-Security-Policy": POLICY, "Cache-Control": "no-store"},
    )
