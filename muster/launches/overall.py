"""What stands in the way of a whole launch, whatever its seats."""

from collections.abc import Collection, Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from muster.actions import own_links
from muster.channels.models import EmailAccount, NetworkAccount
from muster.content.sources import date_in_words
from muster.launches.models import Launch
from muster.launches.parts import masters_of
from muster.messaging import speaking
from muster.messaging.preflight import blocking
from muster.messaging.preflight.finding import BLOCK
from muster.organisations.models import Member
from muster.places.models import Place
from muster.places.scope import Reach, reach_of


def problems(launch: Launch, places: Collection[Place], at: datetime) -> list[str]:
    """Every reason that concerns the launch as a whole, in the organiser's words."""
    found = [] if places else ["Choose a target list that has seats."]
    ways = [*_ways_out(launch), *_in_dns(launch, at), *_people(launch, at), *_dead_links(launch)]
    return [*found, *ways, *_dates(launch, at)]


def problems_now(launch: Launch) -> list[str]:
    """The same once it is armed: pages, accounts and links that were there may be gone."""
    return [*_ways_out(launch), *_dead_links(launch)]


def _in_dns(launch: Launch, at: datetime) -> list[str]:
    """What receivers would refuse its e-mail for; once armed, that no longer holds it up."""
    found = blocking.of_domain(launch.message, at)
    return [one.words for one in found if one.state == BLOCK]


def _ways_out(launch: Launch) -> list[str]:
    found = []
    if not launch.page.is_open:
        found.append("Open the page that its links lead to.")
    found += _account(launch.message.spoken)
    found += filter(None, [speaking.problem(launch.message)])
    for kind, account in (("post", launch.social), ("ad", launch.ads)):
        if kind in launch.kinds:
            found += _network(account, kind)
    if "ad" in launch.kinds and not launch.ad_budget:
        found.append("Say how much each seat's ad may cost.")
    return found


def _dates(launch: Launch, at: datetime) -> Iterable[str]:
    """All its masters invite to the same day, and the day is still to come."""
    today = at.astimezone(ZoneInfo(launch.organisation.time_zone)).date()
    dated = [(master, master.date) for master in masters_of(launch) if master.date]
    for master, day in dated:
        if day < today:
            yield f"The date of “{master.name}” is past: {date_in_words(day)}."
    if len({day for _, day in dated}) > 1:
        said = ", ".join(f"“{master.name}” {date_in_words(day)}" for master, day in dated)
        yield f"Its dates differ: {said}."


def _dead_links(launch: Launch) -> list[str]:
    return [f"A link leads to a page of ours that is not open: {link}" for link in dead(launch)]


def _account(account: EmailAccount) -> Iterable[str]:
    if not (account.from_address and account.from_name):
        yield "Give the mail account a name and an address that it is sent from."
    if not account.leads_somewhere:
        yield "Give the mail account a server."


def _network(account: NetworkAccount | None, kind: str) -> Iterable[str]:
    if account is None:
        yield f"Choose the account that the {kind}s go out through."
    elif not account.is_on:
        yield f"{account.name} is switched off: switch it on, or choose another account."


def _people(launch: Launch, at: datetime) -> Iterable[str]:
    """Two who may arm it, and one of them for the money (SP-1)."""
    members = Member.objects.filter(
        organisation=launch.organisation_id, ended_at=None, user__is_active=True
    )
    reaches: list[Reach] = [reach_of(member, at=at) for member in members]
    if sum(reach.may_everywhere("arm launches") for reach in reaches) < 2:
        yield "Two members must arm it, and only one may: give another the right."
    spends = any(reach.may_everywhere("authorise spending") for reach in reaches)
    if launch.ad_budget and not spends:
        yield "It spends money on ads: name a treasurer or agent who may authorise it (SP-1)."


def dead(launch: Launch) -> list[str]:
    """Links in the masters' words that name a page of ours nobody can open."""
    return own_links.dead(master.said() for master in masters_of(launch))
