"""Messages: who may write, read, approve, press and stop, and in which seats."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from muster.actions.models import ActionPage
from muster.channels.models import EmailAccount
from muster.content import approving, masters
from muster.messaging import drafting
from muster.messaging.models import Message, Sending
from muster.places.models import Election, Party, Target, TargetList
from tests.wrong_people import Route
from tests.wrong_people.world import World

NAME = "Doors in the rain"
AT = datetime(2026, 5, 4, 9, tzinfo=UTC)


def message_in_stroud(w: World) -> Message:
    """A message for Stroud alone, written by Ben, which Ada may therefore approve."""
    there = Message.objects.filter(organisation=w.party, master__name=NAME).first()
    if there is not None:
        return there
    words = masters.Words(
        NAME, "Come along in {seat}", "On {date}.", "I can help", date(2026, 5, 9)
    )
    return drafting.draft(
        w.party,
        words,
        targets=stroud_alone(w),
        page=ActionPage.objects.create(
            organisation=w.party,
            kind="volunteer",
            slug="doors",
            title="Volunteer in {seat}",
            campaigner=w.campaigner,
            is_open=True,
        ),
        account=EmailAccount.objects.create(
            organisation=w.party,
            name="Post",
            host="127.0.0.1",
            port=8425,
            from_name="Fair Future",
            from_address="hello@fair-future.example",
        ),
        by=w.ben,
        at=AT,
    )


def stroud_alone(w: World) -> TargetList:
    """A list of that one seat; the same at every asking."""
    there = TargetList.objects.filter(organisation=w.party, name="Stroud alone").first()
    if there is not None:
        return there
    targets = TargetList.objects.create(
        organisation=w.party,
        name="Stroud alone",
        party=Party.objects.get_or_create(code="FF", defaults={"name": "Fair Future"})[0],
        election=Election.objects.get_or_create(
            code="test", defaults={"name": "The last one", "held_on": date(2019, 12, 12)}
        )[0],
        inputs={},
        made_by=w.ada,
        made_at=AT,
    )
    Target.objects.create(
        target_list=targets,
        place=w.stroud,
        rank=1,
        lead=-5_611,
        swing_needed=5.4,
        chance=0.4,
        gain=0.01,
    )
    return targets


def approved(w: World) -> Message:
    message = message_in_stroud(w)
    at = datetime.now(UTC)
    approving.approve(message.master, w.ada, at, at + timedelta(days=1))
    return message


def pressed(w: World) -> Message:
    message = message_in_stroud(w)
    Sending.objects.get_or_create(
        organisation=w.party,
        message=message,
        state=Sending.State.FINISHED,
        defaults={
            "month": date(2026, 5, 1),
            "pressed_by": w.ada,
            "pressed_at": AT,
            "finished_at": AT,
        },
    )
    return message


def words(w: World) -> dict[str, Any]:
    return {
        "name": "Another",
        "subject": "S",
        "block": ["b0"],
        "b0-kind": "text",
        "b0-words": "B",
        "targets": message_in_stroud(w).target_list_id,
        "preview_seat": w.stroud.code,
    }


def of(make: Any, **more: Any) -> Any:
    return lambda w: {"id": make(w).pk} | {name: value(w) for name, value in more.items()}


def standing(w: World) -> dict[str, Any]:
    """No arguments, but the message is there before the page is asked for."""
    message_in_stroud(w)
    return {}


ROUTES = [
    Route(
        "messages:list",
        args=standing,
        hides=lambda w: [message_in_stroud(w).master.name],
        rival="kept",
        other_seat="kept",
    ),
    Route(
        "messages:write",
        args=standing,
        methods=("GET", "POST"),
        post=words,
        hides=lambda w: [stroud_name(w)],
        rival="kept",
    ),
    Route(
        "messages:preview",
        methods=("POST",),
        post=words,
        hides=lambda w: ["Ready in Stroud"],
        rival="kept",
    ),
    Route("messages:show", args=of(message_in_stroud)),
    Route("messages:words", args=of(message_in_stroud), methods=("GET", "POST"), post=words),
    Route(
        "messages:test",
        args=of(message_in_stroud),
        methods=("GET", "POST"),
        post=lambda w: {"seat": w.stroud.code},
    ),
    Route(
        "messages:seeds",
        args=of(message_in_stroud),
        methods=("POST",),
        post=lambda w: {"addresses": "seed@example.org"},
    ),
    Route("messages:seat", args=of(message_in_stroud, code=lambda w: w.stroud.code)),
    Route(
        "messages:approve",
        args=of(message_in_stroud),
        methods=("POST",),
        post=lambda w: {
            "hours": "24",
            "seen": approving.digest_over(message_in_stroud(w).master),
        },
    ),
    Route("messages:withdraw", args=of(approved), methods=("POST",)),
    Route("messages:press", args=of(approved), methods=("GET", "POST")),
    Route("messages:call_off", args=of(approved), methods=("POST",)),
    Route("messages:urgent", args=of(approved), methods=("POST",)),
    Route("messages:rest", args=of(pressed), methods=("POST",)),
    Route("messages:hold_rest", args=of(pressed), methods=("POST",)),
    Route("messages:give_up", args=of(pressed), methods=("POST",), post=lambda w: {"why": "Over"}),
    Route("messages:whom", args=of(message_in_stroud), methods=("POST",), post=lambda w: {}),
    Route("messages:sender", args=of(message_in_stroud), methods=("POST",), post=lambda w: {}),
    Route("messages:preflight", args=of(message_in_stroud), methods=("GET", "POST")),
    Route("messages:stop", args=of(pressed), methods=("POST",)),
    Route("messages:go_on", args=of(pressed), methods=("POST",)),
    Route(
        "messages:resolve",
        args=of(pressed, code=lambda w: w.cleo.code),
        methods=("POST",),
        post=lambda w: {"arrived": "yes"},
    ),
    Route("messages:live", args=of(pressed)),
    Route("messages:flow", args=of(pressed)),
    Route("messages:ticket", args=of(pressed)),
    Route("messages:seats_csv", args=of(pressed)),
]


def stroud_name(w: World) -> str:
    targets = message_in_stroud(w).target_list
    assert targets is not None
    return targets.name
