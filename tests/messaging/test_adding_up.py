"""Whatever people do to a sending and in whatever order, its numbers add up and nobody is lost."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from random import Random

import pytest

from muster.lib.sink import Rule
from muster.messaging import arming, chunks, holding, pressing, progress, tasks, topping_up
from muster.messaging.models import Delivery, Message, Sending
from muster.messaging.standing import seats_of
from muster.messaging.timing import giving_up
from muster.organisations.models import Member, Organisation
from muster.people import consenting
from muster.people.models import Person
from muster.places.models import Place
from tests.conftest import MORNING, supporter
from tests.messaging.conftest import Mailbox, armed

pytestmark = pytest.mark.django_db
State = Delivery.State
Agree = Callable[[Person], Person]


def now() -> datetime:
    return datetime.now(UTC)


class Day:
    """A sending on a restless day."""

    def __init__(self, seed: int, sending: Sending, ada: Member, agree: Agree, seats: list[Place]):
        self.chance, self.sending, self.ada, self.agree = Random(seed), sending, ada, agree
        self.seats, self.joined = seats, 0
        self.acts = [
            *(self.join, self.move, self.leave, self.unsubscribe, self.go, self.top_up),
            *(self.hold, self.let_go, self.withdraw, self.stop, self.go_on, *[self.work] * 4),
            self.give_up,
        ]

    def somebody(self) -> Person:
        everyone = Person.objects.filter(organisation=self.sending.organisation).order_by("pk")
        return everyone[self.chance.randrange(everyone.count())]

    def seat(self) -> Place:
        return self.chance.choice(self.seats)

    def join(self) -> None:
        self.joined += 1
        self.agree(supporter(self.ada.organisation, "Joy", f"joined{self.joined}", self.seat()))

    def move(self) -> None:
        Person.objects.filter(pk=self.somebody().pk).update(seat=self.seat())

    def leave(self) -> None:
        Person.objects.filter(pk=self.somebody().pk).update(seat=None)

    def unsubscribe(self) -> None:
        consenting.withdraw(self.somebody(), "email", source="By phone", at=now())

    def go(self) -> None:
        arming.go(self.sending, by=self.ada, at=now())

    def top_up(self) -> None:
        topping_up.top_up(self.sending.pk, now())

    def hold(self) -> None:
        holding.hold(self.sending, [self.seat().pk], by=self.ada, at=now())

    def let_go(self) -> None:
        holding.let_go(self.sending, [self.seat().pk], by=self.ada, at=now())

    def withdraw(self) -> None:
        if self.chance.random() < 0.3:
            holding.withdraw(self.sending, [self.seat().pk], by=self.ada, at=now())

    def stop(self) -> None:
        pressing.stop(self.sending, by=self.ada, at=now())

    def go_on(self) -> None:
        pressing.go_on(self.sending, by=self.ada, at=now())

    def give_up(self) -> None:
        if self.sending.went_at and self.chance.random() < 0.1:
            giving_up.give_up(self.sending, "A restless day", by=self.ada, at=now())

    def work(self) -> None:
        tasks.work(self.sending.pk, self.chance.randrange(3))

    def evening(self) -> None:
        """Let everything go, and send to the end."""
        self.go()
        self.go_on()
        holding.let_go(self.sending, [seat.pk for seat in self.seats], by=self.ada, at=now())
        self.top_up()
        for _ in range(2):
            for chunk in range(chunks.count_of(self.sending.audience) + 3):
                tasks.work(self.sending.pk, chunk)
            Delivery.objects.filter(state=State.WAITING).update(due_at=now())


def counted(sending: Sending) -> dict[int, Counter[int]]:
    """The deliveries themselves, by seat and state."""
    found: dict[int, Counter[int]] = {}
    rows = Delivery.objects.filter(sending_id=sending.pk).values_list("place_id", "state")
    for place_id, state in rows:
        found.setdefault(place_id or 0, Counter())[state] += 1
    return found


def adds_up(sending: Sending) -> None:
    """Every screen's numbers are the deliveries' own."""
    rows = counted(sending)
    for place_id, seat in seats_of(sending).items():
        states = rows.get(place_id, Counter())
        assert seat.total == states.total()
        assert seat.delivered == states[State.DELIVERED]
        assert seat.left_out == states[State.LEFT_OUT]
        assert seat.waiting == states[State.WAITING] >= 0
    stands = progress.progress(sending)
    sending.refresh_from_db()
    assert stands.audience == sending.audience == sum(c.total() for c in rows.values())
    ended = stands.delivered + stands.failed + sum(stands.left_out.values()) + stands.uncertain
    assert ended + stands.waiting == stands.audience
    waiting = Delivery.objects.filter(sending_id=sending.pk, state=State.WAITING)
    put_off = Counter(waiting.filter(attempts__gt=0).values_list("reason", flat=True))
    assert stands.put_off == put_off
    assert stands.queued == waiting.filter(attempts=0).count()


@pytest.mark.parametrize("seed", range(12))
def test_it_adds_up_on_the_most_restless_day(
    seed: int,
    launched: Message,
    ada: Member,
    agree: Agree,
    crowd: list[Person],
    party: Organisation,
    stroud: Place,
    neath: Place,
    mailbox: Mailbox,
) -> None:
    supporter(party, "Nora", "Silent", stroud)
    mailbox.rules.append(Rule("*1@*", "451 4.3.0 Come again later", once=True))
    sending = armed(launched, ada)
    day = Day(seed, sending, ada, agree, [stroud, neath])

    for _ in range(40):
        day.chance.choice(day.acts)()
        adds_up(sending)
    day.evening()
    adds_up(sending)

    assert sending.state == Sending.State.FINISHED
    sent = Counter(kept.code for kept in mailbox.mail())
    assert set(sent.values()) <= {1}
    assert sent.total() == progress.progress(sending).delivered


def test_the_day_would_notice_a_number_that_is_wrong(
    launched: Message, ada: Member, crowd: list[Person], stroud: Place
) -> None:
    sending = armed(launched, ada)
    Delivery.objects.filter(sending_id=sending.pk, person_id=crowd[0].pk).update(
        state=State.LEFT_OUT, ended_at=MORNING
    )

    with pytest.raises(AssertionError):
        adds_up(sending)
