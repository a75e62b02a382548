"""`muster message …`: looking at a message before it goes out."""

from typing import Annotated

import typer

from muster.cli import house

message = typer.Typer(no_args_is_help=True, help="Messages.")
MARKS = {"block": "✗", "warn": "△", "ok": "✓", "skipped": "–"}


@message.callback()
def _message() -> None:
    """Keep `preflight` a word of its own."""


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
