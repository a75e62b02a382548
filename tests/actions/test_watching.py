"""A ticket to live arrivals shows what its holder may see, and no more."""

from django.test import Client
from django.urls import reverse

from muster.lib import tickets
from muster.lib.times import now
from muster.places.models import Place


def ticket_of(client: Client) -> tickets.Ticket:
    address = client.get(reverse("leads:ticket")).json()["address"]
    return tickets.read(address.rpartition("/")[2], at=now())


def test_a_seat_organiser_watches_their_seat(as_ben: Client, stroud: Place, neath: Place) -> None:
    ticket = ticket_of(as_ben)

    assert ticket.shows(stroud.pk)
    assert not ticket.shows(neath.pk)
    assert not ticket.shows(None)


def test_head_office_watches_everywhere(as_ada: Client, neath: Place) -> None:
    ticket = ticket_of(as_ada)

    assert ticket.shows(neath.pk)
    assert ticket.shows(None)


def test_a_rival_watches_their_own_house_only(
    as_drew: Client, as_ada: Client, stroud: Place
) -> None:
    assert ticket_of(as_drew).organisation_id != ticket_of(as_ada).organisation_id
