"""Audiences: described as data, with everything they ever said, and who was in them when used."""

import uuid
from typing import Self

from django.db import models

from muster.organisations.models import Member, Organisation, Unit


class AudienceQuerySet(models.QuerySet["Audience"]):
    def kept(self, organisation: Organisation) -> Self:
        """The organisation's own, those put away left out."""
        return self.filter(organisation=organisation, put_away_at=None)


class Audience(models.Model):
    """A description of people, as it stands now. Whom it finds is worked out whenever asked.

    `unit`: whose it is. None: head office's. The definition is
    `{"who": tree of criteria, "one_per_household": bool}` (see `rules`).
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="audiences")
    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=100)
    definition = models.JSONField()
    version = models.PositiveIntegerField(default=1)
    owner = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+", db_index=False)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    put_away_at = models.DateTimeField(null=True, blank=True)
    counted = models.PositiveIntegerField(null=True, help_text="How many, when last counted whole")
    counted_at = models.DateTimeField(null=True)

    objects = AudienceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"],
                condition=models.Q(put_away_at=None),
                name="audience_name_once",
            ),
            models.CheckConstraint(
                condition=models.Q(counted=None, counted_at=None)
                | models.Q(counted__isnull=False, counted_at__isnull=False),
                name="audience_counted_when",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AudienceVersion(models.Model):
    """What an audience said once, who made it say so, and when. Rows stay."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    audience = models.ForeignKey(Audience, models.CASCADE, related_name="versions", db_index=False)
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=100)
    definition = models.JSONField()
    restores = models.PositiveIntegerField(null=True, help_text="An earlier version, said again")
    by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["audience", "number"], name="audience_version_once"),
        ]


class SpecialUse(models.Model):
    """The data lead allowed one version of an audience to use special-category fields (DP-9T)."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    audience = models.ForeignKey(Audience, models.CASCADE, related_name="+", db_index=False)
    number = models.PositiveIntegerField(help_text="Of the version that was allowed")
    fields = models.CharField(max_length=500, help_text="Which of them, by name")
    reason = models.TextField()
    by = models.ForeignKey(Member, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["audience", "number"], name="special_use_once"),
        ]


class Freeze(models.Model):
    """Who was in an audience when it was used, and for what. Never changed."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    audience = models.ForeignKey(Audience, models.PROTECT, related_name="freezes")
    version = models.PositiveIntegerField()
    for_what = models.CharField(max_length=100)
    about_kind = models.CharField(max_length=20, blank=True, default="")
    about_id = models.BigIntegerField(null=True)
    how_many = models.PositiveIntegerField()
    seats = models.JSONField(null=True, help_text="Ids of the seats it was cut to; null: all")
    is_explicit = models.BooleanField(
        default=False, help_text="Only who consented explicitly is in it (DP-9T)"
    )
    by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+", db_index=False)
    at = models.DateTimeField()


class Frozen(models.Model):
    """One person who was in it."""

    pk = models.CompositePrimaryKey("freeze_id", "person_id")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    freeze = models.ForeignKey(Freeze, models.CASCADE, related_name="members", db_index=False)
    person_id = models.BigIntegerField()
    seat_id = models.BigIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["organisation", "person_id"], name="frozen_person")]
