"""Where politics happens: places, their elections and results, and the seats worth the work."""

from typing import Self

from django.db import models

from muster.organisations.models import Member, Organisation


class PlaceQuerySet(models.QuerySet["Place"]):
    def seats(self) -> Self:
        return self.filter(kind=Place.Kind.SEAT)


class Place(models.Model):
    """A country, nation, region, seat or ward, under the code its statistics office gives it."""

    class Kind(models.TextChoices):
        COUNTRY = "country", "Country"
        NATION = "nation", "Nation"
        REGION = "region", "Region"
        SEAT = "seat", "Seat"
        WARD = "ward", "Ward"

    code = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    country = models.CharField(max_length=2, default="GB", help_text="ISO 3166 code")
    name = models.CharField(max_length=200)
    name_local = models.CharField(max_length=200, blank=True, default="")
    slug = models.SlugField(max_length=200)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    type = models.CharField(max_length=20, blank=True, default="", help_text="Borough, County…")
    electorate = models.PositiveIntegerField(null=True, blank=True)
    hex_q = models.SmallIntegerField(null=True, blank=True)
    hex_r = models.SmallIntegerField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    boundary = models.JSONField(
        null=True, blank=True, help_text="GeoJSON geometry, for drawing only"
    )

    objects = PlaceQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["country", "kind", "slug"], name="place_slug")]

    def __str__(self) -> str:
        return self.name


class Party(models.Model):
    code = models.CharField(max_length=20)
    country = models.CharField(max_length=2, default="GB")
    name = models.CharField(max_length=200)
    colour = models.CharField(max_length=7, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["country", "code"], name="party_once")]

    def __str__(self) -> str:
        return self.name


class Election(models.Model):
    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    country = models.CharField(max_length=2, default="GB")
    held_on = models.DateField()
    is_notional = models.BooleanField(default=False)
    attribution = models.TextField(blank=True, default="")

    def __str__(self) -> str:
        return self.name


class Contest(models.Model):
    """One election in one seat."""

    election = models.ForeignKey(Election, models.CASCADE, related_name="contests")
    place = models.ForeignKey(Place, models.PROTECT, related_name="contests")
    electorate = models.PositiveIntegerField(null=True)
    valid_votes = models.PositiveIntegerField()
    invalid_votes = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["election", "place"], name="contest_once")]


class Result(models.Model):
    """Votes for one candidate, or for one party where candidates aren't known, in one contest."""

    contest = models.ForeignKey(Contest, models.CASCADE, related_name="results")
    party = models.ForeignKey(Party, models.PROTECT, related_name="results")
    candidate = models.CharField(max_length=200, blank=True, default="")
    standing_as = models.CharField(
        max_length=200, blank=True, default="", help_text="The party's name on that ballot paper"
    )
    votes = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["contest", "party", "candidate", "standing_as"], name="result_once"
            ),
        ]


class Postcode(models.Model):
    """Seat and ward of one postcode: capitals, no space. No seat: known, but placed nowhere."""

    code = models.CharField(max_length=10, primary_key=True, db_collation="C")
    country = models.CharField(max_length=2, default="GB")
    seat = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+", db_index=False)
    ward = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+", db_index=False)


class Loading(models.Model):
    """One file of places, results or postcodes taken in; the same bytes change nothing twice."""

    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    kind = models.CharField(max_length=20)
    about = models.CharField(
        max_length=100, blank=True, default="", help_text="Which election, or which country"
    )
    rows = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    attribution = models.TextField(blank=True, default="")
    loaded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sha256", "kind"], name="file_loaded_once")]


class RefusedRow(models.Model):
    loading = models.ForeignKey(Loading, models.CASCADE, related_name="refusals")
    line = models.PositiveIntegerField()
    text = models.TextField()
    reason = models.TextField()


class TargetListQuerySet(models.QuerySet["TargetList"]):
    def by_use(self, organisation: Organisation) -> Self:
        """An organisation's lists: the one in force first, those never chosen last."""
        latest_choice = models.F("chosen_at").desc(nulls_last=True)
        return self.filter(organisation=organisation).order_by(latest_choice, "-made_at")

    def in_force(self, organisation: Organisation) -> "TargetList | None":
        """The list an organisation works by: the one it chose last."""
        chosen = self.filter(organisation=organisation, chosen_at__isnull=False)
        return chosen.order_by("-chosen_at", "-pk").first()


class TargetList(models.Model):
    """Seats chosen for the work, with the reckoning that chose them."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="target_lists")
    name = models.CharField(max_length=200)
    party = models.ForeignKey(Party, models.PROTECT)
    election = models.ForeignKey(Election, models.PROTECT)
    inputs = models.JSONField(help_text="Swing, spreads, votes per hour and how many: as used")
    made_by = models.ForeignKey(Member, models.PROTECT, null=True)
    made_at = models.DateTimeField()
    chosen_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    chosen_at = models.DateTimeField(null=True, help_text="Empty: kept, never put in force")

    objects = TargetListQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="target_list_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Target(models.Model):
    """One chosen seat, as it was reckoned when the list was made."""

    target_list = models.ForeignKey(TargetList, models.CASCADE, related_name="targets")
    place = models.ForeignKey(Place, models.PROTECT)
    rank = models.PositiveIntegerField()
    lead = models.IntegerField(help_text="Votes ahead of the best other party; negative: behind")
    swing_needed = models.FloatField(help_text="Percentage points; negative: safe by that much")
    chance = models.FloatField(help_text="Chance of winning, 0 to 1")
    gain = models.FloatField(help_text="Rise in that chance per 100 volunteer hours")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["target_list", "place"], name="target_once"),
        ]
        ordering = ["rank"]
