"""/p/{token}: what someone wants to hear of, how and how often; and the way to stop everything.

Looking changes nothing: mail scanners follow every link. Choosing needs no login and no cookie.
"""

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from muster.lib.times import now
from muster.messaging import choosing
from muster.messaging.choosing import CannotChoose, Centre, Chosen, Gone
from muster.messaging.unsubscribing import BadToken
from muster.organisations.models import Organisation
from muster.people.record.preferring import Frequency
from muster.public import answers, drawing, forms, limits
from muster.public.database import AWAY, in_room
from muster.public.forms import Malformed, Sent
from muster.public.state import Public, of

TYPED = ("given_name", "family_name", "postcode")
ORDER = {"given_name": "First name", "family_name": "Last name", "postcode": "Postcode"}
MOST_TOPICS = 60


async def show(request: Request) -> Response:
    """GET: what they chose so far."""
    try:
        centre = await in_room(choosing.read, request.path_params["token"])
    except BadToken:
        return _altered(request)
    except Gone:
        return _gone(request)
    except AWAY:
        return answers.away(request)
    saved = request.query_params.get("saved", "")
    return _page(request, centre, saved=saved if saved in ("choices", "everything") else "")


async def take(request: Request) -> Response:
    """POST: kept by the time this answers, or given back as it was typed, saying why."""
    token = request.path_params["token"]
    try:
        fields = await forms.sent_by_anyone(request)
        if "everything" in fields:
            await in_room(choosing.stop_everything, token, now())
            return _back(token, "everything")
        organisation = await in_room(choosing.organisation_of, token)
        if wait := _over_limit(request, of(request), token):
            return _crowded(request, organisation, wait)
        return await _keep(request, token, fields)
    except Malformed as refusal:
        return answers.words(request, "We could not read that", str(refusal), status=refusal.status)
    except BadToken:
        return _altered(request)
    except Gone:
        return _gone(request)
    except AWAY:
        return answers.away(request)


async def _keep(request: Request, token: str, fields: Sent) -> Response:
    typed = {name: fields.get(name, [""])[0] for name in TYPED}
    if typed["postcode"]:
        await of(request).open_book()
    try:
        await in_room(choosing.choose, token, _chosen(fields, typed), now())
    except CannotChoose as refusal:
        centre = await in_room(choosing.read, token)
        return _page(
            request, centre, problems=refusal.problems, typed=typed, fields=fields, status=422
        )
    return _back(token, "choices")


def _chosen(fields: Sent, typed: dict[str, str]) -> Chosen:
    return Chosen(
        channels=frozenset(fields.get("channel", [])),
        channels_shown=frozenset(fields.get("was_on", [])),
        topics=_numbers(fields.get("topic", [])),
        topics_shown=_numbers(fields.get("shown", [])),
        often=fields.get("often", [""])[0],
        opens="opens" in fields,
        opens_shown="opens_on" in fields,
        typed=typed,
    )


def _numbers(texts: list[str]) -> frozenset[int]:
    return frozenset(int(t) for t in texts[:MOST_TOPICS] if t.isascii() and t.isdecimal())


def _page(
    request: Request,
    centre: Centre,
    *,
    saved: str = "",
    problems: dict[str, str] | None = None,
    typed: dict[str, str] | None = None,
    fields: Sent | None = None,
    status: int = 200,
) -> Response:
    """The page; given back, its ticks as they were set."""
    wrong = problems or {}
    ticked = None if fields is None else set(fields.get("channel", []))
    wanted = None if fields is None else _numbers(fields.get("topic", []))
    organisation = centre.organisation
    body = answers.html(
        "choose.html",
        organisation.accent,
        organisation=organisation.name,
        slug=organisation.slug,
        is_demonstration=organisation.is_demonstration,
        offers=[
            (offer, offer.is_on if ticked is None else offer.channel in ticked)
            for offer in centre.offers
        ],
        topics=[(t, on if wanted is None else t.pk in wanted) for t, on in centre.topics],
        frequencies=Frequency.choices,
        often=(fields or {}).get("often", [centre.often])[0],
        is_stopped=centre.is_stopped,
        opens=centre.opens,
        opens_ticked=_opens_ticked(centre, fields),
        saved=saved,
        typed=typed or dict.fromkeys(TYPED, ""),
        wrong=wrong,
        problems=[(f, wrong[f]) for f in ORDER if f in wrong],
    )
    return answers.page(request, body, accent=organisation.accent, status=status)


def _opens_ticked(centre: Centre, fields: Sent | None) -> bool:
    if fields is None:
        return centre.opens is not None and centre.opens.is_on
    return "opens" in fields


def _back(token: str, saved: str) -> Response:
    """303, so that reloading sends nothing twice."""
    return RedirectResponse(f"/p/{quote(token)}?saved={saved}", 303, {"cache-control": "no-store"})


def _over_limit(request: Request, public: Public, token: str) -> int:
    """As on the sign-up page; stopping everything is never held up."""
    network = public.by_network.wait(limits.network_of(request))
    return network or public.by_chooser.wait(token)


def _crowded(request: Request, organisation: Organisation, wait: int) -> Response:
    return answers.words(
        request,
        "One moment",
        drawing.crowded(wait).replace("sign-ups", "changes"),
        "Go back: what you ticked is still there.",
        status=429,
        retry_after=wait,
        accent=organisation.accent,
    )


def _gone(request: Request) -> Response:
    return answers.words(
        request,
        "There is nothing left to choose",
        "Whoever this link was for is not on our list any more, and nobody will write to them.",
        status=410,
    )


def _altered(request: Request) -> Response:
    return answers.words(
        request,
        "This link is not whole",
        "Nothing was changed: the end of the address is missing, or was altered on its way.",
        "Open the link in the e-mail itself, or answer the e-mail with the word STOP.",
        status=404,
    )
