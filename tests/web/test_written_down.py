"""What breaks is written to the program's own log, whole: the page that says so keeps its word."""

import io
import logging

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path


def breaks(request: HttpRequest) -> HttpResponse:
    raise LookupError("made to break")


urlpatterns = [path("breaks", breaks)]
handler500 = "muster.web.away.failed"


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What the program writes to its standard error, which is its log."""
    log = io.StringIO()
    console = next(h for h in logging.getLogger().handlers if h.name == "console")
    monkeypatch.setattr(console, "stream", log)
    return log


@pytest.mark.django_db
@override_settings(ROOT_URLCONF=__name__)
def test_a_page_that_breaks_is_written_down_with_where_and_why(written: io.StringIO) -> None:
    answer = Client(raise_request_exception=False).get("/breaks")

    assert answer.status_code == 500
    assert "written down in the log" in answer.content.decode()
    assert "ERROR django.request: Internal Server Error: /breaks" in written.getvalue()
    assert "in breaks" in written.getvalue()
    assert written.getvalue().count("LookupError: made to break") == 1


def test_a_job_that_breaks_is_written_down(written: io.StringIO) -> None:
    try:
        raise LookupError("made to break")
    except LookupError as problem:
        logging.getLogger("procrastinate.worker").error("Job ended: Error", exc_info=problem)

    assert "procrastinate.worker: Job ended: Error" in written.getvalue()
    assert "LookupError: made to break" in written.getvalue()


@pytest.mark.django_db
def test_a_wrong_address_is_no_line_of_the_log(written: io.StringIO, client: Client) -> None:
    assert client.get("/nowhere/at/all").status_code == 404

    assert written.getvalue() == ""
