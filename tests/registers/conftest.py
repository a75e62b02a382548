"""A register of Stroud, received by the party."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from muster.organisations.models import Campaigner, Member, Organisation
from muster.places.models import Place
from muster.registers import loading, looking
from muster.registers.models import RegisterLoad
from tests.conftest import NOON

HEADING = "PD,ENO,Marker,Surname,Forename,Address 1,Address 2,Postcode,Date of Attainment"
ROWS = (
    "AB,1,,Hart,Zoë,12 Station Road,Stroud,gl5 1aa,\n"
    "AB,2,,Hart,Ann,12 Station Road,Stroud,GL5 1AA,04/05/2027\n"
    "AB,3,N,,,,,,\n"
    "AB,4,,Lee,Cai,1 High Street,Stroud,GL5 2BB,\n"
)
Load = Callable[..., RegisterLoad]


@pytest.fixture(autouse=True)
def _house(postcode_book: Callable[..., None], settings: object, tmp_path: Path) -> None:
    postcode_book({"GL51AA": None, "GL52BB": None})
    settings.VAR = tmp_path  # type: ignore[attr-defined]


@pytest.fixture
def load(party: Organisation, campaigner: Campaigner, ada: Member, stroud: Place) -> Load:
    """Load a register: its rows, or another heading, kind, recipient or place."""

    def load(
        rows: str = ROWS,
        *,
        heading: str = HEADING,
        kind: str = "full",
        recipient: Campaigner = campaigner,
        place: Place | None = stroud,
    ) -> RegisterLoad:
        received = loading.Received(kind, recipient, date(2026, 4, 1), "Regulation 105", place)
        file = f"{heading}\n{rows}".encode()
        return loading.load(party, received, [file], name="ab.csv", by=ada, at=NOON)

    return load


@pytest.fixture
def accepted(ada: Member) -> Member:
    looking.accept(ada, at=NOON)
    return ada
