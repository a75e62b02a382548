"""Posts and ads as the platforms are given them, and how their uploading stands."""

from collections.abc import Collection
from typing import Any

from django.conf import settings

from muster.actions.sources import codes_for
from muster.channels.models import NetworkAccount
from muster.content.filling import split_open
from muster.content.models import Cut
from muster.launches.models import Launch
from muster.launches.rules import UploadBrief
from muster.places.models import Place
from muster.publishing.models import Publication
from muster.publishing.staging import Wanted, digest_of

KINDS = ("post", "ad")
State, Review = Publication.State, Publication.Review
STAGED = frozenset({State.STAGED, State.RELEASING, State.LIVE})
CARD = ("square", "story")


def account_of(launch: Launch, kind: str) -> NetworkAccount | None:
    """Through which account this kind goes out."""
    return {"post": launch.social, "ad": launch.ads}.get(kind)


def account_words(launch: Launch, kind: str) -> str:
    """The account as the seal covers it; empty for kinds that need none."""
    account = account_of(launch, kind)
    if account is None:
        return ""
    return f"{account.pk} {account.provider} {account.address} {account.handle}"


def wanted(launch: Launch, places: Collection[Place]) -> dict[tuple[int, str], Wanted]:
    """What each seat's post and ad is to be, by (place id, kind), from the cuts as they lie."""
    found = {}
    cards = _cards(launch, places)
    links = {kind: links_of(launch, kind, places) for kind in KINDS if kind in launch.kinds}
    for kind, cut, place in _cuts(launch, places):
        account = account_of(launch, kind)
        if account is not None:
            link = links[kind][place.pk]
            found[place.pk, kind] = _wanted(
                launch, kind, cut, account, link, cards.get(place.pk, {})
            )
    return found


def links_of(launch: Launch, kind: str, places: Collection[Place]) -> dict[int, str]:
    """The seat's page with the code that says where the click came from."""
    label = f"{launch.name}: {kind}"
    codes = codes_for(launch.organisation, kind, launch.pk, list(places), label=label)
    page = f"{settings.PUBLIC_ADDRESS}/{launch.organisation.slug}/{launch.page.slug}"
    return {place.pk: f"{page}/{place.slug}?s={codes[place.pk]}" for place in places}


def _wanted(
    launch: Launch,
    kind: str,
    cut: Cut,
    account: NetworkAccount,
    link: str,
    cards: dict[str, Cut],
) -> Wanted:
    is_ad = kind == "ad"
    wanted_formats = CARD if is_ad else CARD[:1]
    pictures = tuple(cards[f].image for f in wanted_formats if f in cards and cards[f].image)
    return Wanted(
        kind=kind,
        place_id=cut.place_id or 0,
        account_id=account.pk,
        words=with_link(cut.text, link),
        headline=cut.subject if is_ad else "",
        call=cut.button if is_ad else "",
        link=link,
        alt=cards["square"].alt if "square" in cards else "",
        pictures=pictures,
        budget=launch.ad_budget if is_ad else 0,
    )


def with_link(words: str, link: str) -> str:
    """A cut's words with their link put in; nothing else may still be open in them."""
    fixed, fields = split_open(words)
    said = [link if field.name == "link" else field.fallback for field in fields]
    return "".join(a + b for a, b in zip(fixed, [*said, ""], strict=True))


def _cuts(launch: Launch, places: Collection[Place]) -> list[tuple[str, Cut, Place]]:
    known = {place.pk: place for place in places}
    masters = {launch.post_id: "post", launch.ad_id: "ad"}
    cuts = Cut.objects.filter(master__in=[m for m in masters if m], place__in=list(known))
    return [
        (masters[cut.master_id], cut, known[cut.place_id])
        for cut in cuts.only("master_id", "place_id", "subject", "text", "button")
        if cut.place_id
    ]


def _cards(launch: Launch, places: Collection[Place]) -> dict[int, dict[str, Cut]]:
    found: dict[int, dict[str, Cut]] = {}
    if launch.card_id:
        cuts = Cut.objects.filter(master=launch.card_id, place__in=[p.pk for p in places])
        for cut in cuts.only("place_id", "format", "image", "alt"):
            found.setdefault(cut.place_id or 0, {})[cut.format] = cut
    return found


def of(launch: Launch, places: Collection[Place]) -> dict[tuple[int, str], UploadBrief]:
    """How the uploading of each seat's post and ad stands; absent: nothing was uploaded."""
    if launch.batch_id is None:
        return {}
    should_be = wanted(launch, places)
    return {
        (row["place_id"], row["kind"]): _brief(row, should_be.get((row["place_id"], row["kind"])))
        for row in rows_of(launch, [place.pk for place in places])
    }


def rows_of(launch: Launch, places: Collection[int] | None = None) -> list[dict[str, Any]]:
    """The publications of a launch that are not withdrawn, as plain rows."""
    rows = Publication.objects.filter(batch=launch.batch_id).exclude(state=State.WITHDRAWN)
    if places is not None:
        rows = rows.filter(place__in=places)
    named = rows.values("place_id", "kind", "state", "review", "reason", "digest")
    return [dict(row) for row in named]


def _brief(row: dict[str, Any], should_be: Wanted | None) -> UploadBrief:
    return UploadBrief(
        is_staged=row["state"] in STAGED,
        is_on_its_way=row["state"] == State.STAGING and row["review"] != Review.PENDING,
        is_same=should_be is not None and digest_of(should_be) == row["digest"],
        is_under_review=row["review"] == Review.PENDING,
        failure=_failure(row),
    )


def _failure(row: dict[str, Any]) -> str:
    if row["review"] == Review.REFUSED:
        return f"The ad platform refused it: {row['reason']}"
    if row["state"] == State.FAILED:
        return f"It could not be uploaded: {row['reason']}"
    if row["state"] == State.UNCERTAIN:
        return f"It may or may not be out already: {row['reason']}"
    return ""
