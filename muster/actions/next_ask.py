"""What to ask someone next, and why: one honest rule on what is known, no score."""

from dataclasses import dataclass

from muster.actions.rules import CAN_DO, CAN_WHEN


@dataclass(frozen=True)
class Known:
    """What the rule goes by. Days are whole days until now; None: never."""

    name: str = ""
    has_stopped: bool = False
    has_contact: bool = False
    may_be_reached: bool = False
    was_asked: bool = False
    has_seat: bool = True
    lead_waits: int | None = None
    lead_is_late: bool = False
    owner: str = ""
    acted: int | None = None
    spoken_to: bool = False
    can_do: tuple[str, ...] = ()
    can_when: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ask:
    """What to do, why, and how pressing it is ("waiting", "failed" or nothing)."""

    words: str
    why: str
    state: str = ""


def next_ask(known: Known) -> Ask:
    """The one thing to do next with this person.

    >>> next_ask(Known(has_stopped=True)).words
    'Ask nothing'
    """
    name = known.name or "them"
    if known.has_stopped:
        return Ask("Ask nothing", "They asked not to be contacted.")
    if known.lead_waits is not None:
        return _ring(known, name)
    if not known.has_contact:
        return Ask(f"Find out how to reach {name}", "No e-mail address, phone or address is known.")
    if not known.may_be_reached:
        return _may_we(known, name)
    if not known.has_seat:
        return Ask(
            f"Ask {name} where they live", "No seat is known, so nothing local reaches them."
        )
    return _act(known, name)


def _ring(known: Known, name: str) -> Ask:
    why = f"Volunteered {_ago(known.lead_waits or 0)}, and nobody has been in touch"
    why += f"; {known.owner} is to" if known.owner else ""
    state = "failed" if known.lead_is_late else "waiting"
    return Ask(f"Ring {name} about volunteering", f"{why}. {_offer(known)}".strip(), state)


def _may_we(known: Known, name: str) -> Ask:
    if known.was_asked:
        return Ask(
            f"Ask {name} at the door",
            "They said no to every channel we could use: only talk, and note what they say.",
        )
    return Ask(
        f"Ask {name} whether we may write or ring",
        "Nobody ever asked: without their yes nothing goes to them.",
    )


def _act(known: Known, name: str) -> Ask:
    if known.acted is None:
        return Ask(f"Ask {name} to volunteer", "May be reached, and was never seen to act with us.")
    if known.spoken_to:
        return Ask(
            f"Ask {name} for a first shift",
            f"Volunteered {_ago(known.acted)} and was spoken to. {_offer(known)}".strip(),
        )
    return Ask(f"Ask {name} to act again", f"Last acted {_ago(known.acted)}.")


def _offer(known: Known) -> str:
    """What they said they could do, and when."""
    can = [CAN_DO[c].lower() for c in known.can_do if c in CAN_DO]
    when = [CAN_WHEN[w].lower() for w in known.can_when if w in CAN_WHEN]
    if not can and not when:
        return ""
    said = ", ".join(can) or "help"
    return f"Could {said}{', on ' + ', '.join(when) if when else ''}."


def _ago(days: int) -> str:
    return "today" if days < 1 else "yesterday" if days == 1 else f"{days} days ago"
