"""Tags: given to someone, taken from them, renamed, merged and deleted."""

from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, QuerySet

from muster.organisations.models import Organisation
from muster.people import counting
from muster.people.models import Person, PersonTag, Tag
from muster.people.record import changing
from muster.people.record.changing import Who

LONGEST = 100

NOTED = """, noted AS (
    INSERT INTO people_personchange (organisation_id, person_id, field, before, after, by_id,
                                     source, at)
    SELECT %(organisation)s, changed.person_id, 'tag', %(before)s, %(after)s, %(by)s,
           %(source)s, %(at)s
      FROM changed
) SELECT person_id FROM changed
"""
GIVE = f"""
WITH changed AS (
    INSERT INTO people_persontag (organisation_id, person_id, tag_id, source, by_id, at)
    SELECT %(organisation)s, person, %(tag)s, left(%(source)s, 40), %(by)s, %(at)s
      FROM unnest(%(people)s::bigint[]) AS person
        ON CONFLICT DO NOTHING
    RETURNING person_id
){NOTED}"""
TAKE_OFF = f"""
WITH changed AS (
    DELETE FROM people_persontag
     WHERE organisation_id = %(organisation)s AND tag_id = %(tag)s AND person_id = ANY(%(people)s)
    RETURNING person_id
){NOTED}"""


class CannotTag(Exception):
    """The tag cannot be; says why."""


def named(organisation: Organisation, typed: str) -> Tag:
    """The organisation's tag of this name, made if there is none. Raises `CannotTag`."""
    name = tidy(typed)
    tags = Tag.objects.filter(organisation=organisation)
    found = tags.filter(name__iexact=name).first()
    if found is None:
        Tag.objects.bulk_create([Tag(organisation=organisation, name=name)], ignore_conflicts=True)
        found = tags.get(name__iexact=name)
    return found


def known(organisation: Organisation, typed: str) -> Tag:
    """The organisation's tag of this name. Raises `CannotTag` when there is none."""
    name = tidy(typed)
    found = Tag.objects.filter(organisation=organisation, name__iexact=name).first()
    if found is None:
        raise CannotTag(f"There is no tag “{name}”.")
    return found


def tidy(typed: str) -> str:
    """One line of 1 to 100 letters. Raises `CannotTag`."""
    name = " ".join("".join(c if c.isprintable() else " " for c in typed).split())
    if not name:
        raise CannotTag("Type the tag first.")
    if len(name) > LONGEST:
        raise CannotTag(f"A tag may have {LONGEST} letters at most.")
    return name


def add(person: Person, typed: str, who: Who) -> Tag:
    """Give someone a tag. Twice is once. Raises `CannotTag`."""
    with transaction.atomic():
        tag = named(person.organisation, typed)
        _, is_new = PersonTag.objects.get_or_create(
            person=person,
            tag=tag,
            defaults={
                "organisation_id": person.organisation_id,
                "source": who.source[:40],
                "by": who.by,
                "at": who.at,
            },
        )
        if is_new:
            changing.note(person, "tag", "", tag.name, who)
            counting.forget(person.organisation_id)
    return tag


def tag_all(
    organisation: Organisation, typed: str, people: Sequence[int], who: Who, *, take_off: bool
) -> tuple[int, set[int]]:
    """Give many people a tag, or take it from them: its id, and whose tags changed. Each change is
    written down as if it had been made alone. Inside the caller's transaction. `CannotTag`."""
    tag = named(organisation, typed)
    asked: dict[str, Any] = {
        "organisation": organisation.pk,
        "tag": tag.pk,
        "people": list(people),
        "source": who.source[:200],
        "by": who.by.pk if who.by else None,
        "at": who.at,
        "before": tag.name if take_off else "",
        "after": "" if take_off else tag.name,
    }
    with connection.cursor() as cursor:
        cursor.execute(TAKE_OFF if take_off else GIVE, asked)
        changed = {row[0] for row in cursor.fetchall()}
    counting.forget(organisation.pk)
    return tag.pk, changed


def remove(person: Person, tag: Tag, who: Who) -> None:
    """Take a tag from someone. Twice is once."""
    with transaction.atomic():
        gone, _ = PersonTag.objects.filter(person=person, tag=tag).delete()
        if gone:
            changing.note(person, "tag", tag.name, "", who)
            counting.forget(person.organisation_id)


def counted(organisation: Organisation) -> "QuerySet[Tag]":
    """Every tag with `people`, how many carry it."""
    tags = Tag.objects.filter(organisation=organisation)
    return tags.annotate(people=Count("tagged")).order_by("name")


def beginning(organisation: Organisation, typed: str, limit: int = 12) -> list[str]:
    """Names of tags that hold what was typed, those that begin with it first."""
    wanted = " ".join(typed.split())[:LONGEST]
    names = Tag.objects.filter(organisation=organisation, name__icontains=wanted)
    found = list(names.order_by("name").values_list("name", flat=True)[:200])
    begins = wanted.casefold()
    return sorted(found, key=lambda name: not name.casefold().startswith(begins))[:limit]


def rename(tag: Tag, typed: str) -> None:
    """Call a tag otherwise, for everybody who carries it. Raises `CannotTag`."""
    name = tidy(typed)
    others = Tag.objects.filter(organisation_id=tag.organisation_id, name__iexact=name)
    if others.exclude(pk=tag.pk).exists():
        raise CannotTag(f"There is a tag “{name}” already: merge the two instead.")
    tag.name = name
    tag.save(update_fields=["name"])


def merge(tag: Tag, into: Tag) -> int:
    """Everybody with `tag` carries `into` instead, and `tag` is gone. How many there were."""
    if tag.pk == into.pk or tag.organisation_id != into.organisation_id:
        raise CannotTag("Choose another tag to merge it into.")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO people_persontag (organisation_id, person_id, tag_id, source, by_id, at)"
            " SELECT organisation_id, person_id, %s, source, by_id, at FROM people_persontag"
            " WHERE organisation_id = %s AND tag_id = %s ON CONFLICT DO NOTHING",
            [into.pk, tag.organisation_id, tag.pk],
        )
        return delete(tag)


def delete(tag: Tag) -> int:
    """The tag goes, from everybody. How many carried it."""
    with transaction.atomic():
        carried, _ = PersonTag.objects.filter(organisation_id=tag.organisation_id, tag=tag).delete()
        tag.delete()
    return carried
