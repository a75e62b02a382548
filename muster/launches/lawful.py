"""What the law says of each seat's material, before it is asked of each recipient."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256

from muster.compliance import packs
from muster.compliance.rules import Action, Actor, Decision, judge_material
from muster.content import checking
from muster.content.models import Cut
from muster.launches.models import Launch
from muster.launches.parts import CARDS, Key, masters_of, parts_of
from muster.launches.uploads import account_of
from muster.messaging import letters
from muster.places.models import Place

ELSEWHERE = "A short post has no room for it; its link leads to a page that carries it."
LEFT_ALONE = ("digest", "button")
Cards = Mapping[tuple[int, str], Cut]  # place, format


@dataclass(frozen=True)
class Judged:
    """What stands in the way of each cut: by law; and in the picture of a card, where drawn.

    Absent: nothing does.
    """

    legal: dict[Key, str]
    pictured: dict[Key, tuple[str, ...]]


NOT_ASKED = Judged({}, {})


def digest_on(at: datetime) -> str:
    """SHA-256 of the law as it stands on a day: the same law says the same of the same bytes."""
    pack = packs.pack_for(letters.COUNTRY, at.date())
    said = json.dumps([asdict(pack.demands[rule]) for rule in sorted(pack.demands)], default=str)
    return sha256(said.encode()).hexdigest()


def judge(launch: Launch, places: Collection[Place], at: datetime) -> Judged:
    """Ask the law of every cut as it lies, and look at every card's picture."""
    cuts = _cuts(launch, places)
    legal = {
        _key(cut): f"{decision.message} ({decision.rule})"
        for cut, decision in _decisions(launch, cuts, at)
        if not decision.may_go
    }
    known = {place.pk: place for place in places}
    drawn = [cut for cut in cuts if cut.format in CARDS and cut.drawn_at]
    return Judged(legal, {_key(cut): _seen(launch, cut, known) for cut in drawn})


def _key(cut: Cut) -> Key:
    return cut.master_id, cut.place_id or 0, cut.format


def _seen(launch: Launch, cut: Cut, known: Mapping[int, Place]) -> tuple[str, ...]:
    assert launch.card is not None
    cut.master, cut.place = launch.card, known[cut.place_id or 0]
    return tuple(checking.problems_of(cut))


def _decisions(
    launch: Launch, cuts: Collection[Cut], at: datetime
) -> Iterable[tuple[Cut, Decision]]:
    """Each cut with the law's answer; what is not drawn yet is not asked about."""
    pack = packs.pack_for(letters.COUNTRY, at.date())
    cards = {(cut.place_id or 0, cut.format): cut for cut in cuts if cut.format in CARDS}
    for cut in cuts:
        if cut.campaigner is None or not all(c.drawn_at for c in _travelling(launch, cut, cards)):
            continue
        who = letters.campaigner_of(cut, launch.organisation)
        action = _action(launch, cut, cards)
        yield cut, judge_material(pack, who, _actor(launch, cut), action, at)


def _cuts(launch: Launch, places: Collection[Place]) -> list[Cut]:
    masters = [master.pk for master in masters_of(launch)]
    cuts = Cut.objects.filter(master__in=masters, place__in=[place.pk for place in places])
    return list(cuts.select_related("campaigner").defer(*LEFT_ALONE))


def _travelling(launch: Launch, cut: Cut, cards: Cards) -> list[Cut]:
    """The pictures that go out with a cut; a card is its own."""
    if cut.format in CARDS:
        return [cut]
    parts = parts_of(launch).get(cut.format, ())
    wanted = [(cut.place_id or 0, part.format) for part in parts if part.format in CARDS]
    return [cards[key] for key in wanted if key in cards]


def _actor(launch: Launch, cut: Cut) -> Actor:
    if cut.format == "email":
        return letters.actor_of(launch.message)
    account = account_of(launch, cut.format)
    if account is None:  # a page or a card speaks in the organisation's own name
        return Actor(launch.organisation.name, launch.page.slug, True)
    is_ours = account.organisation_id == launch.organisation_id
    return Actor(account.name, account.handle, is_ours)


def _action(launch: Launch, cut: Cut, cards: Cards) -> Action:
    if cut.format == "email":
        return letters.action_of(cut, launch.message)
    pictures = _travelling(launch, cut, cards)
    return Action(
        channel="card" if cut.format in CARDS else cut.format,
        purpose="marketing",
        parts=(f"{cut.subject}\n{cut.text}\n{_imprint(cut)}",),
        asks=True,
        pictured=tuple(_words_in(picture) for picture in pictures),
        alt=pictures[0].alt if pictures else "",
        imprint_elsewhere=ELSEWHERE if cut.format == "post" else "",
    )


def _words_in(picture: Cut) -> str:
    return "\n".join(part["words"] for part in picture.drawn if "words" in part)


def _imprint(cut: Cut) -> str:
    """A page shows it beneath its words; elsewhere it must stand in them or in the picture."""
    return cut.imprint if cut.format == "page" else ""
