"""Row-level security: queries that forgot every filter, as each role, on every guarded table."""

from dataclasses import dataclass

import pytest
from django.db import DatabaseError, connection, models, transaction

from muster.cli import doctor
from muster.messaging.senders import own_dsn
from muster.organisations.models import Organisation
from muster.organisations.roles import APP, WORKER
from muster.organisations.scoping import acting_for, whole_organisation
from muster.people import copying, guarding
from muster.people.models import Person
from muster.places.models import Place
from tests.as_app import acting_as
from tests.conftest import supporter
from tests.people import rows

GUARDED = guarding.guarded()
each_table = pytest.mark.parametrize("model", GUARDED, ids=lambda m: m._meta.label)
each_role = pytest.mark.parametrize("role", [APP, WORKER])


@dataclass
class Laid:
    """A row for each of three people: here in Stroud, here in Neath, and the rivals' in Stroud."""

    party: int
    rivals: int
    stroud: int
    neath: int


@pytest.fixture
def laid(party: Organisation, rivals: Organisation, stroud: Place, neath: Place) -> Laid:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
    return Laid(party.pk, rivals.pk, stroud.pk, neath.pk)


def lay(model: type[models.Model], laid: Laid) -> None:
    for number, (organisation, seat) in enumerate(
        [(laid.party, laid.stroud), (laid.party, laid.neath), (laid.rivals, laid.stroud)], 1
    ):
        if model is not Person:
            for known in range(len(guarding.people_of(model)) or 1):
                rows.add(Person, organisation, number + known * rows.OTHERS, seat)
        rows.add(model, organisation, number, seat)


def is_by_seat(model: type[models.Model]) -> bool:
    """Is it seen by the seat of whom it knows, or of what it hangs on?"""
    if on := guarding.THROUGH.get(model._meta.label):
        model = model._meta.get_field(on).related_model  # type: ignore[assignment]
    return bool(guarding.people_of(model))


def reached(model: type[models.Model]) -> tuple[int, int, int]:
    """How many rows a SELECT, an UPDATE and a DELETE of everything reach."""
    table = model._meta.db_table
    column = next(f.column for f in model._meta.concrete_fields if f.column != "id")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        seen = cursor.fetchone()[0]
        cursor.execute(f"UPDATE {table} SET {column} = {column}")
        changed = cursor.rowcount
        cursor.execute(f"DELETE FROM {table}")
        removed = cursor.rowcount
        transaction.set_rollback(True)
    return seen, changed, removed


@each_table
def test_outside_any_scope_the_apps_reach_nothing(model: type[models.Model], laid: Laid) -> None:
    lay(model, laid)

    with acting_as(APP):
        assert reached(model) == (0, 0, 0)


@each_table
def test_a_worker_outside_any_scope_is_refused_aloud(model: type[models.Model], laid: Laid) -> None:
    lay(model, laid)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL muster.unscoped = 'refuse'")

    with acting_as(WORKER), pytest.raises(DatabaseError, match="no organisation in scope"):
        reached(model)


@each_table
@each_role
def test_an_organisation_reaches_its_own_and_nobody_elses(
    model: type[models.Model], role: str, laid: Laid
) -> None:
    lay(model, laid)

    with acting_as(role), acting_for(laid.party):
        assert reached(model) == (2, 2, 2)
    with acting_as(role), acting_for(laid.rivals):
        assert reached(model) == (1, 1, 1)


@each_table
@each_role
def test_a_seat_reaches_its_own_people(model: type[models.Model], role: str, laid: Laid) -> None:
    lay(model, laid)
    own = 1 if is_by_seat(model) else 2

    with acting_as(role), acting_for(laid.party, frozenset({laid.neath})):
        assert reached(model) == (own, own, own)
        with whole_organisation():
            assert reached(model) == (2, 2, 2)


@each_table
def test_a_member_without_a_seat_reaches_nobody(model: type[models.Model], laid: Laid) -> None:
    lay(model, laid)
    of_nobody = 0 if is_by_seat(model) else 2

    with acting_as(APP), acting_for(laid.party, frozenset()):
        assert reached(model)[0] == of_nobody


@each_table
@each_role
def test_nothing_is_written_for_somebody_else(
    model: type[models.Model], role: str, laid: Laid
) -> None:
    rows.add(Person, laid.rivals, 7, laid.stroud)

    with acting_as(role), acting_for(laid.party), pytest.raises(DatabaseError, match="row-level"):
        rows.add(model, laid.rivals, 8, laid.stroud)


@each_table
@each_role
def test_nothing_is_handed_to_somebody_else(
    model: type[models.Model], role: str, laid: Laid
) -> None:
    lay(model, laid)
    if not guarding.has_organisation(model):
        return

    with (
        acting_as(role),
        acting_for(laid.party),
        pytest.raises(DatabaseError, match="row-level"),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE {model._meta.db_table} SET organisation_id = {laid.rivals}")


@pytest.mark.parametrize("table", ["journal_fact_default", "messaging_delivery_default"])
@each_role
def test_a_months_own_table_is_closed(table: str, role: str, party: Organisation) -> None:
    with acting_as(role), acting_for(party.pk), pytest.raises(DatabaseError, match="permission"):
        connection.cursor().execute(f"SELECT * FROM {table}")


@each_role
def test_a_month_is_made_by_whoever_needs_it_and_closed_too(role: str, db: None) -> None:
    with acting_as(role), connection.cursor() as cursor:
        cursor.execute("SELECT muster_make_month('messaging_delivery', '2031-03-01')")
        with pytest.raises(DatabaseError, match="permission"), transaction.atomic():
            cursor.execute("SELECT * FROM messaging_delivery_2031_03")
        cursor.execute(
            "SELECT reloptions = (SELECT reloptions FROM pg_class"
            " WHERE relname = 'messaging_delivery_default') FROM pg_class"
            " WHERE relname = 'messaging_delivery_2031_03'"
        )
        assert cursor.fetchone() == (True,)


@each_role
def test_the_audit_is_only_added_to(role: str, party: Organisation) -> None:
    with acting_as(role), pytest.raises(DatabaseError, match="permission"):
        connection.cursor().execute("DELETE FROM organisations_auditentry")


def test_the_owner_is_bound_where_it_has_no_roles_to_take_on(
    laid: Laid, party: Organisation
) -> None:
    """A login that owns the tables but is nobody special: FORCE binds it, unless it is at home."""
    lay(Person, laid)
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE muster_test_owner")
        cursor.execute("GRANT ALL ON SCHEMA public TO muster_test_owner")
        cursor.execute("ALTER TABLE people_person OWNER TO muster_test_owner")
        for rules in guarding.statements({"people_person"}, are_there=False):
            cursor.execute(rules)

    with acting_as("muster_test_owner"):
        assert Person.objects.count() == 0
        with acting_for(party.pk):
            assert Person.objects.count() == 2


def test_a_scope_ends_where_it_began(party: Organisation, stroud: Place, neath: Place) -> None:
    supporter(party, "Ann", "Field", stroud)
    supporter(party, "Bob", "Field", neath)

    with acting_as(APP), acting_for(party.pk, frozenset({stroud.pk})):
        with whole_organisation():
            assert Person.objects.count() == 2
        assert Person.objects.count() == 1
        with pytest.raises(DatabaseError), transaction.atomic(), whole_organisation():
            connection.cursor().execute("SELECT 1/0")
        assert Person.objects.count() == 1


def test_a_connection_opened_anew_knows_its_scope(
    transactional_db: None, party: Organisation, stroud: Place
) -> None:
    with acting_for(party.pk, frozenset({stroud.pk})):
        connection.close()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT current_setting('muster.organisation'), current_setting('muster.seats')"
            )
            assert cursor.fetchone() == (str(party.pk), f"{{{stroud.pk}}}")
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('muster.organisation')")
        assert cursor.fetchone() == ("",)


@pytest.mark.parametrize(
    ("makes", "above", "there", "how"),
    [
        (True, False, False, "fine"),
        (False, True, True, "fine"),
        (False, False, False, "fine"),
        (False, True, False, "less"),
    ],
)
def test_the_doctor_names_a_login_that_no_rule_binds(
    makes: bool, above: bool, there: bool, how: str
) -> None:
    assert doctor.judged(makes, above, there).how == how


def test_the_doctor_asks_the_server_itself(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", own_dsn())

    assert [finding.how for finding in doctor.row_security()] == ["fine"]


def test_the_doctor_says_that_row_security_is_turned_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUSTER_ROW_SECURITY", "off")

    assert [finding.how for finding in doctor.row_security()] == ["less"]


def test_a_worker_copies_many_rows_in_by_way_of_its_own_table(
    party: Organisation, rivals: Organisation, stroud: Place
) -> None:
    ann = supporter(party, "Ann", "Field", stroud)
    lines = copying.Lines()
    phone = (party.pk, ann.pk, "phone", "+447700900123", "good")
    lines.of["people_contactpoint"].append(copying.line(phone))
    others = copying.Lines()
    others.of["people_contactpoint"].append(copying.line((rivals.pk, *phone[1:])))

    with acting_as(WORKER), acting_for(party.pk):
        lines.send()
        with pytest.raises(DatabaseError, match="row-level"), transaction.atomic():
            others.send()

    assert ann.contact_points.filter(kind="phone").count() == 1
