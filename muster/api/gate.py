"""Every request's way in: whose key it is, how many it has left, and whether it was asked before.

Around the whole API, so that no endpoint can forget it.
"""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse

from muster.api import problems
from muster.lib.times import now
from muster.organisations import answering_once, api_keys
from muster.organisations.answering_once import Answer, AskedMeanwhile, AskedOtherwise
from muster.organisations.key_models import ApiKey
from muster.organisations.models import Member, Organisation
from muster.organisations.scoping import acting_for
from muster.places.scope import Reach, narrowed, reach_of

View = Callable[..., HttpResponse]


class KeyRequest(HttpRequest):
    """A request whose key is known. `reach`: what the key may do now, and where.

    `told_of`: the id of the person the answer tells of, set by what answers.
    """

    key: ApiKey
    member: Member
    organisation: Organisation
    reach: Reach
    told_of: int | None


def gate(view: View) -> View:
    """Let a request in by its key alone; a browser's session counts for nothing here."""

    @wraps(view)
    def asked(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        at = now()
        try:
            key = api_keys.find(_said(request), at=at)
        except api_keys.BadKey as refusal:
            return _closed(
                problems.answer(401, str(refusal), headers={"WWW-Authenticate": "Bearer"})
            )
        pace = api_keys.count(key, at=at)
        if pace.left < 0:
            words = f"A key may ask {pace.limit} times a minute. Ask again in {pace.resets_in} s."
            answer = problems.answer(429, words, headers={"Retry-After": str(pace.resets_in)})
            return _closed(_paced(answer, pace))
        request.key, request.member, request.told_of = key, key.made_by, None
        request.organisation = key.organisation
        request.reach = narrowed(reach_of(key.made_by, at=at), key.scopes, key.unit)
        with acting_for(key.organisation_id, request.reach.every_seat()):
            return _closed(_paced(_once(request, lambda: view(request, *args, **kwargs)), pace))

    return asked


def _said(request: HttpRequest) -> str:
    """What the key says. Action Network's own header counts too, for programs made for it."""
    scheme, _, said = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return said.strip()
    if said := request.headers.get("OSDI-API-Token", "").strip():
        return said
    raise api_keys.BadKey("Send a key: Authorization: Bearer muster_…")


def _once(request: Any, carry_out: Callable[[], HttpResponse]) -> HttpResponse:
    word = request.headers.get("Idempotency-Key", "")
    if request.method != "POST" or not word:
        return _told(carry_out())
    if len(word) > 255 or not word.isprintable():
        return problems.answer(400, "An Idempotency-Key has at most 255 printable characters.")

    def answer() -> Answer:
        found = _told(carry_out())
        kind = found.headers.get("Content-Type", "")
        return Answer(found.status_code, kind, bytes(found.content), request.told_of)

    try:
        digest = _digest(request)
        said = answering_once.once(request.key, word, digest, answer, at=now())
    except RequestDataTooBig:
        return too_large()
    except AskedMeanwhile:
        words = "The same request is being carried out. Ask again in a second."
        return problems.answer(409, words, headers={"Retry-After": "1"})
    except AskedOtherwise:
        return problems.answer(422, "This Idempotency-Key was used with another request.")
    found = HttpResponse(said.body, status=said.status, content_type=said.content_type)
    if said.is_repeated:
        found.headers["Idempotent-Replayed"] = "true"
    return found


def _digest(request: HttpRequest) -> str:
    whole = f"{request.method} {request.get_full_path()}\n".encode() + request.body
    return hashlib.sha256(whole).hexdigest()


def _told(answer: HttpResponse) -> HttpResponse:
    """A bare refusal of the framework's, in our words."""
    if answer.status_code == 405:
        allowed = answer.headers.get("Allow", "")
        words = f"This address answers {allowed or 'other methods'} only."
        return problems.answer(405, words, headers={"Allow": allowed})
    return answer


def _paced(answer: HttpResponse, pace: api_keys.Pace) -> HttpResponse:
    """The limit and what is left of it, as the IETF's draft on RateLimit fields writes them."""
    answer.headers["RateLimit-Policy"] = f'"key";q={pace.limit};w=60'
    answer.headers["RateLimit"] = f'"key";r={max(pace.left, 0)};t={pace.resets_in}'
    return answer


def _closed(answer: HttpResponse) -> HttpResponse:
    """People's details stay out of every cache."""
    answer.headers["Cache-Control"] = "no-store"
    return answer


def too_large() -> HttpResponse:
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0
    return problems.answer(413, f"A request may have {most // 1024:,} kB. Send it in parts.")
