"""`muster places …`: seats, results and postcodes from files."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from muster.cli import house
from muster.lib.progress import Progress

if TYPE_CHECKING:
    from muster.places.loading import Loaded

places = typer.Typer(no_args_is_help=True, help="Seats, results and postcodes.")
SHOWN = 20


@places.callback()
def _group() -> None:
    """Keep `load` a word of its own."""


@places.command()
def load(
    files: Annotated[
        list[Path] | None, typer.Argument(help="CSV, zipped or not; GeoJSON for outlines.")
    ] = None,
    election: Annotated[str, typer.Option(help="Code of the election, where no file says.")] = "",
    name: Annotated[str, typer.Option(help="Its name.")] = "",
    held_on: Annotated[str, typer.Option(help="Its day, as 2024-07-04.")] = "",
    country: Annotated[str, typer.Option(help="Two letters, as DE.")] = "",
) -> None:
    """Take in places, parties, results or postcodes; with no file, the United Kingdom."""
    says = {"election": election, "name": name, "held on": held_on, "country": country}
    with house.open_house():
        if not _load(files or [], {k: v for k, v in says.items() if v}):
            raise typer.Exit(1)


def _load(files: list[Path], says: dict[str, str]) -> bool:
    """Load each file; a file that can't be taken in doesn't keep the others out."""
    from muster.places import loading

    if not files:
        for loaded in loading.load_packaged(Progress):
            _tell(loaded)
        return True
    good = True
    for path in files:
        try:
            _tell(loading.load_file(path, says=says, progress=Progress))
        except loading.CannotLoad as problem:
            good = False
            typer.echo(f"{problem} Nothing of it was loaded.", err=True)
    return good


def _tell(loaded: "Loaded") -> None:
    typer.echo(loaded.words)
    for line, text, reason in loaded.refused[:SHOWN]:
        typer.echo(f"  {loaded.name}, line {line}: {reason}  [{text[:80]}]")
    if len(loaded.refused) > SHOWN:
        typer.echo(f"  and {len(loaded.refused) - SHOWN:,} more, all kept with their reasons.")
