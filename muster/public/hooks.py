"""/hooks/email/{code}: a hosted service tells us of messages it took. Plain words, no pages.

Whatever is answered with 200 is in the database. What cannot be kept now is answered with 503, and
told again by the service.
"""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from muster.channels.email import CannotOpen
from muster.channels.telling import CannotRead, NoProof, NotNow, NotTheirs, What
from muster.lib.times import now
from muster.messaging.news import keeping
from muster.providers.hosted import told
from muster.public.database import AWAY, in_room
from muster.public.state import of

MOST_BYTES = 2_000_000


class TooLong(Exception):
    """More than any service sends at once."""


async def take(request: Request) -> Response:
    public = of(request)
    try:
        account = await public.listeners.find(request.path_params["code"])
        if account is None:
            return PlainTextResponse("There is no such address.\n", 404)
        body = await _body(request)
        if told.takes_long(account, body):
            news = await in_room(told.read, account, body, request.headers)
        else:
            news = told.read(account, body, request.headers)
        if any(one.what is What.ASKED for one in news):
            news = await in_room(told.say_yes, news)
        found = keeping.rows(account.account_id, news, at=now())
        await public.gathered.keep(account.organisation_id, found)
    except TooLong:
        return PlainTextResponse("That is more than is taken at once.\n", 413)
    except NoProof:
        return PlainTextResponse(
            "Who is this?\n", 401, {"www-authenticate": 'Basic realm="Muster"'}
        )
    except NotTheirs:
        return PlainTextResponse("The signature or the password is not right.\n", 403)
    except CannotRead:
        return PlainTextResponse("That cannot be read.\n", 400)
    except (*AWAY, CannotOpen, ImportError, NotNow):
        return PlainTextResponse("Not now.\n", 503, {"retry-after": "30"})
    return PlainTextResponse("Taken.\n")


async def _body(request: Request) -> bytes:
    whole = bytearray()
    async for part in request.stream():
        whole += part
        if len(whole) > MOST_BYTES:
            raise TooLong
    return bytes(whole)
