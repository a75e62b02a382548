"""Drafting a message: master, seats and cuts at once."""

from dataclasses import replace

import pytest

from muster.actions.models import ActionPage
from muster.channels.models import EmailAccount
from muster.content import approving, masters
from muster.content.models import Master
from muster.messaging import drafting, pressing
from muster.messaging.models import Message
from muster.organisations.models import Campaigner, Member, Organisation
from muster.places.models import TargetList
from tests.conftest import NOON
from tests.messaging.conftest import WORDS


def test_a_draft_is_cut_for_every_seat_at_once(newsletter: Message) -> None:
    cuts = newsletter.master.cuts.order_by("place__name")

    assert [cut.subject for cut in cuts] == [
        "{{first_name|Hello}}, Saturday in Neath and Swansea East",
        "{{first_name|Hello}}, Saturday in Stroud",
    ]
    assert newsletter.master.targets == newsletter.target_list


def test_changed_words_are_cut_again_and_need_approval_again(
    newsletter: Message, ada: Member
) -> None:
    drafting.change(newsletter, replace(WORDS, subject="Sunday in {seat}"), by=ada, at=NOON)

    assert newsletter.master.cuts.filter(subject="Sunday in Stroud").exists()
    assert approving.approval_in_force(newsletter.master, NOON) is None


def test_what_was_pressed_keeps_its_words(newsletter: Message, ada: Member) -> None:
    pressing.press(newsletter, by=ada, at=NOON)

    with pytest.raises(masters.Sealed):
        drafting.change(newsletter, replace(WORDS, subject="Sunday"), by=ada, at=NOON)


def test_a_refused_draft_leaves_nothing_behind(
    rivals: Organisation,
    campaigner: Campaigner,
    targets: TargetList,
    page: ActionPage,
    account: EmailAccount,
    drew: Member,
) -> None:
    with pytest.raises(masters.CannotWrite, match="your own organisation"):
        drafting.draft(rivals, WORDS, targets=targets, page=page, account=account, by=drew, at=NOON)

    assert not Master.objects.exists()
