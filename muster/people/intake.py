"""Taking in one batch of a file's rows, inside the caller's transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from muster.people import facts, filling, households
from muster.people.copying import Lines, codes, line, numbers, text
from muster.people.models import Import, Suppression, Wording
from muster.people.reading import Record
from muster.people.recognising import Good, Recognised, claim, goes_by, recognise
from muster.people.suppressing import ERASED, FORGOTTEN, REFUSAL, key_for, postal
from muster.people.validating import Checker, Row
from muster.people.words import folded_of, words_of


@dataclass
class Tally:
    """What one batch came to, in rows; consents in events."""

    rows: int = 0
    made: int = 0
    matched: int = 0
    refused: int = 0
    unplaced: int = 0
    consents: int = 0
    unproved: int = 0


class Intake:
    """Takes batches of one import in. `at` is when the import began: resumed, it is the same."""

    def __init__(self, taken: Import, checker: Checker, at: datetime) -> None:
        self.taken, self.checker, self.at = taken, checker, at
        self.organisation_id = taken.organisation_id
        self.campaigners = dict(
            Wording.objects.filter(organisation_id=self.organisation_id).values_list(
                "id", "campaigner_id"
            )
        )

    def take(self, records: Sequence[Record]) -> Tally:
        """Check, recognise and write one batch; every row ends made, matched or refused."""
        self.lines, tally = Lines(), Tally(rows=len(records))
        good = self._unsuppressed(self._checked(records))
        new_ids = numbers("people_person", len(good))
        found = recognise(self.organisation_id, good, new_ids)
        for row, reason in found.refused:
            self._refuse(row.line, row.raw, [reason])
        found = self._claimed(found)
        self._make(found.made)
        tally.consents = len(self.lines.of["people_consentevent"])
        tally.refused = len(self.lines.of["people_importrefusal"])
        self.lines.send()
        got = {p for g, p in found.matched if found.claims.get(g.row.email) == p}
        tally.consents += filling.fill(self.organisation_id, found.matched, got, self.taken.by_id)
        tally.made, tally.matched = len(found.made), len(found.matched)
        tally.unplaced = sum(g.row.where.seat_id is None for g, _ in found.made)
        tally.unproved = sum(g.row.unproved for g, _ in (*found.made, *found.matched))
        return tally

    def _checked(self, records: Sequence[Record]) -> list[Good]:
        good, check = [], self.checker.check
        for record in records:
            row = [record.problem] if record.problem else check(record.fields)
            if isinstance(row, Row):
                good.append(Good(record.line, record.raw, row, goes_by(row)))
            else:
                self._refuse(record.line, record.raw, row)
        return good

    def _unsuppressed(self, rows: list[Good]) -> list[Good]:
        """Refuse whoever asked not to be contacted (DP-17): erased people must not come back."""
        suppressions = Suppression.objects.filter(organisation_id=self.organisation_id)
        if not suppressions.exists():
            return rows
        keys = [_keys(good.row) for good in rows]
        every = [key for of_row in keys for key in of_row]
        found = suppressions.filter(key__in=every).values_list("key", "reason")
        hit = {bytes(key): reason for key, reason in found}
        kept = []
        for good, of_row in zip(rows, keys, strict=True):
            if why := {hit[key] for key in of_row if key in hit}:
                # The row of someone erased is not kept either: their erasure would be undone.
                self._refuse(good.line, FORGOTTEN if ERASED in why else good.raw, [REFUSAL])
            else:
                kept.append(good)
        return kept

    def _claimed(self, found: Recognised) -> Recognised:
        """Put addresses to new people first: who signed up meanwhile is matched, not made twice."""
        lost = claim(self.organisation_id, found.claims)
        if not lost:
            return found
        instead = {found.claims[email]: owner for email, owner in lost.items()}
        made = [(good, p) for good, p in found.made if p not in instead]
        late = [(good, p) for good, p in found.made if p in instead]
        matched = [(good, instead.get(p, p)) for good, p in (*late, *found.matched)]
        claims = {email: p for email, p in found.claims.items() if email not in lost}
        return Recognised(made, matched, found.refused, claims)

    def _make(self, made: list[tuple[Good, int]]) -> None:
        homes = [_home(g.row) for g, _ in made]
        ids = households.ids_of(self.organisation_id, {key for key in homes if key})
        for (good, person_id), code, home in zip(made, codes(len(made)), homes, strict=True):
            self._add(good, person_id, code, ids.get(home))

    def _add(self, good: Good, person_id: int, code: str, home: int | None) -> None:
        org, row, of = self.organisation_id, good.row, self.lines.of
        where = row.where
        phones = [row.phone] if row.phone else []
        words = words_of(row.given_name, row.family_name, row.email, phones)
        person = (person_id, code, org, text(row.given_name), text(row.family_name))
        person += (text(folded_of(words)), where.postcode, text(row.address))  # type: ignore[assignment]
        person += (where.seat_id, where.how, where.ward_id, home, text(good.external_id))  # type: ignore[assignment]
        of["people_person"].append(line((*person, "import", self.taken.pk, row.joined_at)))
        if row.phone:
            of["people_contactpoint"].append(line((org, person_id, "phone", row.phone, "good")))
        for c in row.consents:
            wording = (c.wording_id, self.campaigners.get(c.wording_id) if c.wording_id else None)
            event = (org, person_id, c.channel, "marketing", c.is_given, *wording)
            of["people_consentevent"].append(line((*event, text(c.source), self.taken.by_id, c.at)))
        seat = "\\N" if where.seat_id is None else where.seat_id
        of["people_personword"] += [f"{org}\t{word}\t{person_id}\t{seat}\n" for word in words]
        fact = (org, facts.PERSON_IMPORTED, person_id, where.seat_id, self.taken.by_id, "")
        of["journal_fact"].append(line((*fact, "import", self.taken.pk, "{}", self.at)))

    def _refuse(self, number: int, raw: str, reasons: list[str]) -> None:
        row = (self.taken.pk, number, text(raw.rstrip("\r\n")), text(" ".join(reasons)))
        self.lines.of["people_importrefusal"].append(line(row))


def _home(row: Row) -> str:
    """The key of their home. A postcode nobody knows may be anyone's: it joins no strangers."""
    return households.key_of(row.address, row.where.postcode) if row.where.is_known else ""


def _keys(row: Row) -> list[bytes]:
    """Every way this row's addresses could have been suppressed."""
    keys = []
    if row.email:
        keys.append(key_for("email", row.email))
    if row.phone:
        keys += (key_for("sms", row.phone), key_for("call", row.phone))
    if row.address:
        where = postal(row.given_name, row.family_name, row.address, row.where.postcode)
        keys.append(key_for("post", where))
    return keys


def only_one_import(organisation_id: int) -> None:
    """Wait until no other import of this organisation runs. Let go with the connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext('muster import'), %s)", [organisation_id])


def let_others(organisation_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_unlock(hashtext('muster import'), %s)", [organisation_id]
        )
