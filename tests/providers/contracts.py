"""What every social network and advertising platform must do behind our ports.

A provider's tests subclass these and give the fixture `stage`: an account's line, and how to make
its service fail. The made-up network is put through them as a process of its own.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from muster.channels.network import (
    Ad,
    Gone,
    NotNow,
    Post,
    Refused,
    Unanswered,
)
from tests.publishing.conftest import jpeg


@dataclass
class Stage:
    """A line to a service that fails as told. `fails(where, what)`: once, at the next call.

    where: posts, media, ads, switch; what: 429, 500, after, hang, refuse.
    """

    line: Any
    fails: Callable[[str, str], None]
    down: Callable[[], None]
    up: Callable[[], None]


def a_post(line: Any, **changed: Any) -> Post:
    said: dict[str, Any] = {
        "reference": str(uuid.uuid4()),
        "words": "Saturday in Caerfyrddin: ŵ, ŷ, ô and “quotes”",
        "link": "http://localhost:8401/x",
        "media": (line.upload(jpeg(), alt="A card"),),
        "alt": "A card",
    }
    return Post(**said | changed)


def an_ad(line: Any, **changed: Any) -> Ad:
    said: dict[str, Any] = {
        "reference": str(uuid.uuid4()),
        "headline": "Saturday",
        "words": "Help in Ynys Môn",
        "call": "I can help",
        "link": "http://localhost:8401/x",
        "media": (line.upload(jpeg(), alt="A card"),),
        "alt": "A card",
        "budget": 2000,
    }
    return Ad(**said | changed)


class BothKinds:
    """What does not depend on what is placed."""

    def place(self, line: Any, **changed: Any) -> Any:
        raise NotImplementedError

    where = ""

    def test_what_was_placed_is_found_by_our_reference(self, stage: Stage) -> None:
        reference = str(uuid.uuid4())

        placed = self.place(stage.line, reference=reference)

        assert stage.line.find(reference) == placed
        assert placed.id
        assert placed.url.startswith("http")

    def test_what_was_never_placed_is_not_found(self, stage: Stage) -> None:
        assert stage.line.find(str(uuid.uuid4())) is None

    def test_done_but_never_answered_nobody_knows_until_it_is_found(self, stage: Stage) -> None:
        reference = str(uuid.uuid4())
        stage.fails(self.where, "after")

        with pytest.raises(Unanswered):
            self.place(stage.line, reference=reference)

        assert stage.line.find(reference)

    @pytest.mark.parametrize("fault", ["500", "hang"])
    def test_an_error_of_its_own_is_no_certainty_either(self, stage: Stage, fault: str) -> None:
        reference = str(uuid.uuid4())
        stage.fails(self.where, fault)

        with pytest.raises(Unanswered):
            self.place(stage.line, reference=reference)

        assert stage.line.find(reference) is None

    def test_asked_to_slow_down_it_is_certainly_not_done_and_the_wait_is_told(
        self, stage: Stage
    ) -> None:
        reference = str(uuid.uuid4())
        stage.fails(self.where, "429")

        with pytest.raises(NotNow) as told:
            self.place(stage.line, reference=reference)

        assert told.value.is_pace
        assert told.value.wait_s
        assert stage.line.find(reference) is None

    def test_a_service_that_is_down_was_certainly_not_asked(self, stage: Stage) -> None:
        stage.down()

        with pytest.raises(NotNow):
            stage.line.find(str(uuid.uuid4()))

        stage.up()
        assert stage.line.find(str(uuid.uuid4())) is None

    def test_too_many_letters_are_refused(self, stage: Stage) -> None:
        with pytest.raises(Refused):
            self.place(stage.line, words="x" * (stage.line.limits.words + 1))

    def test_a_picture_it_does_not_have_is_gone(self, stage: Stage) -> None:
        with pytest.raises(Gone):
            self.place(stage.line, media=("never uploaded",))

    def test_half_a_picture_is_refused(self, stage: Stage) -> None:
        with pytest.raises(Refused):
            stage.line.upload(jpeg()[:-10], alt="")


class SocialContract(BothKinds):
    """A social network."""

    where = "posts"

    def place(self, line: Any, **changed: Any) -> Any:
        return line.post(a_post(line, **changed))

    def test_a_post_deleted_is_gone_and_deleting_it_twice_is_no_error(self, stage: Stage) -> None:
        post = a_post(stage.line)
        placed = stage.line.post(post)

        stage.line.delete(placed.id)
        stage.line.delete(placed.id)

        assert stage.line.find(post.reference) is None

    def test_what_it_will_not_take_is_refused_with_its_words(self, stage: Stage) -> None:
        stage.fails("posts", "refuse")

        with pytest.raises(Refused, match="standards"):
            self.place(stage.line)


class AdContract(BothKinds):
    """An advertising platform."""

    where = "ads"

    def place(self, line: Any, **changed: Any) -> Any:
        return line.create(an_ad(line, **changed))

    def test_an_ad_is_reviewed_and_may_then_be_switched_on_and_off_twice(
        self, stage: Stage
    ) -> None:
        placed = self.place(stage.line)

        assert stage.line.reviews([placed.id])[placed.id].state == "passed"
        for on in (True, True, False, False):
            stage.line.switch(placed.id, on=on)

    def test_a_refused_ad_is_not_switched_on_and_passes_when_it_is_submitted_again(
        self, stage: Stage
    ) -> None:
        stage.fails("ads", "refuse")
        placed = self.place(stage.line)
        refused = stage.line.reviews([placed.id])[placed.id]

        with pytest.raises(Refused):
            stage.line.switch(placed.id, on=True)
        stage.line.submit(placed.id)

        assert refused.state == "refused"
        assert refused.words
        assert stage.line.reviews([placed.id])[placed.id].state == "passed"

    def test_an_archived_ad_is_gone_and_archiving_it_twice_is_no_error(self, stage: Stage) -> None:
        placed = self.place(stage.line)

        stage.line.archive(placed.id)
        stage.line.archive(placed.id)

        with pytest.raises(Gone):
            stage.line.switch(placed.id, on=True)
        assert stage.line.reviews([placed.id]) == {}
