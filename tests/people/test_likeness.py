"""Who is sure, who is likely, and who never is."""

from collections import defaultdict
from datetime import date
from itertools import combinations
from typing import Any

import pytest

from benchmarks.people_twice import people
from muster.people.duplicates.likeness import Likeness, compare
from muster.people.duplicates.traits import Known, blocks_of, formal_names, traits_of

HOME = {"postcode": "GL5 1AA", "address": "12 Station Road", "seat": 1}
MOBILE = {"phones": ("+447700900001",)}
LANDLINE = {"phones": ("+441632960001",)}


def alike(one: dict[str, Any], other: dict[str, Any]) -> Likeness:
    return compare(traits_of(Known(1, **one)), traits_of(Known(2, **other)))


def named(name: str, **more: Any) -> dict[str, Any]:
    given, _, family = name.rpartition(" ")
    return {"given": given, "family": family} | more


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            named("Bob Smith", **MOBILE, emails=("smith4711@example.org",)),
            named("Robert Smith", **MOBILE, emails=("smith4711@example.net",)),
        ),
        (named("Jhon Smith", **HOME, **MOBILE), named("John Smith", **HOME, **MOBILE)),
        (named("Wei Chen", **HOME, **MOBILE), named("Chen Wei", **HOME, **MOBILE)),
        (
            named("Ann Woodhouse", **HOME, born=date(1980, 1, 2)),
            named("Ann Woodhuose", **HOME, born=date(1980, 1, 2)),
        ),
        (
            named("J Smith", **HOME, **MOBILE, emails=("john.smith@example.org",)),
            named("John Smith", **HOME, **MOBILE, emails=("john.smith@example.net",)),
        ),
        (named("Zoë O'Neil", **HOME, **MOBILE), named("ZOE ONEIL", **MOBILE)),
        (named("Ann Woodhouse", **MOBILE), named("Ann Woodhuose", **MOBILE)),
        (
            named("Ann Lee", **HOME, emails=("ann.lee4711@example.org",)),
            named("Ann Lee", **HOME, emails=("annlee4711@example.net",)),
        ),
        (
            named("Ann Lee", **HOME, born=date(1980, 1, 2)),
            named("Ann Lee", **HOME, born=date(1980, 1, 2)),
        ),
        (named("Mr John Smith", **MOBILE), named("John A Smith", **MOBILE)),
    ],
)
def test_these_are_sure(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert alike(one, other).is_sure


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (named("J Smith", **HOME), named("John Smith", **HOME)),
        (named("J Smith", **HOME, **MOBILE), named("John Smith", **HOME, **MOBILE)),
        (
            named("J Smith", **HOME, **MOBILE, emails=("jsmith@example.org",)),
            named("John Smith", **HOME, **MOBILE, emails=("jsmith@example.net",)),
        ),
        (named("Jaydonn Smith", **HOME, **MOBILE), named("Haydonn Smith", **HOME, **MOBILE)),
        (
            named("Lynda Smith", **HOME, **MOBILE, born=date(1980, 1, 2)),
            named("Linda Smith", **HOME, **MOBILE, born=date(1980, 1, 2)),
        ),
        (
            named("John Smith", seat=1, postcode="GL5 1AA", emails=("john.smith1980@example.org",)),
            named("John Smith", seat=1, postcode="GL5 1AA", emails=("johnsmith1980@example.net",)),
        ),
        (named("Lynda Smith", **HOME, **MOBILE), named("Linda Smith", **HOME, **MOBILE)),
        (named("Bob Smith", **MOBILE), named("Robert Smith", **MOBILE)),
        (named("John Smith", **HOME, **LANDLINE), named("John Smith", **HOME, **LANDLINE)),
        (named("Wei Chen", **HOME), named("Chen Wei", **HOME)),
        (named("Jhon Smith", **HOME), named("John Smith", **HOME)),
        (named("Alex Smith", **HOME, **MOBILE), named("Alexandra Smith", **HOME, **MOBILE)),
        (named("Ann Lee", **MOBILE), named("Ann Winterbottom", **MOBILE)),
        (named("John Smith Jr", **HOME, **MOBILE), named("John Smith Sr", **HOME, **MOBILE)),
        (named("John A Smith", **HOME, **MOBILE), named("John B Smith", **HOME, **MOBILE)),
        (
            named("Ann Lee", **HOME, **MOBILE, born=date(1980, 1, 2)),
            named("Ann Lee", **HOME, **MOBILE, born=date(1981, 1, 2)),
        ),
    ],
)
def test_these_are_for_a_person_to_say(one: dict[str, Any], other: dict[str, Any]) -> None:
    found = alike(one, other)

    assert found.is_likely
    assert not found.is_sure


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            named("Joan Smith", **HOME, **MOBILE, born=date(2000, 1, 1)),
            named("Jean Smith", **HOME, **MOBILE, born=date(2000, 1, 1)),
        ),
        (named("John Smith", **HOME, **LANDLINE), named("James Smith", **HOME, **LANDLINE)),
        (named("Ann Smith", **HOME, **LANDLINE), named("Bob Smith", **HOME, **LANDLINE)),
        (named("John Smith", seat=1), named("John Smith", seat=1)),
        (
            named("John Smith", emails=("john.smith@example.org",), seat=1),
            named("John Smith", emails=("john.smith@example.net",), seat=2),
        ),
    ],
)
def test_these_are_two_people(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert not alike(one, other).is_likely


def test_short_names_stand_for_full_ones() -> None:
    assert formal_names("bob") == {"robert"}
    assert formal_names("alex") == {"alexander", "alexandra"}
    assert formal_names("xiu") == {"xiu"}


def test_nobody_is_falsely_sure_and_most_are_found_among_made_up_people() -> None:
    truth, traits, blocks = {}, {}, defaultdict(list)
    for who, known in people(11, 3_000, seats=10):
        truth[known.id], traits[known.id] = who, traits_of(known)
        for block in blocks_of(traits[known.id]):
            blocks[block].append(known.id)
    pairs = {pair for b in blocks.values() if len(b) <= 60 for pair in combinations(b, 2)}
    found = {(a, b): compare(traits[a], traits[b]) for a, b in pairs}

    twice = len(truth) - len(set(truth.values()))
    likely = [truth[a] == truth[b] for (a, b), each in found.items() if each.is_likely]
    sure = [truth[a] == truth[b] for (a, b), each in found.items() if each.is_sure]
    assert all(sure)
    assert len(sure) > 0.3 * twice
    assert sum(likely) > 0.8 * twice
    assert sum(likely) > 0.75 * len(likely)
