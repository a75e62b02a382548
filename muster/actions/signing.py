"""Signing up: person, action, consent, phone, lead and fact in one data-modifying statement.

One statement is one round trip, one transaction and no half-made person. It may run twice: a
submission counts once, an e-mail address is one person, whoever comes second.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from psycopg.types.json import Jsonb

from muster.actions import facts
from muster.actions.leads import CLOCK, OWNER_SQL
from muster.organisations.scoping import acting_for
from muster.people.facts import CONSENT_GIVEN, PERSON_JOINED
from muster.people.words import words_of


@dataclass(frozen=True)
class Agreed:
    """One ticked box: the very words, and in whose name (PECR-CON)."""

    wording_id: int
    channel: str
    campaigner_id: int


@dataclass(frozen=True)
class SignUp:
    """What someone sent us, checked: e-mail in lower case, phone as E.164, ids of places.

    `page_place_id` is the page's seat; `seat_id` theirs, by postcode or as they said.
    """

    organisation_id: int
    page_id: int
    page_slug: str
    page_place_id: int | None
    submission: UUID
    given_name: str
    family_name: str
    email: str
    phone: str = ""
    postcode: str = ""
    seat_id: int | None = None
    seat_how: str = ""
    ward_id: int | None = None
    can_do: tuple[str, ...] = ()
    can_when: tuple[str, ...] = ()
    agreed: tuple[Agreed, ...] = ()
    source: str = ""
    form: str = ""
    notice: str = ""


# A matched person is only added to: their blanks filled, their new number made findable. The
# upsert on `id` reads their latest version, even one written after our snapshot was taken.
PERSON_SQL = """
fresh AS MATERIALIZED (SELECT nextval('people_person_id_seq') AS id),
point AS (
    INSERT INTO people_contactpoint AS kept (organisation_id, person_id, kind, value, state)
    SELECT %(organisation)s::bigint, fresh.id, 'email', %(email)s::text, 'good' FROM fresh
    ON CONFLICT (organisation_id, value) WHERE kind = 'email' DO UPDATE SET value = kept.value
    RETURNING person_id
),
person AS (
    INSERT INTO people_person AS kept (id, organisation_id, code, given_name, family_name, folded,
        postcode, address, seat_id, seat_how, ward_id, external_id, source, joined_at)
    SELECT point.person_id, %(organisation)s::bigint, gen_random_uuid(), %(given)s::text,
        %(family)s::text, ' ' || array_to_string(%(words)s::text[], ' ') || ' ',
        %(postcode)s::text, '', %(seat)s::bigint, %(seat_how)s::text, %(ward)s::bigint, '',
        %(source)s::text, %(at)s::timestamptz
    FROM point
    ON CONFLICT (id) DO UPDATE SET
        folded = (
            SELECT ' ' || coalesce(string_agg(DISTINCT word, ' '), '') || ' '
            FROM unnest(string_to_array(kept.folded, ' ') || CASE
                WHEN kept.given_name = '' AND kept.family_name = '' THEN %(words)s::text[]
                ELSE %(phone_words)s::text[] END) AS word
            WHERE word <> ''
        ),
        given_name = CASE WHEN kept.given_name = '' AND kept.family_name = ''
            THEN excluded.given_name ELSE kept.given_name END,
        family_name = CASE WHEN kept.given_name = '' AND kept.family_name = ''
            THEN excluded.family_name ELSE kept.family_name END,
        postcode = CASE WHEN kept.seat_id IS NULL AND kept.postcode = ''
            THEN excluded.postcode ELSE kept.postcode END,
        seat_how = CASE WHEN kept.seat_id IS NULL THEN excluded.seat_how ELSE kept.seat_how END,
        ward_id = CASE WHEN kept.seat_id IS NULL THEN excluded.ward_id ELSE kept.ward_id END,
        seat_id = coalesce(kept.seat_id, excluded.seat_id)
    RETURNING id, seat_id, folded, xmax = 0 AS is_made
),
found_by AS (
    INSERT INTO people_personword AS kept (organisation_id, word, person_id, seat_id)
    SELECT DISTINCT %(organisation)s::bigint, word, person.id, person.seat_id
    FROM person, unnest(string_to_array(person.folded, ' ')) AS word WHERE word <> ''
    ON CONFLICT (organisation_id, word, person_id) DO UPDATE SET seat_id = excluded.seat_id
    WHERE kept.seat_id IS DISTINCT FROM excluded.seat_id
)"""

_OWNER = OWNER_SQL.format(
    organisation="%(organisation)s::bigint", place="act.place_id", at="%(at)s::timestamptz"
)

# Everything below hangs on the action: a submission seen before adds nothing.
ACTION_SQL = f"""
signed AS (
    INSERT INTO actions_action (organisation_id, code, page_id, person_id, place_id, source,
        submission, can_do, can_when, at)
    SELECT %(organisation)s::bigint, gen_random_uuid(), %(page)s::bigint, person.id,
        coalesce(%(page_place)s::bigint, %(seat)s::bigint), %(source)s::text, %(submission)s::uuid,
        %(can_do)s::jsonb, %(can_when)s::jsonb, %(at)s::timestamptz
    FROM person
    ON CONFLICT (organisation_id, submission) DO NOTHING
    RETURNING id, person_id, place_id
),
act AS (
    SELECT signed.id, signed.person_id, coalesce(person.seat_id, signed.place_id) AS place_id
    FROM signed, person
),
phoned AS (
    INSERT INTO people_contactpoint (organisation_id, person_id, kind, value, state)
    SELECT %(organisation)s::bigint, act.person_id, 'phone', %(phone)s::text, 'good'
    FROM act WHERE %(phone)s::text <> ''
    ON CONFLICT (person_id, value) WHERE kind = 'phone' DO NOTHING
),
agreed AS (
    INSERT INTO people_consentevent (organisation_id, person_id, channel, purpose, is_given,
        wording_id, campaigner_id, source, at)
    SELECT %(organisation)s::bigint, act.person_id, box.channel, 'marketing', true, box.wording,
        box.campaigner, %(form)s::text, %(at)s::timestamptz
    FROM act, unnest(%(channels)s::text[], %(wordings)s::bigint[], %(campaigners)s::bigint[])
        AS box (channel, wording, campaigner)
    ON CONFLICT DO NOTHING
    RETURNING id, channel
),
lead AS (
    INSERT INTO actions_lead (organisation_id, person_id, action_id, place_id, owner_id, due_at)
    SELECT %(organisation)s::bigint, act.person_id, act.id, act.place_id, owner.id,
        %(due)s::timestamptz
    FROM act LEFT JOIN LATERAL (
        {_OWNER}
    ) AS owner ON true
    ON CONFLICT (person_id) WHERE contacted_at IS NULL DO NOTHING
),
told AS (
    INSERT INTO journal_fact (organisation_id, kind, person_id, place_id, source, about_kind,
        about_id, codes, at)
    SELECT %(organisation)s::bigint, fact.kind, act.person_id, act.place_id, %(source)s::text,
        fact.about_kind, fact.about_id, fact.codes, %(at)s::timestamptz
    FROM act, (
        SELECT '{PERSON_JOINED}', '', NULL::bigint, '{{}}'::jsonb FROM person WHERE is_made
        UNION ALL
        SELECT '{CONSENT_GIVEN}', 'consent', id, jsonb_build_object('channel', channel) FROM agreed
        UNION ALL
        SELECT '{facts.VOLUNTEERED}', 'action', id, %(codes)s::jsonb FROM act
    ) AS fact (kind, about_kind, about_id, codes)
)"""


def statement(*more: str) -> str:
    """The statement, with what higher rooms hang on it.

    Each of `more` is one `INSERT … SELECT … FROM act`, where `act` (id, person_id, place_id) is
    the action just made, or empty. Answers one row: the action's id, null if it was known.
    """
    hung = "".join(f",\nmore{n} AS ({sql})" for n, sql in enumerate(more))
    return f"WITH {PERSON_SQL},{ACTION_SQL}{hung}\nSELECT (SELECT id FROM act) AS action_id"


SIGN_SQL = statement()


def parameters(it: SignUp, *, at: datetime) -> dict[str, Any]:
    """What the statement is told. Its lead is due a clock's length after `at`."""
    phones = [it.phone] if it.phone else []
    words = _once(words_of(it.given_name, it.family_name, it.email, phones))
    return {
        "organisation": it.organisation_id,
        "page": it.page_id,
        "page_place": it.page_place_id,
        "submission": it.submission,
        "given": it.given_name,
        "family": it.family_name,
        "email": it.email,
        "phone": it.phone,
        "words": words,
        "phone_words": _once(words_of("", "", "", phones)) if phones else [],
        "postcode": it.postcode,
        "seat": it.seat_id,
        "seat_how": it.seat_how,
        "ward": it.ward_id,
        "can_do": Jsonb(it.can_do),
        "can_when": Jsonb(it.can_when),
        "channels": [box.channel for box in it.agreed],
        "wordings": [box.wording_id for box in it.agreed],
        "campaigners": [box.campaigner_id for box in it.agreed],
        "source": it.source,
        "form": it.form,
        "codes": Jsonb({"page": it.page_slug, "notice": it.notice}),
        "at": at,
        "due": at + timedelta(hours=CLOCK),
    }


def sign(it: SignUp, *, at: datetime) -> int | None:
    """Take in one sign-up. Returns the action's id; None if this submission was known."""
    with acting_for(it.organisation_id), connection.cursor() as cursor:
        cursor.execute(SIGN_SQL, parameters(it, at=at))
        row = cursor.fetchone()
    return row[0] if row else None


def _once(words: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(words))
