"""Journeys: their steps, who walks them, and what each one went through."""

import uuid
from typing import Self

from django.db import models

from muster.organisations.models import Member, Organisation, Unit
from muster.people.models import Person


class JourneyQuerySet(models.QuerySet["Journey"]):
    def live(self) -> Self:
        """Those that people enter and walk."""
        return self.filter(started_at__isnull=False, paused_at=None, ended_at=None)

    def begun(self) -> Self:
        """Started and not ended: paused ones too, whose people leave when they ask to."""
        return self.filter(started_at__isnull=False, ended_at=None)


class Journey(models.Model):
    """What happens next for everyone who comes to its start, step by step.

    `unit`: whose it is; only people of its seats enter. None: head office's, for everybody.
    `start` and `goal` are described in `rules`. Facts count that were recorded after it started.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="journeys")
    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=100)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", db_index=False)
    start = models.JSONField(default=dict)
    goal = models.JSONField(null=True)
    leaves_on_reply = models.BooleanField(default=True)
    again_after_days = models.PositiveSmallIntegerField(
        null=True, help_text="The same person again so long after they entered; empty: once ever"
    )
    made_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    started_by = models.ForeignKey(
        Member, models.PROTECT, null=True, related_name="+", db_index=False
    )
    started_at = models.DateTimeField(null=True)
    paused_by = models.ForeignKey(
        Member, models.PROTECT, null=True, related_name="+", db_index=False
    )
    paused_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        Member, models.PROTECT, null=True, related_name="+", db_index=False
    )
    ended_at = models.DateTimeField(null=True)
    read_xid = models.BigIntegerField(default=0, help_text="How far it has read the journal")
    read_id = models.BigIntegerField(default=0)
    looked_at = models.DateTimeField(null=True, help_text="When its audience was last looked at")

    objects = JourneyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"],
                condition=models.Q(ended_at=None),
                name="journey_name_once",
            ),
            models.CheckConstraint(
                condition=models.Q(again_after_days=None) | models.Q(again_after_days__gte=31),
                name="journey_again_next_month",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def state(self) -> str:
        """ "draft", "live", "paused" or "ended"."""
        if self.ended_at:
            return "ended"
        if self.started_at is None:
            return "draft"
        return "paused" if self.paused_at else "live"


class Step(models.Model):
    """One thing that happens to whoever comes to it. Rows stay when a step is taken out.

    The steps that stand form a tree: a branch has two sides with steps of their own, after which
    people go on with what follows the branch. `definition`: see `rules`, by kind.
    """

    class Kind(models.TextChoices):
        WAIT = "wait", "Wait"
        WAIT_FOR = "wait_for", "Wait until something happens"
        WAIT_UNTIL = "wait_until", "Wait until an hour"
        BRANCH = "branch", "Branch"
        SEND = "send", "Send an e-mail"
        ASK = "ask", "Ask by e-mail"
        TAG = "tag", "Tag"
        HAND = "hand", "Hand to an organiser"

    class Side(models.TextChoices):
        NONE = "", "None"
        YES = "yes", "Yes"
        NO = "no", "No"

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    journey = models.ForeignKey(Journey, models.CASCADE, related_name="steps")
    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", db_index=False)
    side = models.CharField(max_length=3, choices=Side.choices, default="", blank=True)
    position = models.PositiveIntegerField(help_text="Among the steps of its side")
    definition = models.JSONField(default=dict)
    changed_by = models.ForeignKey(
        Member, models.PROTECT, null=True, related_name="+", db_index=False
    )
    changed_at = models.DateTimeField()
    removed_by = models.ForeignKey(
        Member, models.PROTECT, null=True, related_name="+", db_index=False
    )
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(parent=None, side="")
                | models.Q(parent__isnull=False, side__in=["yes", "no"]),
                name="step_on_a_side",
            ),
        ]


class Traveller(models.Model):
    """One person on one journey, once: at a step, or out of it and how. Rows stay."""

    class Ending(models.TextChoices):
        FINISHED = "finished", "Came to its end"
        GOAL = "goal", "Did what it is for"
        REPLIED = "replied", "Wrote to us"
        STOPPED = "stopped", "Asked for no more e-mail"
        TAKEN_OUT = "taken_out", "Taken out by a member"
        MOVED = "moved", "Moved out of its seats"
        MERGED = "merged", "Became one with somebody on it"
        CLOSED = "closed", "The journey ended"

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    journey = models.ForeignKey(Journey, models.CASCADE, related_name="travellers", db_index=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="travels")
    round = models.PositiveIntegerField(default=1)
    because = models.CharField(max_length=40, help_text="The kind of fact, or the audience")
    entered_at = models.DateTimeField()
    step = models.ForeignKey(
        Step, models.PROTECT, null=True, related_name="travellers", help_text="Empty: out of it"
    )
    arrived_at = models.DateTimeField(help_text="At the step")
    due_at = models.DateTimeField(null=True, help_text="When something is next to be looked at")
    ended_at = models.DateTimeField(null=True)
    ending = models.CharField(max_length=10, choices=Ending.choices, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["journey", "person", "round"], name="traveller_round_once"
            ),
            models.UniqueConstraint(
                fields=["journey", "person"],
                condition=models.Q(ended_at=None),
                name="traveller_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at=None, step__isnull=False, ending="")
                | models.Q(ended_at__isnull=False, step=None) & ~models.Q(ending=""),
                name="traveller_there_or_out",
            ),
        ]
        indexes = [
            models.Index(
                fields=["journey", "due_at"],
                condition=models.Q(ended_at=None),
                name="traveller_due",
            ),
        ]


class Passage(models.Model):
    """What a traveller went through at one step: once, and kept.

    `outcome`: one of `rules.OUTCOMES`; `about_id`: the sending, lead or tag it made.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    traveller = models.ForeignKey(
        Traveller, models.CASCADE, related_name="passages", db_index=False
    )
    step = models.ForeignKey(Step, models.PROTECT, related_name="passages", db_index=False)
    outcome = models.CharField(max_length=20)
    about_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["traveller", "step"], name="passed_once"),
        ]
        indexes = [models.Index(fields=["step", "outcome"], name="passage_outcomes")]
