"""Cards are drawn by jobs: only what is missing, only what changed, and never unseen."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection

from muster.content import approving, cards, checking, contact, cutting, masters, pictures
from muster.content.models import Cut, Master
from muster.organisations.models import Campaigner, Member, Organisation, Unit
from muster.places.models import Place
from tests.conftest import MORNING, NOON, join
from tests.content.conftest import drawn


@pytest.fixture
def cara(party: Organisation, head_office: Unit) -> Member:
    return join(party, head_office, "Cara Singh", "approver")


def jobs_for(master: Master) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE queue_name = 'content'")
        found = [json.loads(row[0]) for row in cursor.fetchall()]
    return [job for job in found if job["master"] == master.pk]


def test_what_is_drawn_has_its_picture_its_words_and_no_problem(
    card_master: Master, stroud: Place, neath: Place
) -> None:
    cuts = drawn(card_master, [stroud, neath])

    assert checking.grouped(cuts) == []
    assert cards.drawn_of(card_master) == (4, 4)
    for cut in cuts:
        content = pictures.read(cut.image)
        assert len(content) == cut.image_size
        said = {part["role"]: part["words"] for part in cut.drawn}
        assert said["imprint"] == cut.imprint
        assert said["seat"] == cut.place.name  # type: ignore[union-attr]


def test_a_card_not_drawn_yet_is_a_problem(card_master: Master, stroud: Place) -> None:
    cuts = cutting.cut(card_master, [stroud], MORNING)

    assert checking.grouped(cuts) == ["Card not drawn yet in Stroud"]
    assert cards.drawn_of(card_master) == (0, 2)


def test_jobs_are_queued_for_what_is_missing_and_once(
    card_master: Master, stroud: Place, neath: Place
) -> None:
    cuts = cutting.cut(card_master, [stroud, neath], MORNING)
    cards.draw_these(card_master.pk, [cuts[0].pk])

    first, second = cards.queue_missing(card_master), cards.queue_missing(card_master)

    assert first == second == 3
    assert [sorted(job["cuts"]) for job in jobs_for(card_master)] == [
        sorted(cut.pk for cut in cuts[1:])
    ]


def test_only_what_changed_is_drawn_again(card_master: Master, stroud: Place, neath: Place) -> None:
    before = {(cut.place_id, cut.format): cut for cut in drawn(card_master, [stroud, neath])}
    Campaigner.objects.filter(place_code=neath.code).update(name="Gwen Rees")

    cutting.cut(card_master, [stroud, neath], NOON)

    assert cards.drawn_of(card_master) == (2, 4)
    after = drawn(card_master, [stroud, neath])
    for cut in after:
        same = cut.image == before[cut.place_id, cut.format].image
        assert same is (cut.place == stroud)
        assert (cut.drawn_at == before[cut.place_id, cut.format].drawn_at) is same


def test_another_alt_text_needs_no_other_picture(
    card_master: Master, stroud: Place, ada: Member
) -> None:
    before = drawn(card_master, [stroud])
    words = replace(masters.words_of(card_master), alt="Another way to say it in {seat}")

    masters.change(card_master, words, by=ada, at=NOON)
    after = cutting.cut(card_master, [stroud], NOON)

    assert [cut.alt for cut in after] == ["Another way to say it in Stroud"] * 2
    assert [cut.image for cut in after] == [cut.image for cut in before]
    assert {cut.digest for cut in after}.isdisjoint({cut.digest for cut in before})
    assert checking.grouped(after) == []


def test_a_stopped_drawing_draws_nothing_and_goes_on_where_it_was(
    card_master: Master, stroud: Place
) -> None:
    cuts = cutting.cut(card_master, [stroud], MORNING)
    cards.stop(card_master, NOON)

    assert cards.queue_missing(card_master) == 0
    assert cards.draw_these(card_master.pk, [cut.pk for cut in cuts]) == 0
    assert cards.go_on(card_master) == 2
    assert cards.draw_these(card_master.pk, [cut.pk for cut in cuts]) == 2


def test_a_job_run_twice_draws_once(card_master: Master, stroud: Place) -> None:
    ids = [cut.pk for cut in cutting.cut(card_master, [stroud], MORNING)]

    assert [cards.draw_these(card_master.pk, ids) for _ in range(2)] == [2, 0]


def test_a_picture_of_words_changed_meanwhile_is_not_put_to_the_new_ones(
    card_master: Master, stroud: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut = cutting.cut(card_master, [stroud], MORNING)[0]
    keep = pictures.keep

    def meanwhile(content: bytes) -> str:
        Cut.objects.filter(pk=cut.pk).update(digest="changed meanwhile")
        return keep(content)

    monkeypatch.setattr(pictures, "keep", meanwhile)
    cards.draw_these(card_master.pk, [cut.pk])

    assert Cut.objects.get(pk=cut.pk).image == ""


def test_a_name_that_cannot_be_read_is_a_problem_in_words(
    card_master: Master, stroud: Place, neath: Place
) -> None:
    Campaigner.objects.filter(place_code=neath.code).update(name="W" * 60)

    cuts = drawn(card_master, [stroud, neath])

    assert checking.grouped(cuts) == [
        "The candidate's name is too long to be read on the card in Neath and Swansea East"
    ]
    assert cards.drawn_of(card_master) == (4, 4)


def test_a_card_too_small_or_pale_or_without_its_imprint_may_not_go(
    card_master: Master, stroud: Place
) -> None:
    cut = drawn(card_master, [stroud])[0]
    right = {part["role"]: part for part in cut.drawn}

    def with_imprint(**changed: Any) -> list[str]:
        cut.drawn = [*(right | {"imprint": right["imprint"] | changed}).values()]
        return checking.problems_of(cut)

    assert with_imprint() == []
    assert with_imprint(px=21) == ["Imprint too small to be read on the card"]
    assert with_imprint(contrast=4.4) == [
        "The card's imprint stands out too little from its ground"
    ]
    assert with_imprint(words="Promoted by nobody") == ["Imprint missing from the card"]
    cut.drawn = [part for role, part in right.items() if role not in ("imprint", "mark")]
    assert checking.problems_of(cut) == [
        "Imprint missing from the card",
        "The demonstration's mark is missing from the card",
    ]


def test_cards_are_approved_only_when_all_are_drawn(
    card_master: Master, stroud: Place, neath: Place, cara: Member
) -> None:
    cutting.cut(card_master, [stroud, neath], MORNING)

    with pytest.raises(approving.CannotApprove) as refused:
        approving.approve(card_master, cara, MORNING, NOON)

    assert refused.value.args == ("Card not drawn yet in all 2 seats.",)
    drawn(card_master, [stroud, neath])
    approving.approve(card_master, cara, MORNING, NOON)
    assert approving.approval_in_force(card_master, MORNING) is not None


def test_an_approval_is_of_the_very_bytes(card_master: Master, stroud: Place, cara: Member) -> None:
    drawn(card_master, [stroud])
    approving.approve(card_master, cara, MORNING, NOON)

    Cut.objects.filter(format="square").update(image=pictures.keep(b"another picture"))

    assert approving.approval_in_force(card_master, MORNING) is None
    assert approving.approved_cuts(card_master, MORNING) == {(stroud.pk, "story")}


def test_one_seats_new_candidate_leaves_the_others_approved(
    card_master: Master, stroud: Place, neath: Place, cara: Member
) -> None:
    drawn(card_master, [stroud, neath])
    given = approving.approve(card_master, cara, MORNING, NOON)
    Campaigner.objects.filter(place_code=neath.code).update(name="Gwen Rees")

    drawn(card_master, [stroud, neath])

    assert approving.approved_cuts(card_master, MORNING) == {
        (stroud.pk, "square"),
        (stroud.pk, "story"),
    }
    assert approving.approval_of(card_master, stroud.pk, MORNING) == given
    assert approving.approval_of(card_master, neath.pk, MORNING) is None
    assert approving.approved_cuts(card_master, NOON + timedelta(seconds=1)) == set()


def test_the_contact_sheet_tells_every_seat(
    card_master: Master, stroud: Place, neath: Place, cara: Member, ada: Member
) -> None:
    cutting.cut(card_master, [stroud, neath], MORNING)
    states = [[row.state for row in contact.sheet(card_master, MORNING)]]
    drawn(card_master, [stroud, neath])
    states.append([row.state for row in contact.sheet(card_master, MORNING)])
    approving.approve(card_master, cara, MORNING, NOON)
    rows = contact.sheet(card_master, MORNING)
    states.append([row.state for row in rows])

    assert states == [["drawing"] * 2, ["waiting"] * 2, ["approved"] * 2]
    assert [(row.name, row.candidate) for row in rows] == [
        ("Neath and Swansea East", "Megan Lloyd"),
        ("Stroud", "Sian Hughes"),
    ]
    assert set(rows[0].images) == {"square", "story"}
    masters.change(card_master, replace(masters.words_of(card_master), alt=""), by=ada, at=NOON)
    drawn(card_master, [stroud, neath])
    assert [row.state for row in contact.sheet(card_master, MORNING, [stroud.pk])] == ["problem"]


def test_a_picture_is_kept_once_read_whole_and_small(card_master: Master, stroud: Place) -> None:
    cut = drawn(card_master, [stroud])[0]

    assert pictures.keep(pictures.read(cut.image)) == cut.image
    assert pictures.is_whole(cut.image)
    small = pictures.thumbnail(cut.image)
    assert small.startswith(b"\xff\xd8")
    assert len(small) < cut.image_size / 4
    assert pictures.thumbnail(cut.image) == small


def test_a_picture_changed_on_disk_is_not_handed_out() -> None:
    sha = pictures.keep(b"a picture that someone will touch")
    with default_storage.open(f"cards/{sha[:2]}/{sha}.jpg", "r+b") as file:
        file.write(b"X")

    assert not pictures.is_whole(sha)
    with pytest.raises(pictures.NoPicture):
        pictures.read(sha)
    pictures.keep(b"a picture that someone will touch")
    assert pictures.is_whole(sha)


@pytest.mark.parametrize("name", ["", "..", "../../etc/passwd", "A" * 64, "0" * 63])
def test_only_a_digest_names_a_picture(name: str) -> None:
    assert not pictures.is_whole(name)
    with pytest.raises(pictures.NoPicture):
        pictures.thumbnail(name)


@pytest.mark.parametrize("damage", ["lost", "touched"])
def test_a_picture_lost_or_damaged_is_drawn_again_and_its_approval_holds_again(
    card_master: Master, stroud: Place, neath: Place, cara: Member, damage: str
) -> None:
    cut = drawn(card_master, [stroud, neath])[0]
    approving.approve(card_master, cara, MORNING, NOON)
    path = f"cards/{cut.image[:2]}/{cut.image}.jpg"
    if damage == "lost":
        default_storage.delete(path)
    else:
        with default_storage.open(path, "r+b") as file:
            file.write(b"X")

    assert cards.go_on(card_master) == 1
    assert cards.drawn_of(card_master) == (3, 4)
    assert approving.approval_in_force(card_master, MORNING) is None
    assert cards.draw_these(card_master.pk, [cut.pk]) == 1

    assert Cut.objects.get(pk=cut.pk).image == cut.image
    assert pictures.is_whole(cut.image)
    assert approving.approval_in_force(card_master, MORNING) is not None
    assert cards.go_on(card_master) == 0
