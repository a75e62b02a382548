"""Card pictures, for members who may see that seat's cut and for nobody else."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from muster.content import pictures
from muster.content.models import Cut
from muster.web.content_reach import SEES
from muster.web.members import MemberRequest, member_may

# Named by their bytes, they never change; only this browser keeps them.
KEPT = "private, max-age=31536000, immutable"


@require_safe
@member_may(SEES)
def show(request: MemberRequest, sha: str) -> HttpResponse:
    """A card as JPEG; with `?thumb=1` small, for a contact sheet."""
    theirs = Cut.objects.filter(
        request.reach.within(SEES, "place_id"), image=sha, master__organisation=request.organisation
    )
    if not theirs.exists():
        raise Http404
    try:
        content = pictures.thumbnail(sha) if "thumb" in request.GET else pictures.read(sha)
    except pictures.NoPicture as gone:
        raise Http404 from gone
    return HttpResponse(
        content,
        content_type="image/jpeg",
        headers={
            "Cache-Control": KEPT,
            "Content-Disposition": f'inline; filename="{sha[:12]}.jpg"',
            "X-Content-Type-Options": "nosniff",
        },
    )
