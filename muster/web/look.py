"""Day or night: remembered in a cookie, so the page is right from its first byte."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

YEAR = 60 * 60 * 24 * 365


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Keep the chosen look (day, night, or as the machine has it) and go back to the page."""
    next_page = request.POST.get("next", "/")
    is_ours = url_has_allowed_host_and_scheme(next_page, allowed_hosts={request.get_host()})
    answer = redirect(next_page if is_ours else "/")
    look = request.POST.get("look", "")
    if look in {"day", "night"}:
        answer.set_cookie("look", look, max_age=YEAR, samesite="Lax")
    else:
        answer.delete_cookie("look", samesite="Lax")
    return answer


urlpatterns = [path("look", choose, name="look")]
