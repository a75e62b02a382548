"""Being in another audience, or not: audiences made of audiences, never of themselves."""

import json
from hashlib import sha256

from muster.audiences import reading
from muster.audiences.criteria import Criterion, Field, Ids, Leaf, Said, Setting, register
from muster.audiences.models import Audience
from muster.audiences.rules import Unclear, leaves
from muster.organisations.models import Organisation

DEEPEST = 10


@register
class InAudience(Criterion):
    """`{"audience": "<code>"}`"""

    key = "audience"
    name = "Another audience"
    group = "Parts"

    def is_offered(self, organisation: Organisation) -> bool:
        return Audience.objects.kept(organisation).exists()

    def fields(self, organisation: Organisation, said: Said) -> list[Field]:
        kept = Audience.objects.kept(organisation).order_by("name")
        options = [(str(code), name) for code, name in kept.values_list("code", "name")]
        return [Field("audience", "Audience", options=options, value=said.get("audience", ""))]

    def read(self, said: Said, organisation: Organisation) -> Leaf:
        codes = Audience.objects.filter(organisation=organisation).values_list("code", flat=True)
        known = {str(code) for code in codes}
        return {"is": self.key, "audience": reading.one_of(said, "audience", known, "an audience")}

    def words(self, leaf: Leaf, organisation: Organisation, *, is_not: bool) -> str:
        found = Audience.objects.filter(organisation=organisation, code=leaf["audience"]).first()
        return f"{'not ' if is_not else ''}in “{found or 'an audience that is gone'}”"

    def resolve(self, leaf: Leaf, setting: Setting) -> Leaf:
        from muster.audiences.compiling import resolve

        of = setting.organisation
        found = Audience.objects.filter(organisation=of, code=leaf["audience"]).first()
        if found is None:
            raise Unclear("An audience this one stands on is gone.")
        if found.pk in setting.within or len(setting.within) >= DEEPEST:
            raise Unclear(f"“{found.name}” would stand on itself.")
        inner = Setting(of, setting.at, (*setting.within, found.pk))
        return {"is": self.key, "of": of.pk, "inner": resolve(found.definition, inner)}

    def build(self, leaf: Leaf) -> Ids:
        from muster.audiences.compiling import core

        return Ids(core(leaf["inner"], leaf["of"], None).select("person_id"))

    def special(self, leaf: Leaf, organisation: Organisation) -> str:
        from muster.audiences.special import fields_used

        found = Audience.objects.filter(organisation=organisation, code=leaf["audience"]).first()
        return ", ".join(fields_used(found.definition, organisation)) if found else ""


def check_no_circle(definition: Leaf, audience: Audience) -> None:
    """Refuse a definition by which an audience would stand on itself. Raises `Unclear`."""
    if any(inner.pk == audience.pk for inner in stands_on(definition, audience.organisation)):
        raise Unclear(f"“{audience.name}” would stand on itself.")


def stands_on(definition: Leaf, organisation: Organisation) -> list[Audience]:
    """Every audience it is made of, and those they are made of, each once."""
    found: dict[str, Audience] = {}
    waiting = [definition]
    while waiting:
        codes = {
            leaf["audience"]
            for leaf in leaves(waiting.pop()["who"])
            if leaf["is"] == InAudience.key
        }
        inner = Audience.objects.filter(organisation=organisation, code__in=codes - set(found))
        for one in inner.order_by("pk"):
            found[str(one.code)] = one
            waiting.append(one.definition)
    return list(found.values())


def digest(audience: Audience) -> str:
    """SHA-256 of all it says, with what the audiences within it say: the same words, the same."""
    inner = stands_on(audience.definition, audience.organisation)
    said = [audience.definition, *(one.definition for one in sorted(inner, key=lambda a: a.pk))]
    return sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
