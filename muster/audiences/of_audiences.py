"""Being in another audience, or not: audiences made of audiences, never of themselves."""

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
    seen: set[str] = set()
    waiting = [definition]
    while waiting:
        for leaf in leaves(waiting.pop()["who"]):
            code = leaf.get("audience", "") if leaf["is"] == InAudience.key else ""
            if code == str(audience.code):
                raise Unclear(f"“{audience.name}” would stand on itself.")
            if code and code not in seen:
                seen.add(code)
                found = Audience.objects.filter(
                    organisation=audience.organisation_id, code=code
                ).first()
                waiting += [found.definition] if found else []
