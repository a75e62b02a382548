"""Campaigners: in whose name things are sent, and the imprint the law wants of them (IMP-2)."""

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction

from muster.organisations import telling
from muster.organisations.models import Campaigner, Member, Organisation
from muster.organisations.units import CannotSettle


@dataclass(frozen=True)
class CampaignerAsked:
    """A campaigner as someone wants it. Addresses are postal; a PO box will do."""

    kind: str
    name: str
    promoter: str
    address: str
    on_behalf_of: str = ""
    on_behalf_address: str = ""
    place_code: str = ""


def add(
    organisation: Organisation, asked: CampaignerAsked, *, by: Member, at: datetime
) -> Campaigner:
    """Add a campaigner. Raises `CannotSettle`."""
    with transaction.atomic():
        if problems := _problems(organisation, asked, None):
            raise CannotSettle(*problems)
        campaigner = Campaigner.objects.create(organisation=organisation, **asdict(asked))
        telling.tell(
            telling.CAMPAIGNER_ADDED,
            organisation,
            by=by,
            at=at,
            about=("campaigner", campaigner.pk),
        )
    return campaigner


def change(campaigner: Campaigner, asked: CampaignerAsked, *, by: Member, at: datetime) -> None:
    """Change a campaigner: what is cut from now on carries the new imprint."""
    organisation = campaigner.organisation
    with transaction.atomic():
        if problems := _problems(organisation, asked, campaigner):
            raise CannotSettle(*problems)
        for field, value in asdict(asked).items():
            setattr(campaigner, field, value)
        campaigner.save()
        telling.tell(
            telling.CAMPAIGNER_CHANGED,
            organisation,
            by=by,
            at=at,
            about=("campaigner", campaigner.pk),
        )


def _problems(
    organisation: Organisation, asked: CampaignerAsked, known: Campaigner | None
) -> list[str]:
    problems = []
    if asked.kind not in Campaigner.Kind.values:
        problems.append("Choose what kind of campaigner it is.")
    if not asked.name:
        problems.append("Write the campaigner's name.")
    if not (asked.promoter and asked.address):
        problems.append("Write who promotes the material, and their postal address (IMP-2).")
    if bool(asked.on_behalf_of) != bool(asked.on_behalf_address):
        problems.append("Write both on whose behalf it is promoted and their postal address.")
    twins = Campaigner.objects.filter(
        organisation=organisation, kind=asked.kind, name=asked.name, place_code=asked.place_code
    )
    if twins.exclude(pk=known.pk if known else 0).exists():
        problems.append(f"There is a campaigner named {asked.name} there already.")
    return problems
