"""Everything Muster knows that happened, in one append-only journal."""

from django.db import models

from muster.organisations.models import Member, Organisation


class Fact(models.Model):
    """One thing that happened. Carries codes, never names or contacts.

    The table is partitioned by the month of `at` (see the first migration), so nothing points at
    a fact. `xid` is the transaction that wrote it: listeners read below the oldest running one.
    """

    organisation = models.ForeignKey(
        Organisation, models.DO_NOTHING, db_constraint=False, db_index=False
    )
    kind = models.CharField(max_length=40)
    person_id = models.BigIntegerField(null=True)
    place_id = models.BigIntegerField(null=True)
    member = models.ForeignKey(
        Member, models.DO_NOTHING, null=True, db_constraint=False, db_index=False
    )
    source = models.CharField(max_length=16, default="", help_text="Source code of the link")
    about_kind = models.CharField(max_length=20, default="", help_text="What it concerns: sending…")
    about_id = models.BigIntegerField(null=True)
    codes = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "person_id", "at"], name="fact_person"),
            # With whom it was: audiences read the index alone.
            models.Index(
                fields=["organisation", "kind", "at"], include=["person_id"], name="fact_kind"
            ),
        ]
