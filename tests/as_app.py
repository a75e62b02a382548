"""Pages under test see what they would see in earnest: the database's rules hold for them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from psycopg.pq import TransactionStatus

from muster.organisations.roles import APP

IDLE, INTRANS = TransactionStatus.IDLE, TransactionStatus.INTRANS


class AsApp:
    """Answer each request as the staff app's own role, though the test around it owns everything.

    A page that finds nothing, or may not write, reaches past the member's seats: if it was meant
    to, its act says so with `whole_organisation()` (organisations/scoping.py).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            connection.ensure_connection()
        except RuntimeError:  # a test that may not ask the database: nor will the page
            return self.get_response(request)
        with acting_as(APP):
            answer = self.get_response(request)
        if isinstance(answer, StreamingHttpResponse) and not isinstance(answer, FileResponse):
            answer.streaming_content = _as_app(iter(answer.streaming_content))
        return answer


def _as_app(parts: Iterator[bytes]) -> Iterator[bytes]:
    """Lines that are read once the page has answered are the app's to read, too."""
    while True:
        with acting_as(APP):
            part = next(parts, None)
        if part is None:
            return
        yield part


_acting: ContextVar[bool] = ContextVar("acting", default=False)


def is_acting() -> bool:
    """Is the database asked in a role already?"""
    return _acting.get()


@contextmanager
def acting() -> Iterator[None]:
    """Whatever is done meanwhile is done in the role that Django's connection has."""
    token = _acting.set(True)
    try:
        yield
    finally:
        _acting.reset(token)


@contextmanager
def acting_as(role: str) -> Iterator[None]:
    """Be this role on Django's connection meanwhile. A transaction that failed is left to end."""
    connection.connection.execute(f"SET ROLE {role}")
    try:
        with acting():
            yield
    finally:
        line = connection.connection
        if line is not None and line.info.transaction_status in (IDLE, INTRANS):
            line.execute("RESET ROLE")
