"""`muster message …`: messages looked at, sent, planned, stopped and let go on."""

from collections.abc import Callable
from typing import Annotated

import typer

from muster.cli import house

message = typer.Typer(no_args_is_help=True, help="Messages: look, send, plan, stop, go on.")
MARKS = {"block": "✗", "warn": "△", "ok": "✓", "skipped": "–"}


Named = Annotated[str, typer.Argument(metavar="MESSAGE", help="Its name.")]
As = Annotated[str, typer.Option("--as", metavar="EMAIL", help="Which member you are.")]
Of = Annotated[str, typer.Option("--organisation", help="The organisation's slug.")]
Spread = Annotated[float, typer.Option("--spread", help="Over how many hours it goes out evenly.")]
Share = Annotated[int, typer.Option("--share", help="Per cent who get it first, at random.")]
Rest = Annotated[float, typer.Option("--rest-after", help="Hours after which the rest follows.")]


@message.command("list")
def list_all(organisation: Of = "") -> None:
    """Every message, and how it stands."""
    with house.open_house():
        from muster.cli import message_words

        _say(lambda: message_words.every_message(organisation))


@message.command()
def show(message: Named, organisation: Of = "") -> None:
    """One message: how it stands, and what stands in its way."""
    with house.open_house():
        from muster.cli import message_words

        _say(lambda: message_words.shown(message, organisation))


@message.command()
def send(
    message: Named,
    who: As,
    organisation: Of = "",
    spread: Spread = 0,
    share: Share = 0,
    rest_after: Rest = 0,
) -> None:
    """Send it now. Saying it twice is saying it once."""
    _send(message, organisation, who, "", spread, share, rest_after)


@message.command()
def plan(
    message: Named,
    when: Annotated[str, typer.Argument(help="As 2026-12-01T18:30, by the organisation's clock.")],
    who: As,
    organisation: Of = "",
    spread: Spread = 0,
    share: Share = 0,
    rest_after: Rest = 0,
) -> None:
    """Have it go out at a time to come; a plan there was is changed for this one."""
    _send(message, organisation, who, when, spread, share, rest_after)


@message.command("call-off")
def call_off(message: Named, who: As, organisation: Of = "") -> None:
    """Let nothing go out by itself."""
    with house.open_house():
        from muster.cli import message_words

        _say(lambda: message_words.call_off(message, organisation, who))


@message.command()
def stop(message: Named, who: As, organisation: Of = "") -> None:
    """Stop it, within a second; what went out stays."""
    with house.open_house():
        from muster.cli import message_words

        _say(lambda: message_words.stop(message, organisation, who))


@message.command("go-on")
def go_on(message: Named, who: As, organisation: Of = "") -> None:
    """Let a stopped one go on where it was."""
    with house.open_house():
        from muster.cli import message_words

        _say(lambda: message_words.go_on(message, organisation, who))


def _send(
    name: str, slug: str, who: str, when: str, spread: float, share: int, rest_after: float
) -> None:
    with house.open_house():
        from muster.cli import message_words

        def act() -> list[str]:
            timing = message_words.timing_of(name, slug, when, spread, share, rest_after)
            return message_words.send(name, slug, who, timing)

        _say(act)


def _say(act: Callable[[], list[str]]) -> None:
    from muster.cli import message_words

    try:
        lines = act()
    except message_words.REFUSALS as refusal:
        for reason in refusal.args:
            typer.echo(reason, err=True)
        raise typer.Exit(1) from None
    for line in lines:
        typer.echo(line)


@message.command("preflight")
def preflight(
    name: Annotated[str, typer.Argument(help="The message's name.")],
    organisation: Annotated[str, typer.Option(help="The organisation's slug.")] = "",
    close: Annotated[
        bool, typer.Option(help="Look closely: letters, links, filters, people.")
    ] = True,
) -> None:
    """What stands in a message's way and what to look at; ends with 1 where something stands."""
    with house.open_house():
        if not _look(name, organisation, close):
            raise typer.Exit(1)


def _look(name: str, slug: str, close: bool) -> bool:
    from muster.lib.times import now
    from muster.messaging.models import Message
    from muster.messaging.preflight import looking
    from muster.messaging.preflight.finding import BLOCK, sentence

    kept = Message.objects.filter(master__name=name).select_related("organisation", "master")
    found = list(kept.filter(organisation__slug=slug) if slug else kept)
    if len(found) != 1:
        wrong = "Several organisations have" if found else "There is no message"
        typer.echo(f"{wrong} “{name}”. Give --organisation and the name as it is kept.", err=True)
        return False
    if close:
        run = looking.ask(found[0], None, now())
        looking.carry_out(run.pk, now())
    told = looking.preflight(found[0], now())
    typer.echo(sentence(told, is_whole=close))
    for one in told:
        typer.echo(f"{MARKS[one.state]} {one.code}: {one.words}")
    return all(one.state != BLOCK for one in told)
