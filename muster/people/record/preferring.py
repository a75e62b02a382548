"""What people choose to hear of, and how often: kept for whoever sends to honour."""

from collections.abc import Collection
from datetime import datetime

from django.db import IntegrityError, transaction

from muster.journal import journal
from muster.organisations.models import Member, Organisation
from muster.people import facts
from muster.people.models import Person
from muster.people.record.models import PersonTopic, Preference, Topic

Frequency = Preference.Frequency


class CannotKeep(Exception):
    """The topic cannot be kept so; says why."""


def topics(organisation: Organisation) -> list[Topic]:
    """What the organisation writes about now."""
    return list(Topic.objects.filter(organisation=organisation, retired_at=None).order_by("name"))


def unwanted(person: Person) -> set[int]:
    """Ids of the topics they do not want to hear of."""
    rows = PersonTopic.objects.filter(person=person, is_wanted=False)
    return set(rows.values_list("topic_id", flat=True))


def frequency(person: Person) -> str:
    """How often they want to hear from us."""
    kept = Preference.objects.filter(person=person).first()
    return kept.frequency if kept else Frequency.AS_IT_COMES


def choose(
    person: Person,
    *,
    wanted: Collection[int],
    shown: Collection[int],
    often: str,
    at: datetime,
    by: Member | None = None,
) -> bool:
    """Keep what someone chose among the topics shown. Was anything otherwise before?"""
    if often not in Frequency.values:
        often = frequency(person)
    with transaction.atomic():
        changed = [t.pk for t in topics(person.organisation) if _keep(person, t, wanted, shown, at)]
        is_often_new = often != frequency(person)
        if is_often_new:
            Preference.objects.update_or_create(
                person=person,
                defaults={
                    "organisation_id": person.organisation_id,
                    "frequency": often,
                    "at": at,
                },
            )
        if changed or is_often_new:
            _tell(person, often, changed, at, by)
    return bool(changed) or is_often_new


def _keep(
    person: Person, topic: Topic, wanted: Collection[int], shown: Collection[int], at: datetime
) -> bool:
    if topic.pk not in shown or (topic.pk in wanted) == (topic.pk not in unwanted(person)):
        return False
    PersonTopic.objects.update_or_create(
        person=person,
        topic=topic,
        defaults={
            "organisation_id": person.organisation_id,
            "is_wanted": topic.pk in wanted,
            "at": at,
        },
    )
    return True


def _tell(person: Person, often: str, changed: list[int], at: datetime, by: Member | None) -> None:
    journal.record(
        facts.PREFERENCES_CHOSEN,
        person.organisation,
        at=at,
        person_id=person.pk,
        place_id=person.seat_id,
        by=by,
        frequency=often,
        topics=changed,
    )


def keep_topic(
    organisation: Organisation, name: str, about: str, topic: Topic | None = None
) -> Topic:
    """Add a topic, or name one otherwise. Raises `CannotKeep`."""
    name, about = " ".join(name.split()), " ".join(about.split())
    if not name or len(name) > 100 or len(about) > 200:
        raise CannotKeep("A topic has a name of 1 to 100 letters, and a line of 200 at most.")
    topic = topic or Topic(organisation=organisation)
    topic.name, topic.about = name, about
    try:
        with transaction.atomic():
            topic.save()
    except IntegrityError as refusal:
        raise CannotKeep(f"There is a topic “{name}” already.") from refusal
    return topic


def retire(topic: Topic, *, at: datetime) -> None:
    """Nobody is asked about it any more; what people chose stays with them."""
    Topic.objects.filter(pk=topic.pk, retired_at=None).update(retired_at=at)


def bring_back(topic: Topic) -> None:
    Topic.objects.filter(pk=topic.pk).update(retired_at=None)
