"""Summaries follow whatever is written, by whomever."""

from django.db import connection

from muster.people import consenting, erasing, suppressing
from muster.people.models import Summary, Touched, Way
from muster.people.summing_up import catch_up
from tests.conftest import MORNING, NOON, supporter


def ways(person):
    catch_up(person.organisation_id)
    summary = Summary.objects.get(person_id=person.pk)
    return summary.email, summary.sms, summary.call, summary.post


def test_a_summary_says_what_stands_in_the_way(cleo, wording_for):
    assert ways(cleo) == (Way.UNSAID, Way.NO_ADDRESS, Way.NO_ADDRESS, Way.NO_ADDRESS)

    consenting.give(cleo, "email", wording=wording_for("email"), source="Stall", at=MORNING)

    assert ways(cleo)[0] == Way.OPEN


def test_the_latest_word_counts_and_a_bounce_is_told(cleo, wording_for):
    consenting.give(cleo, "email", wording=wording_for("email"), source="Stall", at=MORNING)
    cleo.contact_points.update(state="bouncing")
    bounced = ways(cleo)[0]
    cleo.contact_points.update(state="dead")
    dead = ways(cleo)[0]
    cleo.contact_points.update(state="good")
    consenting.withdraw(cleo, "email", source="Told Ada", at=NOON)

    assert (bounced, dead, ways(cleo)[0]) == (Way.BOUNCING, Way.DEAD, Way.REFUSED)


def test_a_suppressed_address_is_told_whatever_was_agreed(party, cleo, wording_for):
    consenting.give(cleo, "email", wording=wording_for("email"), source="Stall", at=MORNING)
    catch_up(party.pk)

    address = cleo.contact_points.get().value
    suppressing.suppress(party, channel="email", value=address, reason="stop", at=NOON)

    assert ways(cleo)[0] == Way.STOPPED


def test_post_is_told_by_name_and_address(party, cleo):
    type(cleo).objects.filter(pk=cleo.pk).update(address="1 High Street", postcode="GL5 1AA")
    cleo.refresh_from_db()
    suppressing.suppress_person(cleo, reason="wrote to us", at=NOON, channels=["post"])

    assert ways(cleo)[3] == Way.STOPPED


def test_two_people_with_one_number_are_both_stopped(party, stroud, cleo):
    both = [supporter(party, n, "Moss", stroud, phone="+447700900001") for n in ("Ann", "Bob")]
    suppressing.suppress(party, channel="sms", value="+447700900001", reason="stop", at=NOON)

    assert [ways(p)[1] for p in both] == [Way.STOPPED] * 2


def test_who_is_erased_leaves_no_summary(ada, cleo):
    ways(cleo)
    person_id = cleo.pk
    erasing.erase(cleo, by=ada, at=NOON)
    catch_up(ada.organisation_id)

    assert not Summary.objects.filter(person_id=person_id).exists()
    assert not Touched.objects.filter(person_id=person_id).exists()


def test_moving_seat_and_plain_sql_are_noticed_but_not_every_change(party, cleo, neath):
    catch_up(party.pk)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE people_person SET folded = 'x' WHERE id = %s", [cleo.pk])
    untouched = Touched.objects.count()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE people_person SET seat_id = %s", [neath.pk])
    catch_up(party.pk)

    assert untouched == 0
    assert Summary.objects.get(person_id=cleo.pk).seat_id == neath.pk
