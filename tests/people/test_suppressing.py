"""Who asked not to be contacted is not."""

from muster.journal.models import Fact
from muster.organisations.models import Member, Organisation
from muster.people import consenting, suppressing
from muster.people.models import ContactPoint, Person, Suppression, Wording
from tests.conftest import MORNING, NOON


def test_someone_who_objects_is_suppressed_on_every_channel(
    party: Organisation, cleo: Person
) -> None:
    ContactPoint.objects.create(
        organisation=party, person=cleo, kind="phone", value="+447700900001"
    )

    suppressing.suppress_person(cleo, reason="unsubscribed", at=NOON)

    assert suppressing.is_suppressed(party, "email", "cleo.winter@example.com")
    assert set(suppressing.suppressed_channels(cleo)) == {"email", "sms", "call"}
    assert Fact.objects.filter(kind="asked to stop", person_id=cleo.pk).count() == 1


def test_objecting_twice_is_objecting_once(party: Organisation, cleo: Person) -> None:
    suppressing.suppress_person(cleo, reason="unsubscribed", at=MORNING)
    suppressing.suppress_person(cleo, reason="unsubscribed", at=NOON)

    assert Suppression.objects.filter(organisation=party).count() == 1


def test_only_a_hash_of_the_address_is_kept(party: Organisation, cleo: Person) -> None:
    suppressing.suppress_person(cleo, reason="unsubscribed", at=NOON)

    kept = Suppression.objects.get(organisation=party)
    assert len(bytes(kept.key)) == 32
    assert b"cleo" not in bytes(kept.key)


def test_a_rivals_suppression_is_not_ours(rivals: Organisation, cleo: Person) -> None:
    suppressing.suppress_person(cleo, reason="unsubscribed", at=NOON)

    assert not suppressing.is_suppressed(rivals, "email", "cleo.winter@example.com")


def test_a_member_may_lift_it_by_name(party: Organisation, cleo: Person, ada: Member) -> None:
    suppressing.suppress_person(cleo, reason="unsubscribed", at=MORNING)

    suppressing.lift(cleo, channel="email", by=ada, at=NOON)

    assert not suppressing.is_suppressed(party, "email", "cleo.winter@example.com")
    assert Fact.objects.get(kind="stop lifted").member_id == ada.pk


def test_objecting_withdraws_what_they_had_agreed_to(cleo: Person, email_wording: Wording) -> None:
    consenting.give(cleo, "email", wording=email_wording, source="stall", at=MORNING)

    suppressing.suppress_person(cleo, reason="told us", at=NOON)

    assert not consenting.standing(cleo)["email"].is_given


def test_who_is_erased_after_unsubscribing_is_erased(party: Organisation, cleo: Person) -> None:
    for reason in ("unsubscribed", "erased", "unsubscribed"):
        suppressing.suppress(party, channel="email", value="a@example.org", reason=reason, at=NOON)

    assert Suppression.objects.get(organisation=party).reason == "erased"
