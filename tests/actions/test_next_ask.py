"""What to ask someone next follows from what is known, and says why."""

import pytest

from muster.actions.next_ask import Known, next_ask

REACHABLE = {"name": "Zoe", "has_contact": True, "may_be_reached": True, "was_asked": True}


@pytest.mark.parametrize(
    ("known", "words", "why"),
    [
        (Known(has_stopped=True), "Ask nothing", "asked not to be contacted"),
        (Known(name="Zoe"), "Find out how to reach Zoe", "No e-mail address"),
        (Known(has_contact=True), "Ask them whether we may write or ring", "Nobody ever asked"),
        (Known(has_contact=True, was_asked=True), "Ask them at the door", "said no"),
        (Known(**REACHABLE, has_seat=False), "Ask Zoe where they live", "No seat"),
        (Known(**REACHABLE), "Ask Zoe to volunteer", "never seen to act"),
        (Known(**REACHABLE, acted=40), "Ask Zoe to act again", "40 days ago"),
        (Known(**REACHABLE, acted=1, spoken_to=True), "Ask Zoe for a first shift", "yesterday"),
    ],
)
def test_one_thing_follows(known: Known, words: str, why: str) -> None:
    ask = next_ask(known)

    assert ask.words == words
    assert why in ask.why


def test_a_waiting_volunteer_comes_first_and_says_what_they_offered() -> None:
    known = Known(
        **REACHABLE,
        lead_waits=3,
        lead_is_late=True,
        owner="Ben",
        can_do=("doors",),
        can_when=("saturdays",),
    )

    ask = next_ask(known)

    assert (ask.words, ask.state) == ("Ring Zoe about volunteering", "failed")
    assert ask.why == (
        "Volunteered 3 days ago, and nobody has been in touch; Ben is to."
        " Could knock on doors, on saturdays."
    )
