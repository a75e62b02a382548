"""Someone other than the writer says that these very cuts may go out, until a date."""

from datetime import datetime
from hashlib import sha256

from django.db import transaction

from muster.content import checking, facts
from muster.content.models import Approval, Master
from muster.journal import journal
from muster.organisations.models import Member
from muster.places.scope import reach_of


class CannotApprove(Exception):
    """Why these cuts cannot be approved; each argument is one reason."""


class CannotWithdraw(Exception):
    """Why an approval cannot be taken back."""


def approve(
    master: Master, by: Member, at: datetime, until: datetime, seen: str | None = None
) -> Approval:
    """Approve the cuts as they stand. Raises CannotApprove with every reason.

    `seen` is the digest of what the approver was shown: if the words changed meanwhile, nothing
    is approved unread.
    """
    with transaction.atomic():
        master = Master.objects.select_for_update().get(pk=master.pk)
        digest = digest_over(master)
        if reasons := _reasons_against(master, by, at, until, digest, seen):
            raise CannotApprove(*reasons)
        approval = Approval.objects.create(
            master=master, digest=digest, covers=_covered(master), by=by, at=at, until=until
        )
        journal.record(
            facts.MASTER_APPROVED,
            master.organisation,
            at=at,
            by=by,
            about=("master", master.pk),
            digest=digest,
        )
    return approval


def _reasons_against(
    master: Master, by: Member, at: datetime, until: datetime, digest: str, seen: str | None
) -> list[str]:
    if by.organisation_id != master.organisation_id:
        return ["This message belongs to another organisation."]
    reasons = []
    if not may_approve(by, at):
        reasons.append("Only someone who may approve for the whole organisation can do this.")
    if by.pk == master.author_id:
        reasons.append("You wrote these words: ask someone else to approve them.")
    if until <= at:
        reasons.append("Choose a time still to come for the approval to end.")
    if seen is not None and seen != digest:
        reasons.append("The words changed while you were reading: read them again.")
    cuts = list(master.cuts.select_related("place", "campaigner"))
    if not cuts:
        reasons.append("There is nothing to approve yet: choose the seats first.")
    reasons += [f"{problem}." for problem in checking.grouped(cuts)]
    return reasons


def approval_in_force(master: Master, at: datetime) -> Approval | None:
    """The approval of exactly these cuts, not withdrawn and not run out; None if there is none.

    It holds as long as whoever gave it may still approve.
    """
    digest = digest_over(master)
    return next((given for given in _in_force(master, at) if given.digest == digest), None)


def approved_cuts(master: Master, at: datetime) -> set[tuple[int | None, str]]:
    """The cuts (place id, format) that an approval in force covers as they stand, picture and all.

    Where one seat's candidate was replaced, the other seats' cuts are still approved.
    """
    covered = {item for given in _in_force(master, at) for item in given.covers.items()}
    return {
        (place_id, format)
        for place_id, code, format, digest, image in _cuts(master)
        if _item(code, format, digest, image) in covered
    }


def approval_of(master: Master, place_id: int | None, at: datetime) -> Approval | None:
    """The approval that covers every cut of this place for longest; None if there is none."""
    wanted = {_item(c, f, d, i) for pk, c, f, d, i in _cuts(master) if pk == place_id}
    given = [a for a in _in_force(master, at) if wanted and wanted <= set(a.covers.items())]
    return max(given, key=lambda approval: approval.until, default=None)


def _in_force(master: Master, at: datetime) -> list[Approval]:
    """Approvals not withdrawn and not run out, of people who may still give them; newest first."""
    given = (
        master.approvals.filter(withdrawn_at=None, at__lte=at, until__gt=at)
        .exclude(by=master.author_id)
        .select_related("by")
        .order_by("-at")
    )
    may = {by: may_approve(by, at) for by in {approval.by for approval in given}}
    return [approval for approval in given if may[approval.by]]


def may_approve(member: Member, at: datetime) -> bool:
    """May they approve for every seat, now?"""
    return reach_of(member, at=at).may_everywhere("approve content")


def withdraw(approval: Approval, *, by: Member, at: datetime) -> None:
    """Take an approval back. Twice is once. Raises CannotWithdraw once it was released.

    Withdrawing would stop nothing then, and must not look as if it did.
    """
    with transaction.atomic():
        master = Master.objects.select_for_update().get(pk=approval.master_id)
        if master.sealed_at:
            raise CannotWithdraw("It was released already: press Stop to keep the rest back.")
        open_still = Approval.objects.filter(pk=approval.pk, withdrawn_at=None)
        if not open_still.update(withdrawn_at=at):
            return
        journal.record(
            facts.APPROVAL_WITHDRAWN,
            master.organisation,
            at=at,
            by=by,
            about=("master", master.pk),
        )


def digest_over(master: Master) -> str:
    """SHA-256 over the digests of all cuts and the bytes of their pictures, in one fixed order."""
    parts = [f"{digest}{image}" for *_, digest, image in _cuts(master)]
    return sha256("\n".join(parts).encode()).hexdigest()


def _covered(master: Master) -> dict[str, str]:
    return dict(_item(*cut[1:]) for cut in _cuts(master))


def _cuts(master: Master) -> list[tuple[int | None, str | None, str, str, str]]:
    """Place id, place code, format, digest and picture of each cut."""
    ordered = master.cuts.order_by("place__code", "format")
    return list(ordered.values_list("place_id", "place__code", "format", "digest", "image"))


def _item(code: str | None, format: str, digest: str, image: str) -> tuple[str, str]:
    """One line of what an approval covers."""
    return f"{code or ''}/{format}", f"{digest}{image}"
