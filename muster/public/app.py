"""The public app: action pages, their answers, unsubscribing, live events. Starlette, no Django.

Only the rooms it calls use Django's models, in threads; a sign-up is one statement on a pool.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from starlette.applications import Starlette  # noqa: E402 models need Django set up
from starlette.requests import Request  # noqa: E402
from starlette.responses import PlainTextResponse, Response  # noqa: E402
from starlette.routing import Route  # noqa: E402

from muster.public import (  # noqa: E402
    answers,
    asking,
    choosing,
    hooks,
    live,
    opening,
    pictures,
    stopping,
    volunteering,
)
from muster.public import notice as notices  # noqa: E402
from muster.public.database import AWAY  # noqa: E402
from muster.public.state import Public, of  # noqa: E402


@asynccontextmanager
async def life(app: Starlette) -> AsyncIterator[None]:
    """Open the pool without waiting for the database: pages say when it is away."""
    public = Public()
    app.state.public = public
    await public.database.pool.open(wait=False)
    with suppress(*AWAY):
        await public.open_book()
    yield
    public.hub.close()
    await public.opened.close()
    await public.visits.close()
    await public.database.pool.close(timeout=2)


async def health(request: Request) -> Response:
    """200 while this process can answer a sign-up; 503 in words while its database is away."""
    try:
        async with asyncio.timeout(3):
            await of(request).database.ask("SELECT 1")
    except (*AWAY, TimeoutError):
        return PlainTextResponse("The database is away.\n", 503, {"retry-after": "5"})
    return PlainTextResponse("Well.\n")


async def icon(request: Request) -> Response:
    return Response(status_code=204, headers={"cache-control": "public, max-age=604800"})


async def absent(request: Request, refusal: Exception) -> Response:
    return answers.not_found(request)


async def wrong_method(request: Request, refusal: Exception) -> Response:
    allowed = getattr(refusal, "headers", None) or {}
    answer = answers.words(
        request, "That cannot be done here", "Go back and use the page's own buttons.", status=405
    )
    answer.headers.update(allowed)
    return answer


async def broken(request: Request, problem: Exception) -> Response:
    return answers.words(
        request,
        "Something of ours broke",
        "It is in our log, and it is not your fault.",
        "Go back and try once more.",
        status=500,
    )


ROUTES = [
    Route("/healthz", health, name="health"),
    Route("/favicon.ico", icon, name="icon"),
    Route("/u/{token}", stopping.ask, methods=["GET"], name="stopping"),
    Route("/u/{token}", stopping.stop, methods=["POST"], name="stop"),
    Route("/p/{token}", choosing.show, methods=["GET"], name="choosing"),
    Route("/p/{token}", choosing.take, methods=["POST"], name="choose"),
    Route("/live/{ticket}", live.watch, name="live"),
    Route("/hooks/email/{code}", hooks.take, methods=["POST"], name="told"),
    Route("/o/{code}", opening.show, methods=["GET"], name="opened"),
    Route("/i/{name}", pictures.show, methods=["GET"], name="picture"),
    Route("/{organisation}/privacy", notices.show, name="notice"),
    Route("/{organisation}/privacy/ask", asking.show, methods=["GET"], name="ask"),
    Route("/{organisation}/privacy/ask", asking.take, methods=["POST"], name="asked"),
]
for _place, _name in (("", ""), ("/{seat}", " in a seat")):
    _page = "/{organisation}/{page}" + _place
    ROUTES += [
        Route(f"{_page}/thanks", volunteering.thank, methods=["GET"], name=f"thanks{_name}"),
        Route(_page, volunteering.show, methods=["GET"], name=f"page{_name}"),
        Route(_page, volunteering.take, methods=["POST"], name=f"sign up{_name}"),
    ]

app = Starlette(
    routes=ROUTES,
    lifespan=life,
    exception_handlers={404: absent, 405: wrong_method, 500: broken},
)
