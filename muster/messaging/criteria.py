"""What audiences may ask of messages: who was sent which, and who unsubscribed."""

from collections.abc import Iterable
from datetime import UTC

from django.db.models import Q

from muster.audiences import deeds, leaving_out
from muster.audiences.criteria import Criterion, Ids, Leaf, Said, Setting, register
from muster.audiences.deeds import About, Deed
from muster.messaging import capping, facts, rules
from muster.messaging.models import Journey, Sending
from muster.organisations.models import Organisation
from muster.people.record.models import Preference

MOST = 100


@register
class Capped(Criterion):
    """Had as many messages lately as they chose to have (see `capping`)."""

    key = "capped"
    name = "Had as many as they chose"
    group = "What they allow"

    def is_offered(self, organisation: Organisation) -> bool:
        kept = Preference.objects.filter(organisation=organisation)
        return kept.filter(frequency__in=list(capping.DAYS)).exists()

    def read(self, said: Said, organisation: Organisation) -> Leaf:
        return {"is": self.key}

    def words(self, leaf: Leaf, organisation: Organisation, *, is_not: bool) -> str:
        return f"who had {'fewer messages than' if is_not else 'as many messages as'} they chose"

    def resolve(self, leaf: Leaf, setting: Setting) -> Leaf:
        since = capping.since(setting.organisation, setting.at)
        sent = Sending.objects.asking().filter(organisation=setting.organisation)
        lately = sent.filter(Q(finished_at=None) | Q(finished_at__gte=since["monthly"]))
        return leaf | {
            "of": setting.organisation.pk,
            "sendings": sorted(lately.values_list("pk", flat=True)),
            **{often: at.astimezone(UTC).isoformat() for often, at in since.items()},
        }

    def build(self, leaf: Leaf) -> Ids:
        from muster.audiences.tables import FACTS, OFTEN, between

        chose = OFTEN.filter(OFTEN.organisation_id == leaf["of"])
        had = FACTS.filter(
            FACTS.organisation_id == leaf["of"],
            FACTS.kind == facts.MESSAGE_DELIVERED,
            FACTS.person_id.notnull(),
            FACTS.about_kind == "sending",
            FACTS.about_id.isin(leaf["sendings"]),
            *between(FACTS.at, {"from": leaf["monthly"]}),
        )
        both = chose.join(had, chose.person_id == had.person_id)
        weekly = (both.frequency == "weekly") & between(both.at, {"from": leaf["weekly"]})[0]
        return Ids(both.filter((both.frequency == "monthly") | weekly).select("person_id"))


leaving_out.register_cap("email", {"is": Capped.key}, leaving_out.Reason(rules.CAPPED))


def _sendings(organisation: Organisation) -> Iterable[About]:
    """The latest, by the names of their messages."""
    found = Sending.objects.asking().filter(organisation=organisation).order_by("-pk")
    rows = found.values_list("pk", "message__master__name", "month")[:MOST]
    return [("sending", pk, f"{name}, {month:%B %Y}") for pk, name, month in rows]


def _journeys(organisation: Organisation) -> Iterable[About]:
    """The latest, by their names."""
    found = Journey.objects.filter(organisation=organisation, started_at__isnull=False)
    rows = found.order_by("-pk").values_list("pk", "name")[:MOST]
    return [("journey", pk, name) for pk, name in rows]


deeds.register(
    Deed(
        facts.MESSAGE_DELIVERED,
        "were sent a message",
        "get a message",
        is_theirs=False,
        abouts=_sendings,
    ),
    Deed(facts.UNSUBSCRIBED, "unsubscribed", "unsubscribe"),
    Deed(facts.WROTE, "wrote to us", "write to us"),
    Deed(
        facts.ENTERED_JOURNEY,
        "entered a journey",
        "enter a journey",
        is_theirs=False,
        abouts=_journeys,
    ),
    Deed(
        facts.LEFT_JOURNEY,
        "came to the end of a journey or left it",
        "come to the end of a journey or leave it",
        is_theirs=False,
        abouts=_journeys,
    ),
)
