"""Keys to the API, and the answers kept so that asking twice is asking once."""

import uuid
from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q

from muster.organisations.models import Member, Organisation, Unit

LONGEST = timedelta(days=366)


class ApiKey(models.Model):
    """A program's way in: never more than its maker may do, never for more than a year.

    Only a hash of it is kept: 256 random bits need no slow one (docs/decisions/api.md).
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="api_keys")
    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=100)
    begins = models.CharField(max_length=20, help_text="Its first letters, to know it again by")
    key_hash = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(help_text="Permissions, of those a key may carry")
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", help_text="Only its places"
    )
    made_by = models.ForeignKey(Member, models.PROTECT, related_name="api_keys")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        Member, models.PROTECT, null=True, related_name="+", db_index=False
    )
    last_used_at = models.DateTimeField(null=True, blank=True)
    minute = models.DateTimeField(null=True, help_text="The minute that `asked` counts in")
    asked = models.PositiveIntegerField(default=0, help_text="Requests within that minute")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("made_at"))
                & Q(expires_at__lte=F("made_at") + LONGEST),
                name="api_key_lasts_a_year_at_most",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def is_in_force(self, at: datetime) -> bool:
        return self.revoked_at is None and at < self.expires_at


class KeptAnswer(models.Model):
    """What a request with an Idempotency-Key was answered: said again to whoever asks again.

    It may hold what the answer told of a person: it goes with them, and after a day anyway.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    key = models.ForeignKey(ApiKey, models.CASCADE, related_name="kept_answers", db_index=False)
    word = models.CharField(max_length=255, help_text="The Idempotency-Key")
    digest = models.CharField(max_length=64, help_text="SHA-256 of method, path and body")
    status = models.PositiveSmallIntegerField()
    content_type = models.CharField(max_length=100)
    body = models.BinaryField()
    person_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "word"], name="answered_once")]
        indexes = [
            models.Index(fields=["at"], name="kept_answer_at"),
            models.Index(
                fields=["organisation", "person_id"],
                condition=Q(person_id__isnull=False),
                name="kept_answer_person",
            ),
        ]
