"""The pages of a message: written, approved, pressed, watched, read."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from muster.actions.models import ActionPage
from muster.audiences import definitions, saving
from muster.channels.models import EmailAccount
from muster.content import approving
from muster.content.models import Approval
from muster.messaging import pressing
from muster.messaging.models import Message, Sending
from muster.organisations.models import Campaigner, Member
from muster.people import filing
from muster.people.models import Person
from muster.places.models import Place, TargetList
from tests.conftest import NOON, signed_in
from tests.messaging.conftest import released


@pytest.fixture
def form(targets: TargetList, page: ActionPage, account: EmailAccount) -> dict[str, Any]:
    return {
        "name": "May",
        "targets": str(targets.pk),
        "page": str(page.pk),
        "account": str(account.pk),
        "subject": "Come along in {seat}",
        "block": ["b0", "b1"],
        "b0-kind": "text",
        "b0-words": "Dear {first_name|friend},\n\nOn **{date}**.",
        "b1-kind": "button",
        "b1-words": "I can help",
        "date": "2026-05-09",
    }


def show(client: Client, message: Message, **query: str) -> str:
    return client.get(reverse("messages:show", args=[message.pk]), query).content.decode()


def test_a_message_is_written_and_cut(
    as_ada: Client, campaigner: Campaigner, form: dict[str, Any]
) -> None:
    answer = as_ada.post(reverse("messages:write"), form, follow=True)

    said = answer.content.decode()
    assert "All <b>2</b> seats are ready." in said
    assert "waits for approval by someone other than Ada Marsh" in said
    assert "ask someone else to approve them" in said


def test_a_message_is_narrowed_to_an_audience_and_tells_whom_it_went_to(
    as_ada: Client, newsletter: Message, ada: Member, crowd: list[Person]
) -> None:
    everyone = definitions.empty()
    kept = saving.make(newsletter.organisation, name="All", definition=everyone, by=ada, at=NOON)
    whom = reverse("messages:whom", args=[newsletter.pk])
    narrowed = as_ada.post(whom, {"audience": kept.pk}, follow=True).content.decode()
    strange = [as_ada.post(whom, {"audience": n}).status_code for n in ("x", "9" * 30, "0")]
    chosen = as_ada.get(reverse("audiences:show", args=[kept.code])).content.decode()
    released(Message.objects.get(pk=newsletter.pk), ada)
    told = show(as_ada, newsletter)
    used = as_ada.get(reverse("audiences:show", args=[kept.code])).content.decode()

    assert "Only to those of these seats who are in" in narrowed
    assert strange == [404, 404, 404]
    assert "Chosen, not sent yet" in chosen
    assert "Went to the audience" in told
    assert "<b>8 people</b> of these seats" in told
    assert "8 people as version 1 found them" in used
    assert reverse("messages:show", args=[newsletter.pk]) in used
    assert as_ada.post(whom, {"audience": ""}).status_code == 409


def test_every_problem_of_every_seat_is_shown(
    as_ada: Client, campaigner: Campaigner, form: dict[str, Any]
) -> None:
    bad = form | {"subject": "Come to {seats}", "date": ""}

    said = as_ada.post(reverse("messages:write"), bad, follow=True).content.decode()

    assert "{seats} is not a field (did you mean {seat}?) in all 2 seats" in said
    assert "No date is chosen for {date} in all 2 seats" in said


def test_nothing_typed_is_lost_when_a_name_is_taken(
    as_ada: Client, campaigner: Campaigner, form: dict[str, Any]
) -> None:
    as_ada.post(reverse("messages:write"), form)

    answer = as_ada.post(reverse("messages:write"), form | {"b0-words": "Two hours of typing"})

    assert answer.status_code == 409
    assert "choose another name" in answer.content.decode()
    assert "Two hours of typing" in answer.content.decode()


def test_the_preview_shows_one_seat_before_anything_is_kept(
    as_ada: Client, campaigner: Campaigner, form: dict[str, Any], neath: Place
) -> None:
    answer = as_ada.post(reverse("messages:preview"), form | {"preview_seat": neath.code})

    said = answer.content.decode()
    assert "Come along in Neath and Swansea East" in said
    assert "Saturday 9 May" in said
    assert not Message.objects.exists()


def test_someone_else_approves_what_they_read(newsletter: Message, approver: Member) -> None:
    Approval.objects.all().delete()
    client = signed_in(approver)
    seen = approving.digest_over(newsletter.master)

    client.post(reverse("messages:approve", args=[newsletter.pk]), {"seen": seen, "hours": "24"})

    assert Approval.objects.get().by == approver
    assert "Approved by Ola Approves" in show(client, newsletter)


def test_words_that_changed_while_reading_are_refused_with_the_reason(
    newsletter: Message, approver: Member
) -> None:
    Approval.objects.all().delete()

    answer = signed_in(approver).post(
        reverse("messages:approve", args=[newsletter.pk]), {"seen": "older", "hours": "24"}
    )

    assert answer.status_code == 409
    assert "changed while you were reading" in answer.content.decode()


def test_the_button_says_how_many(
    newsletter: Message, crowd: list[Person], cleo: Person, as_ada: Client
) -> None:
    said = show(as_ada, newsletter)

    assert "Send to 8 people" in said
    assert "1 would be left out" in said


def test_pressing_twice_is_pressing_once(newsletter: Message, as_ada: Client) -> None:
    address = reverse("messages:press", args=[newsletter.pk])

    as_ada.post(address)
    as_ada.post(address)

    assert Sending.objects.count() == 1


def test_a_press_refused_says_every_reason(newsletter: Message, as_ada: Client) -> None:
    Approval.objects.all().delete()
    ActionPage.objects.update(is_open=False)

    answer = as_ada.post(reverse("messages:press", args=[newsletter.pk]))

    said = answer.content.decode()
    assert answer.status_code == 409
    assert "Ask someone else to approve it." in said
    assert "Open the page that its link leads to." in said


def test_a_released_message_cannot_be_rewritten(
    newsletter: Message, as_ada: Client, ada: Member
) -> None:
    pressing.press(newsletter, by=ada, at=NOON)

    answer = as_ada.get(reverse("messages:words", args=[newsletter.pk]))

    assert answer.headers["Location"] == reverse("messages:show", args=[newsletter.pk])


def test_between_press_and_laying_out_the_page_stands(
    newsletter: Message, as_ada: Client, ada: Member
) -> None:
    pressing.press(newsletter, by=ada, at=NOON)

    page = show(as_ada, newsletter)
    assert "Going out" in page
    assert "The press is on: laying out…" in page
    assert "<span data-once-known hidden>" in page


def test_it_stops_and_goes_on(newsletter: Message, as_ada: Client, ada: Member) -> None:
    sending = pressing.press(newsletter, by=ada, at=NOON)
    Sending.objects.update(state=Sending.State.RELEASING)

    as_ada.post(reverse("messages:stop", args=[newsletter.pk]))
    stopped = show(as_ada, newsletter)
    as_ada.post(reverse("messages:go_on", args=[newsletter.pk]))

    assert "nothing is lost, and nobody gets it twice" in stopped
    assert "Going out" not in stopped
    assert "going out" not in stopped
    assert "state-stopped" in stopped
    sending.refresh_from_db()
    assert sending.state == Sending.State.RELEASING


def test_the_report_adds_up_to_the_audience(
    newsletter: Message, crowd: list[Person], cleo: Person, as_ada: Client, ada: Member
) -> None:
    released(newsletter, ada)

    figures = as_ada.get(reverse("messages:live", args=[newsletter.pk])).json()
    parts = ("delivered", "left_out_total", "failed", "uncertain", "waiting")

    assert sum(figures[part] for part in parts) == figures["audience"] == 9
    assert "<b>8 people</b> in <b>2 seats</b>" in show(as_ada, newsletter)


def test_an_organiser_sees_their_seat_alone(
    newsletter: Message, crowd: list[Person], cleo: Person, as_ben: Client, ada: Member
) -> None:
    released(newsletter, ada)

    said = show(as_ben, newsletter)
    figures = as_ben.get(reverse("messages:live", args=[newsletter.pk])).json()
    ticket = as_ben.get(reverse("messages:ticket", args=[newsletter.pk])).json()

    assert "<b>4 people</b> in <b>1 seat</b>" in said
    assert figures["audience"] == 5
    assert list(figures["seats"]) == ["E14001530"]
    assert ticket == {"address": ""}
    assert "/seats/W07000100" not in said


def test_an_organiser_neither_approves_nor_sends(
    newsletter: Message, as_ben: Client, ben: Member
) -> None:
    said = show(as_ben, newsletter)

    assert "Send to" not in said
    assert "Withdraw the approval" not in said
    for act in ("approve", "press", "stop", "withdraw", "go_on"):
        assert as_ben.post(reverse(f"messages:{act}", args=[newsletter.pk])).status_code in (
            403,
            404,
        )


def test_another_seats_panel_is_not_there_for_an_organiser(
    newsletter: Message, as_ben: Client, stroud: Place, neath: Place
) -> None:
    mine = as_ben.get(reverse("messages:seat", args=[newsletter.pk, stroud.code]))
    other = as_ben.get(reverse("messages:seat", args=[newsletter.pk, neath.code]))

    assert (mine.status_code, other.status_code) == (200, 404)


def test_numbers_by_seat_come_as_a_file(
    newsletter: Message, crowd: list[Person], as_ada: Client, ada: Member
) -> None:
    released(newsletter, ada)

    rows = as_ada.get(reverse("messages:seats_csv", args=[newsletter.pk])).content.decode()

    assert rows.splitlines()[1] == "W07000100,Neath and Swansea East,4,4,0,0,0,0,0"


def test_what_is_lacking_is_said_before_one_writes(as_ada: Client) -> None:
    said = as_ada.get(reverse("messages:write")).content.decode()

    assert "make a target list, open a page to lead to, add a mail account in Settings" in said


def test_the_list_says_how_each_message_stands(newsletter: Message, as_ada: Client) -> None:
    said = as_ada.get(reverse("messages:list")).content.decode()

    assert '<th scope="col">How it stands</th>' in said


def test_a_stopped_messages_seats_say_so_in_the_panel_and_on_the_map(
    newsletter: Message, as_ada: Client, ada: Member, stroud: Place
) -> None:
    Place.objects.filter(pk=stroud.pk).update(hex_q=0, hex_r=0)
    pressing.press(newsletter, by=ada, at=NOON)
    Sending.objects.update(state=Sending.State.STOPPED, stopped_at=NOON)

    page = show(as_ada, newsletter, seat=stroud.code)
    panel = as_ada.get(reverse("messages:seat", args=[newsletter.pk, stroud.code]))

    assert '<span class="badge waiting" data-badge>Stopped</span>' in page
    assert '<span class="badge waiting" data-badge>Stopped</span>' in panel.content.decode()
    assert 'data-state="stopped"' in page


def test_a_stopped_sending_can_be_approved_again_and_go_on(
    newsletter: Message, as_ada: Client, ada: Member, approver: Member
) -> None:
    pressing.press(newsletter, by=ada, at=NOON)
    Sending.objects.update(state=Sending.State.RELEASING)
    as_ada.post(reverse("messages:stop", args=[newsletter.pk]))
    Approval.objects.update(until=NOON)

    refused = as_ada.post(reverse("messages:go_on", args=[newsletter.pk]))
    seen = approving.digest_over(newsletter.master)
    signed_in(approver).post(
        reverse("messages:approve", args=[newsletter.pk]), {"seen": seen, "hours": "24"}
    )
    as_ada.post(reverse("messages:go_on", args=[newsletter.pk]))

    assert refused.status_code == 409
    assert "Its approval has run out" in refused.content.decode()
    assert Sending.objects.get().state == Sending.State.RELEASING


def test_the_approval_of_a_released_message_is_not_withdrawn(
    newsletter: Message, ada: Member, approver: Member
) -> None:
    pressing.press(newsletter, by=ada, at=NOON)

    answer = signed_in(approver).post(reverse("messages:withdraw", args=[newsletter.pk]))

    assert "press Stop to keep the rest back" in answer.content.decode()


def test_without_scripts_a_page_asks_once_more(
    newsletter: Message, crowd: list[Person], as_ada: Client
) -> None:
    said = as_ada.get(reverse("messages:press", args=[newsletter.pk])).content.decode()

    assert "Send to 8 people" in said
    assert "what has arrived has arrived" in said


def test_a_named_person_within_reach_reads_it_in_their_own_seat(
    as_ada: Client, campaigner: Campaigner, form: dict[str, Any], cleo: Person
) -> None:
    filing.file(cleo)
    asked = form | {"as": "cleo", "look": "night", "preview_seat": "none"}

    said = as_ada.post(reverse("messages:preview"), asked).content.decode()

    assert "Dear Cleo," in said
    assert f"As Cleo {cleo.family_name} in" in said
    assert "letter-night" in said
    assert (
        "goes by “zz”"
        in as_ada.post(reverse("messages:preview"), asked | {"as": "zz"}).content.decode()
    )


def test_a_block_is_added_without_script_and_nothing_is_kept(
    as_ada: Client, campaigner: Campaigner, form: dict[str, Any]
) -> None:
    answer = as_ada.post(reverse("messages:write"), form | {"do": "add-event-0"})

    said = answer.content.decode()
    assert (
        said.index("Text, block 1") < said.index("Event, block 2") < said.index("Button, block 3")
    )
    assert "I can help" in said
    assert not Message.objects.exists()
