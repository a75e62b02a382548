"""How e-mails look, and blocks kept to be put into them again."""

import pytest
from django.test import Client
from django.urls import reverse

from muster.content import approving, cutting, keeping
from muster.content.models import Master, SavedBlock, Theme
from muster.organisations.models import Campaigner, Member, Organisation
from muster.places.models import Place
from tests.conftest import MORNING, NOON

BUTTON = {"kind": "button", "words": "I can help in {seat}", "to": ""}


def test_a_theme_changes_every_cut_and_what_was_approved_is_asked_again(
    master: Master, party: Organisation, stroud: Place, campaigner: Campaigner, ada: Member
) -> None:
    (before,) = cutting.cut(master, [stroud], MORNING)
    approved = approving.digest_over(master)

    keeping.keep_theme(party, "serif", "https://example.org/logo.png", by=ada, at=NOON)
    (after,) = cutting.cut(Master.objects.get(), [stroud], NOON)

    assert "Georgia" in after.html
    assert "Georgia" not in before.html
    assert 'src="https://example.org/logo.png"' in after.html
    assert 'alt="Fair Future"' in after.html
    assert approving.digest_over(master) != approved


def test_a_block_is_saved_by_what_it_says_and_put_in_by_value(
    party: Organisation, ada: Member
) -> None:
    keeping.save_block(party, BUTTON, by=ada, at=MORNING)
    saved = keeping.save_block(party, BUTTON | {"to": "tel:112"}, by=ada, at=NOON)

    assert [one.name for one in keeping.saved_blocks(party)] == ["Button: I can help in {seat}"]
    assert saved.block == BUTTON | {"to": "tel:112"}
    keeping.forget_block(party, saved.pk)
    keeping.forget_block(party, saved.pk)
    assert not SavedBlock.objects.exists()


def test_saved_blocks_have_an_end(party: Organisation, ada: Member) -> None:
    for number in range(keeping.MOST_SAVED):
        keeping.save_block(party, BUTTON | {"words": f"Go {number}"}, by=ada, at=NOON)

    with pytest.raises(keeping.CannotKeepBlock, match="forget one"):
        keeping.save_block(party, BUTTON, by=ada, at=NOON)


def test_a_block_is_saved_and_put_in_from_the_form(
    as_ada: Client, party: Organisation, drew: Member
) -> None:
    form = {"block": "b0", "b0-kind": "heading", "b0-words": "Two hours"}
    address = reverse("messages:write")

    said = as_ada.post(address, form | {"do": "save-0"}).content.decode()
    saved = SavedBlock.objects.get()
    again = as_ada.post(address, form | {"do": f"put-{saved.pk}"}).content.decode()

    assert "Saved as “Heading: Two hours”" in said
    assert again.count('value="Two hours"') == 2
    assert "This field is required" not in again
    theirs = keeping.save_block(drew.organisation, BUTTON, by=drew, at=NOON)
    rival = as_ada.post(address, form | {"do": f"put-{theirs.pk}"}).content.decode()
    assert "no longer saved" in rival
    as_ada.post(address, form | {"do": f"forget-{theirs.pk}"})
    assert SavedBlock.objects.filter(pk=theirs.pk).exists()


def test_the_look_is_chosen_and_a_bad_logo_refused_with_the_reason(
    as_ada: Client, campaigner: Campaigner
) -> None:
    page = reverse("settings:look")

    bad = as_ada.post(page, {"font": "serif", "logo": "javascript:x"}).content.decode()
    assert "begins with https://" in bad
    assert not Theme.objects.exists()
    assert as_ada.post(page, {"font": "serif", "logo": ""}).status_code == 302
    shown = as_ada.get(page).content.decode()
    assert "Georgia" in shown
    assert Theme.objects.get().font == "serif"
