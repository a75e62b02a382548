"""An audience as the choice of whom an export holds."""

from django.db.models.expressions import RawSQL

from muster.audiences import compiling, special
from muster.audiences.models import Audience
from muster.audiences.rules import Unclear
from muster.lib.times import now
from muster.organisations.models import Organisation
from muster.people import summing_up
from muster.people.models import Person
from muster.privacy import choosing
from muster.privacy.choosing import Chosen, NoSuchChoice

KIND = "audience"
SPECIAL = "This audience asks of special data (DP-9): a list of its people would tell it."


def chosen(organisation: Organisation, pk: int) -> Chosen:
    """Whoever is in it as it stands now. Raises `NoSuchChoice`."""
    audience = Audience.objects.kept(organisation).filter(pk=pk).first()
    if audience is None:
        raise NoSuchChoice("There is no such audience.")
    if special.fields_used(audience.definition, organisation):
        raise NoSuchChoice(SPECIAL)
    summing_up.catch_up(organisation.pk)
    try:
        found = compiling.sql("ids", audience.definition, organisation, at=now())
    except Unclear as refusal:
        raise NoSuchChoice(str(refusal)) from refusal
    # Ibis wrote it, every value in its own quotes; Django takes "%" for a place to fill in.
    inner = found.replace("%", "%%")
    ids = RawSQL(f"SELECT person FROM ({inner}) AS found (person, seat)", [])  # noqa: S611
    people = Person.objects.filter(organisation=organisation, pk__in=ids)
    return Chosen(f"Everyone in the audience “{audience.name}”", people)


def named(organisation: Organisation, name: str) -> int | None:
    """The audience of this name; None: there is none."""
    found = Audience.objects.kept(organisation).filter(name__iexact=name.strip()).order_by("pk")
    return found.values_list("pk", flat=True).first()


choosing.register(KIND, chosen)
choosing.register_name(KIND, named)
