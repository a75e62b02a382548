"""`muster journey …`: journeys from the command line. Their steps are edited on their pages."""

from typing import Annotated

import typer

from muster.cli import house

journey = typer.Typer(no_args_is_help=True, help="Journeys: look, start, pause, go on, end.")

Named = Annotated[str, typer.Argument(metavar="JOURNEY", help="Its name.")]
As = Annotated[str, typer.Option("--as", metavar="EMAIL", help="Which member you are.")]
Of = Annotated[str, typer.Option("--organisation", help="The organisation's slug.")]


@journey.command("list")
def list_all(organisation: Of = "") -> None:
    """Every journey, and how many are on it."""
    with house.open_house():
        from muster.cli import journey_words

        _say(journey_words.every_journey(organisation))


@journey.command()
def show(journey: Named, organisation: Of = "") -> None:
    """One journey: its steps, how many passed each and wait there, what stands in its way."""
    _do("show", journey, organisation, "")


@journey.command()
def start(journey: Named, who: As, organisation: Of = "") -> None:
    """Let people enter from now on."""
    _do("start", journey, organisation, who)


@journey.command()
def pause(journey: Named, who: As, organisation: Of = "") -> None:
    """Nobody takes another step until it goes on."""
    _do("pause", journey, organisation, who)


@journey.command("go-on")
def go_on(journey: Named, who: As, organisation: Of = "") -> None:
    """Let it go on from where everybody stood."""
    _do("go-on", journey, organisation, who)


@journey.command()
def end(journey: Named, who: As, organisation: Of = "") -> None:
    """For good: whoever is on it is out of it."""
    _do("end", journey, organisation, who)


def _do(act: str, name: str, slug: str, who: str) -> None:
    with house.open_house():
        from muster.cli import journey_words

        try:
            _say(journey_words.do(act, name, slug, who))
        except journey_words.REFUSALS as refusal:
            for reason in refusal.args:
                typer.echo(reason, err=True)
            raise typer.Exit(1) from None


def _say(lines: list[str]) -> None:
    for line in lines:
        typer.echo(line)
