"""Taking in one batch of a file's rows, inside the caller's transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from muster.people import facts, households
from muster.people.copying import Lines, codes, line, numbers, text
from muster.people.imports import crowding, differing, filling, keeping, stopping_rows, tag_ids
from muster.people.imports.models import ImportedBatch
from muster.people.imports.pacing import Pace
from muster.people.imports.reading import Record
from muster.people.imports.recognising import Good, Recognised, claim, goes_by, recognise
from muster.people.imports.validating import Checker, Row
from muster.people.models import Import, Wording
from muster.people.suppressing import ERASED, ERASED_REFUSAL, FORGOTTEN
from muster.people.words import folded_of, words_of


@dataclass
class Tally:
    """What one batch came to, in rows; consents in events."""

    rows: int = 0
    made: int = 0
    matched: int = 0
    changed: int = 0
    overwritten: int = 0
    suppressed: int = 0
    refused: int = 0
    unplaced: int = 0
    consents: int = 0
    unproved: int = 0


class Intake:
    """Takes batches of one import in. `at` is when the import began: resumed, it is the same."""

    def __init__(self, taken: Import, checker: Checker, at: datetime) -> None:
        self.taken, self.checker, self.at = taken, checker, at
        self.organisation_id = taken.organisation_id
        self.crowds = crowding.Crowds()
        self.pace = Pace()
        self.campaigners = dict(
            Wording.objects.filter(organisation_id=self.organisation_id).values_list(
                "id", "campaigner_id"
            )
        )

    def take(self, records: Sequence[Record]) -> Tally:
        """Check, recognise and write one batch; every row ends made, matched or refused."""
        self.lines, tally = Lines(), Tally(rows=len(records))
        good = self._allowed(self._checked(records), tally)
        new_ids = numbers("people_person", len(good))
        found = self.crowds.refuse(recognise(self.organisation_id, good, new_ids))
        for row, reason in found.refused:
            self._refuse(row.line, row.raw, [reason])
        found = self._claimed(found)
        self._make(found.made, tally)
        self.lines.send()
        self._keep_batch(found.made)
        gains = differing.gains(
            found.matched, found.claims, file_wins=self.checker.options.file_wins, lock=True
        )
        tally.consents += filling.fill(self.organisation_id, gains, by=self.taken.by_id, at=self.at)
        tally.changed, tally.overwritten = keeping.first_of(self.taken.pk, gains)
        self._keep(gains)
        rows = [(good.row, person) for good, person in (*found.made, *found.matched)]
        stopping_rows.stop(self.organisation_id, rows, at=self.at)
        tally.made, tally.matched = len(found.made), len(found.matched)
        tally.unplaced = sum(g.row.where.seat_id is None for g, _ in found.made)
        tally.unproved = sum(row.unproved for row, _ in rows)
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

    def _allowed(self, rows: list[Good], tally: Tally) -> list[Good]:
        """Refuse whoever was erased (DP-17); who only asked to stop may come in, and stays so."""
        rows = stopping_rows.as_allowed(self.organisation_id, rows)
        hit = stopping_rows.stopped(self.organisation_id, [good.row for good in rows])
        kept = []
        for good, reasons in zip(rows, hit, strict=True):
            if ERASED in reasons:
                # Their row is not kept either: their erasure would be undone.
                self._refuse(good.line, FORGOTTEN, [ERASED_REFUSAL])
            else:
                tally.suppressed += bool(reasons or good.row.stops)
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

    def _make(self, made: list[tuple[Good, int]], tally: Tally) -> None:
        homes = [_home(g.row) for g, _ in made]
        ids = households.ids_of(self.organisation_id, {key for key in homes if key})
        self.tags = tag_ids.ids_of(
            self.organisation_id, {tag for good, _ in made for tag in good.row.tags}
        )
        for (good, person_id), code, home in zip(made, codes(len(made)), homes, strict=True):
            self._add(good, person_id, code, ids.get(home))
            if good.row.tags or good.row.values:
                self._add_details(good.row, person_id)
        tally.consents = len(self.lines.of["people_consentevent"])
        tally.refused = len(self.lines.of["people_importrefusal"])

    def _add(self, good: Good, person_id: int, code: str, home: int | None) -> None:
        org, row, of = self.organisation_id, good.row, self.lines.of
        where = row.where
        words = words_of(row.given_name, row.family_name, row.email, row.phones)
        person = (person_id, code, org, text(row.given_name), text(row.family_name))
        person += (text(folded_of(words)), where.postcode, text(row.address))  # type: ignore[assignment]
        person += (where.seat_id, where.how, where.ward_id, home, text(good.external_id))  # type: ignore[assignment]
        of["people_person"].append(line((*person, "import", self.taken.pk, row.joined_at)))
        for phone in row.phones:
            of["people_contactpoint"].append(line((org, person_id, "phone", phone, "good")))
        for c in row.consents:
            wording = (c.wording_id, self.campaigners.get(c.wording_id) if c.wording_id else None)
            event = (org, person_id, c.channel, "marketing", c.is_given, *wording)
            of["people_consentevent"].append(line((*event, text(c.source), self.taken.by_id, c.at)))
        seat = "\\N" if where.seat_id is None else where.seat_id
        of["people_personword"] += [f"{org}\t{word}\t{person_id}\t{seat}\n" for word in words]
        fact = (org, facts.PERSON_IMPORTED, person_id, where.seat_id, self.taken.by_id, "")
        of["journal_fact"].append(line((*fact, "import", self.taken.pk, "{}", self.at)))

    def _add_details(self, row: Row, person_id: int) -> None:
        org, of = self.organisation_id, self.lines.of
        for tag in dict.fromkeys(self.tags[tag] for tag in row.tags):
            tagged = (org, person_id, tag, "import", self.taken.by_id, self.at)
            of["people_persontag"].append(line(tagged))
        for value in row.values:
            said = (value.field_id, text(value.text), value.number, value.on_date)
            of["people_customvalue"].append(line((org, person_id, *said, "import", self.at)))

    def _keep_batch(self, made: list[tuple[Good, int]]) -> None:
        """Keep who came in together, once they are in: its instant is no earlier than theirs."""
        if made:
            ImportedBatch.objects.create(
                organisation_id=self.organisation_id,
                of=self.taken,
                first_id=min(person_id for _, person_id in made),
                last_id=max(person_id for _, person_id in made),
            )

    def _keep(self, gains: dict[int, differing.Gain]) -> None:
        """Keep what known people gained, so that it can be undone, and a fact of each."""
        of, org, pk = self.lines.of, self.organisation_id, self.taken.pk
        kinds = {spec.field_id: spec.kind for spec in self.checker.specs.values()}
        for person_id, gain in gains.items():
            for what, before, after in keeping.changes(gain, kinds):
                change = (org, person_id, what, text(before), text(after), self.taken.by_id)
                of["people_personchange"].append(line((*change, source_of(self.taken), self.at)))
            of["people_importedchange"].append(line((org, pk, person_id, text(keeping.kept(gain)))))
            fact = (org, facts.PERSON_FILLED, person_id, None, self.taken.by_id, "")
            of["journal_fact"].append(line((*fact, "import", pk, "{}", self.at)))
        self.lines.send()

    def _refuse(self, number: int, raw: str, reasons: list[str]) -> None:
        row = (self.taken.pk, number, text(raw.rstrip("\r\n")), text(" ".join(reasons)))
        self.lines.of["people_importrefusal"].append(line(row))


def source_of(taken: Import) -> str:
    """What stands beside changes that a file made."""
    return f"import:{taken.pk}"


def _home(row: Row) -> str:
    """The key of their home. A postcode nobody knows may be anyone's: it joins no strangers."""
    return households.key_of(row.address, row.where.postcode) if row.where.is_known else ""


def only_one_import(organisation_id: int) -> None:
    """Wait until no other import of this organisation runs. Let go with the connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext('muster import'), %s)", [organisation_id])


def let_others(organisation_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_unlock(hashtext('muster import'), %s)", [organisation_id]
        )
