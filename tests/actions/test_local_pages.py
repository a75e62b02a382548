"""A seat's own words on a page: live at once, down again, and never a broken link."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from muster.actions import local_pages, pages
from muster.actions.local_pages import LocalWords
from muster.actions.models import ActionPage, LocalPage
from muster.journal.models import Fact
from muster.organisations.models import Campaigner, Member, Organisation
from muster.places.models import Place
from tests.conftest import MORNING, NOON

DOORS = LocalWords("Doors in Stroud on Saturday", "Meet us at the Subscription Rooms.")
RAIN = LocalWords("Doors in Stroud, rain or shine", "Bring a coat.")


@pytest.fixture
def page(party: Organisation, campaigner: Campaigner, ada: Member) -> ActionPage:
    return pages.volunteer_page(party, campaigner, by=ada, at=MORNING)


def shown_in(place: Place) -> tuple[str, str]:
    shown = pages.shown("fair-future", "volunteer")
    assert shown is not None
    seat = pages.Seat(place.pk, place.code, place.slug, place.name)
    return shown.title_in(seat), shown.words_in(seat)


def test_a_seat_shows_its_own_words_and_another_the_general_ones(
    page: ActionPage, stroud: Place, neath: Place
) -> None:
    local_pages.put_live(page, {stroud.pk: DOORS}, at=MORNING)

    assert shown_in(stroud) == (DOORS.title, DOORS.words)
    assert shown_in(neath)[0] == "Volunteer in Neath and Swansea East"
    assert set(local_pages.live_places(page)) == {stroud.pk}


def test_the_same_words_twice_are_live_once(page: ActionPage, stroud: Place) -> None:
    first = local_pages.put_live(page, {stroud.pk: DOORS}, at=MORNING)
    again = local_pages.put_live(page, {stroud.pk: DOORS}, at=NOON)

    assert (first, again) == (1, 0)
    assert LocalPage.objects.get().live_at == MORNING
    assert Fact.objects.filter(kind="local pages live").count() == 1


def test_other_words_take_their_place_and_the_old_ones_stay_on_record(
    page: ActionPage, stroud: Place
) -> None:
    local_pages.put_live(page, {stroud.pk: DOORS}, at=MORNING)

    local_pages.put_live(page, {stroud.pk: RAIN}, at=NOON)

    assert shown_in(stroud)[0] == RAIN.title
    kept = LocalPage.objects.order_by("live_at").values_list("title", "taken_down_at")
    assert list(kept) == [(DOORS.title, NOON), (RAIN.title, None)]


def test_taken_down_the_general_words_are_there_again(page: ActionPage, stroud: Place) -> None:
    local_pages.put_live(page, {stroud.pk: DOORS}, at=MORNING)

    assert local_pages.take_down(page, [stroud.pk], at=NOON) == 1
    assert local_pages.take_down(page, [stroud.pk], at=NOON) == 0

    assert shown_in(stroud)[0] == "Volunteer in Stroud"
    assert local_pages.live_places(page) == {}


def test_a_brace_in_a_seats_own_words_stays_a_brace(page: ActionPage, stroud: Place) -> None:
    local_pages.put_live(page, {stroud.pk: LocalWords("All of {seat}", "Yes, {seat}.")}, at=NOON)

    assert shown_in(stroud) == ("All of {seat}", "Yes, {seat}.")


def test_its_own_imprint_stands_under_its_own_words(
    page: ActionPage, stroud: Place, neath: Place
) -> None:
    words = LocalWords("Doors", "Saturday.", imprint="Promoted by L. Agent, 2 Low Street.")

    local_pages.put_live(page, {stroud.pk: words}, at=MORNING)

    shown = pages.shown("fair-future", "volunteer")
    assert shown is not None
    seats = [pages.Seat(p.pk, p.code, p.slug, p.name) for p in (stroud, neath)]
    assert shown.imprint_in(seats[0]) == "Promoted by L. Agent, 2 Low Street."
    assert shown.imprint_in(seats[1]).startswith("Promoted by R. Okafor")
    assert shown.imprint_in(None).startswith("Promoted by R. Okafor")


@pytest.mark.django_db(transaction=True)
def test_two_who_press_at_once_leave_one_page_live(page: ActionPage, stroud: Place) -> None:
    def press(title: str) -> int:
        try:
            words = {stroud.pk: LocalWords(title, "Words.")}
            return local_pages.put_live(page, words, at=NOON + timedelta(seconds=len(title)))
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as presses:
        list(presses.map(press, ["A", "BB", "CCC", "DDDD", "EEEEE", "FFFFFF"]))

    assert LocalPage.objects.filter(taken_down_at=None).count() == 1
    assert LocalPage.objects.count() == 6
