"""One master, its cuts for every seat, and who approved them until when."""

from django.db import models

from muster.content.blocks import texts_of
from muster.organisations.models import Campaigner, Member, Organisation
from muster.places.models import Place, TargetList


class Master(models.Model):
    """What is written once for every seat. Fields in braces are filled for each seat and person.

    The same fields hold the words of every kind: `subject` is the e-mail's subject, the headline
    of a card or an ad, the title of a page; `body` what it says; `button` the words that call.
    An e-mail has blocks in their place (`blocks.py`).
    """

    class Kind(models.TextChoices):
        EMAIL = "email", "E-mail"
        POST = "post", "Post"
        CARD = "card", "Card"
        AD = "ad", "Ad"
        PAGE = "page", "Page"

    class Design(models.TextChoices):
        COLOUR = "colour", "On the campaign's colour"
        PAPER = "paper", "On light paper"

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="masters")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.EMAIL)
    name = models.CharField(max_length=200)
    subject = models.CharField(max_length=200, blank=True, default="")
    preheader = models.CharField(
        max_length=200, blank=True, default="", help_text="Shown after the subject in a mailbox"
    )
    blocks = models.JSONField(default=list, blank=True, help_text="An e-mail, block by block")
    body = models.TextField(blank=True, default="")
    button = models.CharField(max_length=80, blank=True, default="", help_text="Words of the link")
    date = models.DateField(null=True, blank=True, help_text="The {date} field")
    design = models.CharField(
        max_length=10, choices=Design.choices, default=Design.COLOUR, help_text="Of a card"
    )
    alt = models.CharField(
        max_length=400,
        blank=True,
        default="",
        help_text="What the card shows, for those who cannot see it; fields are filled",
    )
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
    is_general = models.BooleanField(
        default=False,
        help_text="An e-mail with one cut for everybody, wherever they live; no service mail",
    )
    draw_stopped_at = models.DateTimeField(
        null=True, blank=True, help_text="Nobody draws its cards until someone lets it go on"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="master_name_once"),
        ]

    def __str__(self) -> str:
        return self.name

    def serves(self, place: Place | None) -> bool:
        """Is its cut for this place service mail? What goes to no seat is, but for general ones."""
        return place is None and not self.is_general

    def said(self) -> str:
        """Everything its writer wrote, in lines."""
        inside = texts_of(self.blocks)
        return "\n".join([self.subject, self.preheader, *inside, self.body, self.button])


class Version(models.Model):
    """A master's words as somebody kept them, once and for good."""

    master = models.ForeignKey(Master, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(help_text="From 1, within its master")
    words = models.JSONField(help_text="What a writer can put into a master, by name")
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["master", "number"], name="version_number_once"),
        ]


class Theme(models.Model):
    """How every e-mail of an organisation looks, beside its colour."""

    class Font(models.TextChoices):
        SANS = "sans", "Plain, as on their own machine"
        SERIF = "serif", "With serifs, as in a newspaper"
        WIDE = "wide", "Wide, easy to read when small"

    organisation = models.OneToOneField(Organisation, models.CASCADE, related_name="theme")
    font = models.CharField(max_length=10, choices=Font.choices, default=Font.SANS)
    logo = models.URLField(max_length=500, blank=True, default="", help_text="https, or none")
    kept_by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    kept_at = models.DateTimeField()


class Giving(models.Model):
    """Where the organisation takes donations: a page of its own elsewhere, never ours."""

    organisation = models.OneToOneField(Organisation, models.CASCADE, related_name="giving")
    address = models.CharField(max_length=500, help_text="https, with a place for {amount}")
    kept_by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    kept_at = models.DateTimeField()


class SavedBlock(models.Model):
    """A block kept to be put into e-mails by value: those it stands in stay as they are."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="saved_blocks")
    name = models.CharField(max_length=60)
    block = models.JSONField()
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="saved_block_once"),
        ]


class Cut(models.Model):
    """The master as one seat will see it. Only {first_name} and the links are still open."""

    class Format(models.TextChoices):
        EMAIL = "email", "E-mail"
        POST = "post", "Post"
        AD = "ad", "Ad"
        PAGE = "page", "Page"
        SQUARE = "square", "Square card"
        STORY = "story", "Tall card"

    master = models.ForeignKey(Master, models.CASCADE, related_name="cuts")
    place = models.ForeignKey(Place, models.PROTECT, null=True, help_text="Empty: every place")
    format = models.CharField(max_length=10, choices=Format.choices, default=Format.EMAIL)
    campaigner = models.ForeignKey(Campaigner, models.PROTECT, null=True)
    subject = models.TextField()
    text = models.TextField()
    html = models.TextField(blank=True, default="")
    button = models.TextField(blank=True, default="", help_text="The words that call")
    imprint = models.TextField(blank=True, default="", help_text="As it stood when it was cut")
    alt = models.TextField(blank=True, default="", help_text="What its picture shows, in words")
    card = models.JSONField(default=dict, help_text="All that a card is drawn from; else nothing")
    digest = models.CharField(max_length=64, help_text="SHA-256 of what it was made from")
    problems = models.JSONField(default=list, help_text="In the organiser's words; empty: ready")
    cut_at = models.DateTimeField()
    image = models.CharField(
        max_length=64, blank=True, default="", help_text="SHA-256 of the picture's bytes"
    )
    image_size = models.PositiveIntegerField(default=0, help_text="Bytes")
    drawn = models.JSONField(
        default=list, help_text="What stands in the picture: role, words, px, contrast"
    )
    drawn_at = models.DateTimeField(null=True, help_text="Drawn, or found that it cannot be")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["master", "place", "format"], name="cut_once", nulls_distinct=False
            ),
        ]


class Approval(models.Model):
    """Someone other than the author says these very cuts may go out, until a date."""

    master = models.ForeignKey(Master, models.CASCADE, related_name="approvals")
    digest = models.CharField(max_length=64, help_text="SHA-256 over all cuts and their pictures")
    covers = models.JSONField(
        default=dict, help_text="Each cut it covers, place/format, by its digest and picture"
    )
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    until = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)


# Models with a file of their own.
from muster.content.library.models import Picture as Picture  # noqa: E402, PLC0414
