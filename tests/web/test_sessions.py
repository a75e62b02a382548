"""Where one is signed in, and ending it: one's own, or a member's."""

from django.test import Client

from muster.organisations import sessions
from muster.organisations.models import AuditEntry, Member, Session
from tests.conftest import NOON, signed_in


def words(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined]


def test_one_sees_ones_browsers_and_ends_another(ben: Member) -> None:
    here, there = signed_in(ben), signed_in(ben)
    other = Session.objects.get(session_key=there.session.session_key)

    page = words(here.get("/you"))
    here.post("/you/sessions/end", {"session": sessions.name_of(other)})

    assert page.count("A browser that does not say which</b>") == 2
    assert there.session.session_key not in page
    assert there.get("/you").status_code == 302
    assert here.get("/you").status_code == 200


def test_nobody_ends_a_session_of_someone_else(ben: Member, ada: Member) -> None:
    theirs = signed_in(ada)
    session = Session.objects.get(session_key=theirs.session.session_key)

    signed_in(ben).post("/you/sessions/end", {"session": sessions.name_of(session)})

    assert theirs.get("/you").status_code == 200


def test_an_administrator_signs_a_leaver_out_at_their_next_press(
    as_ada: Client, ben: Member
) -> None:
    at_home, on_the_phone = signed_in(ben), signed_in(ben)

    as_ada.post(f"/settings/members/{ben.code}/sign-out", {"reason": "Lost their phone"})

    assert at_home.get("/").status_code == on_the_phone.get("/").status_code == 302
    assert AuditEntry.objects.get(kind="sessions ended").reason == "Lost their phone"
    assert "signed you out" in ben.notices.get().gist


def test_signing_out_wants_a_reason(as_ada: Client, ben: Member) -> None:
    theirs = signed_in(ben)

    page = words(as_ada.post(f"/settings/members/{ben.code}/sign-out"))

    assert "Write why" in page
    assert theirs.get("/").status_code == 200


def test_ending_a_membership_ends_its_sessions(as_ada: Client, ben: Member) -> None:
    theirs = signed_in(ben)

    as_ada.post(f"/settings/members/{ben.code}/end", {"reason": "Moved away"})

    assert not sessions.open_of(ben.user, at=NOON)
    assert theirs.get("/").status_code == 302
