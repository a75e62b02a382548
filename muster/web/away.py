"""What is shown when nothing can be: the database is away, a fault of ours, no such page.

These pages ask the database nothing, so that they can say so when it is gone.
"""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string

GONE = (OperationalError, InterfaceError)


def failed(request: HttpRequest) -> HttpResponse:
    """503 while the database is away, 500 for a fault of ours; nothing was changed either way."""
    is_away = isinstance(sys.exc_info()[1], GONE)
    status = 503 if is_away else 500
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"problem": "database away" if is_away else "fault"}, status=status)
    answer = HttpResponse(render_to_string("away.html", {"is_away": is_away}), status=status)
    if is_away:
        answer.headers["Retry-After"] = "5"
    return answer


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return HttpResponse(render_to_string("not_found.html"), status=404)
