"""`muster go …`: launches from the command line. Arming is done in the room, with a second step."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from muster.cli import house

if TYPE_CHECKING:
    from muster.cli.launch_words import Acting

go = typer.Typer(no_args_is_help=True, help="Launches: look, hold, stop, press.")

Named = Annotated[str, typer.Argument(metavar="LAUNCH", help="Its number or its name.")]
SeatNamed = Annotated[str, typer.Argument(metavar="SEAT", help="A seat's name or code.")]
As = Annotated[str, typer.Option("--as", metavar="EMAIL", help="Which member you are.")]
Reason = Annotated[str, typer.Option(help="Why, for whoever reads it later.")]


@go.command("list")
def list_all() -> None:
    """Every launch, and how it stands."""
    with _launches():
        from muster.cli import launch_words

        _say(launch_words.every_launch())


@go.command()
def show(launch: Named) -> None:
    """One launch: how it stands, and what stands in its way."""
    with _launches():
        from muster.cli import launch_words

        _say(launch_words.one_launch(launch_words.launch_called(launch)))


@go.command()
def hold(launch: Named, seat: SeatNamed, who: As, reason: Reason = "") -> None:
    """Keep one seat back; what went out stays."""
    with _acting(launch, who, "hold launches", seat) as acting:
        _say(acting.hold(reason))


@go.command()
def release(launch: Named, seat: SeatNamed, who: As) -> None:
    """Let a seat go that was held, if the law still lets it."""
    with _acting(launch, who, "hold launches", seat) as acting:
        _say(acting.release())


@go.command()
def stop(launch: Named, who: As) -> None:
    """Stop everything, within a second."""
    with _acting(launch, who, "hold launches") as acting:
        _say(acting.stop())


@go.command("go-on")
def go_on(launch: Named, who: As) -> None:
    """Let a launch that was stopped go on where it was."""
    with _acting(launch, who, "arm launches") as acting:
        _say(acting.go_on())


@go.command()
def press(launch: Named, who: As) -> None:
    """Go: everything two members armed goes live. Asks for the launch's name."""
    with _acting(launch, who, "arm launches") as acting:
        name = acting.launch.name
        if typer.prompt(f"This goes to {acting.reach()}. Type {name} to press Go") != name:
            raise house.refuse("That is another name: nothing went out.")
        _say(acting.press())


@contextmanager
def _launches() -> Iterator[None]:
    """A database, Django, and refusals in words."""
    with house.open_house():
        from muster.cli.launch_words import REFUSALS

        try:
            yield
        except REFUSALS as refusal:
            raise house.refuse("\n".join(map(str, refusal.args))) from refusal


@contextmanager
def _acting(launch: str, email: str, permission: str, seat: str = "") -> "Iterator[Acting]":
    """Someone who may, about to act on a launch, or on one seat of it."""
    with _launches():
        from muster.cli import launch_words

        yield launch_words.acting(launch, email, permission, seat)


def _say(lines: list[str]) -> None:
    for line in lines:
        typer.echo(line)
