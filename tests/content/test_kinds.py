"""Posts, cards, ads and pages: one cut for every seat and format, and all that is wrong with it."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from muster.content import checking, cutting, demonstration, masters, starters
from muster.content.filling import Open, split_open
from muster.content.models import Cut, Master
from muster.organisations.models import Campaigner, Member, Organisation
from muster.places.models import Place, TargetList
from tests.conftest import MORNING, NOON
from tests.content.conftest import master_of

pytestmark = pytest.mark.usefixtures("stroud_candidate", "neath_candidate")
NOT_DRAWN = "Card not drawn yet"


def problems(cuts: list[Cut]) -> list[str]:
    return [words for words in checking.grouped(cuts) if NOT_DRAWN not in words]


@pytest.mark.parametrize("kind", Master.Kind.values)
def test_first_words_of_every_kind_are_ready_in_every_seat(
    kind: str, party: Organisation, ada: Member, targets: TargetList, stroud: Place, neath: Place
) -> None:
    stroud.name = "Kingston upon Hull North and Cottingham"
    stroud.save()

    cuts = cutting.cut(master_of(kind, party, ada, targets), [stroud, neath], MORNING)

    assert problems(cuts) == []
    assert len(cuts) == (4 if kind == "card" else 2)
    assert {cut.campaigner.name for cut in cuts if cut.campaigner} == {"Sian Hughes", "Megan Lloyd"}


def test_a_card_has_two_cuts_in_each_seat(card_master: Master, stroud: Place, neath: Place) -> None:
    cuts = cutting.cut(card_master, [neath, stroud], MORNING)

    assert [(cut.place, cut.format) for cut in cuts] == [
        (neath, "square"),
        (neath, "story"),
        (stroud, "square"),
        (stroud, "story"),
    ]
    assert cuts[0].card["seat"] == "Neath and Swansea East"
    assert cuts[0].card["date"] == "Saturday 9 May"
    assert cuts[0].card["imprint"].startswith("Promoted by Jo Agent, ")
    assert "Megan Lloyd invites you" in cuts[0].alt


def test_a_posts_link_stays_open_for_each_seats_own_code(
    party: Organisation, ada: Member, targets: TargetList, stroud: Place
) -> None:
    (post,) = cutting.cut(master_of("post", party, ada, targets), [stroud], MORNING)

    assert split_open(post.text)[1] == [Open("link")]
    assert post.html == ""
    assert post.text.startswith("Stroud: 5,611 votes last time.")


@pytest.mark.parametrize(
    ("kind", "changed", "said"),
    [
        ("post", {"body": "{link}" + "x" * 240}, "Post longer than 300 letters"),
        ("post", {"body": "Come along"}, "No link to the page: put {link} in the post"),
        ("post", {"body": ""}, "Post missing: write what it says"),
        (
            "post",
            {"body": "Hello {first_name|friend} {link}"},
            "{first_name} has no place here: everyone reads the same words",
        ),
        (
            "card",
            {"alt": ""},
            "Alt text missing: say what the card shows, for those who cannot see it",
        ),
        ("card", {"subject": ""}, "Headline missing"),
        ("card", {"body": "{link}"}, "{link} has no place here: nobody could follow it"),
        ("ad", {"subject": "x" * 41}, "Headline longer than 40 letters"),
        ("ad", {"body": "x" * 126}, "Ad text longer than 125 letters"),
        ("ad", {"button": ""}, "Call missing"),
        ("ad", {"button": "x" * 26}, "Call longer than 25 letters"),
        ("page", {"subject": "x" * 121}, "Title longer than 120 letters"),
        ("page", {"body": " "}, "Page text missing: write what it says"),
        ("page", {"body": "Come to {seats}"}, "{seats} is not a field (did you mean {seat}?)"),
        ("page", {"date": None}, "No date is chosen for {date}"),
        (
            "ad",
            {"body": "Hand in your postal vote to us"},
            "Campaigners must not handle other people's postal votes",
        ),
    ],
)
def test_what_is_wrong_is_said_of_all_seats_at_once(
    kind: str,
    changed: dict[str, object],
    said: str,
    party: Organisation,
    ada: Member,
    targets: TargetList,
    stroud: Place,
    neath: Place,
) -> None:
    master = master_of(kind, party, ada, targets, **changed)

    assert problems(cutting.cut(master, [stroud, neath], MORNING)) == [f"{said} in all 2 seats"]


@pytest.mark.parametrize("kind", ["post", "card", "ad", "page"])
def test_length_is_that_of_the_filled_words(
    kind: str, party: Organisation, ada: Member, targets: TargetList, stroud: Place, neath: Place
) -> None:
    stroud.name = "S" * 200
    stroud.save()
    words = {"subject": "{seat}", "body": "{seat} {seat}"}
    if kind == "post":
        words["body"] += " {link}"

    found = problems(
        cutting.cut(master_of(kind, party, ada, targets, **words), [stroud, neath], MORNING)
    )

    assert found
    assert all(words.endswith(f"letters in {stroud.name}") for words in found)


def test_a_posts_link_counts_as_long_as_it_will_be(
    party: Organisation, ada: Member, targets: TargetList, stroud: Place, neath: Place
) -> None:
    stroud.slug = "kingston-upon-hull-north-and-cottingham"
    stroud.save()
    fits = 300 - len("http://localhost:8401/fair-future/volunteer/neath?s=0123456789") - 3
    master = master_of("post", party, ada, targets, body="{link}" + "x" * fits)

    found = problems(cutting.cut(master, [stroud, neath], MORNING))

    assert found == ["Post longer than 300 letters in Stroud"]


def test_a_seat_without_a_candidate_is_named_for_every_kind(
    party: Organisation, ada: Member, targets: TargetList, stroud: Place, neath: Place
) -> None:
    Campaigner.objects.filter(place_code=neath.code).delete()

    for kind in Master.Kind.values:
        cuts = cutting.cut(master_of(kind, party, ada, targets), [stroud, neath], MORNING)
        assert problems(cuts) == ["Candidate missing in Neath and Swansea East"]


def test_an_imprint_changed_since_is_seen_before_it_is_cut_again(
    party: Organisation, ada: Member, targets: TargetList, stroud: Place
) -> None:
    (post,) = cutting.cut(master_of("post", party, ada, targets), [stroud], MORNING)
    Campaigner.objects.filter(place_code=stroud.code).update(promoter="Another Agent")

    assert checking.problems_of(Cut.objects.get(pk=post.pk)) == [
        "Imprint changed since: make it again"
    ]


@pytest.mark.parametrize("kind", Master.Kind.values)
def test_digests_now_are_those_of_cuts_made_now_and_touch_nothing(
    kind: str, party: Organisation, ada: Member, targets: TargetList, stroud: Place, neath: Place
) -> None:
    master = master_of(kind, party, ada, targets)
    before = {
        (cut.place_id, cut.format): cut.digest
        for cut in cutting.cut(master, [stroud, neath], MORNING)
    }
    Campaigner.objects.filter(place_code=neath.code).update(name="Gwen Rees")

    now = cutting.digests_now(master, [stroud, neath])

    assert {place for place, format in before if now[place, format] != before[place, format]} == {
        neath.pk
    }
    assert set(master.cuts.values_list("digest", flat=True)) == set(before.values())
    after = cutting.cut(master, [stroud, neath], NOON)
    assert {(cut.place_id, cut.format): cut.digest for cut in after} == now


def test_digests_of_several_masters_are_asked_for_at_once(
    party: Organisation,
    ada: Member,
    targets: TargetList,
    stroud: Place,
    neath: Place,
    django_assert_max_num_queries: Any,
) -> None:
    written = [master_of(kind, party, ada, targets) for kind in Master.Kind.values]
    alone = {
        (master.pk, *key): digest
        for master in written
        for key, digest in cutting.digests_now(master, [stroud, neath]).items()
    }

    with django_assert_max_num_queries(10):
        together = cutting.digests_now_of(written, [stroud, neath])

    assert together == alone
    assert len(together) == 12


def test_a_seat_of_a_sealed_master_is_cut_again_alone(
    party: Organisation, ada: Member, targets: TargetList, stroud: Place, neath: Place
) -> None:
    master = master_of("post", party, ada, targets, body="{candidate} {link}")
    cutting.cut(master, [stroud, neath], MORNING)
    masters.seal(master, at=MORNING)
    Campaigner.objects.filter(kind="candidate").update(name="Gwen Rees")

    (again,) = cutting.cut_again(master, [neath], NOON)

    assert again.text == "Gwen Rees {{link}}"
    assert {cut.text for cut in master.cuts.all()} == {
        "Gwen Rees {{link}}",
        "Sian Hughes {{link}}",
    }


def test_what_it_is_cannot_be_changed(card_master: Master, ada: Member) -> None:
    words = replace(masters.words_of(card_master), kind="post")

    with pytest.raises(masters.CannotWrite):
        masters.change(card_master, words, by=ada, at=NOON)


def test_its_own_words_given_back_change_nothing(card_master: Master, ada: Member) -> None:
    kept = masters.change(card_master, masters.words_of(card_master), by=ada, at=NOON)

    assert kept.changed_at == MORNING


def test_a_preview_keeps_nothing(card_master: Master, stroud: Place) -> None:
    preview = cutting.previewed(card_master, stroud, MORNING, "story")

    assert (preview.format, preview.card["seat"]) == ("story", "Stroud")
    assert card_master.cuts.count() == 0


def test_the_demonstrations_e_mail_is_the_first_words_of_an_e_mail(targets: TargetList) -> None:
    day = date(2026, 5, 9)

    words = demonstration.words(targets=targets, date=day)

    assert words == starters.words_for("email", targets=targets, date=day)
