"""One master, one cut for every seat, and who approved them until when."""

from django.db import models

from muster.organisations.models import Campaigner, Member, Organisation
from muster.places.models import Place, TargetList


class Master(models.Model):
    """What is written once for every seat. Fields in braces are filled for each seat and person."""

    class Kind(models.TextChoices):
        EMAIL = "email", "E-mail"

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="masters")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.EMAIL)
    name = models.CharField(max_length=200)
    subject = models.CharField(max_length=200, blank=True, default="")
    body = models.TextField(blank=True, default="")
    button = models.CharField(max_length=80, blank=True, default="", help_text="Words of the link")
    date = models.DateField(null=True, blank=True, help_text="The {date} field")
    targets = models.ForeignKey(
        TargetList,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The list whose lead and swing fill {fact:lead} and {fact:swing}",
    )
    author = models.ForeignKey(
        Member, models.PROTECT, related_name="+", help_text="Who wrote the words as they stand"
    )
    changed_at = models.DateTimeField()
    sealed_at = models.DateTimeField(
        null=True, blank=True, help_text="Released: its words and cuts stay as they went out"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="master_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Cut(models.Model):
    """The master as one seat will see it. Only {first_name} and the links are still open."""

    master = models.ForeignKey(Master, models.CASCADE, related_name="cuts")
    place = models.ForeignKey(Place, models.PROTECT, null=True, help_text="Empty: every place")
    campaigner = models.ForeignKey(Campaigner, models.PROTECT, null=True)
    subject = models.TextField()
    text = models.TextField()
    html = models.TextField()
    digest = models.CharField(max_length=64, help_text="SHA-256 of what it was made from")
    problems = models.JSONField(default=list, help_text="In the organiser's words; empty: ready")
    cut_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["master", "place"], name="cut_once", nulls_distinct=False
            ),
        ]


class Approval(models.Model):
    """Someone other than the author says these very cuts may go out, until a date."""

    master = models.ForeignKey(Master, models.CASCADE, related_name="approvals")
    digest = models.CharField(max_length=64, help_text="SHA-256 over the digests of all cuts")
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    until = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
