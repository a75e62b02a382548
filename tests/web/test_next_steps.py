"""What needs doing next follows from how things stand."""

from muster.web.next_steps import MOST, Standing, next_steps


def routes(standing: Standing) -> list[str]:
    return [step.route for step in next_steps(standing)]


def test_a_fresh_organisation_is_led_through_what_it_lacks() -> None:
    fresh = Standing(
        people=0,
        targets=0,
        campaigners=0,
        mail_accounts=0,
        members=1,
        leads=0,
        running=0,
        drafts=0,
        may_import=True,
        may_choose_targets=True,
        may_write=True,
    )

    assert routes(fresh) == [
        "settings:campaigners",
        "targets:list",
        "imports:list",
        "settings:email",
        "settings:members",
    ]


def test_a_stopped_message_and_late_volunteers_come_before_all_else() -> None:
    steps = next_steps(Standing(stopped=1, leads=3, leads_late=2, campaigners=0))

    assert [step.state for step in steps[:2]] == ["failed", "failed"]
    assert "2 volunteers" in steps[1].words
    assert len(steps) <= MOST


def test_a_seats_organiser_is_not_asked_for_what_is_head_offices() -> None:
    assert routes(Standing(people=0, targets=0, leads=1)) == ["leads:list"]


def test_when_all_is_set_the_next_thing_is_to_write() -> None:
    ready = Standing(people=9, targets=2, running=0, drafts=0, leads=0, may_write=True)

    assert routes(ready) == ["messages:list"]


def test_what_the_law_gives_days_for_comes_before_what_does_not() -> None:
    late = next_steps(Standing(requests_late=1, requests_soon=2, leads_late=3))
    soon = next_steps(Standing(requests_soon=2, exports_waiting=1, exports_ready=2))

    assert late[0].words == "Answer 1 request about data"
    assert [step.words for step in soon[:3]] == [
        "Answer 2 requests about data",
        "1 export waits for you",
        "2 exports of yours are ready",
    ]
