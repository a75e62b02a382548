"""/{organisation}/privacy: the notice, whole (DP-13)."""

from starlette.requests import Request
from starlette.responses import Response

from muster.public import answers, drawing
from muster.public.database import AWAY
from muster.public.state import of


async def show(request: Request) -> Response:
    try:
        shown = await of(request).shelf.notice(request.path_params["organisation"])
    except AWAY:
        return answers.away(request)
    if shown is None:
        return answers.not_found(request)
    body = answers.html(
        "privacy.html",
        shown.accent,
        organisation=shown.organisation,
        blocks=drawing.paragraphs(shown.text),
        version=shown.version,
        slug=request.path_params["organisation"],
        is_demonstration=shown.is_demonstration,
    )
    return answers.page(request, body, accent=shown.accent, keep=True)
