"""The cast: Ada organises, Ben volunteers, Cleo has unsubscribed, Drew belongs to a rival."""

import os
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client, override_settings

from muster.organisations.models import Campaigner, Member, Organisation, Role, Unit, User
from muster.people.models import Person
from muster.places import postcodes
from muster.places.book import PostcodeBook, Seat, bind
from muster.places.models import Place
from tests.as_worker import have_jobs_act_as_workers
from tests.journeys.chromium import ARGUMENTS, chromium_path

# Playwright's sync API keeps an event loop in this thread; Django would refuse to work beside it.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

MORNING = datetime(2026, 5, 4, 9, tzinfo=UTC)
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


have_jobs_act_as_workers()


@pytest.fixture(autouse=True, scope="session")
def quick_passwords() -> Iterator[None]:
    """The real hasher is slow on purpose: half a second for every member a test makes."""
    quick = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with override_settings(PASSWORD_HASHERS=quick):
        yield


@pytest.fixture(autouse=True, scope="session")
def pictures_elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What tests draw stays out of the house."""
    with override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media")):
        yield


@pytest.fixture(autouse=True, scope="session")
def lines_elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """So do the lines that outlive who is erased."""
    folder = tmp_path_factory.mktemp("outside")
    lines = {"ERASURES": folder / "erasures.jsonl", "AUDIT_HEADS": folder / "audit-heads.jsonl"}
    with override_settings(**lines):
        yield


@pytest.fixture(autouse=True, scope="session")
def pages_as_the_app() -> Iterator[None]:
    """Pages are tried with the database's rules in force."""
    with override_settings(MIDDLEWARE=["tests.as_app.AsApp", *settings.MIDDLEWARE]):
        yield


@pytest.fixture
def england(db: None) -> Place:
    country = Place.objects.create(
        code="K02000001", kind="country", name="United Kingdom", slug="uk"
    )
    return Place.objects.create(
        code="E92000001", kind="nation", name="England", slug="england", parent=country
    )


@pytest.fixture
def stroud(england: Place) -> Place:
    return Place.objects.create(
        code="E14001530",
        kind="seat",
        name="Stroud",
        slug="stroud",
        parent=england,
        type="County",
        electorate=76000,
        hex_q=10,
        hex_r=10,
    )


@pytest.fixture
def neath(england: Place) -> Place:
    return Place.objects.create(
        code="W07000100",
        kind="seat",
        name="Neath and Swansea East",
        slug="neath",
        parent=england,
        type="County",
        electorate=74000,
        hex_q=5,
        hex_r=12,
    )


@pytest.fixture
def party(db: None) -> Organisation:
    """The organisation Ada and Ben belong to."""
    return Organisation.objects.create(
        slug="fair-future", name="Fair Future", is_demonstration=True
    )


@pytest.fixture
def rivals(db: None) -> Organisation:
    return Organisation.objects.create(slug="rivals", name="The Rivals", is_demonstration=True)


@pytest.fixture
def head_office(party: Organisation) -> Unit:
    return Unit.objects.create(organisation=party, kind="head_office", name="Head office")


@pytest.fixture
def stroud_unit(party: Organisation, head_office: Unit, stroud: Place) -> Unit:
    return Unit.objects.create(
        organisation=party, parent=head_office, kind="seat", name="Stroud", place_code=stroud.code
    )


@pytest.fixture
def campaigner(party: Organisation) -> Campaigner:
    return Campaigner.objects.create(
        organisation=party,
        kind="party",
        name="Fair Future",
        promoter="R. Okafor",
        address="1 High Street, Stroud GL5 1AA",
        on_behalf_of="Fair Future",
        on_behalf_address="1 High Street, Stroud GL5 1AA",
    )


def join(organisation: Organisation, unit: Unit, name: str, kind: str) -> Member:
    """A member with one role, whose login has a usable password."""
    email = f"{name.lower().replace(' ', '.')}@example.org"
    user = User.objects.create_user(email, "a long pass phrase", of=organisation)
    member = Member.objects.create(organisation=organisation, user=user, name=name)
    Role.objects.create(member=member, unit=unit, kind=kind, granted_at=MORNING)
    return member


@pytest.fixture
def ada(party: Organisation, head_office: Unit) -> Member:
    """Runs head office."""
    return join(party, head_office, "Ada Marsh", "admin")


@pytest.fixture
def ben(party: Organisation, stroud_unit: Unit) -> Member:
    """Organises Stroud, and only Stroud."""
    return join(party, stroud_unit, "Ben Hale", "organiser")


@pytest.fixture
def drew(rivals: Organisation) -> Member:
    """Runs another organisation altogether."""
    unit = Unit.objects.create(organisation=rivals, kind="head_office", name="Rivals' office")
    return join(rivals, unit, "Drew Pike", "admin")


def signed_in(member: Member) -> Client:
    client = Client()
    client.force_login(member.user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def as_ada(ada: Member) -> Client:
    return signed_in(ada)


@pytest.fixture
def as_ben(ben: Member) -> Client:
    return signed_in(ben)


@pytest.fixture
def as_drew(drew: Member) -> Client:
    return signed_in(drew)


def supporter(
    organisation: Organisation,
    given: str,
    family: str,
    seat: Place | None = None,
    *,
    email: str = "",
    phone: str = "",
) -> Person:
    """A person with an e-mail address at a reserved domain, and perhaps a number."""
    person = Person.objects.create(
        organisation=organisation,
        given_name=given,
        family_name=family,
        seat=seat,
        seat_how="said" if seat else "",
        joined_at=MORNING,
    )
    known = {"email": email or f"{given}.{family}@example.com".lower(), "phone": phone}
    for kind, value in known.items():
        if value:
            person.contact_points.create(organisation=organisation, kind=kind, value=value)
    return person


@pytest.fixture
def cleo(party: Organisation, stroud: Place) -> Person:
    return supporter(party, "Cleo", "Winter", stroud)


@pytest.fixture
def postcode_book() -> Iterator[Callable[[Mapping[str, Place | None]], None]]:
    """`postcode_book({"GL51AA": stroud, "GL52BB": None})`: look-ups answer from exactly these."""
    yield _use_book
    postcodes.use(None)


def _use_book(entries: Mapping[str, Place | None]) -> None:
    rows = [(code, seat.pk if seat else None, None) for code, seat in entries.items()]
    seats = {s.pk: Seat(s.pk, s.code, s.name, s.slug) for s in entries.values() if s}
    ordered = sorted(rows, key=lambda row: (len(row[0]), row[0]))
    postcodes.use(PostcodeBook(bind(ordered, seats.values())), pinned=True)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    path = chromium_path()
    if path is None or not Path(path).exists():
        pytest.skip("Chromium is not installed: browser journeys need it (apt install chromium).")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield chromium
        chromium.close()
