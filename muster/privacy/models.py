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


class Case(models.Model):
    """Something a person asked of us that the law puts a clock on (DP-15, DP-164A).

    Where it stands follows from its steps. What the person wrote goes when they are erased.
    """

    class Kind(models.TextChoices):
        ACCESS = "access", "A copy of their data"
        ERASURE = "erasure", "Erasure"
        OBJECTION = "objection", "Objection"
        CORRECTION = "correction", "Correction"
        COMPLAINT = "complaint", "Complaint"

    class Route(models.TextChoices):
        FORM = "form", "Our form"
        EMAIL = "email", "E-mail"
        LETTER = "letter", "Letter"
        PHONE = "phone", "Phone"
        IN_PERSON = "in_person", "In person, at a door or a stall"
        SOCIAL = "social", "Social media"

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="privacy_cases", db_index=False
    )
    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    route = models.CharField(max_length=10, choices=Route.choices)
    person = models.ForeignKey(
        "people.Person", models.SET_NULL, null=True, related_name="privacy_cases"
    )
    name = models.CharField(max_length=200, blank=True, default="")
    contact = models.CharField(max_length=254, blank=True, default="")
    words = models.TextField(blank=True, default="", help_text="What they asked, in their words")
    received_on = models.DateField(help_text="The clock counts from this day")
    owner = models.ForeignKey(
        Member, models.PROTECT, null=True, related_name="privacy_cases", db_index=False
    )
    opened_by = models.ForeignKey(
        Member, models.PROTECT, null=True, related_name="+", db_index=False
    )
    opened_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["organisation", "received_on"], name="case_received")]


class CaseStep(models.Model):
    """What was done about a case: by whom, on which day, in words. Only added to."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="steps")
    what = models.CharField(max_length=20)
    words = models.TextField(blank=True, default="")
    by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+", db_index=False)
    on = models.DateField(help_text="The day it happened, where the organisation is")
    at = models.DateTimeField(help_text="When it was written down")


class CaseLetter(models.Model):
    """The letter that says we have what they asked: to the address they gave, once."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    case = models.OneToOneField(Case, models.CASCADE, related_name="letter")
    asked_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    problem = models.CharField(
        max_length=300, blank=True, default="", help_text="Why it did not go"
    )

    @property
    def is_uncertain(self) -> bool:
        """Handed over, perhaps: nobody answered."""
        return bool(self.claimed_at and not self.sent_at and not self.problem)


class Pack(models.Model):
    """Everything we hold of a person in one file, for the person themselves; gone after a while."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="packs")
    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    leaves_out_others = models.BooleanField(
        default=False, help_text="Texts in which somebody else seems to be named are left out"
    )
    by = models.ForeignKey(Member, models.PROTECT, related_name="+", db_index=False)
    asked_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True)
    size = models.BigIntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    good_until = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)


class RetentionRule(models.Model):
    """How long an organisation keeps one kind of thing; without a row it is kept (DP-5)."""

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="retention_rules", db_index=False
    )
    kind = models.CharField(max_length=30, help_text="As the room that purges it calls it")
    days = models.PositiveIntegerField(help_text="Older than this goes")
    on_by = models.ForeignKey(Member, models.PROTECT, related_name="+", db_index=False)
    on_at = models.DateTimeField()
    paused_by = models.ForeignKey(
        Member, models.PROTECT, null=True, related_name="+", db_index=False
    )
    paused_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "kind"], name="one_rule_a_kind"),
            models.CheckConstraint(condition=Q(days__gte=1), name="retention_of_a_day_or_more"),
        ]


class Purge(models.Model):
    """One run of a rule; resumed where it broke off, as long as it is not finished."""

    rule = models.ForeignKey(RetentionRule, models.CASCADE, related_name="purges")
    before = models.DateTimeField(help_text="Older than this instant goes")
    began_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    gone = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rule"], condition=Q(finished_at=None), name="one_purge_at_a_time"
            ),
        ]


class Breach(models.Model):
    """A data breach; Article 33(5) wants every one written down. Never changed, only added to."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    found_at = models.DateTimeField(help_text="When anybody of ours first knew: 72 hours from here")
    what = models.TextField(help_text="What happened")
    affected = models.TextField(blank=True, default="", help_text="Whose data, and which")
    people = models.PositiveIntegerField(null=True, help_text="About how many; null: not known")
    consequences = models.TextField(blank=True, default="")
    measures = models.TextField(blank=True, default="")
    by = models.ForeignKey(Member, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(what=""), name="breach_says_what"),
            models.CheckConstraint(condition=Q(found_at__lte=F("at")), name="breach_was_found"),
        ]


class BreachStep(models.Model):
    """What was decided or done about a breach, in words."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    breach = models.ForeignKey(Breach, models.CASCADE, related_name="steps")
    what = models.CharField(max_length=40)
    words = models.TextField()
    by = models.ForeignKey(Member, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
