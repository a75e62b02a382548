"""A message to a saved audience: whom it goes to is frozen, and the law asks each of them after."""

from datetime import UTC, datetime, timedelta

import pytest

from muster.audiences import saving
from muster.audiences.models import Freeze
from muster.journal import journal
from muster.messaging import facts, pressing, rehearsing, whom
from muster.messaging.models import Delivery, Message
from muster.messaging.rules import CAPPED, NOT_EXPLICIT
from muster.organisations import conditions
from muster.people import consenting
from muster.people.explicit import SPECIAL
from muster.people.models import CustomField, Tag, Wording
from muster.people.record.models import Preference
from tests.audiences.asking import audience
from tests.conftest import MORNING, NOON, supporter
from tests.messaging.conftest import armed, gone, released, run


@pytest.fixture
def drivers(party, ada, crowd):
    """Of the eight, Ann of each seat drives; so does Elm, who lives nowhere known."""
    tag = Tag.objects.create(organisation=party, name="100% driver")
    elm = supporter(party, "Elm", "Away", None)
    for person in (crowd[0], crowd[4], elm):
        person.tagged.create(organisation=party, tag=tag, at=MORNING)
    who = {"who": {"all": [{"is": "tag", "tag": tag.pk}]}}
    return saving.make(party, name="Drivers", definition=who, by=ada, at=MORNING)


@pytest.fixture
def to_drivers(newsletter, drivers):
    whom.choose(newsletter, drivers)
    return newsletter


def reached(sending):
    rows = Delivery.objects.filter(sending_id=sending.pk, state=Delivery.State.DELIVERED)
    return set(rows.values_list("person_id", flat=True))


def test_only_those_of_the_seats_who_are_in_it_get_it(mailbox, to_drivers, crowd, ada):
    estimate = pressing.estimate(to_drivers, NOON)
    sending = released(to_drivers, ada)

    assert reached(sending) == {crowd[0].pk, crowd[4].pk}
    assert (estimate.audience, estimate.asked) == (2, 2)
    assert (sending.freeze.how_many, sending.freeze.version) == (2, 1)


def test_the_law_still_asks_each_of_them(mailbox, to_drivers, crowd, ada):
    consenting.withdraw(crowd[0], "email", source="Phone", at=NOON)
    sending = released(to_drivers, ada)
    left = Delivery.objects.get(sending_id=sending.pk, person_id=crowd[0].pk)

    assert reached(sending) == {crowd[4].pk}
    assert (left.state, left.rule) == (Delivery.State.LEFT_OUT, "PECR-22")


def test_an_audience_changed_after_the_press_changes_nothing(
    mailbox, to_drivers, drivers, crowd, ada
):
    pressed = pressing.press(to_drivers, by=ada, at=NOON)
    everyone = {"who": {"all": []}}
    saving.change(drivers, name="Drivers", definition=everyone, by=ada, at=NOON)
    sending = run(pressed)

    assert reached(sending) == {crowd[0].pk, crowd[4].pk}
    with pytest.raises(whom.CannotChoose, match="pressed or armed"):
        whom.choose(to_drivers, None)


def test_one_put_away_is_refused_before_the_press(to_drivers, drivers, ada):
    saving.put_away(drivers, by=ada, at=NOON)

    with pytest.raises(pressing.CannotPress, match="put away"):
        pressing.press(Message.objects.get(pk=to_drivers.pk), by=ada, at=NOON)
    assert not Freeze.objects.exists()


def test_who_came_into_it_between_arming_and_go_is_added_once(
    mailbox, launched, drivers, crowd, ada
):
    whom.choose(launched, drivers)
    sending = armed(launched, ada, NOON)
    crowd[1].tagged.create(organisation=crowd[1].organisation, tag=Tag.objects.get(), at=NOON)
    went = gone(sending, ada)
    first, more = Freeze.objects.order_by("pk")

    assert reached(went) == {crowd[0].pk, crowd[4].pk, crowd[1].pk}
    assert (first.how_many, more.how_many, went.audience) == (2, 1, 3)


def test_a_rehearsal_uses_nobody(mailbox, to_drivers, drivers, ada, settings):
    settings.REHEARSAL_SINK = f"127.0.0.1:{mailbox.port}"
    sending = run(rehearsing.rehearse(to_drivers, by=ada, at=NOON + timedelta(hours=1)))

    assert sending.audience == 2
    assert not Freeze.objects.exists()


def test_who_chose_to_hear_less_often_is_left_out_until_their_days_are_over(
    mailbox, newsletter, crowd, ada, party
):
    for person, often, days in (
        (crowd[0], "weekly", 6),
        (crowd[1], "weekly", 7),
        (crowd[2], "monthly", 27),
        (crowd[3], "as_it_comes", 1),
    ):
        Preference.objects.create(organisation=party, person=person, frequency=often, at=MORNING)
        journal.record(
            facts.MESSAGE_DELIVERED,
            party,
            at=datetime.now(UTC) - timedelta(days=days),
            person_id=person.pk,
            about=("sending", 1),
            purpose="marketing",
        )
    estimate = pressing.estimate(newsletter, datetime.now(UTC))
    sending = released(newsletter, ada)

    assert estimate.left_out == {CAPPED: 2}
    assert {p.pk for p in crowd} - reached(sending) == {crowd[0].pk, crowd[2].pk}


def test_who_takes_explicit_consent_back_between_arming_and_go_gets_nothing(
    mailbox, launched, crowd, ada, party, campaigner
):
    conditions.settle(party, kind="party", policy="On the shelf", by=ada, at=MORNING)
    votes = CustomField.objects.create(
        organisation=party, key="votes", name="Vote", kind="text", is_special=True
    )
    asked = Wording.objects.create(
        organisation=party, campaigner=campaigner, channel="email", purpose=SPECIAL, version="1"
    )
    for person in (crowd[0], crowd[4]):
        person.details.create(organisation=party, field=votes, text="Us", at=MORNING)
        consenting.give(person, "email", wording=asked, source="Stall", at=MORNING)
    who = audience({"is": "field", "field": "votes", "op": "is", "value": "Us"})
    ours = saving.make(party, name="Ours", definition=who, by=ada, at=MORNING)
    whom.choose(launched, ours)
    sending = armed(launched, ada, NOON)
    consenting.withdraw(crowd[0], "email", source="Told us", at=NOON, purpose=SPECIAL)
    went = gone(sending, ada)
    left = Delivery.objects.get(sending_id=sending.pk, person_id=crowd[0].pk)

    assert reached(went) == {crowd[4].pk}
    assert (left.rule, left.reason) == ("DP-9T", NOT_EXPLICIT)
