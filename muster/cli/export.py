"""`muster export …`: taking lists out of the house, with a reason that the audit keeps."""

import getpass
from pathlib import Path
from typing import Annotated

import typer

from muster.cli import house
from muster.lib.words import counted

export = typer.Typer(no_args_is_help=True, help="Lists as files.")


@export.callback()
def _group() -> None:
    """Keep `people` a word of its own."""


@export.command("people")
def people(
    out: Annotated[Path, typer.Option(help="The file to write; it must not be there yet.")],
    because: Annotated[str, typer.Option(help="Why: the audit keeps it.")] = "",
    organisation: Annotated[str, typer.Option(help="The organisation's slug.")] = "",
    format: Annotated[str, typer.Option(help="csv or parquet.")] = "csv",
    audience: Annotated[str, typer.Option(help="Only this audience, by name.")] = "",
) -> None:
    """Write people to a file. Special data stays in the house."""
    with house.open_house():
        _export(out, because, organisation, format, audience)


def _export(out: Path, because: str, slug: str, format: str, audience: str) -> None:
    from muster.lib.times import now
    from muster.organisations.models import Organisation
    from muster.privacy import by_shell, choosing

    found = Organisation.objects.filter(slug=slug).first()
    if found is None:
        there = ", ".join(Organisation.objects.order_by("slug").values_list("slug", flat=True))
        raise house.refuse(f"Give --organisation one of: {there or 'there is none here yet'}.")
    try:
        kind, number = choosing.named(found, audience) if audience else ("", None)
        chosen = choosing.chosen(found, kind, number)
        count = by_shell.take_out(
            found,
            chosen.people,
            out,
            format=format,
            because=because,
            shell_user=getpass.getuser(),
            at=now(),
        )
    except (by_shell.CannotTake, choosing.NoSuchChoice) as refusal:
        raise house.refuse(str(refusal)) from refusal
    typer.echo(f"{counted(count, 'person', 'people')} in {out}. {chosen.words}.")
