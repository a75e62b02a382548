"""What is kept of imports so that they can be undone, and of headings so that they are known again.

Imported from here; Django finds them through `models`.
"""

from django.db import models
from django.db.models.functions import Now

from muster.organisations.models import Member, Organisation


class ImportedBatch(models.Model):
    """People an import made together: those between two ids who came with it. For undoing it."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    of = models.ForeignKey("people.Import", models.CASCADE, related_name="batches")
    first_id = models.BigIntegerField()
    last_id = models.BigIntegerField()
    at = models.DateTimeField(db_default=Now(), help_text="The database's own: `Person.changed_at`")
    undone_at = models.DateTimeField(null=True, blank=True)


class ImportedChange(models.Model):
    """What an import added to someone known already. For undoing it; goes when they are erased."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    of = models.ForeignKey("people.Import", models.CASCADE, related_name="changes")
    person = models.ForeignKey("people.Person", models.CASCADE, related_name="+")
    what = models.JSONField(help_text="Blanks filled, numbers, tags, fields and consents added")
    at = models.DateTimeField(db_default=Now(), help_text="The database's own: `Person.changed_at`")


class RememberedColumns(models.Model):
    """What the columns of a heading were last chosen as, for the next file that has the same."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the heading")
    choices = models.JSONField()
    options = models.JSONField(default=dict)
    by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "digest"], name="columns_remembered_once"
            ),
        ]


class ImportRefusal(models.Model):
    """A row that was not taken in, whole, with its reason."""

    of = models.ForeignKey("people.Import", models.CASCADE, related_name="refusals", db_index=False)
    line = models.BigIntegerField()
    text = models.TextField()
    reason = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["of", "line"], name="refused_once")]
