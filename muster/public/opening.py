"""/o/{code}: the picture in the letters of those who agreed that their opening is counted (PECR-6).

No cookie is set; neither address nor program is kept. Mailboxes and scanners that fetch it by
themselves are told apart, and never counted as people.
"""

from starlette.requests import Request
from starlette.responses import Response

from muster.lib.times import now
from muster.messaging import unsubscribing
from muster.messaging.opens import counting
from muster.messaging.unsubscribing import BadToken
from muster.public import answers
from muster.public.database import AWAY
from muster.public.machines import is_machine
from muster.public.state import of

DOT = bytes.fromhex(
    "47494638396101000100800000000000ffffff21f90401000000002c000000000100010000020144003b"
)
"""A GIF of one point that cannot be seen."""
HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "cross-origin-resource-policy": "cross-origin",
}


async def show(request: Request) -> Response:
    """The picture at once; what it tells is written within the second."""
    public = of(request)
    try:
        sending_id, person_id = unsubscribing.ids_in_opened(request.path_params["code"])
        organisation = await public.sendings.organisation_of(sending_id)
    except BadToken:
        return answers.not_found(request)
    except AWAY:  # the letter looks as it should all the same
        return Response(DOT, headers=HEADERS, media_type="image/gif")
    is_by_machine = is_machine(request.method, request.headers)
    told = counting.row(sending_id, person_id, is_machine=is_by_machine, at=now())
    public.opened.add(organisation, told)
    return Response(DOT, headers=HEADERS, media_type="image/gif")
