"""Two of the list that may be one person: pairs to look at, runs that find them, merges."""

import uuid

from django.db import models

from muster.organisations.models import Member, Organisation


class MatchRun(models.Model):
    """One search for duplicates (the whole list, or what one import brought), or one press that

    merges the sure ones. `done` of `total` are people read, then pairs looked at, or merges made.
    """

    class Kind(models.TextChoices):
        FIND = "find", "Looking for duplicates"
        MERGE = "merge", "Merging the sure ones"
        UNDO = "undo", "Undoing merges"

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Running"
        FINISHED = "finished", "Finished"
        STOPPED = "stopped", "Stopped"

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    taken = models.ForeignKey(
        "people.Import", models.CASCADE, null=True, related_name="+", db_index=False
    )
    undoes = models.ForeignKey(
        "self", models.CASCADE, null=True, related_name="undone_by", db_index=False
    )
    seats = models.JSONField(null=True, help_text="Ids of the seats it may merge in; null: all")
    by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+", db_index=False)
    step = models.CharField(max_length=20, blank=True, default="", help_text="What is counted now")
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    pace = models.FloatField(default=0, help_text="A second, of late")
    found = models.BigIntegerField(default=0, help_text="New pairs, or merges made")
    sure = models.BigIntegerField(default=0, help_text="Of the pairs found")
    left = models.BigIntegerField(default=0, help_text="Sure no more when their turn came")
    problem = models.CharField(
        max_length=200, blank=True, default="", help_text="Why it ended early"
    )
    crowded = models.JSONField(default=dict, help_text="Blocks too large to compare: kind, number")
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    heard_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    stopped_by = models.ForeignKey(
        Member, models.PROTECT, null=True, related_name="+", db_index=False
    )


class Pair(models.Model):
    """Two people who look alike. Decided "different", it is remembered for ever."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    first = models.ForeignKey("people.Person", models.CASCADE, related_name="+", db_index=False)
    second = models.ForeignKey("people.Person", models.CASCADE, related_name="+")
    score = models.FloatField(default=0)
    is_sure = models.BooleanField(default=False)
    levels = models.JSONField(default=list, help_text="What agrees and what does not")
    found_at = models.DateTimeField()
    different_at = models.DateTimeField(null=True, help_text="When someone said: two people")
    different_by = models.ForeignKey(
        Member, models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="pair_once"),
            models.CheckConstraint(
                condition=models.Q(first__lt=models.F("second")), name="pair_in_order"
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "is_sure", "-score", "id"],
                condition=models.Q(different_at=None),
                name="pair_open",
            ),
        ]


class Merge(models.Model):
    """Two people became one. While it is not undone, whoever is gone by number, code or external

    id is found as the one kept. `record` holds what moved and what gave way: personal, and erased
    with the one kept.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    kept = models.ForeignKey("people.Person", models.CASCADE, related_name="merges")
    gone_id = models.BigIntegerField()
    gone_code = models.UUIDField()
    gone_external_id = models.CharField(max_length=100, blank=True, default="")
    run = models.ForeignKey(MatchRun, models.SET_NULL, null=True, related_name="merges")
    levels = models.JSONField(default=list)
    record = models.JSONField(default=dict)
    by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+", db_index=False)
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(
        Member, models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "gone_id"],
                condition=models.Q(undone_at=None),
                name="gone_once",
            ),
        ]
        indexes = [
            models.Index(fields=["gone_code"], name="merge_gone_code"),
            models.Index(
                fields=["organisation", "gone_external_id"],
                condition=models.Q(undone_at=None) & ~models.Q(gone_external_id=""),
                name="merge_gone_external",
            ),
            models.Index(fields=["organisation", "-at"], name="merge_latest"),
        ]

    @property
    def gone_name(self) -> str:
        """What the one who is gone was called; empty once it is undone."""
        gone = self.record.get("person", {})
        return f"{gone.get('given_name', '')} {gone.get('family_name', '')}".strip()


class SureMerging(models.Model):
    """An organisation has its sure duplicates merged after every search, without being asked."""

    organisation = models.OneToOneField(Organisation, models.CASCADE, related_name="+")
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    at = models.DateTimeField()
