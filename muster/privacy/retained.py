"""What people's own room keeps, how long by default, and how each of it goes (DP-5)."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.timezone import localtime

from muster.journal.models import Fact
from muster.organisations.models import Organisation, SignInLink
from muster.people import erasing, facts
from muster.people.models import ConsentEvent, Import, ImportRefusal, Person
from muster.people.record.models import Note, PersonChange
from muster.people.suppressing import FORGOTTEN
from muster.privacy import rules
from muster.privacy.models import Case, CaseLetter, CaseStep
from muster.privacy.retaining import Kept, keep, register, to_be_kept

Purge = Callable[[Organisation, datetime, int, datetime], int]
SAMPLE = 10
PASSIVE = (
    facts.PERSON_PLACED,
    facts.PEOPLE_TAGGED,
    "message delivered",
    "message failed",
)
"""What happens to somebody without their doing: no sign of life. Coming with a file is none either,
but the list holds them since then only: whoever joined long ago does not go the night they come.
"""
Find = Callable[[Organisation, datetime], "QuerySet[Any]"]


def inactive(organisation: Organisation, before: datetime) -> QuerySet[Person]:
    """People of whom nothing was heard since, without those there is a reason to keep."""
    heard = Fact.objects.filter(
        organisation=organisation, person_id=OuterRef("pk"), at__gte=before
    ).exclude(kind__in=PASSIVE)
    said = ConsentEvent.objects.filter(person=OuterRef("pk"), at__gte=before)
    found = Person.objects.filter(
        ~Exists(heard), ~Exists(said), organisation=organisation, joined_at__lt=before
    )
    for reason in to_be_kept():
        found = found.exclude(reason)
    return found.order_by("pk")


def _purge_people(organisation: Organisation, before: datetime, most: int, at: datetime) -> int:
    people = list(inactive(organisation, before).select_related("organisation")[:most])
    for person in people:
        erasing.erase(person, by=None, at=at, is_asked_for=False)
    return len(people)


def _notes(organisation: Organisation, before: datetime) -> QuerySet[Note]:
    last = Coalesce(F("edited_at"), F("at"))
    ours = Note.objects.filter(organisation=organisation).alias(last=last)
    return ours.filter(last__lt=before).order_by("pk")


def _changes(organisation: Organisation, before: datetime) -> QuerySet[PersonChange]:
    ours = PersonChange.objects.filter(organisation=organisation, at__lt=before)
    return ours.order_by("pk")


def _refused(organisation: Organisation, before: datetime) -> QuerySet[ImportRefusal]:
    ours = ImportRefusal.objects.filter(of__organisation=organisation, of__finished_at__lt=before)
    return ours.exclude(text=FORGOTTEN).order_by("pk")


def _files(organisation: Organisation, before: datetime) -> QuerySet[Import]:
    ours = Import.objects.filter(organisation=organisation, finished_at__lt=before)
    return ours.exclude(path="").order_by("pk")


def _purge_files(organisation: Organisation, before: datetime, most: int, at: datetime) -> int:
    """The file goes unless another import was of the very same bytes and may need it still."""
    found = list(_files(organisation, before)[:most])
    for taken in found:
        others = Import.objects.filter(path=taken.path).exclude(pk=taken.pk)
        if not others.exists():
            Path(taken.path).unlink(missing_ok=True)
        Import.objects.filter(pk=taken.pk).update(path="")
    return len(found)


def _cases(organisation: Organisation, before: datetime) -> QuerySet[Case]:
    closed = CaseStep.objects.filter(case=OuterRef("pk"), what=rules.CLOSED, at__lt=before)
    ours = Case.objects.filter(Exists(closed), organisation=organisation)
    return ours.exclude(name=FORGOTTEN).order_by("pk")


def _purge_cases(organisation: Organisation, before: datetime, most: int, at: datetime) -> int:
    found = list(_cases(organisation, before).values_list("pk", flat=True)[:most])
    CaseStep.objects.filter(case__in=found).exclude(words="").update(words=FORGOTTEN)
    CaseLetter.objects.filter(case__in=found).delete()
    mine = Case.objects.filter(pk__in=found)
    return mine.update(name=FORGOTTEN, contact="", words="", person=None)


def _links(organisation: Organisation, before: datetime) -> QuerySet[SignInLink]:
    ours = SignInLink.objects.filter(member__organisation=organisation, expires_at__lt=before)
    return ours.order_by("pk")


def _counted(find: Find) -> Callable[[Organisation, datetime], int]:
    return lambda organisation, before: find(organisation, before).count()


def _sampled(find: Find, words: Callable[[Any], str]) -> Callable[..., list[str]]:
    return lambda organisation, before: [words(x) for x in find(organisation, before)[:SAMPLE]]


def _deleted(find: Find) -> Purge:
    def purge(organisation: Organisation, before: datetime, most: int, at: datetime) -> int:
        found = find(organisation, before)
        chosen = list(found.values_list("pk", flat=True)[:most])
        found.model._default_manager.filter(pk__in=chosen).delete()
        return len(chosen)

    return purge


def _purge_refused(organisation: Organisation, before: datetime, most: int, at: datetime) -> int:
    chosen = list(_refused(organisation, before).values_list("pk", flat=True)[:most])
    return ImportRefusal.objects.filter(pk__in=chosen).update(text=FORGOTTEN)


def _rule(
    key: str,
    what: str,
    why: str,
    days: int,
    find: Find,
    words: Callable[[Any], str],
    purge: Purge | None = None,
) -> None:
    register(
        Kept(key, what, why, days, _counted(find), _sampled(find, words), purge or _deleted(find))
    )


keep(Q(privacy_cases__isnull=False) & ~Q(privacy_cases__steps__what=rules.CLOSED))
_rule(
    "inactive",
    "Supporters of whom nothing was heard",
    "Everything of theirs goes, as when they are erased; they may come again. Whoever has an open"
    " request or waits for a call stays.",
    731,
    inactive,
    lambda p: f"{p.given_name} {p.family_name}, since {localtime(p.joined_at):%-d %B %Y}",
    _purge_people,
)
_rule(
    "notes",
    "Notes on people",
    "Two cycles of elections are enough to remember a doorstep.",
    2922,
    _notes,
    lambda n: f"{n.at:%d %B %Y}: {n.text[:60]}",
)
_rule(
    "changes",
    "What was changed of people",
    "Earlier names and addresses, kept to take a change back.",
    731,
    _changes,
    lambda c: f"{c.at:%d %B %Y}: {c.field}",
)
_rule(
    "refused",
    "Rows of files that were refused",
    "The line and the reason stay, the row goes.",
    90,
    _refused,
    lambda r: f"{r.of.name}, line {r.line}: {r.reason[:60]}",
    _purge_refused,
)
_rule(
    "files",
    "Files that were taken in",
    "The report stays, the file goes.",
    30,
    _files,
    lambda i: f"{i.name}, {localtime(i.finished_at):%-d %B %Y}",
    _purge_files,
)
_rule(
    "cases",
    "Words of closed requests",
    "Kind, days and steps stay, to show that you kept the law.",
    1096,
    _cases,
    lambda c: f"{c.get_kind_display()}, received {c.received_on:%d %B %Y}",
    _purge_cases,
)
_rule(
    "links",
    "Sign-in links that ran out",
    "They open nothing any more.",
    30,
    _links,
    lambda link: f"Ran out {localtime(link.expires_at):%-d %B %Y}",
)
