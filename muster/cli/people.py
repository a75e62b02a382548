"""`muster people …`: taking in files of people."""

from pathlib import Path
from typing import Annotated

import typer

from muster.cli import house
from muster.lib.progress import Progress
from muster.lib.words import counted

people = typer.Typer(no_args_is_help=True, help="Supporters.")


@people.callback()
def _group() -> None:
    """Keep `import` a word of its own."""


@people.command("import")
def take_in(
    file: Annotated[Path, typer.Argument(help="CSV in UTF-8, of the template's columns.")],
    organisation: Annotated[str, typer.Option(help="The organisation's slug.")] = "",
) -> None:
    """Take in a file of people. Run again after a crash, it goes on where it stopped."""
    if not file.is_file():
        typer.echo(f"There is no file {file}.", err=True)
        raise typer.Exit(1)
    with house.open_house():
        if not _take_in(file, organisation):
            raise typer.Exit(1)


def _take_in(file: Path, slug: str) -> bool:
    from muster.lib.times import now
    from muster.organisations.models import Organisation
    from muster.people import importing
    from muster.people.saving import CannotImport

    organisation = Organisation.objects.filter(slug=slug).first()
    if organisation is None:
        there = ", ".join(Organisation.objects.order_by("slug").values_list("slug", flat=True))
        wrong = f"No organisation is called {slug}." if slug else "Say whose people they are."
        choice = f"Give --organisation one of: {there}." if there else "There is none here yet."
        typer.echo(f"{wrong} {choice}", err=True)
        return False
    with file.open("rb") as opened:
        chunks = iter(lambda: opened.read(1 << 20), b"")
        try:
            begun = importing.begin_or_resume(organisation, chunks, name=file.name, at=now())
        except CannotImport as problem:
            typer.echo(str(problem), err=True)
            return False
    taken = importing.take_in(begun.pk, progress=Progress)
    if taken.problem:
        typer.echo(taken.problem, err=True)
        return False
    typer.echo(
        f"{taken.rows:,} rows: {taken.made:,} new people, {taken.matched:,} known already,"
        f" {taken.refused:,} refused, {taken.consents:,} consents."
    )
    if taken.unplaced:
        typer.echo(
            f"{counted(taken.unplaced, 'new person has', 'new people have')} no seat:"
            " their postcodes are missing or not known."
        )
    for refusal in taken.refusals.order_by("line")[:20]:
        typer.echo(f"  line {refusal.line}: {refusal.reason}")
    return True
