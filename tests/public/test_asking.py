"""The form by which anybody complains or asks for their data: always there (DP-164A, DP-21)."""

from muster.channels.models import EmailAccount
from muster.organisations.models import Organisation
from muster.people import suppressing
from muster.people.models import Person
from muster.privacy.models import Case, CaseLetter
from tests.public.conftest import Town, Visitor

FORM = {
    "kind": "complaint",
    "name": "Cleo Winter",
    "contact": "cleo.winter@example.com",
    "words": "You wrote to me twice.\r\nStop that.",
}


def test_a_complaint_is_taken_and_acknowledged_once(
    visitor: Visitor, town: Town, party: Organisation, cleo: Person
) -> None:
    EmailAccount.objects.create(
        organisation=party, name="Post", host="127.0.0.1", from_address="post@example.org"
    )
    page = visitor.get("/fair-future/privacy/ask")
    form = FORM | {"stamp": page.value("stamp")}

    first = visitor.post("/fair-future/privacy/ask", form)
    again = visitor.post("/fair-future/privacy/ask", form)

    case = Case.objects.get(organisation=party)
    assert (case.kind, case.route, case.person) == ("complaint", "form", cleo)
    assert case.words == "You wrote to me twice.\nStop that."
    assert str(case.code) in first.text
    assert first.text == again.text
    assert list(case.steps.values_list("what", flat=True)) == ["acknowledged"]
    assert "A letter to cleo.winter@example.com says all this too" in first.text
    assert CaseLetter.objects.get().case == case


def test_an_objection_needs_no_reason_and_counts_at_once(
    visitor: Visitor, town: Town, party: Organisation, cleo: Person
) -> None:
    stamp = visitor.get("/fair-future/privacy/ask").value("stamp")

    answer = visitor.post(
        "/fair-future/privacy/ask",
        {"kind": "objection", "contact": "cleo.winter@example.com", "stamp": stamp},
    )

    assert answer.status == 200
    assert suppressing.is_suppressed(party, "email", "cleo.winter@example.com")


def test_what_is_missing_is_said_and_nothing_typed_is_lost(
    visitor: Visitor, town: Town, party: Organisation
) -> None:
    stamp = visitor.get("/fair-future/privacy/ask").value("stamp")

    bad = visitor.post(
        "/fair-future/privacy/ask", {"kind": "complaint", "name": "<b>", "stamp": stamp}
    )
    stale = visitor.post("/fair-future/privacy/ask", FORM | {"stamp": "made up"})
    trapped = visitor.post("/fair-future/privacy/ask", FORM | {"stamp": stamp, "website": "x"})
    long = visitor.post("/fair-future/privacy/ask", FORM | {"stamp": stamp, "words": "x" * 3001})

    assert bad.status == 422
    assert "&lt;b&gt;" in bad.text
    assert "2 things need another look" in bad.text
    assert (stale.status, trapped.status, long.status) == (422, 422, 400)
    assert "You wrote to me twice." in stale.text
    assert not Case.objects.exists()


def test_nobodys_form_is_no_page(visitor: Visitor, town: Town) -> None:
    assert visitor.get("/nobody/privacy/ask").status == 404
