"""What people do when asked: the pages they act on, what they did, and who follows it up."""

import uuid

from django.db import models

from muster.organisations.models import Campaigner, Member, Organisation
from muster.people.models import Person, Wording
from muster.places.models import Place


class Notice(models.Model):
    """A version of the privacy notice shown where people give us their details (DP-13)."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="notices")
    version = models.CharField(max_length=40)
    text = models.TextField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "version"], name="notice_version_once"),
        ]


class ActionPage(models.Model):
    """An ask with a page of its own in every seat: `/{organisation}/{slug}/{seat}`."""

    class Kind(models.TextChoices):
        VOLUNTEER = "volunteer", "Volunteer"

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="action_pages")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    slug = models.SlugField()
    title = models.CharField(max_length=200, help_text="May hold {seat}")
    words = models.TextField(blank=True, default="", help_text="Beneath the title; may hold {seat}")
    thanks = models.TextField(blank=True, default="", help_text="What happens next")
    campaigner = models.ForeignKey(Campaigner, models.PROTECT, null=True)
    notice = models.ForeignKey(Notice, models.PROTECT, null=True)
    wordings = models.ManyToManyField(Wording, help_text="The consents it asks for, unticked")
    is_open = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "slug"], name="action_page_once"),
        ]


class LocalPage(models.Model):
    """A seat's own title and words on a page, shown instead of the general ones while live.

    Rows stay: what stood where, from when until when, can always be told.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="local_pages")
    page = models.ForeignKey(ActionPage, models.CASCADE, related_name="local_pages")
    place = models.ForeignKey(Place, models.PROTECT, db_index=False)
    title = models.CharField(max_length=200, help_text="As it reads: nothing is filled in")
    words = models.TextField(help_text="Paragraphs with blank lines between them")
    imprint = models.TextField(
        blank=True, default="", help_text="Who promotes these words; empty: whoever the page's is"
    )
    live_at = models.DateTimeField()
    taken_down_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["page", "place"],
                condition=models.Q(taken_down_at=None),
                name="one_live_page_a_seat",
            ),
            models.CheckConstraint(condition=~models.Q(title=""), name="local_page_has_title"),
        ]


class SourceCode(models.Model):
    """Where a click came from: on every link that leaves Muster."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="source_codes")
    code = models.CharField(max_length=16, unique=True)
    place = models.ForeignKey(Place, models.PROTECT, null=True)
    about_kind = models.CharField(max_length=20, help_text="What carries the link: sending, page…")
    about_id = models.BigIntegerField(default=0)
    label = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "about_kind", "about_id", "place"], name="source_once"
            ),
        ]


class Visit(models.Model):
    """How many looked at a page by one link on one day: people, and machines apart. No names."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    source = models.ForeignKey(SourceCode, models.CASCADE, related_name="visits", db_index=False)
    day = models.DateField()
    people = models.PositiveIntegerField(default=0)
    machines = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "day"], name="visits_of_a_day"),
        ]


class Action(models.Model):
    """Someone did what a page asked."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="actions")
    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    page = models.ForeignKey(ActionPage, models.PROTECT, related_name="actions")
    person = models.ForeignKey(Person, models.CASCADE, related_name="actions")
    place = models.ForeignKey(Place, models.PROTECT, null=True, help_text="The page's seat")
    source = models.CharField(max_length=16, blank=True, default="")
    submission = models.UUIDField(help_text="Made with the form: pressing twice is pressing once")
    can_do = models.JSONField(default=list)
    can_when = models.JSONField(default=list)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "submission"], name="submitted_once"),
        ]
        indexes = [models.Index(fields=["organisation", "place", "at"], name="action_place")]


class Lead(models.Model):
    """A volunteer waiting to hear from a named person, with a clock."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="leads")
    person = models.ForeignKey(Person, models.CASCADE, related_name="leads")
    action = models.ForeignKey(
        Action, models.CASCADE, null=True, related_name="+", help_text="Empty: handed over by us"
    )
    why = models.CharField(
        max_length=300,
        blank=True,
        default="",
        db_default="",
        help_text="What it is about, where nothing was done",
    )
    place = models.ForeignKey(
        Place, models.PROTECT, null=True, help_text="Where they live; the page's seat if not known"
    )
    owner = models.ForeignKey(Member, models.PROTECT, null=True, related_name="leads")
    due_at = models.DateTimeField()
    contacted_at = models.DateTimeField(null=True, blank=True)
    contacted_by = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(contacted_at=None), name="one_open_lead"
            ),
        ]
        indexes = [models.Index(fields=["organisation", "place", "due_at"], name="lead_place")]

    @property
    def came_by(self) -> str:
        """The source code of the link they came by, if they came by one."""
        return self.action.source if self.action else ""

    @property
    def can_do(self) -> list[str]:
        return list(self.action.can_do) if self.action else []

    @property
    def can_when(self) -> list[str]:
        return list(self.action.can_when) if self.action else []
