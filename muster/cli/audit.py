"""`muster audit …`: whether the audit's chain holds."""

from typing import Annotated

import typer

from muster.cli import house

audit = typer.Typer(no_args_is_help=True, help="Who did what, chained.")


@audit.callback()
def _group() -> None:
    """Keep `verify` a word of its own."""


@audit.command("verify")
def verify(
    organisation: Annotated[str, typer.Option(help="Its slug; empty: every organisation.")] = "",
) -> None:
    """Go through the whole chain and say where it ends. Exit code 1 if it does not hold."""
    with house.open_house():
        if not _verify(organisation):
            raise typer.Exit(1)


def _verify(slug: str) -> bool:
    from muster.organisations import heads
    from muster.organisations.models import Organisation

    found = Organisation.objects.order_by("slug")
    chosen = list(found.filter(slug=slug) if slug else found)
    if not chosen:
        typer.echo(f"No organisation is called {slug}." if slug else "There is none yet.", err=True)
        return False
    verdicts = [(each, heads.verify(each)) for each in chosen]
    for each, verdict in verdicts:
        if verdict.holds:
            typer.echo(f"{each.slug}: holds, {verdict.number:,} entries, head {verdict.hash}")
        for broken in verdict.breaks:
            typer.echo(f"{each.slug}: does not hold at entry {broken.number}: {broken.what}")
    return all(verdict.holds for _, verdict in verdicts)
