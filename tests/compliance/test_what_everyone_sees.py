"""The law of posts, cards, ads and pages: what passes, what does not, and what is said."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from muster.compliance import imprints, packs
from muster.compliance.rules import (
    Action,
    Actor,
    Campaigner,
    Decision,
    Kind,
    Promoter,
    judge_material,
)

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
PACK = packs.pack_for("GB", NOW.date())
PROMOTER = Promoter("R. Okafor", "1 High St, Stroud GL5 1AA", "Ada Marsh", "PO Box 9, Leeds LS1")
CANDIDATE = Campaigner(2, "candidate", "Ada Marsh", "Fair Future", PROMOTER)
ACTOR = Actor("Fair Future", "@fairfuture", is_registered=True)
IMPRINT = imprints.line(PROMOTER)
POST = Action("post", "marketing", ("Come on Saturday.",), True)
SEEN = {"pictured": (f"Stroud {IMPRINT}", f"Stroud {IMPRINT}"), "alt": "A card for Stroud"}


def judged(action: Action, actor: Actor = ACTOR) -> Decision:
    return judge_material(PACK, CANDIDATE, actor, action, NOW)


@pytest.mark.parametrize("channel", ["post", "ad", "page"])
def test_words_that_hold_the_imprint_may_go(channel: str) -> None:
    action = replace(POST, channel=channel, parts=(f"Come. {IMPRINT}",))

    assert judged(action).kind is Kind.ALLOW


@pytest.mark.parametrize("channel", ["post", "ad", "card"])
def test_an_imprint_burned_into_every_picture_is_in_the_material(channel: str) -> None:
    assert judged(replace(POST, channel=channel, **SEEN)).kind is Kind.ALLOW


@pytest.mark.parametrize("channel", ["post", "ad", "card", "page"])
def test_nothing_goes_without_an_imprint(channel: str) -> None:
    bare = replace(POST, channel=channel, pictured=("Stroud",), alt="A card")

    assert judged(bare) == Decision(Kind.BLOCK, "IMP-1", "Add who promoted this.")


@pytest.mark.parametrize("channel", ["post", "ad", "card"])
def test_one_picture_without_the_imprint_is_one_too_many(channel: str) -> None:
    one = replace(POST, channel=channel, alt="A card", pictured=(f"Stroud {IMPRINT}", "Stroud"))

    assert judged(one).rule == "IMP-3"


def test_a_short_post_may_have_its_imprint_one_click_away_for_a_stored_reason() -> None:
    post = replace(POST, imprint_elsewhere="300 letters have no room for two addresses")

    decision = judged(post)

    assert (decision.kind, decision.rule, decision.may_go) == (Kind.WARN, "IMP-3", True)
    assert "no room for two addresses" in decision.message


@pytest.mark.parametrize("channel", ["ad", "card", "page"])
def test_nothing_else_may_have_it_one_click_away(channel: str) -> None:
    action = replace(POST, channel=channel, imprint_elsewhere="On our profile")

    assert judged(action).kind is Kind.BLOCK


def test_a_reason_kept_for_an_imprint_that_is_there_warns_of_nothing() -> None:
    post = replace(POST, parts=(f"Come. {IMPRINT}",), imprint_elsewhere="On our profile")

    assert judged(post).kind is Kind.ALLOW


@pytest.mark.parametrize("channel", ["post", "ad", "card"])
def test_a_picture_is_said_in_words_too(channel: str) -> None:
    silent = replace(POST, channel=channel, pictured=SEEN["pictured"], alt=" ")

    assert judged(silent) == Decision(Kind.BLOCK, "A11Y", "Say in words what the picture shows.")


def test_an_account_nobody_registered_says_nothing() -> None:
    stranger = replace(ACTOR, is_registered=False)

    assert judged(replace(POST, **SEEN), stranger).rule == "PECR-23"


def test_before_the_law_was_in_force_no_imprint_was_asked() -> None:
    early = datetime(2023, 10, 31, tzinfo=UTC)
    pack = packs.pack_for("GB", early.date())

    assert judge_material(pack, CANDIDATE, ACTOR, POST, early).kind is Kind.ALLOW
