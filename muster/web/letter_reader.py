"""Through whose eyes an e-mail is shown to its writer: a seat's, or one named person's."""

from collections.abc import Sequence
from dataclasses import dataclass

from muster.content.filling import SAMPLE
from muster.people import search
from muster.people.models import Person
from muster.places.models import Place
from muster.web.members import MemberRequest

SHOWN = 6


@dataclass(frozen=True)
class Reader:
    """`person` is None for Alex, who is nobody. `others` were found by the same words."""

    place: Place
    person: Person | None
    others: Sequence[Person]
    asked: str
    look: str
    width: str

    @property
    def first_name(self) -> str:
        return SAMPLE["first_name"] if self.person is None else self.person.given_name

    @property
    def nobody(self) -> bool:
        """Were there words to find someone by, and nobody within reach goes by them?"""
        return bool(self.asked) and self.person is None


def reader_of(request: MemberRequest, seats: Sequence[Place]) -> Reader:
    """Who reads, as the form asks: someone of these seats and within reach, in their own seat."""
    asked = " ".join(request.POST.get("as", "").split())[:100]
    places = {place.pk: place for place in seats}
    found = [
        person
        for person in search.find(request.organisation, request.reach, asked, limit=50)
        if person.seat_id in places
    ][:SHOWN]
    chosen = request.POST.get("person", "")
    person = next((one for one in found if str(one.pk) == chosen), next(iter(found), None))
    code = request.POST.get("preview_seat", "")
    place = next((seat for seat in seats if seat.code == code), seats[0])
    if person is not None and person.seat_id is not None:
        place = places[person.seat_id]
    return Reader(
        place,
        person,
        found,
        asked,
        "night" if request.POST.get("look") == "night" else "day",
        "phone" if request.POST.get("width") == "phone" else "desk",
    )
