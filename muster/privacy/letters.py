"""Telling people by e-mail that we have what they asked of us: written here, sent by a job.

It is the answer to their own request, so it goes to the address they gave, suppressed or not. An
address that we know from elsewhere gets it only if it may be written to.
"""

from collections.abc import Callable
from datetime import datetime

from django.conf import settings

from muster.people import suppressing
from muster.people.models import ContactPoint
from muster.privacy import cases, rules
from muster.privacy.models import Case, CaseLetter

Send = Callable[[int], None]
_senders: list[Send] = []
ASKED = {
    Case.Kind.ACCESS: "your request for a copy of your data",
    Case.Kind.ERASURE: "your request to have your data erased",
    Case.Kind.CORRECTION: "your request to have something put right",
    Case.Kind.COMPLAINT: "your complaint about how we use your data",
}
"""Whoever objects wants no letter: their page, or whoever they told, says so."""


def register(send: Send) -> None:
    """Be asked to send each letter by its id; channels, on a floor above, knows how."""
    if send not in _senders:
        _senders.append(send)


def acknowledge(case: Case, at: datetime) -> None:
    """Ask for the letter, where there is an address, in the transaction that opens the case."""
    if case.kind not in ASKED or not address_of(case):
        return
    letter = CaseLetter.objects.create(organisation_id=case.organisation_id, case=case, asked_at=at)
    for send in _senders:
        send(letter.pk)


def address_of(case: Case) -> str:
    """Where it goes: the address they gave; else one of theirs that nobody has stopped."""
    given = dict(cases.addresses_in(case.contact)).get("email", "")
    if given or case.person is None or "email" in suppressing.suppressed_channels(case.person):
        return given
    known = ContactPoint.objects.filter(person=case.person, kind="email", state="good")
    return known.order_by("pk").values_list("value", flat=True).first() or ""


def written(case: Case, *, at: datetime) -> tuple[str, str]:
    """Its subject and its words. Nothing they typed is in it: anybody can give an address."""
    ours, asked = case.organisation, ASKED[Case.Kind(case.kind)]
    due = cases.clock_of(case, cases.today(ours, at)).due_on
    if case.kind == Case.Kind.COMPLAINT or due is None:
        then = "A person looks into it and tells you what came of it, without undue delay."
    else:
        then = (
            f"You have our answer by {due.day} {due:%B %Y}. We may ask you first who you are, so"
            " that nobody else gets your data."
        )
    lines = [
        f"{ours.name} has {asked}, since {case.received_on.day} {case.received_on:%B %Y}.",
        then,
        f"Your reference: {case.code}",
        "Did you ask for nothing? Then somebody mistyped an address. Leave this be: nothing is"
        " given to anybody but you.",
        f"How we use data: {settings.PUBLIC_ADDRESS}/{ours.slug}/privacy",
        "If you are not content with our answer, you may complain to the Information Commissioner:"
        " ico.org.uk.",
    ]
    return f"{ours.name} has {asked}", "\n\n".join(lines)


def went(letter: CaseLetter, *, at: datetime) -> None:
    """Note that it went: it acknowledges the case, if nothing did before."""
    case = letter.case
    known = case.steps.filter(what=rules.ACKNOWLEDGED).exists()
    what = cases.NOTED if known else rules.ACKNOWLEDGED
    cases.add_step(case, what, "A letter went by e-mail: we have it.", None, at)
