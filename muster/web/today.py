"""Today: what stands where, and what needs doing next."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from muster.places.models import Loading
from muster.web.members import MemberRequest, any_member


@require_safe
@any_member
def today(request: MemberRequest) -> HttpResponse:
    return render(request, "web/today/today.html")


@require_safe
@any_member
def sources(request: MemberRequest) -> HttpResponse:
    """Every file of public figures that was loaded, with the credit its licence asks for."""
    return render(request, "web/today/sources.html", {"loadings": Loading.objects.order_by("id")})


urlpatterns = [
    path("", today, name="today"),
    path("sources", sources, name="sources"),
]
