"""Undoing an import: all of it until it is used, and never an opt-out."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from muster.lib.times import now
from muster.organisations.models import Member, Organisation
from muster.people import consenting, suppressing
from muster.people.imports import importing
from muster.people.imports import undoing as import_undoing
from muster.people.imports.models import ImportedChange
from muster.people.models import ContactPoint, Import, Person, PersonWord, Wording
from muster.people.record import tagging
from muster.people.record.changing import Who
from muster.people.record.noting import write as write_note
from muster.places.models import Place
from tests.conftest import NOON
from tests.people.making import on_the_list

Took = Callable[..., Import]
HEADING = "given_name,family_name,email,phone,tags,postcode\n"


@pytest.fixture(autouse=True)
def _postcodes(postcode_book: Callable[..., None], stroud: Place) -> None:
    postcode_book({"GL51AA": stroud})


@pytest.fixture
def take(party: Organisation, ada: Member, settings: object, tmp_path: Path) -> Took:
    settings.VAR = tmp_path  # type: ignore[attr-defined]

    def take(content: str) -> Import:
        begun = importing.begin(
            party, [content.encode()], name="list.csv", by=ada, at=NOON, queued=False
        )
        return importing.take_in(begun.pk)

    return take


def undone(taken: Import, ada: Member) -> Import:
    import_undoing.undo(taken, by=ada, at=NOON)
    return import_undoing.carry_out(taken.pk)


def test_everybody_who_came_goes_without_a_trace(
    take: Took, ada: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "BATCH", 3)
    taken = take(HEADING + "".join(f"A{n},Lee,a{n}@example.org,,vip,GL5 1AA\n" for n in range(8)))

    done = undone(taken, ada)

    assert (done.state, done.undone) == ("undone", {"gone": 8, "emptied": 0, "kept": {}})
    assert not Person.objects.exists()
    assert not ContactPoint.objects.exists()
    assert not PersonWord.objects.exists()


def test_known_people_lose_only_what_it_gave_them(
    take: Took, ada: Member, party: Organisation
) -> None:
    known = on_the_list(party, "zoe@example.org", "Zoë")
    taken = take(f"{HEADING}Zed,Hart,zoe@example.org,07700900001,vip,GL5 1AA\n")
    known.refresh_from_db()
    assert (known.family_name, known.postcode) == ("Hart", "GL5 1AA")

    done = undone(taken, ada)

    known.refresh_from_db()
    assert done.undone == {"gone": 0, "emptied": 1, "kept": {}}
    assert (known.given_name, known.family_name, known.postcode) == ("Zoë", "", "")
    assert known.seat is None
    assert [p.value for p in known.contact_points.all()] == ["zoe@example.org"]
    assert not known.tagged.exists()
    assert not PersonWord.objects.filter(word="hart").exists()
    assert not ImportedChange.objects.exists()


def test_who_was_used_since_stays_with_the_reason(
    take: Took, ada: Member, party: Organisation, email_wording: Wording
) -> None:
    taken = take(HEADING + "".join(f"A{n},Lee,a{n}@example.org,,,\n" for n in range(4)))
    a0, a1, a2, _ = Person.objects.order_by("id")
    consenting.give(a0, "email", wording=email_wording, source="stall", at=now())
    write_note(a1, "Met at the stall.", by=ada, at=now())
    tagging.add(a2, "vip", Who(ada, now()))
    take(HEADING + "A4,Ray,a4@example.org,,,\n")

    outlook = import_undoing.outlook(taken)
    done = undone(taken, ada)

    kept = {
        "gave or withdrew consent since": 1,
        "have more kept about them now": 1,
        "were changed since": 1,
    }
    assert outlook == {"gone": 1, "emptied": 0, "kept": kept, "is_whole": True}
    assert done.undone == {"gone": 1, "emptied": 0, "kept": kept}
    assert set(Person.objects.values_list("given_name", flat=True)) == {"A0", "A1", "A2", "A4"}


def test_opt_outs_stay_when_their_import_is_undone(
    take: Took, ada: Member, party: Organisation
) -> None:
    known = on_the_list(party, "ann@example.org", "Ann")
    taken = take("email,do not email,email_consent\nann@example.org,yes,\nbob@example.org,,no\n")

    undone(taken, ada)

    assert suppressing.is_suppressed(party, "email", "ann@example.org")
    assert known.consent_events.get().is_given is False


def test_it_goes_on_after_a_crash(take: Took, ada: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "BATCH", 2)
    taken = take(HEADING + "".join(f"A{n},Lee,a{n}@example.org,,,\n" for n in range(6)))
    import_undoing.undo(taken, by=ada, at=NOON)
    portions, real = iter(range(9)), import_undoing._undo_batch

    def dies(*given: object) -> None:
        if next(portions) == 1:
            raise SystemExit
        real(*given)  # type: ignore[arg-type]

    with monkeypatch.context() as once:
        once.setattr(import_undoing, "_undo_batch", dies)
        with pytest.raises(SystemExit):
            import_undoing.carry_out(taken.pk)
    assert Person.objects.count() == 4

    done = import_undoing.carry_out(taken.pk)

    assert (done.state, done.undone["gone"]) == ("undone", 6)


def test_an_undo_during_an_import_is_refused(
    take: Took, ada: Member, as_ada: Client, party: Organisation
) -> None:
    taken = take(f"{HEADING}Ann,Lee,ann@example.org,,,\n")
    Import.objects.update(state="running")

    with pytest.raises(import_undoing.CannotUndoImport, match="stop it first"):
        import_undoing.undo(taken, by=ada, at=NOON)
    page = as_ada.post(f"/settings/imports/{taken.pk}/undo")

    assert page.status_code == 422
    assert "stop it first" in page.content.decode()
    assert Person.objects.exists()


def test_in_the_browser_it_says_what_goes_and_what_stays(
    take: Took, as_ada: Client, ada: Member, email_wording: Wording
) -> None:
    taken = take(HEADING + "Ann,Lee,ann@example.org,,,\nBob,Lee,bob@example.org,,,\n")
    bob = Person.objects.get(given_name="Bob")
    consenting.give(bob, "email", wording=email_wording, source="stall", at=now())
    here = f"/settings/imports/{taken.pk}"

    page = as_ada.get(f"{here}/undo").content.decode()
    as_ada.post(f"{here}/undo")
    import_undoing.carry_out(taken.pk)
    report = as_ada.get(here).content.decode()

    assert "1 person who gave or withdrew consent since" in page
    assert "Undo it for 1 person" in page
    assert "1 person stays: they gave or withdrew consent since" in report


@pytest.mark.django_db(transaction=True)
def test_whatever_changed_a_person_keeps_them(take: Took, ada: Member) -> None:
    """The database notes the instant of each person's last change, whoever makes it."""
    taken = take(HEADING + "Ann,Lee,ann@example.org,,,\nBob,Lee,bob@example.org,,,\n")
    Person.objects.filter(given_name="Ann").update(address="1 High Street")

    done = undone(taken, ada)

    assert done.undone == {"gone": 1, "emptied": 0, "kept": {"were changed since": 1}}
