"""Signing up: one statement, one person, one action."""

import threading
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection

from muster.actions import facts, notices, pages
from muster.actions.leads import CLOCK
from muster.actions.models import Action, ActionPage, Lead
from muster.actions.signing import Agreed, SignUp, sign
from muster.journal.models import Fact
from muster.organisations.models import Campaigner, Member, Organisation
from muster.people.models import ConsentEvent, ContactPoint, Person, PersonWord, Wording
from muster.people.suppressing import is_suppressed, suppress
from muster.places.models import Place
from tests.conftest import MORNING, NOON


@pytest.fixture
def by_email(party: Organisation, campaigner: Campaigner) -> Wording:
    return Wording.objects.create(
        organisation=party,
        campaigner=campaigner,
        channel="email",
        version="1",
        text="E-mails from Fair Future",
    )


@pytest.fixture
def page(party: Organisation, campaigner: Campaigner, by_email: Wording) -> ActionPage:
    return pages.volunteer_page(party, campaigner, by=None, at=MORNING)


@pytest.fixture
def form(page: ActionPage, stroud: Place, by_email: Wording) -> SignUp:
    return SignUp(
        organisation_id=page.organisation_id,
        page_id=page.pk,
        page_slug="volunteer",
        page_place_id=stroud.pk,
        submission=uuid4(),
        given_name="Zoë",
        family_name="O'Neil",
        email="zoe@example.org",
        phone="+447700900123",
        postcode="GL5 1AA",
        seat_id=stroud.pk,
        seat_how="postcode",
        can_do=("doors",),
        can_when=("evenings",),
        agreed=(Agreed(by_email.pk, "email", by_email.campaigner_id),),
        source="abc234",
        form="/fair-future/volunteer/stroud",
        notice="1",
    )


def test_a_new_volunteer_is_whole_at_once(form: SignUp, ben: Member, stroud: Place) -> None:
    action_id = sign(form, at=NOON)

    person = Person.objects.get(given_name="Zoë")
    action = Action.objects.get(pk=action_id)
    lead = Lead.objects.get(person=person)
    consent = ConsentEvent.objects.get(person=person)
    assert (person.seat, person.seat_how, person.postcode) == (stroud, "postcode", "GL5 1AA")
    assert {p.value for p in person.contact_points.all()} == {"zoe@example.org", "+447700900123"}
    assert (action.person, action.source, action.can_do) == (person, "abc234", ["doors"])
    assert (consent.is_given, consent.channel, consent.source) == (True, "email", form.form)
    assert (lead.owner, lead.due_at) == (ben, NOON + timedelta(hours=CLOCK))
    assert set(Fact.objects.filter(person_id=person.pk).values_list("kind", flat=True)) == {
        "person joined",
        "consent given",
        facts.VOLUNTEERED,
    }


def test_they_are_found_by_name_address_and_number(form: SignUp, stroud: Place) -> None:
    sign(form, at=NOON)

    person = Person.objects.get(given_name="Zoë")
    words = set(PersonWord.objects.filter(person_id=person.pk).values_list("word", flat=True))
    assert {"zoe", "oneil", "zoe@example.org", "447700900123", "07700900123"} <= words
    assert set(person.folded.split()) == words
    assert person.folded == f" {' '.join(person.folded.split())} "


def test_the_same_submission_twice_is_one_action(form: SignUp) -> None:
    sign(form, at=NOON)

    again = sign(form, at=NOON + timedelta(minutes=1))

    assert again is None
    assert Action.objects.count() == Lead.objects.count() == ConsentEvent.objects.count() == 1


def test_the_same_address_twice_is_one_person_with_one_open_lead(form: SignUp) -> None:
    sign(form, at=NOON)

    sign(replace(form, submission=uuid4()), at=NOON + timedelta(hours=1))

    assert Person.objects.count() == Lead.objects.count() == 1
    assert Action.objects.count() == 2


def test_a_match_is_added_to_and_never_overwritten(
    form: SignUp, cleo: Person, neath: Place
) -> None:
    stranger = replace(form, email="cleo.winter@example.com", seat_id=neath.pk)

    sign(stranger, at=NOON)

    cleo.refresh_from_db()
    assert (cleo.given_name, cleo.family_name) == ("Cleo", "Winter")
    assert cleo.seat is not None
    assert cleo.seat.name == "Stroud"
    assert "+447700900123" in {p.value for p in cleo.contact_points.all()}
    assert PersonWord.objects.filter(person_id=cleo.pk, word="07700900123").exists()
    assert not PersonWord.objects.filter(person_id=cleo.pk, word="zoe").exists()


def test_a_lead_goes_where_the_person_is_known_to_live(
    form: SignUp, cleo: Person, stroud: Place, neath: Place
) -> None:
    """Or a Neath organiser could read a Stroud supporter's number by typing her address."""
    sign(replace(form, email="cleo.winter@example.com", seat_id=neath.pk), at=NOON)

    assert Lead.objects.get(person=cleo).place == stroud


def test_blanks_are_filled_and_the_words_move_with_the_seat(
    form: SignUp, party: Organisation, stroud: Place
) -> None:
    blank = Person.objects.create(organisation=party, joined_at=MORNING)
    ContactPoint.objects.create(
        organisation=party, person=blank, kind="email", value="zoe@example.org"
    )

    sign(form, at=NOON)

    blank.refresh_from_db()
    assert (blank.given_name, blank.seat) == ("Zoë", stroud)
    seats = PersonWord.objects.filter(person_id=blank.pk).values_list("seat_id", flat=True)
    assert set(seats) == {stroud.pk}


def test_a_suppressed_address_stays_suppressed(
    form: SignUp, cleo: Person, party: Organisation
) -> None:
    email = "cleo.winter@example.com"
    suppress(party, channel="email", value=email, reason="unsubscribed", at=MORNING)

    sign(replace(form, email=email), at=NOON)

    assert Action.objects.filter(person=cleo).exists()
    assert is_suppressed(party, "email", email)


def test_one_organisations_person_is_nobody_to_another(
    form: SignUp, cleo: Person, rivals: Organisation
) -> None:
    Person.objects.filter(pk=cleo.pk).update(organisation=rivals)
    ContactPoint.objects.filter(person=cleo).update(organisation=rivals)

    sign(replace(form, email="cleo.winter@example.com"), at=NOON)

    assert Person.objects.count() == 2


def test_a_seatless_page_follows_the_signers_own_seat(
    form: SignUp, stroud: Place, ben: Member
) -> None:
    sign(replace(form, page_place_id=None), at=NOON)

    assert Action.objects.get().place == stroud
    assert Lead.objects.get().owner == ben


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("same_form", [True, False])
def test_many_presses_at_the_same_moment_make_one_person(form: SignUp, same_form: bool) -> None:
    begin = threading.Barrier(6)

    def press(submission: UUID) -> None:
        try:
            begin.wait()
            sign(replace(form, submission=submission), at=NOON)
        finally:
            connection.close()

    numbers = [form.submission if same_form else uuid4() for _ in range(6)]
    presses = [threading.Thread(target=press, args=[n]) for n in numbers]
    for one in presses:
        one.start()
    for one in presses:
        one.join()

    assert Person.objects.count() == ContactPoint.objects.filter(kind="email").count() == 1
    assert Action.objects.count() == (1 if same_form else 6)
    assert Lead.objects.count() == 1


def test_the_page_is_refused_until_it_says_who_and_why(party: Organisation) -> None:
    page = ActionPage(organisation=party, slug="privacy", title="")

    with pytest.raises(pages.CannotOpen) as refusal:
        pages.open_to_public(page, by=None, at=NOON)

    assert len(refusal.value.args) == 4


def test_the_same_words_are_one_version_of_the_notice(party: Organisation) -> None:
    first = notices.publish(party, "Our words", by=None, at=MORNING)

    assert notices.publish(party, "Our words", by=None, at=NOON) == first
    assert notices.publish(party, "Other words", by=None, at=NOON) != first
