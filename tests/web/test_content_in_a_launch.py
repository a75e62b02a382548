"""Content that a launch carries: shown with what travels in it, kept as it was armed."""

from datetime import date

import pytest
from django.test import Client

from muster.actions import pages
from muster.channels.models import EmailAccount, NetworkAccount
from muster.content import cards
from muster.launches import drafting
from muster.launches.models import Launch
from muster.organisations.models import Campaigner, Member, Organisation
from muster.places.models import Place, TargetList
from tests.conftest import MORNING
from tests.content.conftest import neath_candidate, stroud_candidate, targets
from tests.web.test_content import said, text_of

__all__ = ["neath_candidate", "stroud_candidate", "targets"]


@pytest.fixture
def launch(
    party: Organisation,
    ada: Member,
    campaigner: Campaigner,
    targets: TargetList,
    stroud_candidate: Campaigner,
    neath_candidate: Campaigner,
) -> Launch:
    """Drafted by Ada for Stroud and Neath, its cards drawn."""
    asked = drafting.Asked(
        "Saturday",
        targets=targets,
        page=pages.volunteer_page(party, campaigner, by=ada, at=MORNING),
        email=EmailAccount.objects.create(
            organisation=party,
            name="Post",
            host="127.0.0.1",
            port=1,
            from_name="Fair Future",
            from_address="hello@fair-future.example",
        ),
        social=network_account(party, "social"),
        ads=network_account(party, "ads"),
        ad_budget=2_000,
        date=date(2026, 5, 9),
    )
    made = drafting.draft(party, asked, by=ada, at=MORNING)
    assert made.card is not None
    cards.draw_these(made.card.pk, list(made.card.cuts.values_list("pk", flat=True)))
    return made


def network_account(organisation: Organisation, kind: str) -> NetworkAccount:
    return NetworkAccount.objects.create(
        organisation=organisation,
        kind=kind,
        provider="pretend",
        name="Fair Future",
        handle="fairfuture",
        address="http://127.0.0.1:9",
    )


def test_a_post_and_an_ad_are_shown_with_the_card_that_travels_in_them(
    as_ada: Client, launch: Launch, stroud: Place
) -> None:
    assert launch.post is not None
    assert launch.ad is not None
    assert launch.card is not None
    card = launch.card.cuts.get(place=stroud, format="square").image

    for master in (launch.post, launch.ad):
        page = text_of(as_ada, f"/content/{master.pk}/")
        assert f"/content/pictures/{card}.jpg" in page
        assert "It belongs to" in page
        assert card in text_of(as_ada, f"/content/{master.pk}/words")


def test_the_five_kinds_stand_in_the_room_and_the_e_mail_leads_to_its_message(
    as_ada: Client, launch: Launch
) -> None:
    page = text_of(as_ada, "/content/")

    assert "of 5 masters" in said(as_ada, "/content/")
    assert f'href="/messages/{launch.message_id}/"' in page
    words = f"/content/{launch.message.master_id}/words"
    assert as_ada.get(words).headers["Location"] == f"/messages/{launch.message_id}/words"


def test_an_e_mails_cuts_can_be_looked_over_like_any_others(as_ada: Client, launch: Launch) -> None:
    master = launch.message.master_id

    sheet = said(as_ada, f"/content/{master}/sheet")
    assert "Alex, will you give Stroud two hours?" in sheet
    assert "{{" not in sheet
    assert "{{" not in said(as_ada, f"/content/{master}/")
    assert "Sian Hughes" in said(as_ada, f"/content/{master}/seats/E14001530")


def test_words_stay_as_they_are_while_a_launch_is_armed_with_them(
    as_ada: Client, launch: Launch
) -> None:
    assert launch.post is not None
    Launch.objects.filter(pk=launch.pk).update(sealed_at=MORNING)
    form = {"name": launch.post.name, "body": "Other words for {seat}: {link}"}

    answer = as_ada.post(f"/content/{launch.post.pk}/words", form)

    assert answer.status_code == 409
    assert "Saturday is armed with these very words" in answer.content.decode()
    launch.post.refresh_from_db()
    assert "Other words" not in launch.post.body


def test_an_armed_e_mail_stays_as_it_is_too_until_it_is_disarmed(
    as_ada: Client, launch: Launch
) -> None:
    master = launch.message.master
    Launch.objects.filter(pk=launch.pk).update(sealed_at=MORNING)
    form = {"name": master.name, "subject": "Other", "body": "Words", "button": "Go"}
    path = f"/messages/{launch.message_id}/words"

    refused = as_ada.post(path, form)
    Launch.objects.filter(pk=launch.pk).update(sealed_at=None)
    taken = as_ada.post(path, form)

    assert refused.status_code == 409
    assert "disarm it before changing them" in refused.content.decode()
    assert taken.status_code == 302
    master.refresh_from_db()
    assert master.subject == "Other"
