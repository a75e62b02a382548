"""What every endpoint says about itself: what its key must be let do, and how it refuses."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from ninja import Schema
from pydantic import Field

from muster.api.problems import Problem
from muster.organisations.rules import KEY_SCOPES

F = TypeVar("F", bound=Callable[..., Any])


class Mistake(Schema):
    """One thing that is wrong in a request."""

    where: str = Field(examples=["body → email"])
    what: str = Field(examples=["“cleo(at)example.org” is not an e-mail address."])


class ProblemOut(Schema):
    """A refusal, as RFC 9457 has it."""

    type: str = Field(examples=["/api/docs#problem-403"])
    title: str = Field(examples=["The key may not do this"])
    status: int = Field(examples=[403])
    detail: str = Field(examples=["This needs a key that may “see people”."])
    errors: list[Mistake] = Field([], description="Every mistake, where a request has several")


def answers(good: Any, *also: int, status: int = 200) -> dict[int, Any]:
    """What an endpoint may answer: the good answer, and the refusals every endpoint shares."""
    refusals = {400, 401, 403, 422, 429, *also}
    return {status: good, **dict.fromkeys(sorted(refusals), ProblemOut)}


def needs(scope: str, *, everywhere: bool = False) -> Callable[[F], F]:
    """Let only keys with this scope in; `everywhere`: and no unit of their own, nor their maker.

    What they see inside is narrowed by `request.reach`: every query begins with it.
    """
    assert scope in KEY_SCOPES, scope

    def wrap(answer: F) -> F:
        @wraps(answer)
        def asked(request: Any, *args: Any, **kwargs: Any) -> Any:
            reach = request.reach
            is_let = reach.may_everywhere(scope) if everywhere else reach.may(scope)
            if not is_let:
                where = ", in the whole organisation" if everywhere else ""
                raise Problem(403, f"This needs a key that may “{scope}”{where}.")
            return answer(request, *args, **kwargs)

        asked.scope = scope  # type: ignore[attr-defined]
        return asked  # type: ignore[return-value]

    return wrap
