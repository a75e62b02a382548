"""What is said to publics, post by post and ad by ad, and how each one stands.

    staging ──► staged ──► releasing ──► live            (review: pending ──► passed, of an ad)
       │           │           │           │
       └───────────┴───────────┴───────────┴──► withdrawn (then taken down, where it is up)
       └─► failed: refused by service or review      └─► uncertain: nobody knows; never again alone

- `staging`: its pictures are uploaded; an ad is made, switched off, and waits for its review.
- `staged`: nothing more to do until its batch is released. It then goes by itself, also when it
  was staged after that.
- `releasing`: to be posted, or switched on.
- A hold, a stop, a withdrawal are decisions beside the state. While held or stopped nothing is
  posted or switched on; a live ad is paused (`is_on`), a live post stays: it has been seen.
- What a worker owes the network follows from all this (`rules.owed`); `due_at` says when, empty:
  nothing. A row in hand has a lease, a fence, and what is being done (`doing`).
- A call nobody answered leaves `in_doubt` set: the network is asked for our reference, three
  times, the last after any call must have ended. Found: taken as answered. Not found: done again
  where the service is sure of what it does not have; else uncertain, for a person.
"""

import uuid

from django.db import models
from django.db.models import Q

from muster.channels.models import NetworkAccount
from muster.organisations.models import Member, Organisation
from muster.places.models import Place


class Batch(models.Model):
    """Posts and ads that are released together."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="batches")
    name = models.CharField(max_length=200)
    is_rehearsal = models.BooleanField(default=False, help_text="Nothing of it leaves the house")
    made_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    stopped_at = models.DateTimeField(null=True)
    stopped_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return self.name


class Publication(models.Model):
    """One post or one ad in one seat."""

    class Kind(models.TextChoices):
        POST = "post", "Post"
        AD = "ad", "Ad"

    class State(models.TextChoices):
        STAGING = "staging", "Being staged"
        STAGED = "staged", "Staged"
        RELEASING = "releasing", "Releasing"
        LIVE = "live", "Live"
        FAILED = "failed", "Failed"
        WITHDRAWN = "withdrawn", "Withdrawn"
        UNCERTAIN = "uncertain", "Uncertain"

    class Review(models.TextChoices):
        NONE = "", "None needed"
        PENDING = "pending", "Waits for review"
        PASSED = "passed", "Review passed"
        REFUSED = "refused", "Review refused"

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="publications")
    kind = models.CharField(max_length=4, choices=Kind.choices)
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    account = models.ForeignKey(NetworkAccount, models.PROTECT, related_name="+")
    reference = models.UUIDField(default=uuid.uuid4, unique=True, help_text="Ours, at the network")
    digest = models.CharField(max_length=64, help_text="SHA-256 over all that is published")
    headline = models.CharField(max_length=200, default="")
    words = models.TextField()
    call = models.CharField(max_length=100, default="")
    link = models.CharField(max_length=500, default="")
    alt = models.TextField(default="")
    pictures = models.JSONField(default=list, help_text="SHA-256 of each picture's bytes")
    budget = models.PositiveIntegerField(default=0, help_text="Pence")

    state = models.CharField(max_length=10, choices=State.choices, default=State.STAGING)
    review = models.CharField(max_length=8, choices=Review.choices, default=Review.NONE)
    reason = models.CharField(max_length=300, default="", help_text="Why it stands so, in words")
    held_at = models.DateTimeField(null=True)
    held_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    held_reason = models.CharField(max_length=300, default="")
    staged_at = models.DateTimeField(null=True)
    live_at = models.DateTimeField(null=True, help_text="When the network had taken it")
    removed_at = models.DateTimeField(null=True, help_text="Withdrawn, and down at the network")

    media = models.JSONField(default=list, help_text="The network's names for the pictures")
    remote_id = models.CharField(max_length=200, default="")
    remote_url = models.CharField(max_length=500, default="")
    is_on = models.BooleanField(default=False, help_text="An ad: switched on, as last answered")

    due_at = models.DateTimeField(null=True, help_text="When a worker looks; empty: at rest")
    doing = models.CharField(max_length=6, default="", help_text="What is in hand, or in doubt")
    in_doubt = models.BooleanField(default=False)
    looks = models.SmallIntegerField(default=0, help_text="Read-backs that found nothing")
    may_repeat = models.BooleanField(default=False, help_text="A person said: once more")
    attempts = models.IntegerField(default=0)
    begun_at = models.DateTimeField(null=True, help_text="The last call's beginning")
    fence = models.BigIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    runner = models.CharField(max_length=120, default="", help_text="The machine, and its boot")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "kind", "place"],
                condition=~Q(state="withdrawn"),
                name="publication_once",
            ),
            models.CheckConstraint(
                condition=~Q(state="live") | Q(live_at__isnull=False), name="live_since"
            ),
        ]
        indexes = [
            models.Index(
                fields=["account", "due_at"],
                condition=Q(due_at__isnull=False),
                name="publication_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} in {self.place}"


class PublicationEvent(models.Model):
    """One thing that happened to a publication. Only ever added to."""

    publication = models.ForeignKey(Publication, models.CASCADE, related_name="events")
    what = models.CharField(max_length=20)
    at = models.DateTimeField()
    by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=300, default="")

    class Meta:
        indexes = [models.Index(fields=["publication", "at"], name="publication_event")]
