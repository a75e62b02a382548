"""/i/{name}: a picture that stands in e-mails, for anybody. Named by its bytes, never another."""

from starlette.requests import Request
from starlette.responses import Response

from muster.content.library import keeping
from muster.content.library.making import NoPicture
from muster.public import answers
from muster.public.database import in_room

HEADERS = {
    "cache-control": "public, max-age=31536000, immutable",
    "content-security-policy": "default-src 'none'",
    "x-content-type-options": "nosniff",
    "cross-origin-resource-policy": "cross-origin",
}


async def show(request: Request) -> Response:
    try:
        content, kind = await in_room(keeping.read, request.path_params["name"])
    except NoPicture:
        return answers.not_found(request)
    return Response(content, headers=HEADERS, media_type=kind)
