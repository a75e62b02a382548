"""What an organisation adds to people: tags of its own words, and fields of its own questions.

Imported through `models`.
"""

from django.db import models
from django.db.models.functions import Lower

from muster.organisations.models import Member, Organisation


class Tag(models.Model):
    """A word of the organisation's own that people can carry."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="tags")
    name = models.CharField(max_length=100)

    class Meta:
        constraints = [
            models.UniqueConstraint("organisation", Lower("name"), name="tag_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class PersonTag(models.Model):
    """One person carries one tag."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    person = models.ForeignKey(
        "people.Person", models.CASCADE, related_name="tagged", db_index=False
    )
    tag = models.ForeignKey(Tag, models.CASCADE, related_name="tagged", db_index=False)
    source = models.CharField(max_length=40, blank=True, default="")
    by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "tag"], name="person_tag_once"),
        ]
        indexes = [models.Index(fields=["organisation", "tag", "person"], name="tag_people")]


class CustomField(models.Model):
    """Something an organisation wants to know of its people beyond what everybody has."""

    class Kind(models.TextChoices):
        TEXT = "text", "Text"
        NUMBER = "number", "Number"
        DATE = "date", "Date"
        YES_NO = "yes_no", "Yes or no"
        CHOICE = "choice", "One of a list"

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="custom_fields")
    key = models.SlugField(max_length=60, help_text="What files and the API call it")
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    choices = models.JSONField(default=list, blank=True, help_text="For a list: its words")
    is_special = models.BooleanField(
        default=False,
        help_text="Tells of political opinion, union membership, health, faith… (DP-9)",
    )
    purpose = models.CharField(max_length=200, blank=True, default="", help_text="Why it is held")
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "key"], name="custom_field_once"),
        ]

    def __str__(self) -> str:
        return self.name


class CustomValue(models.Model):
    """What one person's custom field says: in the column of its kind; yes is 1 and no is 0."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    person = models.ForeignKey(
        "people.Person", models.CASCADE, related_name="details", db_index=False
    )
    field = models.ForeignKey(CustomField, models.CASCADE, related_name="+", db_index=False)
    text = models.CharField(max_length=1000, blank=True, default="")
    number = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    on_date = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=40, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "field"], name="custom_value_once"),
        ]
        indexes = [
            models.Index(fields=["organisation", "field", "number"], name="custom_value_number"),
            models.Index(fields=["organisation", "field", "on_date"], name="custom_value_date"),
        ]
