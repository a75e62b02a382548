"""What `muster go` needs of the rooms, once Django is loaded: whom, what and where, in words."""

from dataclasses import dataclass

from django.db.models import Q

from muster.launches import going as pressing
from muster.launches import holding, readiness, stopping
from muster.launches.models import Launch
from muster.launches.standing import Standing, standing
from muster.lib.times import now
from muster.lib.words import counted
from muster.organisations.models import Member
from muster.places.models import Place
from muster.places.scope import reach_of

SHOWN = 20


class CannotDo(Exception):
    """Why nothing was done."""


REFUSALS = (CannotDo, holding.StaysHeld, pressing.CannotGo, stopping.CannotGoOn)


def every_launch() -> list[str]:
    launches = Launch.objects.select_related("organisation").order_by("id")
    lines = [f"{each.pk:>4}  {each.organisation}  {each.name}: {_short(each)}" for each in launches]
    return lines or ["There is no launch yet."]


def one_launch(launch: Launch) -> list[str]:
    """How it stands; before Go, everything that stands in its way, the widest first."""
    now_stands = standing(launch)
    lines = [f"{launch.name} ({launch.organisation}): {now_stands.state}.", *_numbers(now_stands)]
    if now_stands.went_at is not None:
        return lines
    found = readiness.problems(launch, now())
    lines += found.overall
    for group in found.grouped[:SHOWN]:
        lines.append(
            f"{counted(len(group.place_ids), 'seat', 'seats')}, {group.kind}: {group.words}"
        )
    if found.is_ready:
        lines.append("Nothing stands in its way.")
    return lines


def launch_called(words: str) -> Launch:
    """By its number or its name, in whatever case."""
    by_number = Q(pk=int(words)) if words.isdecimal() else Q()
    found = list(Launch.objects.filter(Q(name__iexact=words) | by_number)[:2])
    found = [each for each in found if by_number or each.name.lower() == words.lower()]
    if len(found) != 1:
        why = "More than one launch is" if found else "No launch is"
        raise CannotDo(f"{why} called {words}. `muster go list` tells their numbers.")
    return found[0]


def acting(launch: str, email: str, permission: str, seat: str = "") -> "Acting":
    """Raises `CannotDo` where there is no such launch, member or seat, or they may not."""
    found = launch_called(launch)
    member = Member.objects.filter(
        organisation=found.organisation, user__email__iexact=email, ended_at=None
    ).first()
    if member is None:
        raise CannotDo(f"{email} is no member of {found.organisation}.")
    place = _seat_of(found, seat) if seat else None
    reach = reach_of(member, at=now())
    may = reach.may_in(permission, place.pk) if place else reach.may_everywhere(permission)
    if not may:
        raise CannotDo(f"{member} may not do this{f' in {place}' if place else ''}.")
    return Acting(found, member, place)


def _seat_of(launch: Launch, words: str) -> Place:
    named = Q(name__iexact=words) | Q(code__iexact=words) | Q(slug=words.lower())
    place = Place.objects.seats().filter(named, target__target_list=launch.target_list).first()
    if place is None:
        raise CannotDo(f"{words} is no seat of {launch.name}.")
    return place


@dataclass(frozen=True)
class Acting:
    """A member, and the launch or the seat of it that they act on. Every act answers in words."""

    launch: Launch
    member: Member
    place: Place | None = None

    def hold(self, reason: str) -> list[str]:
        holding.hold(self.launch, self._seat(), by=self.member, at=now(), reason=reason)
        return [f"{self.place} is held. What went out stays.", _short(self.launch)]

    def release(self) -> list[str]:
        holding.let_go(self.launch, self._seat(), by=self.member, at=now())
        return [_short(self.launch)]

    def stop(self) -> list[str]:
        stopping.stop_all(self.launch, by=self.member, at=now())
        return ["Stopped.", *_numbers(standing(self.launch))]

    def go_on(self) -> list[str]:
        stopping.go_on(self.launch, by=self.member, at=now())
        return [_short(self.launch)]

    def press(self) -> list[str]:
        pressing.go(self.launch, by=self.member, at=now())
        return [f"{self.launch.name} goes: `muster go show {self.launch.pk}` tells how."]

    def reach(self) -> str:
        """`41,207 people in 200 seats`."""
        stands = standing(self.launch)
        people = counted(stands.audience, "person", "people")
        return f"{people} in {counted(stands.seats_asked, 'seat', 'seats')}"

    def _seat(self) -> Place:
        if self.place is None:
            raise CannotDo("Name the seat.")
        return self.place


def _short(launch: Launch) -> str:
    stands = standing(launch)
    return f"{stands.state}, {_live(stands)}"


def _live(stands: Standing) -> str:
    return f"{stands.seats_live} of {counted(stands.seats_asked, 'seat', 'seats')} live"


def _numbers(stands: Standing) -> list[str]:
    left_out = sum(stands.left_out.values())
    return [
        f"{_live(stands)};"
        f" {stands.audience:,} e-mails: {stands.delivered:,} delivered, {stands.failed:,} failed,"
        f" {left_out:,} left out, {stands.uncertain:,} uncertain, {stands.waiting:,} waiting.",
        f"{stands.not_recallable:,} cannot be recalled.",
    ]
