"""Asking twice is asking once: a request that carries a word of its own is carried out once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction

from muster.organisations.key_models import ApiKey, KeptAnswer
from muster.organisations.models import Organisation
from muster.organisations.scoping import acting_for

KEPT_FOR = timedelta(hours=24)


class AskedMeanwhile(Exception):
    """The same request is being carried out right now."""


class AskedOtherwise(Exception):
    """The word was used before, with another request."""


@dataclass(frozen=True)
class Answer:
    """What was answered; `person_id`: whom it tells of."""

    status: int
    content_type: str
    body: bytes
    person_id: int | None = None
    is_repeated: bool = False


def once(
    key: ApiKey, word: str, digest: str, carry_out: Callable[[], Answer], *, at: datetime
) -> Answer:
    """Carry the request out, or say again what it was answered within the last day.

    Act and answer are kept in one transaction: after a crash neither is there, and asking again
    is asking for the first time. What was refused (400 and above) changes and keeps nothing.
    Raises `AskedMeanwhile` and `AskedOtherwise`.
    """
    with transaction.atomic():
        if not _is_ours_alone(key, word):
            raise AskedMeanwhile
        KeptAnswer.objects.filter(key=key, word=word, at__lte=at - KEPT_FOR).delete()
        kept = KeptAnswer.objects.filter(key=key, word=word).first()
        if kept is not None:
            if kept.digest != digest:
                raise AskedOtherwise
            return Answer(
                kept.status, kept.content_type, bytes(kept.body), kept.person_id, is_repeated=True
            )
        answer = carry_out()
        if answer.status >= 400:
            transaction.set_rollback(True)
        else:
            _keep(key, word, digest, answer, at)
    return answer


def forget_old(at: datetime) -> int:
    """Remove what is older than a day; how many that was."""
    gone = 0
    for organisation in Organisation.objects.values_list("pk", flat=True):
        with acting_for(organisation):
            gone += KeptAnswer.objects.filter(at__lte=at - KEPT_FOR).delete()[0]
    return gone


def _is_ours_alone(key: ApiKey, word: str) -> bool:
    """A lock that ends with the transaction, however that ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"answer {key.pk} {word}"],
        )
        return bool(cursor.fetchone()[0])


def _keep(key: ApiKey, word: str, digest: str, answer: Answer, at: datetime) -> None:
    KeptAnswer.objects.create(
        organisation_id=key.organisation_id,
        key=key,
        word=word,
        digest=digest,
        status=answer.status,
        content_type=answer.content_type,
        body=answer.body,
        person_id=answer.person_id,
        at=at,
    )
