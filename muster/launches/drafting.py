"""Drafting a launch: a master of each kind, a cut for every seat, an item for each of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction

from muster.actions.models import ActionPage
from muster.audiences.models import Audience
from muster.channels.models import EmailAccount, NetworkAccount
from muster.content import cards, cutting, masters, starters
from muster.content.models import Master
from muster.launches import events, facts, permitting, readiness, uploads
from muster.launches.models import Item, Kind, Launch
from muster.launches.parts import masters_of
from muster.messaging import drafting as messages
from muster.messaging.models import Message
from muster.organisations.models import Member, Organisation
from muster.places.models import TargetList

Day = date
EVERY_KIND = ("email", "post", "card", "ad", "page")


class CannotDraft(Exception):
    """Why it cannot be prepared; each argument is one reason."""


@dataclass(frozen=True)
class Asked:
    """A launch as someone wants it.

    `audience` narrows the e-mail to those of the seats who are in it.
    `kinds` may leave out any but the e-mail; `words` replaces the starters of a kind. The budget
    is in pence a seat. `date` is what {date} says; the next Saturday, if it is not given.
    """

    name: str
    targets: TargetList
    page: ActionPage
    email: EmailAccount
    audience: Audience | None = None
    social: NetworkAccount | None = None
    ads: NetworkAccount | None = None
    ad_budget: int = 0
    date: Day | None = None
    kinds: tuple[str, ...] = EVERY_KIND
    words: Mapping[str, masters.Words] = field(default_factory=dict)


def draft(organisation: Organisation, asked: Asked, *, by: Member, at: datetime) -> Launch:
    """Write a launch's masters, cut them for every seat, have its cards drawn.

    Raises `CannotDraft` with every reason, `masters.CannotWrite` of words that cannot be kept.
    """
    if reasons := _reasons_against(organisation, asked):
        raise CannotDraft(*reasons)
    with transaction.atomic():
        launch = _made(organisation, asked, by, at)
        if reason := permitting.problem(by, launch, "prepare launches", at):
            raise CannotDraft(reason)
        renew(launch, at)
        _keep_items(launch)
        events.tell(launch, events.DRAFTED, at=at, by=by, fact=facts.LAUNCH_DRAFTED)
    return launch


def renew(launch: Launch, at: datetime) -> None:
    """Bring every cut in step with today's candidates and results; cards that changed are drawn.

    Nothing happens while it is armed, nor after it went: what was sealed stays as it is.
    """
    if Launch.objects.filter(pk=launch.pk, sealed_at__isnull=False).exists():
        return
    places = launch.places()
    for master in masters_of(launch):
        cutting.cut(master, places, at)
        if master.kind == Master.Kind.CARD and master.sealed_at is None:
            cards.queue_missing(master)
    readiness.forget(launch)


def _reasons_against(organisation: Organisation, asked: Asked) -> list[str]:
    reasons = []
    if not asked.name.strip():
        reasons.append("Give the launch a name, to find it by.")
    theirs = [asked.targets, asked.page, asked.email, asked.audience, asked.social, asked.ads]
    if any(one.organisation_id != organisation.pk for one in theirs if one is not None):
        reasons.append("Choose seats, page and accounts of your own organisation.")
    if "email" not in asked.kinds:
        reasons.append("A launch always has an e-mail: write one.")
    if "post" in asked.kinds and asked.social is None:
        reasons.append("Choose the social account that posts, or leave posts out.")
    if "ad" in asked.kinds and asked.ads is None:
        reasons.append("Choose the account that runs the ads, or leave ads out.")
    if not asked.targets.targets.exists():
        reasons.append("Choose a target list that has seats.")
    return reasons


def _made(organisation: Organisation, asked: Asked, by: Member, at: datetime) -> Launch:
    written = {
        kind: masters.write(organisation, _words(asked, kind, at), by=by, at=at)
        for kind in EVERY_KIND[1:]
        if kind in asked.kinds
    }
    launch = Launch(
        organisation=organisation,
        name=asked.name.strip(),
        target_list=asked.targets,
        page=asked.page,
        message=_message(organisation, asked, by, at),
        post=written.get("post"),
        card=written.get("card"),
        ad=written.get("ad"),
        words=written.get("page"),
        social=asked.social if "post" in asked.kinds else None,
        ads=asked.ads if "ad" in asked.kinds else None,
        ad_budget=asked.ad_budget if "ad" in asked.kinds else 0,
        made_by=by,
        made_at=at,
    )
    _save(launch)
    return launch


def _message(organisation: Organisation, asked: Asked, by: Member, at: datetime) -> Message:
    message = messages.draft(
        organisation,
        _words(asked, "email", at),
        targets=asked.targets,
        page=asked.page,
        account=asked.email,
        audience=asked.audience,
        by=by,
        at=at,
    )
    message.goes_with_launch = True
    message.save(update_fields=["goes_with_launch"])
    return message


def _save(launch: Launch) -> None:
    try:
        with transaction.atomic():
            launch.save()
    except IntegrityError as refused:
        if "launch_name_once" not in str(refused):
            raise
        words = f"Another launch is called {launch.name}: choose another name."
        raise CannotDraft(words) from None


def _words(asked: Asked, kind: str, at: datetime) -> masters.Words:
    given = asked.words.get(kind)
    if given is not None:
        return given
    day = asked.date or _next_saturday(at)
    name = f"{asked.name.strip()}: {kind}"
    return starters.words_for(kind, name=name, targets=asked.targets, date=day)


def _next_saturday(at: datetime) -> date:
    return at.date() + timedelta(days=(5 - at.weekday()) % 7 or 7)


def _keep_items(launch: Launch) -> None:
    places = launch.places()
    Item.objects.bulk_create(
        Item(launch=launch, place=place, kind=kind)
        for place in places
        for kind in Kind.values
        if kind in launch.kinds
    )
    for kind in uploads.KINDS:
        if kind in launch.kinds:
            uploads.links_of(launch, kind, places)
