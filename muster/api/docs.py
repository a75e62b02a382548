"""What the API says about itself: as OpenAPI, and as a page to read."""

from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from markdown_it import MarkdownIt

from muster.api import problems
from muster.api.root import ABOUT, api


@cache
def schema() -> dict[str, Any]:
    """The whole of it, made once."""
    return dict(api.get_openapi_schema(path_prefix="api/"))


@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    return JsonResponse(schema(), json_dumps_params={"indent": 1})


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Every endpoint, what it needs, takes and answers; no script, nothing from elsewhere."""
    groups = _groups()
    context = {
        "about": MarkdownIt().render(ABOUT),
        "address": settings.STAFF_ADDRESS,
        "groups": groups,
        "endpoint_count": sum(len(group["endpoints"]) for group in groups),
        "problems": [(code, words) for code, words in problems.TITLES.items()],
        "shapes": _shapes(),
    }
    return render(request, "api/docs.html", context)


def _groups() -> list[dict[str, Any]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, methods in schema()["paths"].items():
        for method, said in methods.items():
            group = groups.setdefault(said.get("tags", ["Other"])[0], [])
            group.append(_endpoint(path, method, said))
    return [{"name": name, "endpoints": found} for name, found in groups.items()]


def _endpoint(path: str, method: str, said: dict[str, Any]) -> dict[str, Any]:
    body = said.get("requestBody", {}).get("content", {}).get("application/json", {})
    good: dict[str, Any] = next((a for s, a in said["responses"].items() if int(s) < 400), {})
    answer = good.get("content", {}).get("application/json", {})
    return {
        "id": said["operationId"],
        "method": method.upper(),
        "path": path,
        "summary": said["summary"],
        "description": said.get("description", ""),
        "parameters": said.get("parameters", []),
        "takes": _shape_of(body.get("schema", {})),
        "gives": _shape_of(answer.get("schema", {})),
        "scope": said.get("x-scope", ""),
    }


def _shapes() -> list[dict[str, Any]]:
    found = schema()["components"]["schemas"]
    return [
        {
            "name": name,
            "description": shape.get("description", ""),
            "fields": [
                {
                    "name": field,
                    "kind": _kind(about),
                    "is_needed": field in shape.get("required", []),
                    "description": about.get("description", ""),
                    "example": _example(about),
                }
                for field, about in shape.get("properties", {}).items()
            ],
        }
        for name, shape in sorted(found.items())
        if shape.get("properties")
    ]


def _shape_of(schema: dict[str, Any]) -> str:
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _kind(about: dict[str, Any]) -> str:
    if ref := _shape_of(about):
        return ref
    if options := about.get("anyOf"):
        return " or ".join("nothing" if o.get("type") == "null" else _kind(o) for o in options)
    if about.get("type") == "array":
        return f"list of {_kind(about.get('items', {}))}"
    return str(about.get("format") or about.get("type") or "anything")


def _example(about: dict[str, Any]) -> str:
    examples = about.get("examples") or []
    return str(examples[0]) if examples else ""
