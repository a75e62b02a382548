"""What people may ask of us, how long we keep them, and who took a list out of the house."""

import uuid

from django.db import models
from django.db.models import F, Q

from muster.organisations.models import Member, Organisation


class Export(models.Model):
    """People of the list asked for as a file: another member decides, then it is made (SEC-2)."""

    class Format(models.TextChoices):
        CSV = "csv", "CSV, for spreadsheets"
        PARQUET = "parquet", "Parquet, for analysis"

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="exports", db_index=False
    )
    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    columns = models.JSONField(help_text="Keys of the columns, in order")
    has_special = models.BooleanField(default=False, help_text="Some column is special (DP-9)")
    format = models.CharField(max_length=10, choices=Format.choices)
    of_kind = models.CharField(
        max_length=20, blank=True, default="", help_text="What narrows it; empty: everyone in reach"
    )
    of_id = models.BigIntegerField(null=True)
    of_words = models.CharField(max_length=300, help_text="Whom it holds, as the asker saw it")
    expected = models.BigIntegerField(help_text="People it would have held when asked for")
    reason = models.TextField()
    by = models.ForeignKey(Member, models.PROTECT, related_name="+", db_index=False)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField(help_text="Nobody may approve it after this")
    decided_by = models.ForeignKey(
        Member, models.PROTECT, null=True, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True)
    is_approved = models.BooleanField(default=False)
    refusal = models.TextField(blank=True, default="", help_text="Why it was refused")
    problem = models.TextField(blank=True, default="", help_text="Why no file could be made")
    people = models.BigIntegerField(null=True, help_text="Those in the file")
    size = models.BigIntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    made_at = models.DateTimeField(null=True)
    good_until = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True, help_text="When its file went")

    class Meta:
        indexes = [models.Index(fields=["organisation", "asked_at"], name="export_asked")]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(is_approved=True) | ~Q(decided_by=F("by")),
                name="export_approved_by_another",
            ),
            models.CheckConstraint(
                condition=Q(is_approved=False) | Q(decided_at__isnull=False),
                name="export_approval_says_when",
            ),
            models.CheckConstraint(
                condition=Q(made_at=None) | Q(is_approved=True), name="export_made_when_approved"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="export_has_a_reason"),
        ]
