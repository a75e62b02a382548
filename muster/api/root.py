"""The API itself: its endpoints, what it says about them, and how it refuses."""

import logging
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.security import APIKeyHeader, HttpBearer

from muster.api import gate, problems
from muster.api.native import audiences, doings, journeys, lists, people_writing, webhooks
from muster.api.osdi import people as osdi_people
from muster.api.osdi import things as osdi_things
from muster.api.problems import PROBLEM_JSON, Problem

ABOUT = """\
Muster's API: the same list, seats and launches as the campaign room, for programs.

* **A key** opens it: `Authorization: Bearer muster_…`, made in Settings → API keys. It does what
  its scopes allow, where its unit stands, and never more than whoever made it may do now.
* **Pages**: each answer gives `next`; send it back as `cursor` for the next page.
* **Once**: send an `Idempotency-Key` with a POST and repeat it as often as you like: within a day
  it is carried out once, and the first answer is given again.
* **Limits**: the `RateLimit` field tells what is left of the minute; past it, 429 and
  `Retry-After`.
* **Refusals** are `application/problem+json` (RFC 9457) in plain words.
"""


class Bearer(HttpBearer):
    """The gate around the API has found the key already."""

    def __call__(self, request: HttpRequest) -> Any:
        return getattr(request, "key", None)

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        return getattr(request, "key", None)


class OsdiToken(APIKeyHeader):
    """Action Network's own header."""

    param_name = "OSDI-API-Token"

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        return getattr(request, "key", None)


class MusterAPI(NinjaAPI):
    """The same, with refusals described as they are."""

    def get_openapi_schema(self, **asked: Any) -> Any:
        schema = super().get_openapi_schema(**asked)
        scopes = {name: getattr(view, "scope", "") for name, view in self.scoped()}
        for path in schema["paths"].values():
            for method, operation in path.items():
                _describe(method, operation, scopes[operation["operationId"]])
        return schema

    def scoped(self) -> Any:
        """Every operation with the scope it needs, by its id in the schema."""
        for bound in self._get_bound_routers():
            for view in bound.path_operations.values():
                for operation in view.operations:
                    yield self.get_openapi_operation_id(operation), operation.view_func

    def get_openapi_operation_id(self, operation: Any) -> str:
        module = operation.view_func.__module__.removeprefix("muster.api.").replace(".", "_")
        return f"{module}_{operation.view_func.__name__}"


IDEMPOTENCY = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "schema": {"type": "string", "maxLength": 255, "pattern": "^[!-~]+$"},
    "description": "Any word of your own: repeated within a day, the request is carried out once",
}


def _describe(method: str, operation: dict[str, Any], scope: str) -> None:
    operation["x-scope"] = scope
    if method == "post":
        operation["parameters"].append(IDEMPOTENCY)
    for status, answer in operation["responses"].items():
        content = answer.get("content", {})
        if int(status) >= 400 and "application/json" in content:
            content[PROBLEM_JSON] = content.pop("application/json")
            answer["description"] = problems.TITLES.get(int(status), answer["description"])


api = MusterAPI(
    title="Muster",
    version="1",
    description=ABOUT,
    urls_namespace="api",
    docs_url=None,
    openapi_url=None,
    auth=[Bearer()],
)
for router in (
    people_writing.router,
    lists.router,
    audiences.router,
    doings.router,
    journeys.router,
    webhooks.router,
):
    api.add_router("/v1", router)
for router in (osdi_people.router, osdi_things.router):
    api.add_router("/v1/osdi", router, auth=[OsdiToken()])


@api.exception_handler(Problem)
def _problem(request: HttpRequest, problem: Any) -> HttpResponse:
    return problems.answer(problem.status, problem.detail, **problem.more)


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, problem: Any) -> HttpResponse:
    errors = problems.plainly(problem.errors)
    words = " ".join(f"{e['where']}: {e['what']}" for e in errors[:5])
    return problems.answer(422, words, errors=errors)


@api.exception_handler(Http404)
def _nothing(request: HttpRequest, problem: Any) -> HttpResponse:
    return problems.answer(404, "There is nothing by that name within this key's reach.")


@api.exception_handler(HttpError)
def _unreadable(request: HttpRequest, problem: Any) -> HttpResponse:
    words = "The body is no JSON." if problem.status_code == 400 else str(problem)
    return problems.answer(problem.status_code, words)


@api.exception_handler(RequestDataTooBig)
def _too_large(request: HttpRequest, problem: Any) -> HttpResponse:
    return gate.too_large()


@api.exception_handler(Exception)
def _broken(request: HttpRequest, problem: Any) -> HttpResponse:
    logging.getLogger("django.request").error("The API broke", exc_info=problem)
    words = "Something broke here. It is written down; asking again may help."
    return problems.answer(500, words)
