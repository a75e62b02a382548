"""Parties, unions and campaigns: their units, their members, and the names they act in."""

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Q

from muster.lib.bank_holidays import NATIONS
from muster.organisations import naming
from muster.organisations.login_models import Accounts, User


class Organisation(models.Model):
    """The tenant: one list of people, one suppression."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    accent = models.CharField(max_length=7, default="#b8123f", help_text="Hex colour")
    is_demonstration = models.BooleanField(default=False)
    time_zone = models.CharField(max_length=60, default="Europe/London")
    bank_holidays = models.CharField(
        max_length=3,
        choices=list(NATIONS.items()),
        default="ENG",
        help_text="Whose move the last day of an answer (DP-15)",
    )
    made_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class Unit(models.Model):
    """Head office, a region, a seat's party or a branch; stands on a place, named by its code."""

    class Kind(models.TextChoices):
        HEAD_OFFICE = "head_office", "Head office"
        REGION = "region", "Region"
        SEAT = "seat", "Seat"
        BRANCH = "branch", "Branch"

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="units")
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    kind = models.CharField(max_length=20, choices=Kind.choices)
    name = models.CharField(max_length=200)
    place_code = models.CharField(max_length=20, blank=True, default="")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey("Member", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"], condition=Q(closed_at=None), name="unit_name_once"
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None) | ~Q(kind="head_office"), name="head_office_stays_open"
            ),
            models.CheckConstraint(
                condition=Q(kind="head_office", place_code="") | ~Q(kind="head_office"),
                name="head_office_stands_everywhere",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Member(models.Model):
    """A login's place in one organisation."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="members")
    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    name = models.CharField(max_length=200)
    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    joined_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    access_changed_at = models.DateTimeField(
        null=True, blank=True, help_text="Live events asked for before this end"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "user"], name="member_once"),
        ]

    def __str__(self) -> str:
        return self.name


class RoleQuerySet(models.QuerySet["Role"]):
    def in_force(self, at: datetime) -> "RoleQuerySet":
        return self.filter(
            Q(expires_at__isnull=True) | Q(expires_at__gt=at),
            revoked_at__isnull=True,
            member__ended_at__isnull=True,
        )


class Role(models.Model):
    """What a member may do in one unit (and everything beneath it), until when.

    `dataset` limits it to a part of what its kind gives; blank: all of it.
    """

    class Kind(models.TextChoices):
        ADMIN = "admin", "Administrator"
        ORGANISER = "organiser", "Organiser"
        APPROVER = "approver", "Approver"
        TREASURER = "treasurer", "Treasurer or agent"
        DATA_LEAD = "data_lead", "Data lead"
        VIEWER = "viewer", "Viewer"

    class Dataset(models.TextChoices):
        PEOPLE = "people", "People"
        REGISTER = "register", "Electoral register"
        CONTENT = "content", "Content and messages"
        FINANCE = "finance", "Finance"

    member = models.ForeignKey(Member, models.CASCADE, related_name="roles")
    unit = models.ForeignKey(Unit, models.CASCADE, related_name="roles")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    dataset = models.CharField(max_length=20, choices=Dataset.choices, blank=True, default="")
    reason = models.CharField(max_length=200, blank=True, default="")
    granted_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="granted")
    granted_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="revoked")
    ended_reason = models.CharField(max_length=200, blank=True, default="")
    expiry_told_at = models.DateTimeField(null=True, blank=True)

    objects = RoleQuerySet.as_manager()

    def __str__(self) -> str:
        return naming.role_in_words(self.kind, self.unit.name, self.dataset)


class Campaigner(models.Model):
    """The legal person in whose name something is sent, given, spent or consented to."""

    class Kind(models.TextChoices):
        PARTY = "party", "Party"
        PARTY_UNIT = "party_unit", "Party unit"
        CANDIDATE = "candidate", "Candidate"
        OFFICE_HOLDER = "office_holder", "Office-holder"
        UNION = "union", "Union"
        NPC_REGISTERED = "npc_registered", "Registered campaigner"
        NPC_UNREGISTERED = "npc_unregistered", "Unregistered campaigner"
        CHARITY = "charity", "Charity"

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="campaigners")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    name = models.CharField(max_length=200)
    promoter = models.CharField(max_length=200, help_text="Who promotes the material (IMP-2)")
    address = models.CharField(max_length=300, help_text="Their postal address; a PO box will do")
    on_behalf_of = models.CharField(max_length=200, blank=True, default="")
    on_behalf_address = models.CharField(max_length=300, blank=True, default="")
    place_code = models.CharField(max_length=20, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "kind", "place_code", "name"], name="campaigner_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class LegalCondition(models.Model):
    """On what condition of the law the organisation holds political opinions and the like (DP-9).

    One at a time: another ends the one before. Without any, nothing special is held.
    """

    class Kind(models.TextChoices):
        PARTY = "party", "Registered party (Data Protection Act, Schedule 1, paragraph 22)"
        MEMBERS = "members", "Not-for-profit body, of its members (Article 9(2)(d))"
        CONSENT = "consent", "Explicit consent of each person (Article 9(2)(a))"

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="legal_conditions", db_index=False
    )
    kind = models.CharField(max_length=10, choices=Kind.choices)
    policy = models.CharField(
        max_length=300, help_text="Where its policy document is: a reference or an address"
    )
    by = models.ForeignKey(Member, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        Member, models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"],
                condition=Q(ended_at=None),
                name="one_legal_condition_at_a_time",
            ),
            models.CheckConstraint(condition=~Q(policy=""), name="legal_condition_has_its_policy"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class AuditEntry(models.Model):
    """One thing somebody may have to answer for (SEC-3), chained to the one before by its hash.

    Never changed or removed: the database refuses. `number` counts from 1 in each organisation.
    """

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="audit", db_index=False
    )
    number = models.BigIntegerField()
    kind = models.CharField(max_length=60)
    member = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+", db_index=False)
    about_kind = models.CharField(max_length=40, blank=True, default="")
    about_id = models.BigIntegerField(null=True)
    reason = models.TextField(blank=True, default="")
    codes = models.JSONField(default=dict)
    at = models.DateTimeField()
    before = models.CharField(max_length=64, help_text="The hash of the entry before it")
    hash = models.CharField(max_length=64, help_text="SHA-256 of all of the above")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "number"], name="audit_number_once"),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "about_kind", "about_id", "at"], name="audit_about"
            ),
        ]


from muster.organisations.access_models import (  # noqa: E402  (they point at the models above)
    Invitation,
    Notice,
    RoleAsked,
    Session,
    SignInLink,
)
from muster.organisations.key_models import ApiKey, KeptAnswer  # noqa: E402

__all__ = [
    "Accounts",
    "ApiKey",
    "AuditEntry",
    "Campaigner",
    "Invitation",
    "KeptAnswer",
    "Member",
    "Notice",
    "Organisation",
    "Role",
    "RoleAsked",
    "RoleQuerySet",
    "Session",
    "SignInLink",
    "Unit",
    "User",
]
