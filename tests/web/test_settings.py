"""Settings in the browser: clear words for bad input, and refusals that say why."""

from datetime import timedelta

from django.test import Client

from muster.channels import telling
from muster.channels.models import EmailAccount
from muster.channels.telling import Told, What
from muster.lib.times import now
from muster.messaging.models import News
from muster.messaging.news import keeping
from muster.organisations.models import Campaigner, Member, Organisation, Unit
from muster.places.models import Place


def words(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined]


def test_bad_input_gets_clear_words(as_ada: Client, stroud_unit: Unit) -> None:
    form = {"name": "Ines", "email": "ines", "kind": "king", "unit": "", "until": "soon"}

    page = words(as_ada.post("/settings/members/invite", form))

    assert "Write an address: ada@example.org." in page
    assert "Write the day as 2026-05-07." in page
    assert "Write why, in a few words." in page
    assert 'aria-invalid="true"' in page


def test_the_last_administrator_is_refused_with_the_reason(as_ada: Client, ada: Member) -> None:
    page = words(as_ada.post(f"/settings/members/{ada.code}/end", {"reason": "Leaves"}))

    assert "only administrator for good" in page
    assert "Nothing was changed." in page


def test_a_place_is_found_by_its_name(
    as_ada: Client, party: Organisation, head_office: Unit, neath: Place
) -> None:
    form = {"name": "Neath party", "kind": "seat", "parent": head_office.pk}

    unknown = words(as_ada.post("/settings/units/add", form | {"place": "Nowhere"}))
    as_ada.post("/settings/units/add", form | {"place": "neath and swansea east"})

    assert "No seat, region or nation is named Nowhere" in unknown
    assert party.units.get(name="Neath party").place_code == neath.code


def test_the_imprint_reads_as_it_will_be_read(as_ada: Client, campaigner: Campaigner) -> None:
    line = "Promoted by R. Okafor, 1 High Street, Stroud GL5 1AA"

    typed = as_ada.post("/settings/campaigners/imprint", {"promoter": "<b>", "address": "2 Road"})

    assert line in words(as_ada.get(f"/settings/campaigners/{campaigner.pk}"))
    assert "Promoted by &lt;b&gt;, 2 Road." in words(typed)


def test_what_is_no_colour_is_refused(as_ada: Client, party: Organisation) -> None:
    page = words(as_ada.post("/settings/", {"name": "Fair Future", "accent": "reddish"}))

    party.refresh_from_db()
    assert "Choose a colour" in page
    assert party.accent == "#b8123f"


def test_a_mail_account_is_added(as_ada: Client, party: Organisation) -> None:
    form = {
        "name": "Post",
        "host": "mail.example.org",
        "port": "25",
        "from_name": "Fair Future",
        "from_address": "us@example.org",
        "connections": "4",
    }

    page = words(as_ada.post("/settings/email/add/smtp", form, follow=True))

    assert "mail.example.org:25" in page


def test_a_number_out_of_its_limits_is_refused_in_our_words(as_ada: Client) -> None:
    form = {"port": "0", "connections": "many"}

    page = words(as_ada.post("/settings/email/add/smtp", form))

    assert "Write a whole number from 1 to 65,535." in page
    assert "Write a whole number from 1 to 64." in page
    assert "Ensure this" not in page


def test_an_account_with_a_service_says_where_it_is_told_what_came_back(
    as_ada: Client, party: Organisation
) -> None:
    account = EmailAccount.objects.create(
        organisation=party,
        name="Bulk",
        provider="ses",
        from_name="Us",
        from_address="us@example.org",
    )
    link = "https://sns.eu-west-2.amazonaws.com/?Action=ConfirmSubscription&Token=23"
    asked = keeping.rows(account.pk, [Told("a", What.ASKED, words=link)], at=now())
    heard = keeping.rows(account.pk, [Told("b", What.ARRIVED)], at=now() - timedelta(hours=1))
    News.objects.bulk_create(
        News(
            organisation=party,
            account=account,
            **{k: row[k] for k in row if k not in ("account", "sending")},
        )
        for row in asked + heard
    )

    page = words(as_ada.get(f"/settings/email/{account.pk}"))

    assert telling.address_of(account) in page
    assert "Say yes at Amazon" in page
    assert "<b>1</b> arrived" in page
