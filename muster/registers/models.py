"""The electoral register, in quarantine: tables of its own, which no other room reads (ER-1)."""

import uuid

from django.db import models

from muster.organisations.models import Campaigner, Member, Organisation
from muster.places.models import Place


class RegisterLoad(models.Model):
    """One file of a register: who received it, when, by what right. Removed, only this is left."""

    class Kind(models.TextChoices):
        FULL = "full", "Full register"
        MARKED = "marked", "Marked register"
        ABSENT = "absent", "Absent voters"

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    recipient = models.ForeignKey(Campaigner, models.PROTECT, related_name="+")
    received_on = models.DateField()
    entitlement = models.CharField(max_length=200, help_text="By what right it was received")
    place = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=200, help_text="The file's")
    sha256 = models.CharField(max_length=64)
    electors = models.IntegerField(default=0)
    anonymous = models.IntegerField(default=0, help_text="Known by number only (ER-4)")
    refused = models.IntegerField(default=0)
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    removed_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "kind", "sha256"],
                condition=models.Q(removed_at=None),
                name="register_file_once",
            ),
        ]


class RegisterEntry(models.Model):
    """One elector. `voted` says that they voted, never how (ER-2); it has no party value.

    An anonymous elector is a number and nothing else (ER-4): the database sees to it.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    load = models.ForeignKey(RegisterLoad, models.CASCADE, related_name="entries", db_index=False)
    number = models.CharField(max_length=40)
    given_name = models.CharField(max_length=100, blank=True, default="")
    family_name = models.CharField(max_length=100, blank=True, default="")
    folded = models.CharField(max_length=100, blank=True, default="", db_collation="C")
    address = models.CharField(max_length=300, blank=True, default="")
    postcode = models.CharField(max_length=10, blank=True, default="")
    attains_on = models.DateField(null=True, help_text="When they may vote, if not yet")
    voted = models.BooleanField(null=True)
    absent = models.CharField(max_length=10, blank=True, default="", help_text="post or proxy")
    is_anonymous = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["load", "number"], name="elector_once"),
            models.CheckConstraint(
                condition=models.Q(is_anonymous=False)
                | models.Q(given_name="", family_name="", folded="", address="", postcode=""),
                name="anonymous_elector_is_a_number",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "postcode"], name="elector_postcode"),
            models.Index(fields=["organisation", "folded"], name="elector_name"),
        ]


class RegisterRefusal(models.Model):
    """A row of the file that was not kept, with its reason."""

    load = models.ForeignKey(RegisterLoad, models.CASCADE, related_name="refusals", db_index=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    line = models.IntegerField()
    text = models.TextField()
    reason = models.CharField(max_length=300)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["load", "line"], name="register_refused_once"),
        ]


class RegisterAcceptance(models.Model):
    """A member accepted the conditions, in this version of their words (ER-3)."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    member = models.ForeignKey(Member, models.CASCADE, related_name="+", db_index=False)
    version = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "version"], name="accepted_once"),
        ]


class RegisterExport(models.Model):
    """One copy taken out. Its code is written into the file, and into the order of its rows."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    load = models.ForeignKey(RegisterLoad, models.CASCADE, related_name="exports", db_index=False)
    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    purpose = models.CharField(max_length=20)
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    at = models.DateTimeField()
