"""What audiences ask of people themselves: consent, reach, tags, when and how they came."""

from typing import TYPE_CHECKING
from uuid import uuid4

from django.db.models import Exists, OuterRef, QuerySet

from muster.audiences import of_audiences, of_fields, of_places, reading, whens  # noqa: F401
from muster.audiences.criteria import Criterion, Field, Ids, Leaf, Said, Setting, register
from muster.organisations.models import Organisation
from muster.people.models import Channel, Person, PersonTag, Tag, Way

if TYPE_CHECKING:
    import ibis.expr.types as ir

CHANNELS = {"email": "e-mailed", "sms": "texted", "call": "rung", "post": "written to"}
NOUNS = {"email": "e-mail", "sms": "texts", "call": "calls", "post": "post"}
SAID = {"yes": 1, "no": 2, "none": 0}


@register
class Reach(Criterion):
    """`{"channel": "email"}`: an address that works, a yes, and no objection."""

    key = "reach"
    name = "May be reached"
    group = "What they allow"

    def fields(self, organisation: Organisation, said: Said) -> list[Field]:
        options = [(c, f"May be {words}") for c, words in CHANNELS.items()]
        return [Field("channel", "How", options=options, value=said.get("channel", "email"))]

    def read(self, said: Said, organisation: Organisation) -> Leaf:
        return {"is": self.key, "channel": reading.one_of(said, "channel", CHANNELS, "a channel")}

    def words(self, leaf: Leaf, organisation: Organisation, *, is_not: bool) -> str:
        return f"who may {'not ' if is_not else ''}be {CHANNELS[leaf['channel']]}"

    def build(self, leaf: Leaf) -> "ir.BooleanValue":
        from muster.audiences.tables import SUMMARY

        return SUMMARY[leaf["channel"]] >= int(Way.BOUNCING)


@register
class Consent(Criterion):
    """`{"channel": "sms", "said": "no"}`: the latest word on a channel, whatever the address."""

    key = "consent"
    name = "Consent"
    group = "What they allow"

    def fields(self, organisation: Organisation, said: Said) -> list[Field]:
        words = {"yes": "Said yes", "no": "Said no", "none": "Never said anything"}
        channels = [(c, Channel(c).label) for c in NOUNS]
        return [
            Field("channel", "Channel", options=channels, value=said.get("channel", "email")),
            Field("said", "Word", options=list(words.items()), value=said.get("said", "yes")),
        ]

    def read(self, said: Said, organisation: Organisation) -> Leaf:
        channel = reading.one_of(said, "channel", NOUNS, "a channel")
        return {
            "is": self.key,
            "channel": channel,
            "said": reading.one_of(said, "said", SAID, "what they said"),
        }

    def words(self, leaf: Leaf, organisation: Organisation, *, is_not: bool) -> str:
        noun = NOUNS[leaf["channel"]]
        if leaf["said"] == "none":
            return f"who {'said something' if is_not else 'never said anything'} about {noun}"
        return f"who {'did not say' if is_not else 'said'} {leaf['said']} to {noun}"

    def build(self, leaf: Leaf) -> "ir.BooleanValue":
        from muster.audiences.tables import SUMMARY

        return SUMMARY[f"{leaf['channel']}_said"] == SAID[leaf["said"]]


@register
class Tagged(Criterion):
    """`{"tag": 7}`"""

    key = "tag"
    name = "Tag"

    def is_offered(self, organisation: Organisation) -> bool:
        return _worn(organisation).exists()

    def fields(self, organisation: Organisation, said: Said) -> list[Field]:
        chosen = Tag.objects.filter(organisation=organisation, pk=said.get("tag") or 0)
        tags = (_worn(organisation) | chosen).order_by("name")
        options = [(str(pk), name) for pk, name in tags.values_list("id", "name")]
        return [Field("tag", "Tag", options=options, value=str(said.get("tag", "")))]

    def read(self, said: Said, organisation: Organisation) -> Leaf:
        tag = str(said.get("tag", ""))
        tags = Tag.objects.filter(organisation=organisation).values_list("id", flat=True)
        known = {str(pk): pk for pk in tags}
        return {"is": self.key, "tag": known[reading.one_of({"tag": tag}, "tag", known, "a tag")]}

    def words(self, leaf: Leaf, organisation: Organisation, *, is_not: bool) -> str:
        tag = Tag.objects.filter(organisation=organisation, pk=leaf["tag"]).first()
        return f"{'not ' if is_not else ''}tagged “{tag or 'a tag that is gone'}”"

    def resolve(self, leaf: Leaf, setting: Setting) -> Leaf:
        return leaf | {"of": setting.organisation.pk}

    def build(self, leaf: Leaf) -> Ids:
        from muster.audiences.tables import TAGGED

        mine = TAGGED.filter(TAGGED.organisation_id == leaf["of"], TAGGED.tag_id == leaf["tag"])
        return Ids(mine.select("person_id"))


def _worn(organisation: Organisation) -> "QuerySet[Tag]":
    """The tags somebody has: of one that nobody wears an audience would be empty."""
    worn = PersonTag.objects.filter(organisation=organisation, tag=OuterRef("pk"))
    return Tag.objects.filter(Exists(worn), organisation=organisation)


@register
class Joined(Criterion):
    """`{"when": {"days": 7}}`"""

    key = "joined"
    name = "Joined"
    kinds = ("days", "month", "since", "before")

    def fields(self, organisation: Organisation, said: Said) -> list[Field]:
        return whens.fields(said, self.kinds)

    def read(self, said: Said, organisation: Organisation) -> Leaf:
        return {"is": self.key, "when": whens.read(said, self.kinds)}

    def words(self, leaf: Leaf, organisation: Organisation, *, is_not: bool) -> str:
        return f"who {'did not join' if is_not else 'joined'} {whens.in_words(leaf['when'])}"

    def resolve(self, leaf: Leaf, setting: Setting) -> Leaf:
        return leaf | {"when": whens.resolve(leaf["when"], setting)}

    def build(self, leaf: Leaf) -> "ir.BooleanValue":
        from muster.audiences.tables import SUMMARY, between

        return between(SUMMARY.joined_at, leaf["when"])[0]


@register
class CameFrom(Criterion):
    """`{"source": "Stall"}`"""

    key = "source"
    name = "Where they came from"

    def fields(self, organisation: Organisation, said: Said) -> list[Field]:
        people = Person.objects.filter(organisation=organisation).exclude(source="")
        found = people.order_by("source").values_list("source", flat=True).distinct()[:200]
        options = [(source, source) for source in found]
        return [Field("source", "Source", options=options, value=said.get("source", ""))]

    def read(self, said: Said, organisation: Organisation) -> Leaf:
        return {"is": self.key, "source": reading.text(said, "source", "a source", longest=40)}

    def words(self, leaf: Leaf, organisation: Organisation, *, is_not: bool) -> str:
        return f"who {'did not come' if is_not else 'came'} from “{leaf['source']}”"

    def resolve(self, leaf: Leaf, setting: Setting) -> Leaf:
        return leaf | {"of": setting.organisation.pk}

    def build(self, leaf: Leaf) -> Ids:
        from muster.audiences.tables import PERSON

        mine = PERSON.filter(PERSON.organisation_id == leaf["of"], PERSON.source == leaf["source"])
        return Ids(mine.select(person_id=mine.id))


@register
class Share(Criterion):
    """`{"percent": 10, "salt": "4f1c…"}`: by a hash of who they are, so always the same ones."""

    key = "share"
    name = "A random share"
    group = "Parts"

    def fields(self, organisation: Organisation, said: Said) -> list[Field]:
        salt = said.get("salt", "") or uuid4().hex[:8]
        return [
            Field("percent", "Percent", "number", value=said.get("percent", 10)),
            Field("salt", "Draw", "text", value=salt, help="The same draw picks the same people."),
        ]

    def read(self, said: Said, organisation: Organisation) -> Leaf:
        percent = reading.number(
            said, "percent", "the percent", least=0.01, most=99.99, whole=False
        )
        return {
            "is": self.key,
            "percent": percent,
            "salt": reading.text(said, "salt", "a draw", longest=40),
        }

    def words(self, leaf: Leaf, organisation: Organisation, *, is_not: bool) -> str:
        percent, draw = f"{leaf['percent']:g}%", leaf["salt"]
        return f"in the {'other part than ' if is_not else ''}{percent} of draw “{draw}”"

    def build(self, leaf: Leaf) -> "ir.BooleanValue":
        import ibis

        from muster.audiences.tables import SUMMARY, md5

        # The hash's hex digits, compared as text with its first eight: alike in every database.
        below = f"{int(leaf['percent'] / 100 * 16**8):08x}"
        return md5(ibis.literal(f"{leaf['salt']}:") + SUMMARY.person_id.cast("string")) < below
