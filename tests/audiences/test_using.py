"""Using an audience: frozen as it was, and special data only as the law lets it (DP-9, DP-9T)."""

import pytest

from muster.audiences import definitions, freezing, keeping_count, saving, special
from muster.audiences.freezing import Use
from muster.audiences.models import Frozen, SpecialUse
from muster.organisations import conditions
from muster.organisations.models import AuditEntry, LegalCondition
from muster.people import consenting, erasing
from muster.people.explicit import SPECIAL
from muster.people.models import CustomField, Wording
from tests.audiences.asking import audience
from tests.conftest import MORNING, NOON

VOTES = {"is": "field", "field": "votes", "op": "is", "value": "Us"}


@pytest.fixture
def votes(party, crowd):
    """Whom they vote for: Ann for us."""
    field = CustomField.objects.create(
        organisation=party,
        key="votes",
        name="Vote",
        kind="choice",
        choices=["Us", "Them"],
        is_special=True,
    )
    crowd["Ann"].details.create(organisation=party, field=field, text="Us", at=MORNING)
    return field


@pytest.fixture
def by_vote(party, ada, votes):
    return saving.make(party, name="Ours", definition=audience(VOTES), by=ada, at=NOON)


@pytest.fixture
def settled(party, ada, campaigner):
    return conditions.settle(party, kind="party", policy="On the shelf", by=ada, at=MORNING)


def test_who_was_in_it_stays_frozen_whatever_changes(party, ada, crowd, driver, stroud):
    tagged = audience({"is": "tag", "tag": driver.pk})
    drivers = saving.make(party, name="100% drivers", definition=tagged, by=ada, at=NOON)
    frozen = freezing.freeze(drivers, Use("A message"), by=ada, at=NOON)
    here = freezing.freeze(drivers, Use("Stroud"), by=ada, at=NOON, seats=[stroud.pk])
    crowd["Ann"].tagged.all().delete()
    saving.change(drivers, name="Drivers", definition=definitions.empty(), by=ada, at=NOON)

    assert (frozen.how_many, frozen.version, here.how_many) == (2, 1, 1)
    assert set(frozen.members.values_list("person_id", flat=True)) == {
        crowd["Ann"].pk,
        crowd["Dan"].pk,
    }


def test_a_percent_sign_in_what_is_asked_freezes_as_well(party, ada, crowd):
    odd = audience({"is": "source", "source": "100%s 'stall'"})
    kept = saving.make(party, name="Odd", definition=odd, by=ada, at=NOON)

    assert freezing.freeze(kept, Use("x"), by=ada, at=NOON).how_many == 0


def test_who_is_erased_leaves_every_freeze_but_not_its_number(party, ada, crowd):
    everyone = saving.make(party, name="All", definition=definitions.empty(), by=ada, at=NOON)
    frozen = freezing.freeze(everyone, Use("A message"), by=ada, at=NOON)
    person = crowd["Ann"].pk
    erasing.erase(crowd["Ann"], by=ada, at=NOON)
    frozen.refresh_from_db()

    assert frozen.how_many == 4
    assert not Frozen.objects.filter(person_id=person).exists()


def test_without_a_legal_condition_nobody_is_chosen_or_counted(as_ada, ada, by_vote):
    page = as_ada.get(f"/audiences/{by_vote.code}")

    assert conditions.NONE in page.content.decode()
    assert "figures" not in page.context
    with pytest.raises(freezing.CannotFreeze, match="No legal condition"):
        freezing.freeze(by_vote, Use("A message"), by=ada, at=NOON)


def agrees(person, campaigner, at=MORNING):
    """To be chosen by special data, in so many words."""
    wording, _ = Wording.objects.get_or_create(
        organisation=person.organisation,
        campaigner=campaigner,
        channel="email",
        purpose=SPECIAL,
        version="1",
        text="You may choose what to send me by how I said I vote.",
    )
    return consenting.give(person, "email", wording=wording, source="Stall", at=at)


def test_only_who_agreed_explicitly_is_found_and_the_others_are_told(
    as_ada, party, ada, crowd, by_vote, settled, campaigner
):
    field = CustomField.objects.get(key="votes")
    crowd["Bob"].details.create(organisation=party, field=field, text="Us", at=MORNING)
    nobody = freezing.freeze(by_vote, Use("A message"), by=ada, at=NOON)
    agrees(crowd["Ann"], campaigner)
    page = as_ada.get(f"/audiences/{by_vote.code}")
    one = freezing.freeze(by_vote, Use("A message"), by=ada, at=NOON)
    consenting.withdraw(crowd["Ann"], "email", source="Told us", at=NOON, purpose=SPECIAL)
    after = freezing.freeze(by_vote, Use("A message"), by=ada, at=NOON)

    assert page.context["figures"].total == page.context["held_back"] == 1
    assert "1 person left out: no explicit consent for this (DP-9T)." in page.content.decode()
    assert [p.given_name for p in page.context["named"]] == ["Ann"]
    assert [nobody.how_many, one.how_many, after.how_many] == [0, 1, 0]


def test_a_condition_that_ended_before_it_was_filled_lets_nobody_in_unasked(
    party, ada, by_vote, settled
):
    begun = freezing.begin(by_vote, Use("A message"), by=ada, at=NOON)
    conditions.end(party, by=ada, at=NOON)

    assert freezing.fill(begun).how_many == 0


def test_a_partys_data_lead_allows_one_version_to_reach_the_others(
    as_ada, as_ben, ada, by_vote, settled
):
    address = f"/audiences/{by_vote.code}"
    held = as_ada.get(address)
    assert (held.context["figures"].total, held.context["held_back"]) == (0, 1)
    assert as_ben.post(f"{address}/allow", {"reason": "x"}).status_code == 403
    as_ada.post(f"{address}/allow", {"reason": "  "})
    assert not SpecialUse.objects.exists()
    for _ in range(2):
        as_ada.post(f"{address}/allow", {"reason": "They told us so for this"})

    assert freezing.freeze(by_vote, Use("A message"), by=ada, at=NOON).how_many == 1
    assert AuditEntry.objects.filter(kind=special.ALLOWED).count() == 1
    assert [p.given_name for p in as_ada.get(address).context["named"]] == ["Ann"]
    assert AuditEntry.objects.filter(kind=special.LOOKED).count() == 1
    more = audience(VOTES, {"is": "nowhere"})
    changed = saving.change(by_vote, name="Ours", definition=more, by=ada, at=NOON)
    assert not special.is_wide(changed.definition, changed.organisation, changed)


def test_others_than_parties_reach_nobody_without_it_whoever_allows(party, ada, by_vote):
    LegalCondition.objects.create(
        organisation=party, kind="members", policy="Rules", by=ada, at=MORNING
    )

    assert not special.is_wide(by_vote.definition, party, by_vote)
    with pytest.raises(special.NotAllowed, match="explicit consent"):
        special.allow(by_vote, by=ada, reason="We want to", at=NOON)


def test_an_audience_within_another_brings_its_special_fields(party, ada, by_vote, settled):
    on_it = audience({"is": "audience", "audience": str(by_vote.code)})
    outer = saving.make(party, name="Outer", definition=on_it, by=ada, at=NOON)

    assert special.judge(outer.definition, party, outer).fields == ("Vote",)


def test_the_list_shows_the_last_count_and_what_uses_it(as_ada, as_ben, party, ada, crowd):
    everyone = saving.make(party, name="All", definition=definitions.empty(), by=ada, at=NOON)
    before = as_ada.get("/audiences/").content.decode()
    refreshed = keeping_count.refresh(party, at=NOON), keeping_count.refresh(party, at=NOON)
    everyone.refresh_from_db()
    freezing.freeze(everyone, Use("A leaflet"), by=ada, at=NOON)
    page = as_ada.get(f"/audiences/{everyone.code}").content.decode()

    assert "not counted yet" in before
    assert refreshed == (1, 0)
    assert (everyone.counted, everyone.counted_at) == (4, NOON)
    assert "A leaflet" in page
    assert "4 people as version 1 found them" in page


def test_two_who_become_one_hold_one_place_in_a_freeze_and_get_both_back(party, ada, crowd):
    from muster.people.duplicates import merging, unmerging

    everyone = saving.make(party, name="All", definition=definitions.empty(), by=ada, at=NOON)
    frozen = freezing.freeze(everyone, Use("A message"), by=ada, at=NOON)
    before = set(frozen.members.values_list("person_id", flat=True))
    merge = merging.merge(crowd["Ann"], crowd["Bob"], by=ada, at=NOON)
    merged = set(frozen.members.values_list("person_id", flat=True))
    unmerging.undo(merge, by=ada, at=NOON)

    assert merged == before - {crowd["Bob"].pk}
    assert set(frozen.members.values_list("person_id", flat=True)) == before
