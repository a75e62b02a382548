"""Making one held seat anew after arming: another candidate stands there, or facts changed."""

from datetime import datetime

from django.db import transaction

from muster.content import cards, cutting
from muster.content.models import Master
from muster.launches import events, permitting, readiness, rules, sealing, uploads
from muster.launches.holding import CannotHold
from muster.launches.locking import fresh, locked
from muster.launches.looking import look
from muster.launches.models import Item, Launch
from muster.launches.parts import parts_of
from muster.launches.uploads import rows_of
from muster.messaging.standing import NOBODY, seats_of
from muster.organisations.models import Member
from muster.places.models import Place
from muster.publishing import holding as publications
from muster.publishing import staging

STAYS_HELD = "Held until it is let go."
OUT = frozenset({"live", "releasing", "uncertain"})


class CannotRepair(CannotHold):
    """Why this seat cannot be made anew; each argument is one reason."""


def make_again(launch: Launch, place: Place, *, by: Member, at: datetime) -> int:
    """Cut a held seat anew from today's candidate and facts. Returns how many items that is.

    Only what is held and nothing of which has gone out. Somebody else must approve it, and
    `seal_again` takes it back into the launch. Raises `CannotRepair`.
    """
    launch = fresh(launch)
    if refused := permitting.problem_in(by, launch, "prepare launches", place.pk, at):
        raise CannotRepair(refused)
    kinds = _held_and_whole(launch, place)
    parts = {part.master for kind in kinds for part in parts_of(launch)[kind]}
    for master in sorted(parts, key=lambda one: one.pk):
        cutting.cut_again(master, [place], at)
        # Senders that hold the former words look at this before each chunk.
        Master.objects.filter(pk=master.pk).update(changed_at=at)
        if master == launch.card:
            cards.queue_missing(master)
    events.tell_of_items(
        launch, events.CHANGED, [(place.pk, kind, "") for kind in kinds], at=at, by=by
    )
    readiness.forget(launch)
    return len(kinds)


def seal_again(launch: Launch, place: Place, *, by: Member, at: datetime) -> int:
    """Take a held seat made anew, and approved, back into the seal. It stays held until let go.

    Its post and ad are uploaded anew. Raises `CannotRepair` with everything still wrong.
    """
    launch = fresh(launch)
    if refused := permitting.problem(by, launch, "arm launches", at):
        raise CannotRepair(refused)
    kinds = _held_and_whole(launch, place)
    seen = look(launch, at, only=[place.pk], rehash=True)
    wrong = {
        words
        for kind in kinds
        for words in rules.problems_of_content(seen.brief(place.pk, kind, sealed=None))
    }
    if wrong:
        raise CannotRepair(*sorted(wrong))
    seals = {key: seal for key, seal in sealing.seals_of(seen).items() if key[1] in kinds}
    wanted = [one for key, one in uploads.wanted(launch, [place]).items() if key[1] in kinds]
    with transaction.atomic():
        launch = locked(launch)
        if launch.batch is not None and wanted:
            staging.stage(launch.batch, wanted, by=by, at=at)
            # Its batch was released: what was never uploaded before would go out by itself.
            uploaded = [one.kind for one in wanted]
            publications.hold(launch.batch, [place.pk], uploaded, by=None, at=at, reason=STAYS_HELD)
        sealing.keep(launch, seals)
        told = [(place.pk, kind, seals[place.pk, kind][:8]) for kind in kinds]
        events.tell_of_items(launch, events.RESEALED, told, at=at, by=by)
    readiness.forget(launch)
    return len(kinds)


def _held_and_whole(launch: Launch, place: Place) -> list[str]:
    """The kinds of a seat that are held, not withdrawn, and of which nothing has gone out."""
    if not launch.sealed_at:
        raise CannotRepair("It is not armed: change its words and make the cuts again.")
    held = Item.objects.filter(
        launch=launch, place=place, held_at__isnull=False, withdrawn_at=None
    ).values_list("kind", flat=True)
    rows = rows_of(launch, [place.pk]) if launch.batch_id else []
    out = {row["kind"] for row in rows if row["state"] in OUT}
    if _has_mailed(launch, place):
        out.add("email")
    kinds = [kind for kind in held if kind not in out]
    if not kinds:
        raise CannotRepair("Hold it first. What went out already cannot be made anew: withdraw it.")
    return kinds


def _has_mailed(launch: Launch, place: Place) -> bool:
    if launch.sending is None:
        return False
    seat = seats_of(launch.sending).get(place.pk, NOBODY)
    return bool(seat.delivered or seat.uncertain or seat.failed)
