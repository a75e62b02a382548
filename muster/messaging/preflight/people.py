"""Whom a message would reach, whom not and why, and for whom a field has nothing to say."""

from datetime import datetime

from django.db import connection

from muster.content.filling import split_open
from muster.content.models import Cut
from muster.lib.words import counted, thousands
from muster.messaging import rules, whom
from muster.messaging.estimating import Estimate
from muster.messaging.models import Message
from muster.messaging.preflight.finding import BLOCK, OK, WARN, Finding

NAMELESS = """
SELECT count(*) FILTER (WHERE btrim(p.given_name) = ''), count(*)
  FROM people_person p
  JOIN places_target t ON t.place_id = p.seat_id AND t.target_list_id = %(targets)s
  {whom}
 WHERE p.organisation_id = %(organisation)s
"""


def of_fields(message: Message, cuts: list[Cut], at: datetime) -> list[Finding]:
    """How many have no first name on record, where the words use one."""
    used = [
        field
        for cut in cuts
        for part in (cut.subject, cut.text)
        for field in split_open(part)[1]
        if field.name == "first_name"
    ]
    if not used:
        return [Finding("fields", OK, "Nothing in it depends on what is known of a person.")]
    nameless, everyone = _nameless(message, at)
    fallbacks = sorted({field.fallback for field in used})
    if not nameless:
        return [Finding("fields", OK, "Everyone's first name is known.")]
    who = f"{thousands(nameless)} of {counted(everyone, 'person', 'people')}"
    has = "has" if nameless == 1 else "have"
    if "" in fallbacks:
        words = f"{who} {has} no first name on record, and nothing stands in its place: write one."
        return [Finding("fields", BLOCK, words, "words", people=nameless)]
    read = " or ".join(f"“{fallback}”" for fallback in fallbacks)
    words = f"{who} {has} no first name on record: they read {read}."
    return [Finding("fields", OK, words, "words", people=nameless)]


def _nameless(message: Message, at: datetime) -> tuple[int, int]:
    with connection.cursor() as cursor:
        asked = {"targets": message.target_list_id, "organisation": message.organisation_id}
        cursor.execute(NAMELESS.format(whom=whom.now(message, at)), asked)
        nameless, everyone = cursor.fetchone()
    return int(nameless), int(everyone)


def of_reach(found: Estimate) -> list[Finding]:
    """Purpose and consent (PECR-DM, PECR-22, PECR-23), and the frequency cap."""
    left_out = sum(found.left_out.values())
    whole = (
        f"{thousands(found.asked)} of {counted(found.audience, 'person', 'people')} would get it"
    )
    reasons = [f"{thousands(n)}: {why}" for why, n in found.left_out.items() if why != rules.CAPPED]
    if not found.asked:
        words = f"Nobody would get it: all {thousands(found.audience)} would be left out."
        if not found.audience:
            words = "Nobody would get it: there is nobody in these seats."
        first = Finding("consent", WARN, words, "audience", people=left_out, more=reasons)
    else:
        words = f"{whole}: those who agreed to it (PECR-22) and did not ask to be left alone."
        first = Finding("consent", OK, words, "audience", people=left_out, more=reasons)
    return [first, _cap(found.left_out.get(rules.CAPPED, 0))]


def _cap(capped: int) -> Finding:
    if not capped:
        return Finding("cap", OK, "Nobody hears more often than they chose.")
    words = f"{counted(capped, 'person', 'people')} chose to hear less often, and had a message"
    return Finding("cap", WARN, f"{words} lately: they are left out.", "audience", people=capped)
