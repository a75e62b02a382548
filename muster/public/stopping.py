"""/u/{token}: unsubscribing. A page to look at, one button, and the one click of RFC 8058.

Looking never stops anything: mail scanners follow every link. Pressing needs no login, no reason
and no cookie, and pressing again is harmless (DP-21, MAIL-1).
"""

from starlette.requests import Request
from starlette.responses import Response

from muster.lib.times import now
from muster.messaging import unsubscribing
from muster.messaging.unsubscribing import BadToken
from muster.organisations.models import Organisation
from muster.public import answers, forms
from muster.public.database import AWAY, in_room
from muster.public.forms import Malformed


async def ask(request: Request) -> Response:
    """GET: whose e-mails these are, and the button."""
    token = request.path_params["token"]
    try:
        organisation = await in_room(_organisation_of, token)
    except BadToken:
        return _altered(request)
    except AWAY:
        return answers.away(request)
    return _page(request, "stop.html", organisation)


async def stop(request: Request) -> Response:
    """POST: it has stopped by the time this answers."""
    token = request.path_params["token"]
    try:
        fields = await forms.sent_by_anyone(request)
        everything = "everything" in fields
        organisation = await in_room(_organisation_of, token)
        await in_room(unsubscribing.unsubscribe, token, now(), everything=everything)
    except Malformed as refusal:
        return answers.words(request, "We could not read that", str(refusal), status=refusal.status)
    except BadToken:
        return _altered(request)
    except AWAY:
        return answers.away(request)
    return _page(request, "stopped.html", organisation, everything=everything)


def _organisation_of(token: str) -> Organisation:
    return Organisation.objects.get(pk=unsubscribing.read(token).organisation_id)


def _page(
    request: Request, template: str, organisation: Organisation, *, everything: bool = False
) -> Response:
    body = answers.html(
        template,
        organisation.accent,
        organisation=organisation.name,
        is_demonstration=organisation.is_demonstration,
        everything=everything,
    )
    return answers.page(request, body, accent=organisation.accent)


def _altered(request: Request) -> Response:
    return answers.words(
        request,
        "This link is not whole",
        "Nothing was changed: the end of the address is missing, or was altered on its way.",
        "Open the link in the e-mail itself, or answer the e-mail with the word STOP.",
        status=404,
    )
