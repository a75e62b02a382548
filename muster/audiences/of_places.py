"""What audiences ask of where people live: nations, regions, seats, wards, target lists."""

from typing import TYPE_CHECKING

from django.db.models import Q

from muster.audiences import reading
from muster.audiences.criteria import Criterion, Field, Ids, Leaf, Said, Setting, register
from muster.audiences.rules import Unclear
from muster.lib.words import counted
from muster.organisations.models import Organisation
from muster.places.models import Place, Target, TargetList

if TYPE_CHECKING:
    import ibis.expr.types as ir

MOST = 700
GROUPS = {"nation": "Nations", "region": "Regions", "seat": "Seats"}
SUGGESTED = 12


@register
class In(Criterion):
    """`{"places": ["E14001530", …]}`: codes of nations, regions, seats or wards."""

    key = "place"
    name = "Place"
    group = "Where they live"

    def fields(self, organisation: Organisation, said: Said) -> list[Field]:
        rows = Place.objects.filter(kind__in=GROUPS).order_by("name")
        groups: dict[str, list[tuple[str, str]]] = {words: [] for words in GROUPS.values()}
        for code, kind, name in rows.values_list("code", "kind", "name"):
            groups[GROUPS[kind]].append((code, name))
        chosen = reading.many(said, "places")
        wards = Place.objects.filter(kind="ward", code__in=chosen).select_related("parent")
        if kept := [(ward.code, called(ward)) for ward in wards.order_by("name")]:
            groups = {"Wards": kept, **groups}
        return [
            Field("places", "Places", "choices", value=chosen, groups=groups),
            Field(
                "ward",
                "Or a ward, by name",
                "ward",
                help="One at a time, as “Uplands, Stroud”: press the condition to add another.",
            ),
        ]

    def read(self, said: Said, organisation: Organisation) -> Leaf:
        codes = reading.many(said, "places")
        if typed := " ".join(str(said.get("ward") or "").split()):
            codes = [*codes, ward_called(typed).code]
        if not codes:
            raise Unclear("Choose at least one place.")
        if len(codes) > MOST:
            raise Unclear(f"Choose at most {MOST} places.")
        known = set(Place.objects.filter(code__in=codes).values_list("code", flat=True))
        if unknown := [code for code in codes if code not in known]:
            raise Unclear(f"No place here has the code {unknown[0][:20]}.")
        return {"is": self.key, "places": sorted(known)}

    def words(self, leaf: Leaf, organisation: Organisation, *, is_not: bool) -> str:
        names = Place.objects.filter(code__in=leaf["places"]).order_by("name")
        found = list(names.values_list("name", flat=True)[:4])
        if len(leaf["places"]) > 3:
            said = counted(len(leaf["places"]), "place", "places")
        else:
            said = " or ".join([", ".join(found[:-1]), found[-1]] if found[1:] else found)
        return f"{'not ' if is_not else ''}in {said or 'a place that is gone'}"

    def resolve(self, leaf: Leaf, setting: Setting) -> Leaf:
        chosen = Place.objects.filter(code__in=leaf["places"])
        wards = chosen.filter(kind="ward").values_list("id", flat=True)
        return {
            "is": self.key,
            "seats": sorted(seats_of(leaf["places"])),
            "wards": sorted(wards),
            "of": setting.organisation.pk,
        }

    def build(self, leaf: Leaf) -> "ir.BooleanValue | Ids":
        from muster.audiences.tables import PERSON, SUMMARY

        if not leaf["wards"]:
            return SUMMARY.seat_id.isin(leaf["seats"])
        mine = PERSON.filter(
            PERSON.organisation_id == leaf["of"], PERSON.ward_id.isin(leaf["wards"])
        )
        in_wards = mine.select(person_id=mine.id)
        if not leaf["seats"]:
            return Ids(in_wards)
        here = SUMMARY.filter(
            SUMMARY.organisation_id == leaf["of"], SUMMARY.seat_id.isin(leaf["seats"])
        )
        return Ids(in_wards.union(here.select("person_id")))


@register
class Targeted(Criterion):
    """`{"list": 3, "first": 50}`: in the seats of a target list; `first` of them, or all."""

    key = "targets"
    name = "Target list"
    group = "Where they live"

    def is_offered(self, organisation: Organisation) -> bool:
        return TargetList.objects.filter(organisation=organisation).exists()

    def fields(self, organisation: Organisation, said: Said) -> list[Field]:
        lists = TargetList.objects.by_use(organisation)
        options = [(str(pk), name) for pk, name in lists.values_list("id", "name")]
        return [
            Field("list", "List", options=options, value=str(said.get("list", ""))),
            Field("first", "Only the first", "number", value=said.get("first", "")),
        ]

    def read(self, said: Said, organisation: Organisation) -> Leaf:
        lists = TargetList.objects.filter(organisation=organisation)
        known = {str(pk): pk for pk in lists.values_list("id", flat=True)}
        chosen = {"list": str(said.get("list", ""))}
        leaf: Leaf = {
            "is": self.key,
            "list": known[reading.one_of(chosen, "list", known, "a target list")],
        }
        if said.get("first") not in ("", None):
            leaf["first"] = reading.number(said, "first", "how many seats", least=1, most=MOST)
        return leaf

    def words(self, leaf: Leaf, organisation: Organisation, *, is_not: bool) -> str:
        seats = counted(len(self._seats(leaf, organisation)), "target seat", "target seats")
        return f"{'not ' if is_not else ''}in {seats}"

    def resolve(self, leaf: Leaf, setting: Setting) -> Leaf:
        return {"is": self.key, "seats": sorted(self._seats(leaf, setting.organisation))}

    def build(self, leaf: Leaf) -> "ir.BooleanValue":
        from muster.audiences.tables import SUMMARY

        return SUMMARY.seat_id.isin(leaf["seats"])

    def _seats(self, leaf: Leaf, organisation: Organisation) -> list[int]:
        chosen = Target.objects.filter(
            target_list=leaf["list"], target_list__organisation=organisation
        ).order_by("rank")
        return list(chosen.values_list("place_id", flat=True)[: leaf.get("first")])


@register
class Nowhere(Criterion):
    """People whose seat is not known."""

    key = "nowhere"
    name = "Seat not known"
    group = "Where they live"

    def read(self, said: Said, organisation: Organisation) -> Leaf:
        return {"is": self.key}

    def words(self, leaf: Leaf, organisation: Organisation, *, is_not: bool) -> str:
        return f"whose seat is {'' if is_not else 'not '}known"

    def build(self, leaf: Leaf) -> "ir.BooleanValue":
        from muster.audiences.tables import SUMMARY

        return SUMMARY.seat_id.isnull()


def called(ward: Place) -> str:
    """“Uplands, Stroud”: many seats have a ward of the same name."""
    return f"{ward.name}, {ward.parent.name}" if ward.parent else ward.name


def ward_called(typed: str) -> Place:
    """The ward of this name, or of this name and its seat's. Raises `Unclear`."""
    wards = Place.objects.filter(kind="ward").select_related("parent")
    found = list(wards.filter(name__iexact=typed)[:2])
    name, _, seat = typed.rpartition(", ")
    if name and len(found) != 1:
        found = list(wards.filter(name__iexact=name, parent__name__iexact=seat)[:2])
    if len(found) != 1:
        why = "Several wards are called" if found else "No ward here is called"
        raise Unclear(f"{why} “{typed[:60]}”. Write it with its seat, as “Uplands, Stroud”.")
    return found[0]


def wards_like(typed: str) -> list[str]:
    """Names of wards that begin with what was typed, with their seats."""
    typed = typed.split(",", maxsplit=1)[0].strip()
    if len(typed) < 2:
        return []
    wards = Place.objects.filter(kind="ward", name__istartswith=typed).select_related("parent")
    return [called(ward) for ward in wards.order_by("name", "parent__name")[:SUGGESTED]]


def seats_of(codes: list[str]) -> set[int]:
    """Ids of the seats with these codes, or beneath the nations and regions that have them."""
    above = Q(code__in=codes)
    for steps in range(1, 4):
        above |= Q(**{f"{'__'.join(['parent'] * steps)}__code__in": codes})
    return set(Place.objects.seats().filter(above).values_list("id", flat=True))
