"""The Content room: written once, seen in every seat, put right, looked over and approved."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from muster.content import approving, card_rules, cards, cutting, masters
from muster.content.models import Approval, Cut, Master
from muster.organisations.models import Campaigner, Member, Organisation, Unit
from muster.places.models import Place, TargetList
from muster.web.content_approving import LONGEST, end_of
from muster.web.content_drawing import Drawing
from tests.conftest import MORNING, NOON, join, signed_in
from tests.content.conftest import (
    candidate,
    card_master,
    drawn,
    master_of,
    neath_candidate,
    stroud_candidate,
    targets,
)

__all__ = ["card_master", "neath_candidate", "stroud_candidate", "targets"]


@pytest.fixture
def places(stroud: Place, neath: Place) -> list[Place]:
    return [stroud, neath]


@pytest.fixture
def cara(party: Organisation, head_office: Unit) -> Member:
    return join(party, head_office, "Cara Singh", "approver")


@pytest.fixture
def post(
    party: Organisation,
    ada: Member,
    targets: TargetList,
    stroud_candidate: Campaigner,
    neath_candidate: Campaigner,
    places: list[Place],
) -> Master:
    """Written by Ada, cut for Stroud and Neath, ready."""
    master = master_of("post", party, ada, targets)
    cutting.cut(master, places, MORNING)
    return master


def text_of(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return answer.content.decode()


def said(client: Client, path: str) -> str:
    """The page's words in one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", text_of(client, path)).split())


def a_week_on() -> str:
    return (timezone.localdate() + timedelta(days=7)).isoformat()


def approve(client: Client, master: Master, **changed: str) -> Any:
    form = {"until": a_week_on(), "seen": approving.digest_over(master)} | changed
    return client.post(f"/content/{master.pk}/approve", form)


def test_the_room_says_how_every_kind_stands_and_what_waits(as_ada: Client, post: Master) -> None:
    words = said(as_ada, "/content/")

    assert "0 of 1 master is approved; 1 waits for approval" in words
    assert "All 2 seats are ready. Someone other than Ada Marsh approves it." in words
    assert "What waits for approval" in words
    for kind in ("E-mails", "Posts", "Cards", "Ads", "Pages"):
        assert kind in words


def test_a_new_one_begins_with_words_one_can_use(as_ada: Client, post: Master) -> None:
    page = text_of(as_ada, "/content/write/card")

    assert "Two hours. Two by two. Tea at the end." in page
    assert "data:image/jpeg;base64," in page


def test_what_is_written_is_cut_for_every_seat_and_its_cards_are_queued(
    as_ada: Client, targets: TargetList, stroud_candidate: Campaigner, neath_candidate: Campaigner
) -> None:
    form = {
        "name": "Doors",
        "targets": targets.pk,
        "subject": "Doors in {seat}",
        "alt": "A card for {seat}",
        "design": "paper",
    }

    answer = as_ada.post("/content/write/card", form)

    master = Master.objects.get(name="Doors")
    assert answer.headers["Location"] == f"/content/{master.pk}/"
    assert master.kind == "card"
    assert master.design == "paper"
    assert master.cuts.count() == 4
    assert "0 of 4 pictures are drawn" in said(as_ada, f"/content/{master.pk}/")


def test_an_e_mail_is_written_as_a_message(as_ada: Client, post: Master) -> None:
    assert as_ada.get("/content/write/email").headers["Location"] == "/messages/write"
    assert as_ada.get("/content/write/poem").status_code == 404


def test_every_problem_of_every_seat_is_there_at_once(
    as_ada: Client, party: Organisation, ada: Member, targets: TargetList, places: list[Place]
) -> None:
    candidate(party, places[0], "Sian Hughes")
    master = master_of("post", party, ada, targets, body="Come to {seat}, dear {first_name|you}")
    cutting.cut(master, places, MORNING)

    words = said(as_ada, f"/content/{master.pk}/")

    assert "0 of 2 seats are ready; 2 have something to put right." in words
    assert "Candidate missing" in words
    assert "No link to the page: put {link} in the post" in words
    assert "{first_name} has no place here" in words
    assert "Not ready" not in said(as_ada, f"/content/{master.pk}/sheet?wrong=1")


def test_the_preview_shows_what_is_typed_in_the_seat_asked_for(
    as_ada: Client, post: Master, neath: Place
) -> None:
    form = {"master": post.pk, "body": "Hello {seat}: {link}", "preview_seat": neath.code}

    page = as_ada.post("/content/preview/post", form).content.decode()

    assert "Hello Neath and Swansea East: " in page
    assert "localhost:8401/fair-future/volunteer/neath" in page
    assert "Ready in Neath and Swansea East" in page
    post.refresh_from_db()
    assert "Hello" not in post.body


def test_the_longest_and_the_shortest_seat_are_one_press_away(as_ada: Client, post: Master) -> None:
    page = text_of(as_ada, f"/content/{post.pk}/words")

    assert 'data-pick="W07000100">Longest: Neath and Swansea East' in page
    assert 'data-pick="E14001530">Shortest: Stroud' in page


def test_a_card_that_cannot_be_read_says_so_while_it_is_typed(
    as_ada: Client, card_master: Master, places: list[Place]
) -> None:
    cutting.cut(card_master, places, MORNING)
    form = {
        "master": card_master.pk,
        "subject": "wide " * 18,
        "body": "words " * 26,
        "alt": "",
        "design": "colour",
    }

    page = as_ada.post("/content/preview/card", form).content.decode()

    assert "Not ready in Stroud" in page
    assert "Alt text missing" in page
    assert not Cut.objects.exclude(image="").exists()


def test_a_card_still_to_be_drawn_is_no_fault_of_the_writers(
    as_ada: Client, card_master: Master, places: list[Place]
) -> None:
    cutting.cut(card_master, places, MORNING)
    waiting = card_rules.problems_in(card_rules.Picture(False, False, "", {}))
    assert waiting == ["Card not drawn yet"]

    words = said(as_ada, f"/content/{card_master.pk}/")

    assert "Everything to put right" not in words
    assert "0 of 4 pictures are drawn." in words


def test_a_picture_is_kept_by_its_browser_alone_and_a_thumbnail_is_small(
    as_ada: Client, card_master: Master, places: list[Place]
) -> None:
    cut = drawn(card_master, places)[0]

    whole = as_ada.get(f"/content/pictures/{cut.image}.jpg")
    small = as_ada.get(f"/content/pictures/{cut.image}.jpg?thumb=1")

    assert whole.headers["Content-Type"] == "image/jpeg"
    assert whole.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert whole.content[:2] == b"\xff\xd8"
    assert len(whole.content) == cut.image_size
    assert 0 < len(small.content) < len(whole.content) / 4
    assert as_ada.get(f"/content/pictures/{'0' * 64}.jpg").status_code == 404
    assert as_ada.get("/content/pictures/no-such-thing.jpg").status_code == 404


def test_one_seats_organiser_sees_that_seat_and_no_other(
    as_ada: Client, as_ben: Client, card_master: Master, places: list[Place]
) -> None:
    cuts = drawn(card_master, places)
    theirs = next(cut for cut in cuts if cut.place == places[1])
    ours = next(cut for cut in cuts if cut.place == places[0])

    page = text_of(as_ben, f"/content/{card_master.pk}/")
    sheet = text_of(as_ben, f"/content/{card_master.pk}/sheet")

    assert "Its one seat is ready" in page
    assert ours.image in sheet
    for shown in (page, sheet):
        assert theirs.image not in shown
        assert "Megan Lloyd" not in shown
    assert as_ben.get(f"/content/pictures/{ours.image}.jpg").status_code == 200
    assert as_ben.get(f"/content/pictures/{theirs.image}.jpg").status_code == 404
    there = f"/content/{card_master.pk}/seats/"
    assert as_ben.get(f"{there}{places[0].code}").status_code == 200
    assert as_ben.get(f"{there}{places[1].code}").status_code == 404


def test_the_contact_sheet_shows_every_seat_square_or_tall(
    as_ada: Client, card_master: Master, places: list[Place]
) -> None:
    cuts = {(cut.place, cut.format): cut for cut in drawn(card_master, places)}

    square = text_of(as_ada, f"/content/{card_master.pk}/sheet")
    tall = text_of(as_ada, f"/content/{card_master.pk}/sheet?size=story")

    for place in places:
        assert f"{cuts[place, 'square'].image}.jpg?thumb=1" in square
        assert f"{cuts[place, 'story'].image}.jpg?thumb=1" in tall
    assert square.count('loading="lazy"') == 2
    assert "Nothing is wrong in any seat" in text_of(
        as_ada, f"/content/{card_master.pk}/sheet?wrong=1"
    )


def test_one_seat_opens_large_with_its_alt_text_and_its_imprint(
    as_ada: Client, card_master: Master, places: list[Place]
) -> None:
    drawn(card_master, places)

    words = said(as_ada, f"/content/{card_master.pk}/seats/{places[0].code}")

    assert "A card for Stroud: Sian Hughes invites you" in words
    assert "Promoted by Jo Agent" in words
    assert "1 of 2" in words
    assert "px, contrast" in words


def test_someone_else_reads_three_seats_and_approves_until_a_day(
    post: Master, cara: Member
) -> None:
    client = signed_in(cara)
    page = said(client, f"/content/{post.pk}/approve")
    assert "The best of the list" in page
    assert "The longest name" in page
    assert "Approve 2 seats" in page

    answer = approve(client, post)

    assert answer.status_code == 302
    given = Approval.objects.get()
    assert given.by == cara
    assert timezone.localtime(given.until).date() == timezone.localdate() + timedelta(days=8)
    assert "Cara Singh approved it until" in said(client, "/content/")


def test_nobody_approves_their_own_words_nor_what_they_have_not_read(
    post: Master, cara: Member, as_ada: Client
) -> None:
    own = approve(as_ada, post)
    unread = approve(signed_in(cara), post, seen="something else")
    past = approve(signed_in(cara), post, until="2020-01-01")
    nonsense = approve(signed_in(cara), post, until="soon")

    assert "ask someone else to approve them" in own.content.decode()
    assert "The words changed while you were reading" in unread.content.decode()
    assert "Choose a time still to come" in past.content.decode()
    assert "Choose the day the approval ends" in nonsense.content.decode()
    assert {a.status_code for a in (own, unread, past, nonsense)} == {409}
    assert not Approval.objects.exists()


def test_an_approval_is_taken_back(post: Master, cara: Member) -> None:
    client = signed_in(cara)
    approve(client, post)

    client.post(f"/content/{post.pk}/withdraw")

    assert approving.approval_in_force(post, datetime.now(UTC)) is None
    assert "1 waits for approval" in said(client, "/content/")


def test_another_candidate_costs_only_that_seat_its_approval(
    party: Organisation, post: Master, cara: Member, as_ada: Client, stroud: Place
) -> None:
    approve(signed_in(cara), post)
    before = list(Cut.objects.order_by("pk").values_list("digest", flat=True))
    candidate(party, stroud, "Dai Rees")

    words = said(as_ada, f"/content/{post.pk}/")

    assert "1 seat has changed since: Stroud." in words
    assert list(Cut.objects.order_by("pk").values_list("digest", flat=True)) == before
    as_ada.post(f"/content/{post.pk}/again")
    words = said(as_ada, f"/content/{post.pk}/")
    assert "1 of 2 seats are approved; 1 seat waits for approval." in words
    assert "changed since" not in words


def test_a_seat_made_anew_after_it_went_out_waits_for_approval(
    party: Organisation, post: Master, cara: Member, stroud: Place
) -> None:
    client = signed_in(cara)
    approve(client, post)
    masters.seal(post, at=MORNING)
    assert "its words stay as they were" in said(client, "/content/")
    candidate(party, stroud, "Dai Rees")
    cutting.cut_again(post, [stroud], NOON)

    words = said(client, "/content/")
    assert "1 seat made anew since waits for approval" in words
    assert "What waits for approval" in words
    to_read = said(client, f"/content/{post.pk}/approve")
    assert "Stroud Changed since" in to_read
    assert "Neath" not in to_read.split("Changed since")[1]
    approve(client, post)

    assert "its words stay as they were" in said(client, "/content/")
    assert Approval.objects.count() == 2


def test_drawing_is_told_stopped_and_let_go_on(
    as_ada: Client, card_master: Master, places: list[Place]
) -> None:
    cuts = cutting.cut(card_master, places, MORNING)
    cards.draw_these(card_master.pk, [cut.pk for cut in cuts[:2]])
    path = f"/content/{card_master.pk}/drawing"

    told = as_ada.get(path, headers={"HX-Request": "true"})
    as_ada.post(f"/content/{card_master.pk}/draw/stop")
    stopped = said(as_ada, f"/content/{card_master.pk}/")
    as_ada.post(f"/content/{card_master.pk}/draw")
    going = said(as_ada, f"/content/{card_master.pk}/")

    assert told.headers["X-Drawn"] == "some"
    assert "<b>2</b> of 4 pictures drawn" in told.content.decode()
    assert "drawing was stopped" in stopped
    assert "drawing was stopped" not in going


def test_the_time_left_is_told_from_the_rate() -> None:
    assert Drawing(40, 400, 6.0, False).left == "1 minute"
    assert Drawing(399, 400, 6.0, False).left == "under a minute"
    assert Drawing(400, 400, 6.0, False).left == ""
    assert Drawing(40, 400, 0.0, False).left == ""


def test_the_last_day_counts_whole_and_a_year_is_the_longest(party: Organisation) -> None:
    today = timezone.localdate()

    tomorrow = end_of((today + timedelta(days=1)).isoformat())
    far = end_of(date(9999, 12, 31).isoformat())

    assert tomorrow is not None
    assert timezone.localtime(tomorrow).date() == today + timedelta(days=2)
    assert far is not None
    assert timezone.localtime(far).date() == today + LONGEST + timedelta(days=1)
    assert end_of("2026-02-31") is None
    assert end_of("") is None
