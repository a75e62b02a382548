"""What is kept about one person beyond who they are: changes, notes, ties, choices.

Imported from here; Django finds them through `models`.
"""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from muster.organisations.models import Member, Organisation


class PersonChange(models.Model):
    """One thing about a person that was changed: what it said before and after. Only added to.

    `field` is a column of the person, "email", "phone", "tag", "custom:<id>" or "note:<id>".
    `source` says where it came from when no member did it. `undoes` is the change it takes back.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    person = models.ForeignKey(
        "people.Person", models.CASCADE, related_name="changes", db_index=False
    )
    field = models.CharField(max_length=60)
    before = models.TextField(blank=True, default="")
    after = models.TextField(blank=True, default="")
    by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+", db_index=False)
    source = models.CharField(max_length=200, blank=True, default="")
    undoes = models.OneToOneField("self", models.CASCADE, null=True, related_name="undone_by")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["person", "at"], name="person_change_at")]


class Note(models.Model):
    """Something a member wrote down about a person. Only its writer changes it."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    person = models.ForeignKey(
        "people.Person", models.CASCADE, related_name="notes", db_index=False
    )
    text = models.TextField(max_length=5000)
    by = models.ForeignKey(Member, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["person", "at"], name="person_note_at")]


class Relationship(models.Model):
    """Two people of one list who have to do with each other: `person` is `kind` of `other`."""

    class Kind(models.TextChoices):
        RELATIVE = "relative", "Relative"
        PARTNER = "partner", "Partner"
        HOUSEMATE = "housemate", "Housemate"
        FRIEND = "friend", "Friend"
        COLLEAGUE = "colleague", "Colleague"
        CARER = "carer", "Carer"
        EMPLOYER = "employer", "Employer"
        INTRODUCED = "introduced", "Introduced them"

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    person = models.ForeignKey("people.Person", models.CASCADE, related_name="ties", db_index=False)
    other = models.ForeignKey("people.Person", models.CASCADE, related_name="tied")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "other", "kind"], name="tied_once"),
            models.CheckConstraint(condition=~Q(person=F("other")), name="tied_to_another"),
        ]


class Topic(models.Model):
    """Something the organisation writes about, that people choose to hear of or not."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="topics")
    name = models.CharField(max_length=100)
    about = models.CharField(max_length=200, blank=True, default="", help_text="One line about it")
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("organisation", Lower("name"), name="topic_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class PersonTopic(models.Model):
    """Whether one person wants to hear of one topic. No row: they never said, and may."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    person = models.ForeignKey(
        "people.Person", models.CASCADE, related_name="topics", db_index=False
    )
    topic = models.ForeignKey(Topic, models.CASCADE, related_name="+")
    is_wanted = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "topic"], name="person_topic_once"),
        ]


class Preference(models.Model):
    """How often someone wants to hear from us. No row: as it comes."""

    class Frequency(models.TextChoices):
        AS_IT_COMES = "as_it_comes", "Whenever there is something to say"
        WEEKLY = "weekly", "Once a week at most"
        MONTHLY = "monthly", "Once a month at most"

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    person = models.OneToOneField(
        "people.Person", models.CASCADE, related_name="preference", primary_key=True
    )
    frequency = models.CharField(max_length=12, choices=Frequency.choices)
    at = models.DateTimeField()


class TagRun(models.Model):
    """One press that tagged or untagged many people; it can be taken back."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        FINISHED = "finished", "Finished"
        UNDOING = "undoing", "Being taken back"
        UNDONE = "undone", "Undone"

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="tag_runs")
    tag = models.ForeignKey("people.Tag", models.CASCADE, related_name="runs")
    is_added = models.BooleanField(help_text="Tagged; else untagged")
    whom = models.CharField(max_length=300, help_text="Whom it meant, in words")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    changed = models.IntegerField(default=0, help_text="People whose tags it changed")
    by = models.ForeignKey(Member, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()


class TagRunPerson(models.Model):
    """Someone a run of tagging means; `is_changed`: their tags were changed by it."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    run = models.ForeignKey(TagRun, models.CASCADE, related_name="people", db_index=False)
    person = models.ForeignKey("people.Person", models.CASCADE, related_name="+")
    is_changed = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "person"], name="tag_run_person_once"),
        ]
