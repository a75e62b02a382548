"""Every rule of e-mail, by its id: what passes, what does not, and what is said."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from muster.compliance import asking, imprints, packs
from muster.compliance.rules import (
    Action,
    Actor,
    Campaigner,
    Consent,
    Contact,
    Decision,
    Kind,
    Promoter,
    evaluate,
)

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
PACK = packs.pack_for("GB", NOW.date())
PROMOTER = Promoter("R. Okafor", "1 High St, Stroud GL5 1AA", "Fair Future", "PO Box 9, Leeds LS1")
PARTY = Campaigner(1, "party", "Fair Future", "Fair Future", PROMOTER)
CANDIDATE = Campaigner(2, "candidate", "Ada Marsh", "Fair Future", PROMOTER)
ACTOR = Actor("Fair Future", "hello@fairfuture.example.org", is_registered=True)
IMPRINT = imprints.line(PROMOTER)
MAIL = Action("email", "marketing", (f"Come. {IMPRINT}", f"Come. {IMPRINT}"), True, True, True)
RECEIPT = replace(MAIL, purpose="service", asks=False, has_unsubscribe=False, has_one_click=False)
YES = Contact(Consent(7, True, 1))


def judged(
    campaigner: Campaigner = PARTY,
    actor: Actor = ACTOR,
    action: Action = MAIL,
    contact: Contact = YES,
    now: datetime = NOW,
) -> Decision:
    return evaluate(PACK, campaigner, actor, action, contact, now)


def test_mail_with_consent_imprint_and_a_way_out_may_go() -> None:
    assert judged().kind is Kind.ALLOW


CONTACTS = [
    ("PECR-22", Contact(None), "No consent for e-mail from Fair Future."),
    ("PECR-22", Contact(Consent(7, False, 1)), "No consent for e-mail from Fair Future."),
    ("PECR-22", Contact(Consent(7, True, 9)), "No consent for e-mail from Fair Future."),
    ("PECR-22", Contact(Consent(7, True, None)), "No consent for e-mail from Fair Future."),
    ("DP-21", Contact(Consent(7, True, 1), "unsubscribed"), "Asked not to be contacted."),
    ("DP-17", Contact(Consent(7, True, 1), "erased"), "Asked not to be contacted."),
]


@pytest.mark.parametrize(("rule", "contact", "words"), CONTACTS)
def test_people_who_may_not_be_written_to(rule: str, contact: Contact, words: str) -> None:
    assert judged(contact=contact) == Decision(Kind.BLOCK, rule, words)


def test_the_partys_consent_serves_its_candidate_only_when_the_words_named_both() -> None:
    named_both = Contact(Consent(7, True, 1, covers_candidates=True))

    assert judged(CANDIDATE, contact=named_both).kind is Kind.ALLOW
    assert judged(CANDIDATE, contact=YES) == Decision(
        Kind.BLOCK, "PECR-22", "No consent for e-mail from Ada Marsh."
    )


def test_a_candidates_consent_does_not_serve_the_party() -> None:
    theirs = Contact(Consent(7, True, 2, covers_candidates=True))

    assert judged(PARTY, contact=theirs).rule == "PECR-22"


MATERIAL = [
    ("PECR-23", {"actor": replace(ACTOR, is_registered=False)}),
    ("PECR-23", {"actor": replace(ACTOR, from_name="")}),
    ("PECR-23", {"action": replace(MAIL, has_unsubscribe=False)}),
    ("MAIL-1", {"action": replace(MAIL, has_one_click=False)}),
    ("IMP-1", {"action": replace(MAIL, parts=("Come.", "Come."))}),
    ("IMP-3", {"action": replace(MAIL, parts=(f"Come. {IMPRINT}", "Come."))}),
    ("PECR-DM", {"action": replace(RECEIPT, asks=True)}),
]


@pytest.mark.parametrize(("rule", "wrong"), MATERIAL)
def test_mail_that_may_go_to_nobody(rule: str, wrong: dict[str, object]) -> None:
    decision = judged(**wrong)  # type: ignore[arg-type]

    assert (decision.kind, decision.rule) == (Kind.BLOCK, rule)
    assert decision.message


@pytest.mark.parametrize(
    "address", ["", "hello@example.org", "https://example.org/about", "www.example.org"]
)
def test_an_email_or_a_link_is_no_postal_address(address: str) -> None:
    promoter = replace(PROMOTER, address=address)
    line = imprints.line(promoter)
    action = replace(MAIL, parts=(line, line))

    assert judged(replace(PARTY, promoter=promoter), action=action).rule == "IMP-2"


def test_on_whose_behalf_needs_an_address_too() -> None:
    promoter = replace(PROMOTER, on_behalf_address="")
    line = imprints.line(promoter)
    action = replace(MAIL, parts=(line, line))

    assert judged(replace(PARTY, promoter=promoter), action=action).rule == "IMP-2"


def test_service_mail_needs_no_consent_but_still_an_imprint_and_a_sender() -> None:
    nobody_asked = Contact(None, "unsubscribed")

    assert judged(action=RECEIPT, contact=nobody_asked).kind is Kind.ALLOW
    assert judged(action=replace(RECEIPT, parts=("Thanks.",))).rule == "IMP-1"
    assert judged(actor=replace(ACTOR, from_name=""), action=RECEIPT).rule == "PECR-23"


def test_someone_erased_hears_nothing_at_all() -> None:
    assert judged(action=RECEIPT, contact=Contact(None, "erased")).rule == "DP-17"


def test_a_rule_binds_from_its_own_day() -> None:
    early = datetime(2023, 10, 31, tzinfo=UTC)
    pack = packs.pack_for("GB", early.date())
    bare = replace(MAIL, parts=("Come.", "Come."))

    assert evaluate(pack, PARTY, ACTOR, bare, YES, early).kind is Kind.ALLOW


def test_every_demand_says_where_it_is_written() -> None:
    assert all(d.source and d.evidence for d in packs.PACKS["GB"])
    assert {d.rule for d in packs.PACKS["GB"]} == {
        *("PECR-DM", "PECR-22", "PECR-23", "DP-21", "DP-17"),
        *("IMP-1", "IMP-2", "IMP-3", "MAIL-1", "A11Y"),
    }


def test_without_a_countrys_law_nothing_may_be_sent_there() -> None:
    with pytest.raises(packs.NoPack):
        packs.pack_for("FR", date(2026, 5, 4))


@pytest.mark.parametrize(
    "words", ["Please donate today", "Will you help on Saturday?", "Join us", "Tell your friends"]
)
def test_an_invitation_is_an_ask(words: str) -> None:
    assert asking.asks(words)


def test_a_receipt_is_no_ask() -> None:
    assert not asking.asks("Thank you. This confirms that we have what you told us.")
