"""Supporters, how to reach them, and what they allowed."""

import uuid

from django.db import models
from django.db.models.functions import Now

from muster.organisations.models import Campaigner, Member, Organisation
from muster.people.opens import RARE
from muster.places.models import Place


class Household(models.Model):
    """People at one address."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=64, help_text="Keyed hash of postcode and first address line")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "key"], name="household_once"),
        ]


class Person(models.Model):
    """Someone on an organisation's list."""

    class SeatHow(models.TextChoices):
        POSTCODE = "postcode", "by postcode"
        SAID = "said", "as they said"
        UNKNOWN = "", "not known"

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="people", db_index=False
    )
    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    given_name = models.CharField(max_length=100, blank=True, default="")
    family_name = models.CharField(max_length=100, blank=True, default="")
    folded = models.TextField(default="", help_text="Its search words, spaced: see `PersonWord`")
    postcode = models.CharField(max_length=10, blank=True, default="")
    address = models.CharField(max_length=200, blank=True, default="")
    seat = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+", db_index=False)
    seat_how = models.CharField(max_length=10, choices=SeatHow.choices, blank=True, default="")
    ward = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+", db_index=False)
    household = models.ForeignKey(Household, models.SET_NULL, null=True, related_name="people")
    external_id = models.CharField(max_length=100, blank=True, default="")
    source = models.CharField(max_length=40, blank=True, default="")
    came_with = models.ForeignKey(
        "Import", models.PROTECT, null=True, related_name="+", db_index=False
    )
    joined_at = models.DateTimeField()
    changed_at = models.DateTimeField(
        db_default=Now(),
        editable=False,
        help_text="When they, their addresses, consents, tags or fields last changed: kept by the"
        " database itself",
    )

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "seat"], name="person_seat"),
            models.Index(fields=["organisation", "changed_at", "id"], name="person_changed"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "external_id"],
                condition=~models.Q(external_id=""),
                name="external_id_once",
            ),
        ]


class PersonWord(models.Model):
    """A word someone can be found by: parts of names and e-mail, numbers; folded, sorted by bytes.

    Primary key in the database: organisation, word, person, with the seat beside it, so that a
    search within someone's reach reads the index alone. Deleted by way of `Person.folded`.
    """

    pk = models.CompositePrimaryKey("organisation_id", "word", "person_id")
    organisation_id = models.BigIntegerField()
    word = models.CharField(max_length=254, db_collation="C")
    person_id = models.BigIntegerField()
    seat_id = models.BigIntegerField(null=True)


class ContactPoint(models.Model):
    """An e-mail address or a phone of one person. One e-mail address is one person."""

    class Kind(models.TextChoices):
        EMAIL = "email", "E-mail"
        PHONE = "phone", "Phone"

    class State(models.TextChoices):
        GOOD = "good", "Good"
        BOUNCING = "bouncing", "Bouncing"
        DEAD = "dead", "Dead"

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="contact_points")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    value = models.CharField(max_length=254, help_text="E-mail in lower case; phone as E.164")
    state = models.CharField(max_length=10, choices=State.choices, default=State.GOOD)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "value"],
                condition=models.Q(kind="email"),
                name="one_email_one_person",
            ),
            models.UniqueConstraint(
                fields=["person", "value"],
                condition=models.Q(kind="phone"),
                name="phone_once_a_person",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "value"],
                condition=models.Q(kind="phone"),
                name="contact_phone",
            )
        ]


class Channel(models.TextChoices):
    """What a person may allow or refuse."""

    EMAIL = "email", "E-mail"
    SMS = "sms", "Text message"
    CALL = "call", "Phone call"
    POST = "post", "Post"


class Wording(models.Model):
    """The exact words someone agreed to (PECR-CON). A changed wording is a new version."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="wordings")
    campaigner = models.ForeignKey(Campaigner, models.PROTECT, related_name="+")
    channel = models.CharField(max_length=10, choices=Channel.choices)
    purpose = models.CharField(max_length=20, default="marketing")
    version = models.CharField(max_length=40)
    text = models.TextField()
    covers_candidates = models.BooleanField(
        default=False, help_text="The words name the campaigner's candidates too (PECR-22)"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "channel", "purpose", "version"],
                name="wording_version_once",
            ),
        ]


class ConsentEvent(models.Model):
    """Someone allowed or withdrew one channel for one purpose. Never changed, only added to.

    The latest counts; at the same instant, a no wins. The unique constraint is its index too.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    person = models.ForeignKey(
        Person, models.CASCADE, related_name="consent_events", db_index=False
    )
    channel = models.CharField(max_length=10, choices=Channel.choices)
    purpose = models.CharField(max_length=20, default="marketing")
    is_given = models.BooleanField()
    wording = models.ForeignKey(Wording, models.PROTECT, null=True, db_index=False)
    campaigner = models.ForeignKey(Campaigner, models.PROTECT, null=True, db_index=False)
    source = models.CharField(max_length=200, help_text="Form, page or file it came through")
    by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "channel", "purpose", "at", "is_given"], name="consent_once"
            ),
        ]
        indexes = [
            # These are few among millions of others, and audiences and figures ask for all of them.
            models.Index(fields=["organisation", "person"], condition=models.Q(purpose=p), name=n)
            for p, n in RARE.items()
        ]


class Suppression(models.Model):
    """An address never to use on a channel again: a keyed hash, outliving erasure (DP-17)."""

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="suppressions", db_index=False
    )
    channel = models.CharField(max_length=10, choices=Channel.choices)
    key = models.BinaryField(max_length=32, help_text="HMAC-SHA256 of channel and address")
    reason = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "channel", "key"], name="suppressed_once"
            ),
        ]


class Import(models.Model):
    """One file of people taken in; resumable from `offset`."""

    class State(models.TextChoices):
        OPENING = "opening", "Being opened"
        CHOOSING = "choosing", "Waits for its columns"
        COUNTING = "counting", "Being counted"
        COUNTED = "counted", "Ready to take in"
        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Running"
        FINISHED = "finished", "Finished"
        STOPPED = "stopped", "Stopped"
        REFUSED = "refused", "Refused"
        UNDOING = "undoing", "Being undone"
        UNDONE = "undone", "Undone"

    KEEPS_FILE = (
        State.OPENING,
        State.CHOOSING,
        State.COUNTING,
        State.COUNTED,
        State.WAITING,
        State.RUNNING,
        State.STOPPED,
    )

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="imports")
    by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=200)
    path = models.CharField(max_length=500)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    problem = models.TextField(blank=True, default="", help_text="Why the whole file was refused")
    offset = models.BigIntegerField(default=0, help_text="Bytes taken in for good")
    line = models.BigIntegerField(default=0, help_text="Lines of the file up to there")
    kind = models.CharField(max_length=10, default="csv", help_text="csv, xlsx or mailchimp")
    sheet = models.CharField(max_length=200, blank=True, default="", help_text="Which was read")
    sheets = models.JSONField(default=list, help_text="The names of those that hold rows")
    plain = models.CharField(
        max_length=500, blank=True, default="", help_text="The same as CSV in UTF-8; empty: path is"
    )
    skip = models.PositiveSmallIntegerField(default=0, help_text="Bytes before its first letter")
    encoding = models.CharField(max_length=20, blank=True, default="")
    notes = models.JSONField(default=list, help_text="What opening it came upon, in words")
    heading = models.JSONField(default=list, help_text="Its columns, as the file spells them")
    preset = models.CharField(max_length=20, blank=True, default="")
    choices = models.JSONField(default=list, help_text="What each column is: mapping.Choice")
    options = models.JSONField(default=dict, help_text="Of the whole file: mapping.Options")
    counted = models.JSONField(
        default=dict,
        help_text="What the count before taking in came to; lines, never what they say",
    )
    delimiter = models.CharField(max_length=1, default=",")
    rows = models.BigIntegerField(default=0)
    made = models.BigIntegerField(default=0)
    matched = models.BigIntegerField(default=0)
    changed = models.BigIntegerField(default=0, help_text="Of those matched, who gained something")
    overwritten = models.BigIntegerField(default=0, help_text="Whose name or own field it changed")
    suppressed = models.BigIntegerField(default=0, help_text="Came in, but asked to be left alone")
    refused = models.BigIntegerField(default=0)
    unplaced = models.BigIntegerField(default=0, help_text="New people whose seat is not known")
    consents = models.BigIntegerField(default=0, help_text="Consents taken in, yes and no")
    unproved = models.BigIntegerField(default=0, help_text="Yeses without proof (PECR-CON)")
    pace = models.FloatField(default=0, help_text="Bytes a second, of late")
    heard_at = models.DateTimeField(null=True, blank=True, help_text="When a batch last went in")
    stopped_by = models.ForeignKey(
        Member, models.PROTECT, null=True, related_name="+", db_index=False
    )
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    undone = models.JSONField(default=dict, help_text="How many went, how many stay and why")
    undone_by = models.ForeignKey(
        Member, models.PROTECT, null=True, related_name="+", db_index=False
    )
    undone_at = models.DateTimeField(null=True, blank=True, help_text="When that was asked for")


# Models with files of their own, which point back at Person.
import muster.people.duplicates.models  # noqa: E402
import muster.people.record.models  # noqa: E402, F401
from muster.people.imports.models import ImportRefusal as ImportRefusal  # noqa: E402, PLC0414
from muster.people.own_models import CustomField as CustomField  # noqa: E402, PLC0414
from muster.people.own_models import CustomValue as CustomValue  # noqa: E402, PLC0414
from muster.people.own_models import PersonTag as PersonTag  # noqa: E402, PLC0414
from muster.people.own_models import Tag as Tag  # noqa: E402, PLC0414
from muster.people.summary_models import Summary as Summary  # noqa: E402, PLC0414
from muster.people.summary_models import Touched as Touched  # noqa: E402, PLC0414
from muster.people.summary_models import Way as Way  # noqa: E402, PLC0414
