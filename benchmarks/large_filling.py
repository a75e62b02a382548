"""Filling the large list: rows by one statement a table, past triggers and keys, for speed.

What triggers, keys and the product would have done is done here: households, keyed hashes, search
words, summaries (by the product's own statement). At the end a sample is held against what the
product makes of the same people.
"""

import os
import time
from bisect import bisect
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import accumulate, islice
from random import Random
from typing import Any

from benchmarks import large_rows
from benchmarks.large_rows import CHANNELS, KINDS, TAGS

BESIDE = 20
"""The second organisation has so many times fewer people."""
TABLES = [
    "people_household",
    "people_person",
    "people_personword",
    "people_contactpoint",
    "people_consentevent",
    "people_persontag",
    "people_summary",
    "journal_fact",
]
LEAVES = """
SELECT array_agg(leaf) FROM unnest(%s::text[]) parent,
       LATERAL (SELECT relid::text AS leaf FROM pg_partition_tree(parent) WHERE isleaf
                 UNION SELECT parent WHERE NOT EXISTS (SELECT FROM pg_partition_tree(parent))) each
"""
# Left aside while rows come in; REINDEX builds them, and says that they are whole again.
ASIDE = """
UPDATE pg_index SET indisready = false, indisvalid = false
 WHERE indrelid = ANY(%s::text[]::regclass[]) AND indexrelid <> 'people_summary_pkey'::regclass
"""
AT_ONCE = 20_000
RARE_NAMES, RARE = 30_000, 0.06
"""So many family names of few people, and how many of all people have one of them."""


def fill(people: int, facts: int) -> None:
    """Fill the database of DATABASE_URL. When it was made stands as a comment on people_person."""
    from benchmarks.harness import open_django

    os.environ.setdefault("MUSTER_VAR", "var")
    open_django()
    from django.db import connection, transaction

    from muster.lib.times import now
    from muster.places import loading

    at = now()
    with _told("places"):
        loading.load_packaged()
        _make_months(at)
    asked = [
        _organisation("bench", people, facts, first=1, household=1),
        _organisation(
            "beside", people // BESIDE, facts // BESIDE, first=people + 1, household=people
        ),
    ]
    with connection.cursor() as cursor:
        _names(cursor)
        cursor.execute(LEAVES, [TABLES])
        leaves = cursor.fetchone()[0]
        with transaction.atomic():
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(f"TRUNCATE {', '.join(TABLES)} CASCADE")  # so that WAL may be left out
            cursor.execute(ASIDE, [leaves])
            for each in asked:
                each |= _lots(cursor) | {"at": at}
                _rows(cursor, each)
        with _told("indexes"):
            for leaf in leaves:
                cursor.execute(f"REINDEX TABLE {leaf}")
        with _told("vacuum"):
            cursor.execute("VACUUM (FREEZE, ANALYZE)")
        for each in asked:
            _sum_up(cursor, each)
        cursor.execute("REINDEX TABLE people_summary")
        cursor.execute("VACUUM (FREEZE, ANALYZE) people_summary")
        cursor.execute("DROP TABLE load_name, load_home")
        _prove(cursor, asked)
        cursor.execute(f"COMMENT ON TABLE people_person IS '{at.isoformat()}'")


def _make_months(at: datetime) -> None:
    from muster.journal import months

    for back in range(38):
        months.make_ahead(at - timedelta(days=30 * back))


def _organisation(slug: str, people: int, facts: int, **numbers: int) -> dict[str, Any]:
    from muster.organisations.models import Campaigner, Organisation
    from muster.people.models import Tag, Wording

    party = Organisation.objects.create(slug=slug, name=slug.title(), is_demonstration=True)
    campaigner = Campaigner.objects.create(
        organisation=party, kind="party", name=slug.title(), promoter="B. Ench", address="1 High St"
    )
    wordings = {
        channel: Wording.objects.create(
            organisation=party, campaigner=campaigner, channel=channel, version="1", text="Yes."
        ).pk
        for channel in CHANNELS
    }
    tags = [Tag.objects.create(organisation=party, name=name).pk for name in TAGS]
    asked = {"of": party.pk, "many": people, "facts": facts, "campaigner": campaigner.pk}
    return asked | numbers | wordings | {"tags": tags, "shares": list(TAGS.values())}


def _names(cursor: Any) -> None:
    from muster.people.made_up import _plain, given_names, streets
    from muster.people.words import parts_of

    cursor.execute(large_rows.NAMES)
    with cursor.copy("COPY load_name FROM STDIN") as copy:
        lists = {"given": given_names()[0], "family": _families()[0], "street": streets()}
        for kind, names in lists.items():
            for n, name in enumerate(names):
                copy.write_row((kind, n, name, " ".join(parts_of(name)), _plain(name)))
    cursor.execute("ANALYZE load_name, load_home")


def _families() -> tuple[list[str], list[float]]:
    """Family names with running weights: the common ones, and thousands that few people have."""
    from muster.people.made_up import family_names

    names, reaches = family_names()
    lot = Random("rare names")
    plain = [name for name in names if name.isascii() and name.isalpha() and len(name) > 4]
    made = (f"{lot.choice(plain)[:4]}{lot.choice(plain)[-3:]}" for _ in range(RARE_NAMES))
    rare = sorted(set(made) - set(names))
    each = reaches[-1] * RARE / len(rare)
    return [*names, *rare], [*reaches, *(reaches[-1] + each * n for n in range(1, len(rare) + 1))]


def _lots(cursor: Any) -> dict[str, Any]:
    """What is drawn from, and with which chances."""
    from muster.people.made_up import given_names, streets

    cursor.execute("SELECT count(*) FROM load_home")
    given, family = given_names()[1], _families()[1]
    chances = [0.0, *list(accumulate(KINDS.values()))[:-1]]
    return {
        "postcodes": cursor.fetchone()[0],
        "streets": len(streets()),
        "given": [reach / given[-1] for reach in given],
        "family": [reach / family[-1] for reach in family],
        "kinds": list(KINDS),
        "chances": chances,
        "active": chances[list(KINDS).index("volunteered")],
    }


def _rows(cursor: Any, asked: dict[str, Any]) -> None:
    for name in ("PEOPLE", "WORDS", "POINTS", "CONSENTS", "TAGGED", "JOINED", "FACTS"):
        with _told(name.lower()):
            cursor.execute(
                getattr(large_rows, name),
                asked | {"facts": asked["facts"] - asked["many"]},
            )
            print(f"{cursor.rowcount:,} rows", end="", flush=True)
        if name == "PEOPLE":
            cursor.execute("ANALYZE people_person")
    cursor.execute(
        "SELECT setval('people_person_id_seq', (SELECT max(id) FROM people_person)),"
        " setval('people_household_id_seq', (SELECT max(household_id) FROM people_person))"
    )
    cursor.execute("ANALYZE people_contactpoint, people_consentevent")
    with _told("households"):
        _households(cursor, asked)
    with _told("suppressions"):
        asked["stopped"] = _suppressions(cursor, asked)


def _households(cursor: Any, asked: dict[str, Any]) -> None:
    from muster.people.households import key_of

    cursor.execute(large_rows.ADDRESSES, asked)
    homes = cursor.fetchall()
    with cursor.copy("COPY people_household (id, organisation_id, key) FROM STDIN") as copy:
        for some in _some(homes, AT_ONCE):
            copy.write(
                "".join(f"{pk}\t{asked['of']}\t{key_of(where, code)}\n" for pk, where, code in some)
            )


def _suppressions(cursor: Any, asked: dict[str, Any]) -> list[int]:
    """Suppress the addresses of some who took their yes back; who they are, in order."""
    from muster.people.suppressing import key_for

    cursor.execute(large_rows.STOPPED, asked)
    stopped = cursor.fetchall()
    columns = "organisation_id, channel, key, reason, at"
    with cursor.copy(f"COPY people_suppression ({columns}) FROM STDIN") as copy:
        for _, value, at in stopped:
            copy.write_row((asked["of"], "email", key_for("email", value), "unsubscribed", at))
    return sorted(person for person, _, _ in stopped)


def _sum_up(cursor: Any, asked: dict[str, Any]) -> None:
    """What the job would have worked out as the people came in, by its own statement."""
    from muster.people.summing_up import SUM_UP

    first, end, stopped = asked["first"], asked["first"] + asked["many"], asked["stopped"]
    nobody: dict[str, list[int]] = {channel: [] for channel in CHANNELS}
    with _told("summaries"):
        for start in range(first, end, AT_ONCE):
            people = list(range(start, min(start + AT_ONCE, end)))
            of_them = stopped[bisect(stopped, start - 1) : bisect(stopped, people[-1])]
            which = {"organisation": asked["of"], "people": people}
            cursor.execute(SUM_UP, which | nobody | {"email": of_them})


def _prove(cursor: Any, asked: list[dict[str, Any]]) -> None:
    """Is what was filled in what the product makes of the same people?"""
    from muster.people import filing, households, summing_up
    from muster.people.models import Person, PersonWord, Summary, Touched
    from muster.people.words import folded_of

    for each in asked:
        step = max(each["many"] // 300, 1)
        numbers = list(range(each["first"], each["first"] + each["many"], step))
        before = list(Summary.objects.filter(pk__in=numbers).order_by("pk").values())
        Touched.objects.bulk_create(
            [Touched(organisation_id=each["of"], person_id=pk) for pk in numbers]
        )
        assert summing_up.catch_up(each["of"]) == 0
        assert before == list(Summary.objects.filter(pk__in=numbers).order_by("pk").values())
        assert len(before) == len(numbers)
        for person in Person.objects.filter(pk__in=numbers).select_related("household"):
            words = filing.words_for(person)
            # By the words too: without them the whole index would be read for each person.
            found = PersonWord.objects.filter(
                organisation_id=each["of"], word__in=words, person_id=person.pk
            )
            assert person.folded == folded_of(words), (person.folded, words)
            assert set(found.values_list("word", flat=True)) == set(words)
            key = households.key_of(person.address, person.postcode)
            assert key == (person.household.key if person.household else ""), person.pk
    cursor.execute("SELECT count(*) FROM pg_index WHERE NOT (indisready AND indisvalid)")
    assert cursor.fetchone()[0] == 0


def _some(rows: list[Any], size: int) -> Iterator[list[Any]]:
    left = iter(rows)
    while some := list(islice(left, size)):
        yield some


@contextmanager
def _told(what: str) -> Iterator[None]:
    began = time.monotonic()
    print(f"  {what}… ", end="", flush=True)
    yield
    print(f" {time.monotonic() - began:.1f} s", flush=True)
