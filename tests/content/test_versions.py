"""Every version of a master's words is kept, compared and put back."""

from dataclasses import replace
from datetime import date

from django.test import Client
from django.urls import reverse

from muster.content import masters, versions
from muster.content.models import Master, Version
from muster.organisations.models import Campaigner, Member, Organisation
from tests.conftest import MORNING, NOON


def said(change: versions.Change) -> str:
    return "".join(f"[{piece.kind}{piece.words}]" for piece in change.pieces)


def test_each_change_is_a_version_with_who_and_when(
    party: Organisation, ada: Member, ben: Member
) -> None:
    master = masters.write(party, masters.Words("May", "Two hours", "Come"), by=ada, at=MORNING)
    words = replace(masters.words_of(master), subject="Three hours")

    masters.change(master, words, by=ben, at=NOON)
    masters.change(master, words, by=ada, at=NOON)

    first, second = master.versions.order_by("number")
    assert [(v.number, v.by, v.at) for v in (first, second)] == [(1, ada, MORNING), (2, ben, NOON)]
    (change,) = versions.changes(first.words, second.words)
    assert (change.part, said(change)) == ("Subject", "[delTwo][insThree][ hours]")


def test_words_from_before_there_were_versions_are_kept_as_they_change(
    party: Organisation, ada: Member, ben: Member
) -> None:
    master = masters.write(party, masters.Words("May", "One"), by=ada, at=MORNING)
    Version.objects.all().delete()

    masters.change(master, masters.Words("May", "Two"), by=ben, at=NOON)

    kept = [(v.words["subject"], v.by) for v in master.versions.order_by("number")]
    assert kept == [("One", ada), ("Two", ben)]


def test_blocks_that_came_and_went_are_told() -> None:
    old = {"blocks": [{"kind": "heading", "words": "Hello"}, {"kind": "divider"}]}
    new = {"blocks": [{"kind": "heading", "words": "Hello you"}]}

    assert [(c.part, said(c)) for c in versions.changes(old, new)] == [
        ("Heading 1", "[Hello][ins you]")
    ]


def test_an_old_version_is_put_back_and_cut_again(
    as_ada: Client, master: Master, ada: Member, campaigner: Campaigner
) -> None:
    words = replace(masters.words_of(master), subject="Other words", date=date(2026, 6, 1))
    masters.change(master, words, by=ada, at=NOON)
    page = as_ada.get(reverse("content:versions", args=[master.pk])).content.decode()
    assert "<b>2 versions</b>" in page
    assert "<ins>Other" in page

    as_ada.post(reverse("content:put_back", args=[master.pk, 1]))

    master.refresh_from_db()
    assert (master.subject, master.date) == ("Help {candidate} win {seat}", date(2026, 5, 9))
    assert master.versions.count() == 3
    assert "win Stroud" in master.cuts.get(place__name="Stroud").subject


def test_what_went_out_is_not_put_back(
    as_ada: Client, master: Master, ada: Member, campaigner: Campaigner
) -> None:
    words = replace(masters.words_of(master), subject="Two")
    masters.seal(masters.change(master, words, by=ada, at=NOON), at=NOON)

    answer = as_ada.post(reverse("content:put_back", args=[master.pk, 1]))

    assert answer.status_code == 409
    assert "stay as they went out" in answer.content.decode()
