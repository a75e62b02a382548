"""What this room holds about a person, and how to forget it (DP-17)."""

from django.db import connection
from django.db.models import Q

from muster.messaging import facts
from muster.messaging.models import Conversation, Delivery, Opened, Rest, Return, Traveller
from muster.organisations.models import Organisation
from muster.people import erasing
from muster.people.imports import using
from muster.people.models import ContactPoint

for _written in (facts.MESSAGE_DELIVERED, facts.MESSAGE_FAILED):
    using.means(_written, "were written to since")
using.means(facts.UNSUBSCRIBED, using.CONSENTED)


@erasing.register
def forget(organisation: Organisation, person_id: int) -> None:
    """Servers repeat addresses in their answers: those words go. Counts and codes stay."""
    addresses = ContactPoint.objects.filter(person=person_id, kind="email").values("value")
    conversations = Conversation.objects.filter(organisation=organisation)
    conversations.filter(Q(person=person_id) | Q(person=None, address__in=addresses)).delete()
    Traveller.objects.filter(organisation=organisation, person=person_id).delete()
    Rest.objects.filter(organisation=organisation, person=person_id).delete()
    Opened.objects.filter(organisation=organisation, person=person_id).delete()
    returned = Return.objects.filter(organisation=organisation, person=person_id)
    returned.update(words="", person=None, point=None)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE messaging_delivery d SET reason = '' FROM messaging_sending s"
            " WHERE s.organisation_id = %s AND d.month = s.month AND d.sending_id = s.id"
            " AND d.person_id = %s AND d.reason <> '' AND d.state <> %s",
            [organisation.pk, person_id, Delivery.State.LEFT_OUT],
        )
