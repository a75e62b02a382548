"""What one process of the public app keeps between requests."""

from dataclasses import dataclass, field

from django.conf import settings
from starlette.requests import Request

from muster.actions import sources, visiting
from muster.actions.pages import Seat, Shown
from muster.messaging import unsubscribing
from muster.messaging.opens import counting
from muster.organisations.models import Organisation
from muster.places import postcodes
from muster.places.models import Place
from muster.public.confirmations import Confirmations
from muster.public.database import Database, in_room
from muster.public.hearing import Gathered, Listeners
from muster.public.hub import Hub
from muster.public.later import Later
from muster.public.limits import Limit
from muster.public.shelf import Shelf

MOST_SENDINGS = 10_000


class Shares:
    """A link of its own for those who come because somebody shared the page."""

    def __init__(self) -> None:
        self._kept: dict[tuple[int, int | None], str] = {}

    async def link(self, shown: Shown, seat: Seat | None) -> str:
        key = (shown.page_id, seat.id if seat else None)
        if key not in self._kept:
            self._kept[key] = await in_room(_share_code, shown, key[1])
        place = f"/{seat.slug}" if seat else ""
        base = f"{settings.PUBLIC_ADDRESS}/{shown.organisation_slug}/{shown.slug}{place}"
        return f"{base}?s={self._kept[key]}"


class Sendings:
    """Whose a sending is, looked up once: it never changes."""

    def __init__(self) -> None:
        self._kept: dict[int, int] = {}

    async def organisation_of(self, sending_id: int) -> int:
        """Raises `BadToken` where there is no such sending."""
        if sending_id not in self._kept:
            if len(self._kept) >= MOST_SENDINGS:
                self._kept.clear()
            self._kept[sending_id] = await in_room(unsubscribing.organisation_of, sending_id)
        return self._kept[sending_id]


def _share_code(shown: Shown, place_id: int | None) -> str:
    organisation = Organisation.objects.get(pk=shown.organisation_id)
    place = Place.objects.get(pk=place_id) if place_id else None
    return sources.code_for(organisation, "share", shown.page_id, place, label="Shared by a friend")


@dataclass
class Public:
    database: Database = field(default_factory=Database)
    shelf: Shelf = field(default_factory=Shelf)
    confirmations: Confirmations = field(default_factory=Confirmations)
    shares: Shares = field(default_factory=Shares)
    by_network: Limit = field(default_factory=lambda: Limit(burst=120, seconds=1.0))
    by_email: Limit = field(default_factory=lambda: Limit(burst=5, seconds=600.0))
    by_chooser: Limit = field(default_factory=lambda: Limit(burst=20, seconds=30.0))
    listeners: Listeners = field(default_factory=Listeners)
    sendings: Sendings = field(default_factory=Sendings)
    gathered: Gathered = field(init=False)
    opened: Later = field(init=False)
    visits: Later = field(init=False)
    hub: Hub = field(init=False)
    _has_book: bool = False

    def __post_init__(self) -> None:
        self.hub = Hub(self.database)
        self.gathered = Gathered(self.database)
        self.opened = Later(self.database, counting.KEEP_SQL)
        self.visits = Later(self.database, visiting.KEEP_SQL)

    async def open_book(self) -> None:
        """Have the postcode book open before anything is looked up in it."""
        if not self._has_book:
            await in_room(postcodes.open_book)
            self._has_book = True


def of(request: Request) -> Public:
    found = request.app.state.public
    assert isinstance(found, Public)
    return found
