"""Drafting a message: one master, the seats it is for, the page it leads to."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from muster.actions.models import ActionPage
from muster.audiences.models import Audience
from muster.channels.models import EmailAccount, SenderIdentity
from muster.content import cutting, masters
from muster.content.models import Cut
from muster.messaging.models import Message
from muster.organisations.models import Member, Organisation
from muster.places.models import Place, TargetList


def draft(
    organisation: Organisation,
    words: masters.Words,
    *,
    targets: TargetList,
    page: ActionPage,
    account: EmailAccount,
    audience: Audience | None = None,
    sender: SenderIdentity | None = None,
    by: Member,
    at: datetime,
    goes_with_launch: bool = False,
) -> Message:
    """Write a message to the seats of a target list, and cut it for each. Raises CannotWrite.

    With an `audience`, only to those of the seats who are in it.

    One that `goes_with_launch` is armed and let go by it, and cannot be pressed.
    """
    for theirs in (targets, page, account, audience, sender):
        if theirs is not None and theirs.organisation_id != organisation.pk:
            raise masters.CannotWrite("Choose seats, page and account of your own organisation.")
    with transaction.atomic():
        words = replace(words, targets=targets)
        master = masters.write(organisation, words, by=by, at=at)
        message = Message.objects.create(
            organisation=organisation,
            master=master,
            target_list=targets,
            audience=audience,
            page=page,
            account=account,
            sender=sender,
            goes_with_launch=goes_with_launch,
            made_at=at,
        )
        cuts_of(message, at)
    return message


def draft_for_journeys(
    organisation: Organisation,
    words: masters.Words,
    *,
    page: ActionPage,
    account: EmailAccount,
    sender: SenderIdentity | None = None,
    by: Member,
    at: datetime,
) -> Message:
    """Write an e-mail that the steps of journeys send, wherever people live. Raises CannotWrite."""
    for theirs in (page, account, sender):
        if theirs is not None and theirs.organisation_id != organisation.pk:
            raise masters.CannotWrite("Choose page and account of your own organisation.")
    with transaction.atomic():
        message = Message.objects.create(
            organisation=organisation,
            master=masters.write(
                organisation, replace(words, targets=None), by=by, at=at, is_general=True
            ),
            page=page,
            account=account,
            sender=sender,
            goes_with_journey=True,
            made_at=at,
        )
        cuts_of(message, at)
    return message


def change(message: Message, words: masters.Words, *, by: Member, at: datetime) -> Message:
    """Put other words in place and cut again what they touch. Raises CannotWrite, Sealed."""
    with transaction.atomic():
        words = replace(words, targets=message.target_list)
        message.master = masters.change(message.master, words, by=by, at=at)
        cuts_of(message, at)
    return message


def cuts_of(message: Message, at: datetime) -> list[Cut]:
    """The cut of every seat it is for, in step with candidates and results as they stand."""
    return cutting.cut(message.master, places_of(message), at)


def places_of(message: Message) -> list[Place | None]:
    """The seats of its target list, best first; without one None: every place."""
    if message.target_list is None:
        return [None]
    targets = message.target_list.targets.select_related("place").order_by("rank")
    return [target.place for target in targets]
