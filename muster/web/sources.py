"""Where the figures come from, and whom to thank; what was refused, and why."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from muster.places.models import Loading
from muster.web.members import MemberRequest, any_member

OTHERS = [
    ("Given and family names of made-up supporters", "Faker en_GB, MIT licence."),
    (
        "Telephone numbers of made-up supporters",
        "© Ofcom, “Telephone numbers for use in TV and radio drama programmes”.",
    ),
    ("E-mail domains of made-up supporters", "RFC 2606: they belong to nobody."),
]


@require_safe
@any_member
def sources(request: MemberRequest) -> HttpResponse:
    loadings = Loading.objects.prefetch_related("refusals").order_by("-loaded_at", "name")
    return render(request, "web/seats/sources.html", {"loadings": loadings, "others": OTHERS})


urlpatterns = [path("sources", sources, name="sources")]
