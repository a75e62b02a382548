"""The Go room's pages: what they say in each state, and what its buttons do."""

import csv
import io
import re
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from muster.content.models import Approval
from muster.launches import readiness
from muster.launches.models import Arming, Item, Launch
from muster.launches.standing import standing
from muster.organisations.models import Member, Organisation
from muster.people.models import Person
from muster.places.models import Place
from tests.conftest import signed_in
from tests.launches.conftest import (  # noqa: F401  fixtures
    _own_pictures,
    _own_sender,
    _rehearsals_here,
    account,
    ads,
    agree,
    approver,
    armed,
    asked,
    candidates,
    crowd,
    dilys,
    launch,
    mailbox,
    page,
    published,
    rehearsed,
    sent,
    social,
    staged,
    targets,
    wording,
)

pytestmark = pytest.mark.django_db
WORDS = re.compile(r"<[^>]*>|\s+")


def now() -> datetime:
    return datetime.now(UTC)


def words_of(answer: Any) -> str:
    """The page as one reads it."""
    return " ".join(WORDS.sub(" ", answer.content.decode()).split())


def room(launch: Launch) -> str:  # noqa: F811
    return reverse("launches:show", args=[launch.pk])


def press(client: Client, act: str, launch: Launch, *more: Any, **form: Any) -> Any:  # noqa: F811
    return client.post(reverse(f"launches:{act}", args=[launch.pk, *more]), form)


def gone(client: Client, launch: Launch, ada: Member, dilys: Member) -> Launch:  # noqa: F811
    """Armed, pressed in the room, sent and published to the end."""
    launch = armed(launch, ada, dilys, now())
    press(client, "press", launch)
    sent(launch)
    published(launch, now())
    return Launch.objects.get(pk=launch.pk)


def test_a_ready_launch_says_so_and_offers_to_be_staged(as_ada: Client, launch: Launch) -> None:  # noqa: F811
    shown = words_of(as_ada.get(room(launch)))

    assert "All 2 seats are ready to be staged." in shown
    assert "Stage 2 seats" in shown
    assert "What stands in the way" not in shown


def test_whose_words_wait_for_approval_is_said_first(
    as_ada: Client,
    launch: Launch,  # noqa: F811
) -> None:
    launch.post.approvals.all().delete()  # type: ignore[union-attr]

    shown = words_of(as_ada.get(room(launch)))

    assert "0 of 2 seats are ready. 2 wait for approval : 2 written by Ada Marsh" in shown
    assert "Post: Waits for approval." in shown


def test_two_members_arm_it_in_the_room_and_one_presses(
    as_ada: Client,
    launch: Launch,  # noqa: F811
    ada: Member,
    dilys: Member,  # noqa: F811
) -> None:
    rehearsed(launch, ada, now())
    assert "Two of you arm it" in words_of(as_ada.get(room(launch)))

    press(as_ada, "arm", launch)
    again = press(as_ada, "arm", launch)

    assert again.status_code == 409
    assert "someone else must arm it too" in words_of(again)
    press(signed_in(dilys), "arm", launch)
    assert Arming.objects.filter(launch=launch).count() == 2
    shown = words_of(as_ada.get(room(launch)))
    assert "2 seats stand armed and sealed" in shown
    assert "armed by Ada Marsh and Dilys Hughes" in shown


def test_nothing_goes_before_it_is_armed(as_ada: Client, launch: Launch) -> None:  # noqa: F811
    refused = press(as_ada, "press", launch)

    assert refused.status_code == 409
    assert "Nothing was changed." in words_of(refused)
    assert standing(launch).went_at is None


def test_pressing_twice_goes_once_and_the_page_is_the_report(
    as_ada: Client,
    launch: Launch,  # noqa: F811
    ada: Member,
    dilys: Member,  # noqa: F811
    crowd: list[Person],  # noqa: F811
    mailbox: Any,  # noqa: F811
) -> None:
    launch = armed(launch, ada, dilys, now())
    before = len(mailbox.mail())

    press(as_ada, "press", launch)
    press(as_ada, "press", launch)
    sent(launch)
    published(launch, now())

    assert len(mailbox.mail()) - before == len(crowd)
    shown = words_of(as_ada.get(room(launch)))
    assert "All 2 seats went live within" in shown
    assert f"{len(crowd)} people have the e-mail" in shown
    assert "Ada Marsh pressed Go" in shown
    assert f"{len(crowd)} e-mails, 2 posts and 2 ads are out." in shown
    assert "None since Go." in shown


def test_a_finished_launch_offers_no_hold_under_the_thumb_and_leads_to_its_page(
    as_ada: Client,
    launch: Launch,  # noqa: F811
    ada: Member,
    dilys: Member,  # noqa: F811
    stroud: Place,
) -> None:
    before = as_ada.get(room(launch)).content.decode()
    chosen = as_ada.get(room(launch) + f"?seat={stroud.code}").content.decode()
    launch = gone(as_ada, launch, ada, dilys)
    after = as_ada.get(room(launch) + f"?seat={stroud.code}").content.decode()

    thumb = re.compile(r'<button[^>]*id="thumb-hold"[^>]*>')
    assert "hidden" in thumb.findall(before)[0], "nobody opened this seat"
    assert "hidden" not in thumb.findall(chosen)[0]
    assert not thumb.search(after)
    assert f"/{launch.page.slug}/{stroud.slug}" in after


def test_a_line_tells_a_seats_organiser_of_their_seat_alone(
    as_ada: Client,
    as_ben: Client,
    launch: Launch,  # noqa: F811
    ada: Member,
    ben: Member,
    dilys: Member,  # noqa: F811
) -> None:
    gone(as_ada, launch, ada, dilys)

    assert "2 of 2 seats live" in words_of(as_ada.get("/go/"))
    assert "1 of 1 seat live" in words_of(as_ben.get("/go/"))


def test_todays_latest_names_the_launch_and_leads_to_it(
    as_ada: Client,
    launch: Launch,  # noqa: F811
    ada: Member,
    dilys: Member,  # noqa: F811
) -> None:
    gone(as_ada, launch, ada, dilys)

    shown = as_ada.get("/").content.decode()

    assert f'<a href="{room(launch)}">Ada Marsh pressed Go: {launch.name}</a>' in shown
    assert "a launch" not in words_of(as_ada.get("/"))


def test_what_one_member_approved_within_a_minute_is_one_line(
    as_ada: Client,
    launch: Launch,  # noqa: F811
) -> None:
    assert re.search(r"approved \d masters", words_of(as_ada.get("/")))


def test_a_day_that_is_past_and_a_name_that_is_taken_are_refused(
    as_ada: Client,
    launch: Launch,  # noqa: F811
) -> None:
    form = {"name": launch.name, "date": "2020-01-01", "targets": launch.target_list_id}

    refused = words_of(as_ada.post(reverse("launches:make"), form))

    assert f"Another launch is called {launch.name}: choose another name." in refused
    assert "That day is past" in refused
    nameless = words_of(as_ada.post(reverse("launches:make"), {"name": ""}))
    assert "Give it a name." in nameless


def test_what_is_on_its_way_to_the_networks_is_a_step_under_way(
    as_ada: Client,
    launch: Launch,  # noqa: F811
) -> None:
    press(as_ada, "stage", launch)

    shown = words_of(as_ada.get(room(launch)))

    assert "Being staged" in shown
    assert "4 posts and ads are on their way to the networks" in shown
    assert "What stands in the way" not in shown


def test_a_seat_is_held_with_a_reason_and_released(
    as_ada: Client,
    launch: Launch,  # noqa: F811
    stroud: Place,
) -> None:
    press(as_ada, "hold", launch, stroud.code, reason="The candidate is ill")

    shown = words_of(as_ada.get(room(launch) + f"?seat={stroud.code}"))
    assert "by Ada Marsh : The candidate is ill" in shown.replace("Ada Marsh:", "Ada Marsh :")
    assert Item.objects.filter(launch=launch, place=stroud, held_at__isnull=False).count() == 4

    press(as_ada, "let_go", launch, stroud.code)
    assert not Item.objects.filter(launch=launch, held_at__isnull=False).exists()


def test_one_kind_alone_can_be_held(as_ada: Client, launch: Launch, stroud: Place) -> None:  # noqa: F811
    press(as_ada, "hold", launch, stroud.code, kind="post")

    held = Item.objects.filter(launch=launch, held_at__isnull=False)
    assert [(item.place, item.kind) for item in held] == [(stroud, "post")]


def test_a_withdrawal_says_what_cannot_be_called_back(
    as_ada: Client,
    launch: Launch,  # noqa: F811
    ada: Member,
    dilys: Member,  # noqa: F811
    stroud: Place,
) -> None:
    launch = gone(as_ada, launch, ada, dilys)

    answer = as_ada.post(
        reverse("launches:withdraw", args=[launch.pk, stroud.code]),
        {"kind": ["email", "ad"], "reason": "A wrong date"},
        follow=True,
    )

    assert "had arrived and cannot be called back" in words_of(answer)


def test_stop_is_in_force_at_once_and_goes_on_from_the_room(
    as_ada: Client,
    launch: Launch,  # noqa: F811
    ada: Member,
    dilys: Member,  # noqa: F811
) -> None:
    launch = armed(launch, ada, dilys, now())
    press(as_ada, "press", launch)

    press(as_ada, "stop", launch)

    assert standing(launch).state == "stopped"
    shown = words_of(as_ada.get(room(launch)))
    assert "Ada Marsh stopped it" in shown
    assert "Go on with" in shown
    press(as_ada, "go_on", launch)
    assert standing(launch).state == "going"


def test_whoever_may_only_look_may_not_stop(
    launch: Launch,  # noqa: F811
    head_office: Any,
    party: Organisation,
) -> None:
    from tests.conftest import join

    viewer = signed_in(join(party, head_office, "Vera Look", "viewer"))

    assert viewer.get(room(launch)).status_code == 200
    assert press(viewer, "stop", launch).status_code == 403


def test_a_seats_organiser_sees_and_holds_only_their_seat(
    as_ben: Client,
    launch: Launch,  # noqa: F811
    ben: Member,
    stroud: Place,
    neath: Place,
) -> None:
    shown = words_of(as_ben.get(room(launch)))
    figures = as_ben.get(reverse("launches:live", args=[launch.pk])).json()

    assert "Stroud" in shown
    assert list(figures["seats"]) == [stroud.code]
    assert press(as_ben, "hold", launch, neath.code).status_code == 404
    assert press(as_ben, "hold", launch, stroud.code).status_code == 302


def test_the_numbers_add_up_on_the_page_and_in_the_file(
    as_ada: Client,
    launch: Launch,  # noqa: F811
    ada: Member,
    dilys: Member,  # noqa: F811
) -> None:
    launch = gone(as_ada, launch, ada, dilys)

    live = as_ada.get(reverse("launches:live", args=[launch.pk])).json()
    file = as_ada.get(reverse("launches:seats_csv", args=[launch.pk])).content
    rows = list(csv.DictReader(io.StringIO(file.decode("utf-8-sig"))))

    ends = ("delivered", "failed", "left_out_total", "uncertain", "waiting")
    assert live["audience"] == sum(live[end] for end in ends) > 0
    assert sum(int(row["email_total"]) for row in rows) == live["audience"]
    assert {row["state"] for row in rows} == {"Live"}


def test_a_reason_that_a_spreadsheet_would_run_is_made_harmless(
    as_ada: Client,
    launch: Launch,  # noqa: F811
    stroud: Place,
) -> None:
    press(as_ada, "hold", launch, stroud.code, reason='=HYPERLINK("http://example.org")')

    file = as_ada.get(reverse("launches:seats_csv", args=[launch.pk])).content.decode()

    assert "'=HYPERLINK" in file
    assert ",=HYPERLINK" not in file
    assert '"=HYPERLINK' not in file


def test_today_tells_what_blocks_a_launch(as_ada: Client, launch: Launch) -> None:  # noqa: F811
    launch.ad.approvals.all().delete()  # type: ignore[union-attr]

    shown = words_of(as_ada.get("/"))

    assert "2 seats of Saturday not ready" in shown
    assert "2 seats wait for approval: 2 written by Ada Marsh" in shown


def test_the_seats_page_shows_its_items(as_ben: Client, launch: Launch, stroud: Place) -> None:  # noqa: F811
    shown = words_of(as_ben.get(reverse("seats:show", kwargs={"slug": stroud.slug})))

    assert "Saturday" in shown
    for kind in ("E-mail", "Post", "Ad", "Page"):
        assert kind in shown


def test_a_launchs_message_is_not_stopped_without_it(
    as_ada: Client,
    launch: Launch,  # noqa: F811
    ada: Member,
    dilys: Member,  # noqa: F811
) -> None:
    launch = armed(launch, ada, dilys, now())
    message = reverse("messages:show", args=[launch.message_id])
    assert "It goes out with Saturday" in words_of(as_ada.get(message))
    press(as_ada, "press", launch)

    refused = as_ada.post(reverse("messages:stop", args=[launch.message_id]))

    assert refused.status_code == 409
    assert standing(launch).state == "going"


class TestTheSecondFactor:
    """Outside a demonstration arming asks for it, fresh within five minutes."""

    @pytest.fixture(autouse=True)
    def _in_earnest(self, party: Organisation, ada: Member) -> None:
        from allauth.mfa.models import Authenticator

        party.is_demonstration = False
        party.save()
        Authenticator.objects.create(user=ada.user, type="totp", data={"secret": "made up"})

    def given(self, client: Client, method: str, seconds_ago: float) -> Client:
        session = client.session
        record = {"method": method, "at": time.time() - seconds_ago}
        session["account_authentication_methods"] = [record]
        session["account_authentication_methods_user"] = session["_auth_user_id"]
        session.save()
        return client

    def test_who_gave_none_lately_is_asked_first(self, as_ada: Client, launch: Launch) -> None:  # noqa: F811
        for client in (as_ada, self.given(as_ada, "mfa", 301), self.given(as_ada, "password", 1)):
            answer = press(client, "arm", launch)
            assert answer.headers["Location"].startswith("/accounts/2fa/reauthenticate/?next=")
        assert not Arming.objects.exists()

    def test_a_fresh_one_arms(self, as_ada: Client, launch: Launch, ada: Member) -> None:  # noqa: F811
        rehearsed(launch, ada, now())

        answer = press(self.given(as_ada, "mfa", 60), "arm", launch)

        assert answer.status_code == 302, words_of(answer)
        arming = Arming.objects.get(launch=launch)
        assert 55 < (arming.at - arming.proved_at).total_seconds() < 65


def test_a_launch_put_away_is_off_the_list_and_can_be_found_at_its_foot(
    launch: Launch,  # noqa: F811
    ada: Member,
) -> None:
    browser = signed_in(ada)

    browser.post(reverse("launches:put_away", args=[launch.pk]), {"reason": "Called off."})
    listed = words_of(browser.get(reverse("launches:list")))

    assert "Nothing is prepared yet." in listed
    assert "1 launch put away" in listed
    assert "Take it out again" in words_of(browser.get(room(launch)))


def test_today_tells_an_approver_what_waits_for_them_and_not_its_author(
    launch: Launch,  # noqa: F811
    ada: Member,
    approver: Member,  # noqa: F811
) -> None:
    Approval.objects.all().delete()
    readiness.forget(launch)

    authors, approvers = (words_of(signed_in(m).get(reverse("today"))) for m in (ada, approver))

    assert f"Approve 5 texts of {launch.name}" in approvers
    assert "texts of" not in authors
