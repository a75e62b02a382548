"""Using an audience: frozen as it was, and special data only as the law lets it (DP-9, DP-9T)."""

import pytest

from muster.audiences import definitions, freezing, saving, special
from muster.audiences.models import Frozen, SpecialUse
from muster.organisations import conditions
from muster.organisations.models import AuditEntry, LegalCondition
from muster.people import erasing
from muster.people.models import CustomField
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
    frozen = freezing.freeze(drivers, by=ada, at=NOON, for_what="A message")
    here = freezing.freeze(drivers, by=ada, at=NOON, for_what="Stroud", seats=[stroud.pk])
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

    assert freezing.freeze(kept, by=ada, at=NOON, for_what="x").how_many == 0


def test_who_is_erased_leaves_every_freeze_but_not_its_number(party, ada, crowd):
    everyone = saving.make(party, name="All", definition=definitions.empty(), by=ada, at=NOON)
    frozen = freezing.freeze(everyone, by=ada, at=NOON, for_what="A message")
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
        freezing.freeze(by_vote, by=ada, at=NOON, for_what="A message")


def test_a_partys_waits_for_the_data_lead_who_allows_one_version(
    as_ada, as_ben, ada, by_vote, settled
):
    address = f"/audiences/{by_vote.code}"
    held = as_ada.get(address)
    assert "Held for the data lead" in held.content.decode()
    assert held.context["figures"].total == 1
    assert held.context["named"] == []
    with pytest.raises(freezing.CannotFreeze, match="data lead"):
        freezing.freeze(by_vote, by=ada, at=NOON, for_what="A message")
    assert as_ben.post(f"{address}/allow", {"reason": "x"}).status_code == 403
    as_ada.post(f"{address}/allow", {"reason": "  "})
    assert not SpecialUse.objects.exists()
    for _ in range(2):
        as_ada.post(f"{address}/allow", {"reason": "They told us so for this"})

    assert freezing.freeze(by_vote, by=ada, at=NOON, for_what="A message").how_many == 1
    assert AuditEntry.objects.filter(kind=special.ALLOWED).count() == 1
    assert [p.given_name for p in as_ada.get(address).context["named"]] == ["Ann"]
    assert AuditEntry.objects.filter(kind=special.LOOKED).count() == 1
    more = audience(VOTES, {"is": "nowhere"})
    changed = saving.change(by_vote, name="Ours", definition=more, by=ada, at=NOON)
    assert special.judge(changed.definition, changed.organisation, changed).kind == "hold"


def test_others_than_parties_do_not_choose_people_by_it(party, ada, by_vote):
    LegalCondition.objects.create(
        organisation=party, kind="members", policy="Rules", by=ada, at=MORNING
    )

    assert special.judge(by_vote.definition, party, by_vote).rule == "DP-9T"
    with pytest.raises(special.NotAllowed, match="explicit consent"):
        special.allow(by_vote, by=ada, reason="We want to", at=NOON)


def test_an_audience_within_another_brings_its_special_fields(party, ada, by_vote, settled):
    on_it = audience({"is": "audience", "audience": str(by_vote.code)})
    outer = saving.make(party, name="Outer", definition=on_it, by=ada, at=NOON)

    assert special.judge(outer.definition, party, outer).fields == ("Vote",)


def test_two_who_become_one_hold_one_place_in_a_freeze_and_get_both_back(party, ada, crowd):
    from muster.people.duplicates import merging, unmerging

    everyone = saving.make(party, name="All", definition=definitions.empty(), by=ada, at=NOON)
    frozen = freezing.freeze(everyone, by=ada, at=NOON, for_what="A message")
    before = set(frozen.members.values_list("person_id", flat=True))
    merge = merging.merge(crowd["Ann"], crowd["Bob"], by=ada, at=NOON)
    merged = set(frozen.members.values_list("person_id", flat=True))
    unmerging.undo(merge, by=ada, at=NOON)

    assert merged == before - {crowd["Bob"].pk}
    assert set(frozen.members.values_list("person_id", flat=True)) == before
