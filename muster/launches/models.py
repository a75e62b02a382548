"""Operation Go: one launch, its items (a seat and a kind each), who armed it, what happened."""

from typing import Self

from django.db import models
from django.db.models import Q

from muster.actions.models import ActionPage
from muster.channels.models import NetworkAccount
from muster.content.models import Master
from muster.messaging.models import Message, Sending
from muster.organisations.models import Member, Organisation
from muster.places.models import Place, TargetList
from muster.publishing.models import Batch


class Kind(models.TextChoices):
    """What goes out in a seat. The card is no item of its own: it travels in post and ad."""

    EMAIL = "email", "E-mail"
    POST = "post", "Post"
    AD = "ad", "Ad"
    PAGE = "page", "Page"


class LaunchQuerySet(models.QuerySet["Launch"]):
    def of(self, organisation: Organisation) -> Self:
        """An organisation's launches, the newest first."""
        return self.filter(organisation=organisation).order_by("-made_at", "-pk")

    def carrying(self, master: Master) -> Self:
        """The launch that carries a master, if one does."""
        return self.filter(
            Q(message__master=master)
            | Q(post=master)
            | Q(card=master)
            | Q(ad=master)
            | Q(words=master)
        )


class Launch(models.Model):
    """Everything prepared for the seats of one target list, to go out at one press.

    No two launches share a master: the cuts of one would take those of the other away.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="launches")
    name = models.CharField(max_length=200)
    target_list = models.ForeignKey(TargetList, models.PROTECT, related_name="+")
    page = models.ForeignKey(ActionPage, models.PROTECT, related_name="+")
    message = models.OneToOneField(Message, models.PROTECT, related_name="launch")
    post = models.OneToOneField(Master, models.PROTECT, null=True, related_name="+")
    card = models.OneToOneField(Master, models.PROTECT, null=True, related_name="+")
    ad = models.OneToOneField(Master, models.PROTECT, null=True, related_name="+")
    words = models.OneToOneField(
        Master, models.PROTECT, null=True, related_name="+", help_text="Words of the seat's page"
    )
    social = models.ForeignKey(NetworkAccount, models.PROTECT, null=True, related_name="+")
    ads = models.ForeignKey(NetworkAccount, models.PROTECT, null=True, related_name="+")
    ad_budget = models.PositiveIntegerField(default=0, help_text="Pence a seat")
    made_by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    staged_at = models.DateTimeField(null=True)
    staged_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    batch = models.OneToOneField(
        Batch, models.PROTECT, null=True, related_name="launch", help_text="Its posts and ads"
    )
    rehearsal_batch = models.ForeignKey(Batch, models.SET_NULL, null=True, related_name="+")
    rehearsal = models.ForeignKey(Sending, models.SET_NULL, null=True, related_name="+")
    rehearsed_at = models.DateTimeField(null=True, help_text="When the last rehearsal began")
    sending = models.OneToOneField(Sending, models.SET_NULL, null=True, related_name="launch")
    sealed_at = models.DateTimeField(null=True, help_text="The second arming")
    seal = models.CharField(max_length=64, default="", help_text="SHA-256 over every item's")
    law = models.CharField(
        max_length=64, default="", help_text="SHA-256 of the law that every cut was judged by then"
    )
    went_at = models.DateTimeField(null=True)
    went_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    stopped_at = models.DateTimeField(null=True)
    stopped_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    put_away_at = models.DateTimeField(null=True, help_text="Off the lists: given up, or over")

    objects = LaunchQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="launch_name_once"),
            models.CheckConstraint(
                condition=Q(went_at=None) | Q(sealed_at__isnull=False), name="went_only_sealed"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds it has, in the order they are shown."""
        masters = {"post": self.post_id, "ad": self.ad_id, "page": self.words_id}
        return ("email", *(kind for kind, master in masters.items() if master))

    def places(self) -> list[Place]:
        """Its seats, the best target first."""
        targets = self.target_list.targets.select_related("place").order_by("rank")
        return [target.place for target in targets]


class Item(models.Model):
    """One kind in one seat. Held or withdrawn are decisions; the rest is read where it happens."""

    launch = models.ForeignKey(Launch, models.CASCADE, related_name="items")
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=5, choices=Kind.choices)
    sealed = models.CharField(
        max_length=64, default="", help_text="SHA-256 of what was armed, to the byte"
    )
    ceiling = models.PositiveIntegerField(
        null=True, help_text="E-mail: most people the armed audience may grow to"
    )
    live_at = models.DateTimeField(null=True, help_text="Page: since when the public sees it")
    held_at = models.DateTimeField(null=True)
    held_by = models.ForeignKey(
        Member, models.PROTECT, null=True, related_name="+", help_text="Empty: found wanting at Go"
    )
    held_reason = models.CharField(max_length=300, default="")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    withdrawn_reason = models.CharField(max_length=300, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["launch", "place", "kind"], name="item_once"),
        ]


class Arming(models.Model):
    """One of the two members who arm a launch, and when they proved who they are."""

    launch = models.ForeignKey(Launch, models.CASCADE, related_name="armings")
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    proved_at = models.DateTimeField(help_text="When they last gave their second factor")
    seal = models.CharField(max_length=64, help_text="Of everything as they armed it")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["launch", "by"], condition=Q(withdrawn_at=None), name="armed_once_each"
            ),
        ]


class Event(models.Model):
    """What happened to a launch or one of its items: only ever added to."""

    launch = models.ForeignKey(Launch, models.CASCADE, related_name="events")
    place = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=5, choices=Kind.choices, blank=True, default="")
    what = models.CharField(max_length=20, help_text="See launches/history.py")
    at = models.DateTimeField()
    by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=300, default="")

    class Meta:
        indexes = [models.Index(fields=["launch", "at"], name="launch_event")]
