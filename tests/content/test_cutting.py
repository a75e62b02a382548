"""One cut for every seat, and only what changed made again."""

from dataclasses import replace
from datetime import date

import pytest

from muster.content import checking, cutting, demonstration, masters
from muster.content.filling import Open, split_open
from muster.content.models import Master
from muster.organisations.models import Campaigner, Member, Organisation
from muster.places.models import Place, TargetList
from tests.conftest import MORNING, NOON
from tests.content.conftest import candidate


def test_each_seat_gets_its_own_words(
    master: Master,
    stroud: Place,
    neath: Place,
    stroud_candidate: Campaigner,
    neath_candidate: Campaigner,
) -> None:
    here, there = cutting.cut(master, [stroud, neath], MORNING)

    assert here.subject == "Help Sian Hughes win Stroud"
    assert "Megan Lloyd in Neath and Swansea East on Saturday 9 May" in " ".join(there.text.split())
    assert "5,611 votes behind" in " ".join(here.text.split())
    assert here.problems == there.problems == []


def test_both_parts_carry_mark_imprint_and_a_way_out(
    master: Master, stroud: Place, stroud_candidate: Campaigner
) -> None:
    (here,) = cutting.cut(master, [stroud], MORNING)

    for part in (here.text, here.html):
        said = " ".join(part.split())
        assert "Demonstration" in said
        assert (
            "Promoted by Jo Agent, 2 Market Place, Stroud GL5 1AB,"
            " on behalf of Sian Hughes, 2 Market Place, Stroud GL5 1AB." in said
        )
        assert "agreed to e-mails from Fair Future" in said
        assert "/fair-future/privacy" in said
        own = {Open("link"), Open("unsubscribe"), Open("preferences")}
        assert own | {Open("first_name", "friend")} == set(split_open(part)[1])


def test_a_real_campaign_carries_no_mark(
    master: Master, stroud: Place, stroud_candidate: Campaigner
) -> None:
    Organisation.objects.update(is_demonstration=False)

    (here,) = cutting.cut(Master.objects.get(), [stroud], MORNING)

    assert "Demonstration" not in here.html + here.text


def test_a_seat_without_a_candidate_is_named(
    master: Master, stroud: Place, neath: Place, stroud_candidate: Campaigner
) -> None:
    cuts = cutting.cut(master, [stroud, neath], MORNING)

    assert checking.grouped(cuts) == ["Candidate missing in Neath and Swansea East"]


def test_an_organisation_without_candidates_speaks_for_itself(
    master: Master, campaigner: Campaigner, stroud: Place, ada: Member
) -> None:
    plain = replace(masters.words_of(master), subject="Come along", body="To {seat}", button="Go")
    master = masters.change(master, plain, by=ada, at=NOON)

    (here,) = cutting.cut(master, [stroud], NOON)

    assert here.campaigner == campaigner
    assert here.problems == []


def test_only_what_changed_is_cut_again(
    master: Master,
    stroud: Place,
    neath: Place,
    stroud_candidate: Campaigner,
    neath_candidate: Campaigner,
) -> None:
    cutting.cut(master, [stroud, neath], MORNING)
    Campaigner.objects.filter(pk=neath_candidate.pk).update(name="Gwen Rees")

    here, there = cutting.cut(master, [stroud, neath], NOON)

    assert here.cut_at == MORNING
    assert there.cut_at == NOON
    assert "Gwen Rees" in there.html


def test_cuts_of_seats_no_longer_wanted_go(
    master: Master, stroud: Place, neath: Place, stroud_candidate: Campaigner
) -> None:
    cutting.cut(master, [stroud, neath], MORNING)

    cutting.cut(master, [stroud], NOON)

    assert [cut.place for cut in master.cuts.all()] == [stroud]


def test_what_went_out_is_never_cut_again(
    master: Master, stroud: Place, neath: Place, stroud_candidate: Campaigner
) -> None:
    (before,) = cutting.cut(master, [stroud], MORNING)
    masters.seal(master, at=MORNING)
    Campaigner.objects.filter(pk=stroud_candidate.pk).update(name="Gwen Rees")

    (after,) = cutting.cut(master, [stroud], NOON)

    assert after.html == before.html
    with pytest.raises(masters.Sealed):
        cutting.cut(master, [neath], NOON)


def test_a_changed_imprint_is_seen_even_before_it_is_cut_again(
    master: Master, stroud: Place, stroud_candidate: Campaigner
) -> None:
    cutting.cut(master, [stroud], MORNING)
    Campaigner.objects.filter(pk=stroud_candidate.pk).update(address="")

    problems = checking.problems_of(master.cuts.get())

    assert "Imprint lacks the promoter's postal address" in problems


def test_service_mail_leaves_the_seat_open_and_asks_nothing(
    party: Organisation, campaigner: Campaigner, ada: Member
) -> None:
    words = masters.Words(
        "Thank you", "Thank you, {first_name|friend}", "You offered to help in {seat}."
    )
    thanks = masters.write(party, words, by=ada, at=MORNING)

    (everywhere,) = cutting.cut(thanks, [None], MORNING)

    assert Open("seat") in split_open(everywhere.html)[1]
    assert everywhere.place is None
    assert everywhere.campaigner == campaigner
    assert everywhere.problems == []


def test_service_mail_with_a_button_is_marketing(
    party: Organisation, campaigner: Campaigner, ada: Member
) -> None:
    words = masters.Words("Thanks", "Thank you", "You offered to help.", "Do more")
    thanks = masters.write(party, words, by=ada, at=MORNING)

    (everywhere,) = cutting.cut(thanks, [None], MORNING)

    assert checking.grouped([everywhere]) == ["This asks people to act, so it is marketing"]


def test_accents_and_long_names_come_through_whole(
    master: Master, stroud: Place, campaigner: Campaigner, party: Organisation
) -> None:
    stroud.name = "Ynys Môn, Caithness, Sutherland, Easter Ross and Everything North of Llanfair"
    stroud.save()
    candidate(party, stroud, "Siân O'Brien-Ŵyn")

    (here,) = cutting.cut(master, [stroud], MORNING)

    assert "Siân O'Brien-Ŵyn" in here.subject
    assert "Siân O&#x27;Brien-Ŵyn" in here.html
    assert "Ynys Môn" in here.text


def test_a_hostile_name_reaches_neither_header_nor_page(
    master: Master, stroud: Place, campaigner: Campaigner, party: Organisation
) -> None:
    candidate(party, stroud, "Eve\r\nBcc: all@example.org <script>{first_name} {{link}}")

    (here,) = cutting.cut(master, [stroud], MORNING)

    assert "\n" not in here.subject
    assert "\r" not in here.subject
    assert "<script" not in here.html
    assert split_open(here.subject)[1] == []


def test_problems_of_words_are_told_for_all_seats_at_once(
    master: Master,
    stroud: Place,
    neath: Place,
    stroud_candidate: Campaigner,
    neath_candidate: Campaigner,
    ada: Member,
) -> None:
    bad = masters.Words("May", "", "Dear {firstname|x}, {date}", "")
    master = masters.change(master, bad, by=ada, at=NOON)

    problems = checking.grouped(cutting.cut(master, [stroud, neath], NOON))

    assert problems == [
        "Subject missing in all 2 seats",
        "{firstname} is not a field (did you mean {first_name}?) in all 2 seats",
        "No date is chosen for {date} in all 2 seats",
        "No link to the page: add a button, or put {link} in the message in all 2 seats",
    ]


def test_the_demonstrations_own_words_are_ready_in_every_seat(
    party: Organisation,
    ada: Member,
    targets: TargetList,
    stroud: Place,
    stroud_candidate: Campaigner,
) -> None:
    day = date(2026, 5, 9)
    words = demonstration.words(targets=targets, date=day)
    master = masters.write(party, words, by=ada, at=MORNING)

    (here,) = cutting.cut(master, [stroud], MORNING)

    assert here.problems == []
    assert "5,611 votes" in " ".join(here.text.split())


def test_650_seats_are_cut_with_a_handful_of_queries(
    master: Master,
    england: Place,
    party: Organisation,
    campaigner: Campaigner,
    django_assert_max_num_queries: object,
) -> None:
    seats = Place.objects.bulk_create(
        Place(code=f"E14{n:06}", kind="seat", name=f"Seat {n}", slug=f"seat-{n}", parent=england)
        for n in range(650)
    )

    with django_assert_max_num_queries(16):  # type: ignore[operator]
        cuts = cutting.cut(master, seats, MORNING)

    assert len(cuts) == 650
