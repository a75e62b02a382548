"""What stands around every page."""

import pytest
from django.db import OperationalError
from django.test import Client, RequestFactory

from muster.lib import colour
from muster.organisations.models import Member, Organisation, Unit
from muster.web import away
from muster.web.frame import DAY, NIGHT, accent_style
from tests.conftest import join, signed_in


@pytest.mark.parametrize("accent", ["#b8123f", "#ffdd00", "#000000", "#ffffff", "#0087dc"])
def test_any_colour_can_be_read_by_day_and_by_night(accent: str) -> None:
    style = dict(part.split(":") for part in accent_style(accent).split(";"))

    assert colour.contrast(style["--accent-day"], DAY) >= 4.5
    assert colour.contrast(style["--accent-night"], NIGHT) >= 4.5
    assert colour.contrast(style["--on-accent-day"], style["--accent-day"]) >= 4.5
    assert colour.contrast(style["--on-accent-night"], style["--accent-night"]) >= 4.5


def test_what_is_no_colour_is_not_written_into_the_page() -> None:
    assert "url" not in accent_style('red;background:url("//x")')


def test_a_member_sees_the_rooms_they_may_enter(as_ben: Client) -> None:
    rail = as_ben.get("/sources").content.decode()

    assert "Messages" in rail
    assert 'href="/settings/"' not in rail


def test_every_page_of_a_demonstration_says_so(as_ada: Client) -> None:
    for path in ("/settings/", "/sources", "/accounts/2fa/"):
        assert b"Demonstration." in as_ada.get(path).content


def test_scripts_and_styles_come_from_our_own_files_only(as_ada: Client) -> None:
    answer = as_ada.get("/settings/")
    policy = answer.headers["Content-Security-Policy"]

    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_look_is_remembered_and_leads_back_to_ones_own_pages_only(as_ada: Client) -> None:
    there = as_ada.post("/look", {"look": "night", "next": "/settings/"})
    away_from_here = as_ada.post("/look", {"look": "night", "next": "https://example.com/"})

    assert there.headers["Location"] == "/settings/"
    assert away_from_here.headers["Location"] == "/"
    assert b'data-look="night"' in as_ada.get("/settings/").content


def test_someone_with_two_organisations_changes_between_them(
    ada: Member, rivals: Organisation
) -> None:
    office = Unit.objects.create(organisation=rivals, kind="head_office", name="Office")
    there = join(rivals, office, "Ada Elsewhere", "admin")
    Member.objects.filter(pk=there.pk).update(user=ada.user)
    client = signed_in(ada)
    assert b"Work for The Rivals" in client.get("/settings/").content

    client.post("/switch", {"member": there.pk})

    assert b"Work for Fair Future" in client.get("/settings/").content


def test_while_the_database_is_away_pages_say_so_and_ask_it_nothing() -> None:
    try:
        raise OperationalError("server closed the connection")
    except OperationalError:
        answer = away.failed(RequestFactory().get("/"))

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert b"The database is away" in answer.content


def test_a_fault_of_ours_says_that_it_is_ours() -> None:
    answer = away.failed(RequestFactory().get("/"))

    assert answer.status_code == 500
    assert b"our fault" in answer.content


def test_a_page_that_is_not_there_leads_home(as_ada: Client) -> None:
    answer = as_ada.get("/no-such-page")

    assert answer.status_code == 404
    assert b"There is nothing here" in answer.content
