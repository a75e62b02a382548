"""What the made-up network does for its callers, each call after latency, limits and faults."""

import asyncio
import hashlib
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from muster.lib.pretend import faults
from muster.lib.pretend.faults import Rates
from muster.lib.pretend.store import Row, Store, marks, now

REFUSED = "Our reviewers could not tell who paid for this ad."
STANDARDS = "This goes against our standards."
MOST_WORDS = {"posts": 300, "ads": 125}


@dataclass
class Manners:
    """How it behaves: all may be changed while it runs."""

    latency_ms: float = 200
    per_second: float = 300
    review_s: float = 3
    refuse_share: float = 0.01


class Network:
    """The service behind the routes."""

    def __init__(self, store: Store, manners: Manners) -> None:
        self.store = store
        self.manners = manners
        self.rates = Rates(manners.per_second, {})

    def is_shown(self, account: str) -> bool:
        """Rehearsals are shown to nobody, and stand in no log."""
        return not account.startswith("rehearsal-")


Work = Callable[[Network, Request, str], Awaitable[Row | str]]


def call(where: str, work: Work) -> Callable[[Request], Awaitable[Response]]:
    """Wrap one call in latency, limits and faults. `work` answers a dict, or why it refuses."""

    async def answer(request: Request) -> Response:
        began = time.monotonic()
        network: Network = request.app.state.network
        account = request.path_params["account"]
        network.rates.per_second = network.manners.per_second
        if wait := network.rates.wait_for(f"{request.path_params['service']} {account}"):
            return _slow_down(wait)
        fault = faults.due(network.store, where) if where else None
        what = fault["what"] if fault else ""
        if what == "429" and fault:
            return _slow_down(int(fault["seconds"]))
        if what in ("500", "hang"):
            await asyncio.sleep(fault["seconds"] if fault and what == "hang" else 0)
            return JSONResponse({"error": "Something went wrong."}, 500)
        if what == "refuse" and where != "ads":
            return JSONResponse({"error": STANDARDS}, 422)
        request.state.is_refused = what == "refuse"
        late = fault["seconds"] if fault and what == "late" else 0
        await request.body()
        # Once here it is done, whether its caller still waits or not.
        done = await asyncio.shield(asyncio.ensure_future(_do(work, network, request, late)))
        if what in ("after", "late") and fault:
            await asyncio.sleep(fault["seconds"])
        left = network.manners.latency_ms / 1000 - (time.monotonic() - began)
        await asyncio.sleep(max(left, 0))
        return _said(done)

    return answer


async def _do(work: "Work", network: Network, request: Request, late: float) -> Row | str:
    await asyncio.sleep(late)
    done = await work(network, request, request.path_params["account"])
    await network.store.committed()
    return done


def _slow_down(wait: int) -> Response:
    return JSONResponse({"error": "Too many calls."}, 429, {"Retry-After": str(wait)})


def _said(done: Row | str) -> Response:
    if isinstance(done, str):
        return JSONResponse({"error": done}, 404 if done.startswith("No such") else 422)
    return JSONResponse(done)


async def add_media(network: Network, request: Request, account: str) -> Row | str:
    picture = await request.body()
    if picture[:2] != b"\xff\xd8" or picture[-2:] != b"\xff\xd9":
        return "This is no whole JPEG picture."
    sha = network.store.keep_picture(picture, is_shown=network.is_shown(account))
    network.store.ask(
        "INSERT OR IGNORE INTO media (account, sha, alt) VALUES (?, ?, ?)",
        *(account, sha, request.headers.get("x-alt", "")),
    )
    return {"id": sha}


async def add_post(network: Network, request: Request, account: str) -> Row | str:
    said = await request.json()
    if problem := _problem(network, account, said, "posts"):
        return problem
    reference = str(said["reference"])
    kept = json.dumps(said)
    number = network.store.add("post", account=account, reference=reference, said=kept, at=now())
    _tell(network, "post", account, {"id": number, "reference": reference, "said": kept})
    return {"id": f"p{number}", "url": str(request.url_for("post", id=f"p{number}"))}


async def find_posts(network: Network, request: Request, account: str) -> Row | str:
    rows = network.store.ask(
        "SELECT id FROM post WHERE account = ? AND reference = ? AND deleted_at IS NULL",
        *(account, request.query_params.get("reference", "")),
    )
    ids = [f"p{row['id']}" for row in rows]
    return {"posts": [{"id": id, "url": str(request.url_for("post", id=id))} for id in ids]}


async def delete_post(network: Network, request: Request, account: str) -> Row | str:
    row = _one(network, "post", account, request)
    if row is None or row["deleted_at"]:
        return "No such post."
    network.store.ask("UPDATE post SET deleted_at = ? WHERE id = ?", now(), row["id"])
    _tell(network, "post deleted", account, row)
    return {}


async def add_ad(network: Network, request: Request, account: str) -> Row | str:
    said = await request.json()
    if problem := _problem(network, account, said, "ads"):
        return problem
    reference = str(said["reference"])
    number = network.store.add(
        "ad", account=account, reference=reference, said=json.dumps(said), at=now()
    )
    _submit(network, number, reference, 0, is_refused=request.state.is_refused)
    return {"id": f"a{number}", "url": str(request.url_for("ad", id=f"a{number}"))}


async def submit_ad(network: Network, request: Request, account: str) -> Row | str:
    row = _one(network, "ad", account, request)
    if row is None:
        return "No such ad."
    is_refused = request.state.is_refused
    _submit(network, row["id"], row["reference"], row["submissions"], is_refused=is_refused)
    return {}


async def find_ads(network: Network, request: Request, account: str) -> Row | str:
    asked = request.query_params
    ids = [id[1:] for id in asked.get("ids", "").split(",") if id[1:].isdigit()][:100]
    rows = network.store.ask(
        "SELECT * FROM ad WHERE account = ? AND state <> 'archived'"
        f" AND (reference = ? OR id IN ({marks(ids)}))",
        *(account, asked.get("reference", ""), *ids),
    )
    return {"ads": [_shown(network, request, row) for row in rows]}


async def switch_ad(network: Network, request: Request, account: str) -> Row | str:
    row = _one(network, "ad", account, request)
    if row is None or row["state"] == "archived":
        return "No such ad."
    is_on = bool((await request.json()).get("on"))
    if is_on and review_of(network, row)[0] != "passed":
        return "This ad has not passed its review."
    state = "active" if is_on else "paused"
    if state != row["state"]:
        network.store.ask("UPDATE ad SET state = ? WHERE id = ?", state, row["id"])
        _tell(network, _switched(network, row, is_on=is_on), account, row)
    return {"state": state}


def _switched(network: Network, row: Row, *, is_on: bool) -> str:
    """The first time an ad runs is told apart: that is when it became public."""
    if not is_on:
        return "ad paused"
    ran = network.store.ask("SELECT 1 FROM log WHERE what = 'ad' AND id = ?", row["id"])
    return "ad again" if ran else "ad"


async def archive_ad(network: Network, request: Request, account: str) -> Row | str:
    row = _one(network, "ad", account, request)
    if row is None:
        return "No such ad."
    if row["state"] != "archived":
        network.store.ask("UPDATE ad SET state = 'archived' WHERE id = ?", row["id"])
        _tell(network, "ad archived", account, row)
    return {}


def review_of(network: Network, row: Row) -> tuple[str, str]:
    """How an ad's review stands, and why it was refused."""
    if now() < row["submitted_at"] + network.manners.review_s:
        return "pending", ""
    return ("refused", row["refused"]) if row["refused"] else ("passed", "")


def _submit(network: Network, id: int, reference: str, before: int, *, is_refused: bool) -> None:
    """The first time some are refused, always the same ones; sent in again, they pass."""
    lot = int(hashlib.sha256(reference.encode()).hexdigest()[:8], 16) / 0xFFFFFFFF
    refused = REFUSED if is_refused or (not before and lot < network.manners.refuse_share) else ""
    network.store.ask(
        "UPDATE ad SET submitted_at = ?, submissions = submissions + 1, refused = ? WHERE id = ?",
        *(now(), refused, id),
    )


def _problem(network: Network, account: str, said: Any, where: str) -> str:
    if not isinstance(said, dict) or not said.get("reference"):
        return "Name a reference."
    if not 0 < len(str(said.get("words", ""))) <= MOST_WORDS[where]:
        return f"Its words may have {MOST_WORDS[where]} letters, and not none."
    media = [str(each) for each in said.get("media", [])]
    known = network.store.ask(
        f"SELECT sha FROM media WHERE account = ? AND sha IN ({marks(media)})", account, *media
    )
    return "" if len(known) == len(set(media)) else "No such picture."


def _one(network: Network, table: str, account: str, request: Request) -> Row | None:
    number = request.path_params["id"][1:]
    rows = network.store.ask(
        f"SELECT * FROM {table} WHERE account = ? AND id = ?",
        *(account, int(number) if number.isdigit() else 0),
    )
    return rows[0] if rows else None


def _shown(network: Network, request: Request, row: Row) -> Row:
    review, reason = review_of(network, row)
    id = f"a{row['id']}"
    url = str(request.url_for("ad", id=id))
    return {"id": id, "url": url, "state": row["state"], "review": review, "reason": reason}


def _tell(network: Network, what: str, account: str, row: Row) -> None:
    if network.is_shown(account):
        network.store.tell(what, account, row)
