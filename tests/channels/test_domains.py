"""What DNS says of the domains e-mail comes from, and in whose names it may go out."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from muster.channels import keeping as accounts
from muster.channels import signing
from muster.channels.domains import checking, judging, keeping, records
from muster.channels.models import EmailAccount, SendingDomain
from muster.organisations.models import Member, Organisation, Unit
from muster.places.models import Place
from muster.places.scope import Reach, seats_beneath
from tests.channels import zone
from tests.conftest import MORNING, NOON

pytestmark = pytest.mark.django_db
OURS, RELAY = "fairfuture.example.org", "smtp.relay.example.net"


@pytest.fixture(autouse=True)
def dns(settings: Any) -> Iterator[None]:
    settings.NAME_PROVIDER = zone.PROVIDER
    zone.clear()
    yield
    zone.clear()


@pytest.fixture
def real(party: Organisation) -> Organisation:
    party.is_demonstration = False
    party.save()
    return party


@pytest.fixture
def account(real: Organisation, ada: Member) -> EmailAccount:
    made = EmailAccount(
        organisation=real, name="Ours", host=RELAY, from_name="Us", from_address=f"us@{OURS}"
    )
    accounts.keep(made, by=ada, at=MORNING)
    return made


def looked_up(account: EmailAccount, at: Any = NOON) -> dict[str, dict[str, str]]:
    domain = SendingDomain.objects.get(organisation=account.organisation, domain=OURS)
    checking.check(domain.pk, at)
    domain.refresh_from_db()
    return {one["code"]: one for one in domain.found}


def publish(domain: SendingDomain) -> None:
    """Whatever the settings page says is to be published, word by word."""
    zone.TEXTS.clear()
    for record in records.wanted(domain):
        zone.TEXTS.setdefault(record.place, []).append(record.record)


def test_what_the_page_says_to_publish_makes_the_domain_ready(
    account: EmailAccount, ada: Member
) -> None:
    zone.ADDRESSES[RELAY] = ["198.51.100.7"]
    bare = looked_up(account)
    signing.make(account, by=ada, at=NOON)
    signing.begin(account, by=ada, at=NOON)
    unpublished = looked_up(account)
    domain = account.organisation.sending_domains.get()
    publish(domain)

    found = looked_up(account)

    domain.refresh_from_db()
    assert {code: one["state"] for code, one in bare.items()} == {
        "owner": "warn",
        "spf": "block",
        "dkim": "warn",
        "dmarc": "block",
    }
    assert unpublished["dkim"]["state"] == "block"
    assert "take such mail for forged" in unpublished["dkim"]["words"]
    assert {one["state"] for one in found.values()} == {"ok"}
    assert domain.verified_at == NOON


@pytest.mark.parametrize(
    ("texts", "state", "words"),
    [
        (["v=spf1 -all", "v=spf1 mx -all"], "block", "keep one"),
        (["v=spf1 include:gone.example.com -all"], "block", "has no SPF record"),
        (["v=spf1 include:deep.example.com -all"], "block", "more than 10 look-ups"),
        (["v=spf1 ip4:203.0.113.9 -all"], "warn", f"does not name {RELAY}"),
        (["v=spf1 ip4:198.51.100.0/24 -all"], "ok", ""),
        (["v=spf1 ip4:x a:[ mx/99 exists:%{i}.x ~all"], "ok", ""),
        (["v=spf1 include:_spf.relay.example.net -all"], "ok", ""),
        (["v=spf1 redirect=near.example.com"], "ok", ""),
    ],
)
def test_spf_is_read_as_receivers_read_it(texts: list[str], state: str, words: str) -> None:
    zone.ADDRESSES |= {RELAY: ["198.51.100.7", "2001:db8::7"]}
    zone.TEXTS |= {
        OURS: texts,
        "deep.example.com": [f"v=spf1 {'mx ' * 11}-all"],
        "_spf.relay.example.net": ["v=spf1 -all"],
        "near.example.com": ["v=spf1 ip6:2001:db8::/32 -all"],
    }

    found = judging.of_spf(OURS, [RELAY], zone.Zone())

    assert (found.state, words in found.words) == (state, True)


def test_the_nearest_dmarc_record_above_holds(account: EmailAccount) -> None:
    zone.TEXTS["_dmarc.example.org"] = ["v=DMARC1; p=none; sp=reject"]

    found = judging.of_dmarc(OURS, False, zone.Zone())
    signed = judging.of_dmarc(OURS, True, zone.Zone())
    odd = [judging.tags_of(text) for text in ("", ";;=;", "p", "v=DMARC1;p=\x00")]

    assert (found.state, signed.state) == ("warn", "ok")
    assert "reject mail" in found.words
    assert len(odd) == 4


def test_where_nobody_answers_what_was_known_stays_with_its_age(account: EmailAccount) -> None:
    publish(account.organisation.sending_domains.get())
    before = looked_up(account)
    zone.AWAY.add(f"_dmarc.{OURS}")

    after = looked_up(account, NOON + timedelta(days=1))

    domain = account.organisation.sending_domains.get()
    assert after == before
    assert domain.answered_at == NOON
    zone.AWAY.clear()
    checking.check_old(account.organisation, NOON + timedelta(days=1, minutes=10))
    checking.check_old(account.organisation, NOON + timedelta(days=1, minutes=55))
    again = account.organisation.sending_domains.get()
    assert again.answered_at == again.tried_at == NOON + timedelta(days=1, minutes=55)
    assert domain.tried_at == NOON + timedelta(days=1)
    assert "did not answer" in domain.problem


def test_two_organisations_cannot_both_hold_a_domain(
    account: EmailAccount, rivals: Organisation
) -> None:
    rivals.is_demonstration = False
    rivals.save()
    ours = account.organisation.sending_domains.get()
    theirs = keeping.domain_for(rivals, OURS, at=MORNING)
    publish(ours)
    zone.TEXTS[OURS].append(judging.MARK + theirs.token)
    looked_up(account)

    checking.check(theirs.pk, NOON)
    theirs.refresh_from_db()
    refused = theirs.verified_at, theirs.found[0]["words"]
    zone.TEXTS[OURS].remove(judging.MARK + ours.token)
    looked_up(account)
    checking.check(theirs.pk, NOON)

    theirs.refresh_from_db()
    assert refused == (None, checking.TAKEN)
    assert theirs.verified_at == NOON


def test_a_demonstration_asks_no_name_server(party: Organisation, settings: Any) -> None:
    settings.NAME_PROVIDER = "nothing.of.the.kind"
    domain = keeping.domain_for(party, OURS, at=MORNING)

    checking.check_old(party, NOON)

    domain.refresh_from_db()
    assert domain.problem == checking.MADE_UP
    assert domain.found == []


def as_made_up(organisation: Organisation, is_made_up: bool = True) -> None:
    """In earnest pages want a second step at sign-in first."""
    organisation.is_demonstration = is_made_up
    organisation.save()


def test_a_sender_is_added_shown_and_ended(
    as_ada: Client, account: EmailAccount, stroud_unit: Unit, stroud: Place
) -> None:
    ours = account.organisation
    as_made_up(ours)
    form = {"name": "Stroud Fair Future", "address": f"stroud@{OURS}", "unit": stroud_unit.pk}
    bad = as_ada.post("/settings/email/senders/add", form | {"address": "nowhere"})
    listed = as_ada.post("/settings/email/senders/add", form, follow=True).content.decode()
    twice = as_ada.post("/settings/email/senders/add", form).content.decode()
    as_made_up(ours, False)
    unproved = keeping.problem_with(ours.sender_identities.get())
    publish(ours.sending_domains.get())
    looked_up(account)
    proved = keeping.problem_with(ours.sender_identities.get())
    there = Reach(in_seats={"write content": frozenset(seats_beneath(stroud_unit.place_code))})
    elsewhere = Reach(in_seats={"write content": frozenset({stroud.pk + 1000})})
    offered = [keeping.offered(ours, reach) for reach in (there, elsewhere)]
    as_made_up(ours)
    as_ada.post(f"/settings/email/senders/{ours.sender_identities.get().pk}/end")

    assert "Write the address people see as us@example.org." in bad.content.decode()
    assert f"stroud@{OURS}" in listed
    assert "already" in twice
    assert "does not show yet" in unproved
    assert proved == ""
    assert offered == [[ours.sender_identities.get()], []]
    assert "no sender any more" in keeping.problem_with(ours.sender_identities.get())


def test_the_domain_page_shows_each_check_and_looks_again(
    as_ada: Client, account: EmailAccount
) -> None:
    looked_up(account)
    domain = account.organisation.sending_domains.get()
    address = f"/settings/email/domains/{domain.pk}"
    as_made_up(account.organisation)

    page = as_ada.get(address).content.decode()
    waiting = as_ada.post(f"{address}/check", follow=True).content.decode()

    domain.refresh_from_db()
    assert "has no SPF record" in page
    assert judging.MARK + domain.token in page
    assert 'data-copies="record-1-value"' in page
    assert "asks no name server" in waiting
    assert domain.is_waiting
    assert "To mend" in as_ada.get("/settings/email/domains/").content.decode()
