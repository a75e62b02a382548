"""The audit's end, written down outside the database each night: a cut then shows (SEC-3)."""

import json
import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

from muster.organisations import auditing
from muster.organisations.auditing import Break
from muster.organisations.models import AuditEntry, Organisation

log = logging.getLogger("muster.audit")


@dataclass(frozen=True)
class Head:
    """The last entry's number and hash as they were written down, and when."""

    number: int
    hash: str
    at: datetime


@dataclass(frozen=True)
class Verdict:
    """Whether an organisation's audit stands whole: where it breaks, and where it ends now."""

    breaks: list[Break]
    number: int
    hash: str
    written: Head | None

    @property
    def holds(self) -> bool:
        return not self.breaks


def verify(organisation: Organisation) -> Verdict:
    """Go through the whole chain, and hold it against every end that was written down."""
    number, digest = auditing.head(organisation)
    heads = list(written(organisation))
    breaks = [*auditing.breaks(organisation), *_cut_off(organisation, heads)]
    return Verdict(breaks, number, digest, heads[-1] if heads else None)


def write(organisation: Organisation, at: datetime) -> Verdict:
    """Verify, then write the end into var/ and the log. A broken chain is an error in the log."""
    verdict = verify(organisation)
    for each in verdict.breaks:
        log.error("audit of %s: entry %d: %s", organisation.slug, each.number, each.what)
    log.info("audit of %s: %d entries, %s", organisation.slug, verdict.number, verdict.hash)
    line = {
        "organisation": organisation.slug,
        "number": verdict.number,
        "hash": verdict.hash,
        "at": at.isoformat(),
    }
    path: Path = settings.AUDIT_HEADS
    path.parent.mkdir(parents=True, exist_ok=True)
    number = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(number, json.dumps(line).encode() + b"\n")
        os.fsync(number)
    finally:
        os.close(number)
    return verdict


def written(organisation: Organisation) -> Iterator[Head]:
    """The ends of this organisation's audit that were written down, the oldest first."""
    path: Path = settings.AUDIT_HEADS
    if not path.exists():
        return
    for line in path.read_bytes().split(b"\n")[:-1]:
        said = json.loads(line)
        if said["organisation"] == organisation.slug:
            yield Head(said["number"], said["hash"], datetime.fromisoformat(said["at"]))


def _cut_off(organisation: Organisation, heads: list[Head]) -> Iterator[Break]:
    """Where an end that was written down is gone, or says something else now."""
    entries = AuditEntry.objects.filter(
        organisation=organisation, number__in={head.number for head in heads}
    )
    now = dict(entries.values_list("number", "hash"))
    for head in heads:
        if head.number and head.number not in now:
            yield Break(head.number, f"it stood there on {head.at:%d %B %Y}, and is gone")
        elif head.number and now[head.number] != head.hash:
            yield Break(head.number, f"it is not what it was on {head.at:%d %B %Y}")
