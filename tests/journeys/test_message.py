"""From the first words to the report, in a real browser, with a sink that takes real mail."""

import io
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from muster.actions.models import ActionPage
from muster.content import approving
from muster.messaging import drafting, laying_out, sending
from muster.messaging.finishing import finish_if_done
from muster.messaging.models import Message, Preflight, Sending
from muster.messaging.preflight import looking
from muster.organisations.models import Campaigner, Member, Organisation
from muster.people.models import Person
from tests.conftest import MORNING, signed_in
from tests.messaging.conftest import (
    WORDS,
    _own_sender,
    account,
    agree,
    approver,
    chunks_of,
    crowd,
    mailbox,
    open_page,
    targets,
    wording,
)

__all__ = ["_own_sender", "account", "agree", "approver", "crowd", "mailbox", "targets", "wording"]
pytestmark = pytest.mark.journey


def drawn() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(out, "PNG")
    return out.getvalue()


PICTURE = drawn()


@pytest.fixture
def volunteering(party: Organisation, campaigner: Campaigner) -> ActionPage:
    return open_page(party, campaigner)


@pytest.fixture
def at_work(
    page_as: Any,
    targets: Any,
    volunteering: ActionPage,
    account: Any,
    crowd: list[Person],
    cleo: Person,
) -> Any:
    """Everything a message needs is there: `at_work(member)` is that member's page."""
    return page_as


@pytest.fixture
def newsletter(
    party: Organisation,
    targets: Any,
    volunteering: ActionPage,
    account: Any,
    ada: Member,
    approver: Member,
) -> Message:
    """Written by Ada, approved by another."""
    message = drafting.draft(
        party, WORDS, targets=targets, page=volunteering, account=account, by=ada, at=MORNING
    )
    until = datetime.now(UTC) + timedelta(days=3)
    approving.approve(message.master, approver, MORNING, until)
    return message


def write(page: Page, subject: str) -> None:
    page.get_by_label("Subject", exact=True).fill(subject)


def test_a_message_is_written_fixed_approved_pressed_watched_and_read(
    at_work: Any, ada: Member, approver: Member, live_server: Any, mailbox: Any
) -> None:
    page: Page = at_work(ada)
    page.goto("/messages/")
    page.get_by_role("link", name="Write the first message").click()

    page.get_by_label("Name", exact=True).fill("Saturday")
    write(page, "Saturday in {seats}")
    body = page.get_by_role("textbox", name="Text", exact=True)
    body.fill("Dear ")
    page.get_by_role("button", name="First name").click()
    expect(body).to_have_text("Dear {first_name|friend}")
    page.get_by_label("Words", exact=True).fill("I can help")
    page.get_by_role("button", name="Event").last.click()
    page.get_by_label("What", exact=True).fill("Doors")
    page.get_by_label("When", exact=True).fill("Saturday at ten")
    page.get_by_role("button", name="Move block 3 up").click()
    expect(page.locator(".block-name")).to_have_text(["Text", "Event", "Button"])
    page.get_by_role("button", name="Picture", exact=True).last.click()
    page.get_by_label("What it shows").fill("A full hall")
    hall = {"name": "hall.png", "mimeType": "image/png", "buffer": PICTURE}
    page.get_by_label("Upload a picture").set_input_files(hall)
    page.get_by_role("button", name="Upload", exact=True).click()
    expect(page.locator("#blocks [role=status]")).to_contain_text("The picture is in: 40 × 30")
    expect(page.get_by_label("What it shows")).to_have_value("A full hall")
    expect(page.locator("#preview")).to_contain_text("did you mean {seat}?")
    page.get_by_role("button", name=re.compile("^Make 2 cuts")).click()

    expect(page.locator("#preflight")).to_contain_text("{seats} is not a field")
    page.get_by_role("link", name="Change the words").first.click()
    write(page, "Saturday in {seat}")
    page.get_by_role("button", name="Keep these words").click()
    expect(page.locator(".sentence")).to_contain_text("All 2 seats are ready")
    expect(page.locator("#preflight")).to_contain_text("Waiting for a worker")
    looking.carry_out(Preflight.objects.get().pk, datetime.now(UTC))
    expect(page.locator("#preflight")).to_contain_text("Every picture is said in words")
    expect(page.locator("#flight-sentence")).to_contain_text("Nothing stands in the way,")

    approve_on_a_phone(page, approver, live_server)

    page.reload()
    hold(page, "Send to 8 people")
    expect(page.locator("#standing")).to_have_text("Going out")
    pressed = Sending.objects.get()
    laying_out.lay_out(pressed.pk, datetime.now(UTC))
    expect(page.locator("[data-live=audience]").last).to_have_text("9")
    for chunk in chunks_of(pressed):
        sending.work_chunk(pressed.pk, chunk)
    expect(page.locator("[data-live=delivered]")).to_have_text("8")
    finish_if_done(pressed.pk, datetime.now(UTC))

    expect(page.locator("#standing")).to_have_text("Sent")
    expect(page.locator(".sentence")).to_contain_text("8 people in 2 seats have it")
    expect(page.locator(".hex[data-state=done]")).to_have_count(2)
    assert len(mailbox.mail()) == 8


def approve_on_a_phone(page: Page, approver: Member, live_server: Any) -> None:
    browser = page.context.browser
    assert browser is not None
    phone = browser.new_context(
        base_url=live_server.url, viewport={"width": 390, "height": 844}, has_touch=True
    )
    session = signed_in(approver).cookies["sessionid"].value
    phone.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    theirs = phone.new_page()
    theirs.goto(page.url.split("?")[0])
    theirs.get_by_role("button", name="Approve 2 cuts").tap()
    expect(theirs.locator("#standing")).to_have_text("Approved")
    phone.close()


def hold(page: Page, words: str) -> None:
    button = page.get_by_role("button", name=re.compile(words))
    button.hover()
    page.mouse.down()
    expect(page.locator("#standing")).to_have_text("Going out", timeout=8000)
    page.mouse.up()


def test_a_short_press_sends_nothing_and_the_keyboard_holds_too(
    at_work: Any, ada: Member, approver: Member, newsletter: Any
) -> None:
    page: Page = at_work(ada)
    page.goto(f"/messages/{newsletter.pk}/")
    button = page.get_by_role("button", name=re.compile("Send to 8 people"))

    button.click()
    assert not Sending.objects.exists()

    button.focus()
    page.keyboard.down("Enter")
    expect(page.locator("#standing")).to_have_text("Going out", timeout=8000)
    page.keyboard.up("Enter")


def test_the_map_and_the_table_open_a_seat_beside_them(
    at_work: Any, ada: Member, newsletter: Any
) -> None:
    page: Page = at_work(ada)
    page.goto(f"/messages/{newsletter.pk}/")

    page.locator('.hex[data-code="W07000100"]').click()
    expect(page.locator("#seat h2")).to_have_text("Neath and Swansea East")
    expect(page).to_have_url(re.compile("seat=W07000100"))

    page.locator("#seats").get_by_role("link", name="Stroud").click()
    expect(page.locator("#seat h2")).to_have_text("Stroud")


def test_what_is_typed_before_the_editor_comes_is_kept(at_work: Any, ada: Member) -> None:
    page: Page = at_work(ada)
    held: list[Any] = []
    page.route(re.compile(r"editor\.js"), lambda route: held.append(route))
    page.goto("/messages/write", wait_until="domcontentloaded")
    body = page.get_by_role("textbox", name="Text", exact=True)
    body.fill("Dear all,\nCome <soon>.")
    while not held:
        page.wait_for_timeout(20)

    held[0].continue_()

    expect(page.locator(".rich .ProseMirror p")).to_have_text(["Dear all,", "Come <soon>."])
    expect(page.locator("textarea[name=b0-words]")).to_have_value(
        "<p>Dear all,</p><p>Come &lt;soon&gt;.</p>"
    )
