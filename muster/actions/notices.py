"""The privacy notice shown where people give us their details (DP-13).

A change is a new version.
"""

from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b

from django.db import transaction

from muster.actions import facts
from muster.actions.models import Notice
from muster.journal import journal
from muster.organisations.models import Member, Organisation

STANDARD = """\
## Who we are
{organisation} decides how your details are used. Write to us at {address}.

## What we take and why
Your name, how to reach you, and where you live, so that someone near you can arrange what you
offered to do. Offering to help says something about your political opinion. The law lets campaigns
like ours use that for our own work, with safeguards. We do not sell it, and nobody sees it outside
{organisation} and the firms that run our systems for us.

## What we send
Only what you ticked, and only from those named beside the box. You can volunteer without ticking
anything.

## How long
Until you ask us to stop, or two years after we last heard from you: then we look at whether to keep
it at all.

## What you can do
See what we hold, have it put right, have it erased, or object to how we use it: write to the
address above. Every e-mail has a link that stops them at once. When you ask us to stop, we keep a
scrambled mark of your address, so that nobody writes to you again by mistake.

If we get it wrong, tell us first, so that we can put it right. You may also complain to the
Information Commissioner at ico.org.uk.
"""


def standard_words(organisation: str, address: str) -> str:
    """A notice that says what Muster does, for the organisation's lawyer to read over."""
    return STANDARD.format(organisation=organisation, address=address)


def publish(organisation: Organisation, text: str, *, by: Member | None, at: datetime) -> Notice:
    """The notice with these words, made if they are new. Its version names its date and words."""
    digest = blake2b(text.encode(), digest_size=4).hexdigest()
    known = Notice.objects.filter(organisation=organisation, version__endswith=digest).first()
    if known:
        return known
    with transaction.atomic():
        notice = Notice.objects.create(
            organisation=organisation, version=f"{at:%Y-%m-%d}-{digest}", text=text, made_at=at
        )
        journal.record(
            facts.NOTICE_PUBLISHED, organisation, at=at, by=by, about=("notice", notice.pk)
        )
    return notice


def newest(organisation_id: int) -> Notice | None:
    return (
        Notice.objects.filter(organisation_id=organisation_id).order_by("-made_at", "-id").first()
    )


def published_by() -> frozenset[str]:
    """The organisations, by slug, that have a notice."""
    rows = Notice.objects.values_list("organisation__slug", flat=True)
    return frozenset(rows.distinct())


@dataclass(frozen=True)
class Shown:
    """What `/{organisation}/privacy` shows."""

    organisation: str
    accent: str
    is_demonstration: bool
    version: str
    text: str


def shown(organisation_slug: str) -> Shown | None:
    """The organisation's newest notice; None: there is no such organisation, or it has none."""
    organisation = Organisation.objects.filter(slug=organisation_slug).first()
    notice = newest(organisation.pk) if organisation else None
    if organisation is None or notice is None:
        return None
    return Shown(
        organisation.name,
        organisation.accent,
        organisation.is_demonstration,
        notice.version,
        notice.text,
    )
