"""Every address under /api."""

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path, re_path
from django.views.decorators.csrf import csrf_exempt

from muster.api import docs, problems
from muster.api.gate import gate
from muster.api.root import api


@csrf_exempt  # whoever strays here has no form of ours
def nowhere(request: HttpRequest, rest: str) -> HttpResponse:
    words = f"No address /api/{rest[:100]} is known. /api/docs lists them all."
    return problems.answer(404, words)


def _gated() -> list[URLPattern | URLResolver]:
    """The API's own addresses, each behind the gate; its bare root is no address of ours."""
    patterns, _, _ = api.urls
    found: list[URLPattern | URLResolver] = []
    for pattern in patterns:
        if isinstance(pattern, URLPattern) and pattern.name != "api-root":
            pattern.callback = gate(pattern.callback)
            found.append(pattern)
    return found


app_name = "api"
urlpatterns: list[URLPattern | URLResolver] = [
    path("openapi.json", docs.openapi, name="openapi"),
    path("docs", docs.docs, name="docs"),
    *_gated(),
    # Whatever it holds, line ends too.
    re_path(r"^(?P<rest>[\s\S]*)$", nowhere, name="nowhere"),
]
