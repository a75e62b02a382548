"""In whose name each cut goes out: the candidate of its seat, where candidates stand."""

from collections.abc import Sequence

from muster.organisations.models import Campaigner, Organisation
from muster.places.models import Place


def right_ones(
    organisation: Organisation, places: Sequence[Place]
) -> dict[int | None, Campaigner | None]:
    """The right campaigner for each place by its id; None stands for service mail.

    An organisation with candidates speaks in a seat through that seat's candidate, and where
    there is none yet through nobody: the party's imprint would name the wrong person (IMP-1).
    One without any, such as a union, speaks for itself everywhere. Of two candidates in one seat
    the one entered last stands.
    """
    main = main_one(organisation)
    standing = candidates_of(organisation)
    right: dict[int | None, Campaigner | None] = {None: main}
    for place in places:
        right[place.pk] = standing.get(place.code) if standing else main
    return right


def main_one(organisation: Organisation) -> Campaigner | None:
    """The campaigner that is the organisation itself."""
    return (
        organisation.campaigners.exclude(kind=Campaigner.Kind.CANDIDATE)
        .filter(place_code="")
        .order_by("id")
        .first()
    )


def candidates_of(organisation: Organisation) -> dict[str, Campaigner]:
    """Candidates by the code of their seat."""
    candidates = organisation.campaigners.filter(kind=Campaigner.Kind.CANDIDATE)
    return {candidate.place_code: candidate for candidate in candidates.order_by("id")}
