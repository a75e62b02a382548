"""The Duplicates pages, as members use them."""

import pytest
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from muster.organisations.models import Member, Organisation
from muster.people.duplicates import matching, merging
from muster.people.duplicates.models import MatchRun, Merge, Pair, SureMerging
from muster.people.models import Person
from muster.places.models import Place
from tests.conftest import NOON, supporter
from tests.people.making import on_the_list

MOBILE = "+447700900001"


@pytest.fixture
def pair(party: Organisation, stroud: Place, ada: Member) -> Pair:
    on_the_list(party, "bob4711@example.org", "Bob", "Hart", phone=MOBILE, seat=stroud)
    on_the_list(party, "bob4711@example.net", "Robert", "Hart", phone=MOBILE, seat=stroud)
    matching.find(matching.begin(party, by=ada, at=NOON, queued=False).pk)
    return Pair.objects.get()


def at(name: str, **args: object) -> str:
    return reverse(f"duplicates:{name}", kwargs=args)


def test_the_sentence_counts_what_waits_and_what_is_sure(
    as_ada: Client, party: Organisation, pair: Pair
) -> None:
    page = as_ada.get(at("list")).content.decode()

    assert "<b>0 pairs wait</b> for a look" in page
    assert "<b>1 sure one</b> can be merged" in page
    assert "Merge 1 sure pair" in page


def test_side_by_side_differences_are_marked(as_ben: Client, pair: Pair) -> None:
    page = as_ben.get(at("show", code=pair.code)).content.decode()

    assert "Surely one:" in page
    assert "same mobile" in page
    assert page.count('<tr class="is-differs">') >= 2
    assert "bob4711@example.net" in page


def test_merging_keeps_whom_one_chose(as_ben: Client, pair: Pair) -> None:
    as_ben.post(at("decide", code=pair.code), {"act": "merge", "keep": str(pair.second.code)})

    assert Person.objects.get().given_name == "Robert"
    assert not Pair.objects.exists()


def test_different_people_are_not_shown_again(as_ben: Client, ben: Member, pair: Pair) -> None:
    as_ben.post(at("decide", code=pair.code), {"act": "different"})

    pair.refresh_from_db()
    assert pair.different_by == ben
    assert as_ben.get(at("show", code=pair.code)).status_code == 404


def test_a_pair_half_out_of_reach_is_out_of_reach(as_ben: Client, pair: Pair, neath: Place) -> None:
    Person.objects.filter(pk=pair.second_id).update(seat=neath)

    assert as_ben.get(at("show", code=pair.code)).status_code == 404
    assert as_ben.post(at("decide", code=pair.code), {"act": "merge"}).status_code == 404
    other = {"with": str(pair.second.code)}
    assert as_ben.post(at("merge", code=pair.first.code), other).status_code == 404
    assert Person.objects.count() == 2


def test_from_a_persons_page_one_finds_the_other_and_undoes_it(as_ben: Client, pair: Pair) -> None:
    bob, robert = pair.first, pair.second
    found = as_ben.get(at("choose", code=bob.code)).content.decode()
    assert "Robert Hart" in found
    both = as_ben.get(at("choose", code=bob.code), {"with": str(robert.code)})
    assert "One person or two?" in both.content.decode()

    as_ben.post(at("merge", code=bob.code), {"with": str(robert.code), "keep": str(bob.code)})
    assert as_ben.get(f"/people/{robert.code}").headers["Location"] == f"/people/{bob.code}"

    undone = as_ben.post(at("undo", pk=Merge.objects.get().pk), follow=True)
    assert "Both are back as they were." in undone.content.decode()
    assert Person.objects.count() == 2


def test_a_merge_of_someone_out_of_reach_is_not_undone_here(
    as_ben: Client, ada: Member, cleo: Person, party: Organisation, neath: Place
) -> None:
    merged = merging.merge(cleo, supporter(party, "Cleo", "Winter", neath, email="c@example.org"),
                           by=ada, at=NOON)  # fmt: skip

    assert as_ben.post(at("undo", pk=merged.pk)).status_code == 404


def test_a_look_through_the_list_is_a_job_of_head_office(as_ada: Client, as_ben: Client) -> None:
    assert as_ben.post(at("look")).status_code == 403

    as_ada.post(at("look"))
    as_ada.post(at("look"))

    run = MatchRun.objects.get()
    assert ProcrastinateJob.objects.filter(args={"run_id": run.pk}).count() == 1
    assert "Waiting for a worker" in as_ada.get(at("list")).content.decode()
    as_ada.post(at("stop", pk=run.pk))
    assert MatchRun.objects.get().state == "stopped"


def test_a_seats_organiser_merges_the_sure_ones_of_the_seat(
    as_ben: Client, stroud: Place, pair: Pair
) -> None:
    as_ben.post(at("merge_sure"))

    assert MatchRun.objects.get(kind="merge").seats == [stroud.pk]


def test_the_setting_is_kept_in_a_name(as_ada: Client, ada: Member) -> None:
    as_ada.post(at("setting"), {"merge_sure": "on"})
    assert SureMerging.objects.get().by == ada

    as_ada.post(at("setting"), {})
    assert not SureMerging.objects.exists()


def test_a_code_that_is_none_leads_back_to_the_search(as_ben: Client, pair: Pair) -> None:
    answer = as_ben.post(at("merge", code=pair.first.code), {"with": "x"})

    assert answer.headers["Location"] == at("choose", code=pair.first.code)
