"""Asking an audience in tests: whom does it find?"""

from muster.actions.models import ActionPage
from muster.audiences import counting, definitions
from muster.channels.models import EmailAccount
from muster.content import masters
from muster.journal import journal
from muster.messaging import facts
from muster.messaging.models import Message, Sending
from muster.people.models import Person
from tests.conftest import NOON


def audience(*who, one_per_household=False):
    return {"who": {"all": list(who)}, "one_per_household": one_per_household}


def found(organisation, *who, at=NOON, seats=None, one_per_household=False):
    """The given names of everyone in it, in order."""
    said = audience(*who, one_per_household=one_per_household)
    definition = definitions.read(said, organisation)
    ids = [pk for pk, _ in counting.ids(definition, organisation, at=at, seats=seats)]
    names = Person.objects.filter(pk__in=ids).order_by("given_name")
    return list(names.values_list("given_name", flat=True))


def sent_to(organisation, by, people, *, at):
    """A message they were sent, as the journal tells of it."""
    words = masters.Words("Once", "Once", "Dear {first_name|friend}", "")
    message = Message.objects.create(
        organisation=organisation,
        master=masters.write(organisation, words, by=by, at=at),
        page=ActionPage.objects.create(
            organisation=organisation,
            kind="volunteer",
            slug="once",
            title="Once",
            campaigner=organisation.campaigners.first(),
        ),
        account=EmailAccount.objects.create(organisation=organisation, name="Ours"),
        made_at=at,
    )
    sending = Sending.objects.create(
        organisation=organisation,
        message=message,
        month=at.date().replace(day=1),
        state=Sending.State.FINISHED,
        pressed_at=at,
        finished_at=at,
    )
    for person in people:
        journal.record(
            facts.MESSAGE_DELIVERED,
            organisation,
            at=at,
            person_id=person.pk,
            about=("sending", sending.pk),
            purpose="marketing",
        )
    return sending
