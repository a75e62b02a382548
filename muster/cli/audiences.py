"""`muster audience …` and `muster warehouse …`: counting whom a saved audience finds."""

import time
from typing import Annotated

import typer

from muster.cli import house

audience = typer.Typer(no_args_is_help=True, help="Audiences.")
warehouse = typer.Typer(no_args_is_help=True, help="The DuckDB file beside the database.")


@audience.callback()
def _audience() -> None:
    """Keep `count` a word of its own."""


@warehouse.callback()
def _warehouse() -> None:
    """Keep `feed` a word of its own."""


@audience.command("count")
def count(
    name: Annotated[str, typer.Argument(help="The audience's name.")],
    organisation: Annotated[str, typer.Option(help="The organisation's slug.")] = "",
) -> None:
    """How many people a saved audience finds: in PostgreSQL, and in the warehouse."""
    with house.open_house():
        if not _count(name, organisation):
            raise typer.Exit(1)


def _count(name: str, slug: str) -> bool:
    from muster.audiences import counting, sentence, special, warehouse
    from muster.audiences.models import Audience
    from muster.audiences.rules import Unclear
    from muster.lib.times import now

    kept = Audience.objects.filter(name=name, put_away_at=None).select_related("organisation")
    found = list(kept.filter(organisation__slug=slug) if slug else kept)
    if len(found) != 1:
        wrong = "Several organisations have" if found else "There is no audience"
        typer.echo(f"{wrong} “{name}”. Give --organisation and the name as it is saved.", err=True)
        return False
    one = found[0]
    try:
        special.check_may_look(one.definition, one.organisation)
        typer.echo(sentence.in_words(one.definition, one.organisation))
        began = time.perf_counter()
        figures = counting.figures(one.definition, one.organisation, at=now(), seats=None)
        typer.echo(f"PostgreSQL: {figures.total:,} people, {time.perf_counter() - began:.2f} s")
        began = time.perf_counter()
        total = warehouse.count(one.definition, one.organisation, at=now())
        typer.echo(f"DuckDB: {total:,} people, {time.perf_counter() - began:.2f} s")
    except warehouse.NoWarehouse as none:
        typer.echo(str(none))
    except (Unclear, special.NotAllowed) as unclear:
        typer.echo(str(unclear), err=True)
        return False
    return True


@warehouse.command("feed")
def feed() -> None:
    """Bring the DuckDB file up to what PostgreSQL holds now."""
    with house.open_house():
        from muster.audiences import warehouse
        from muster.lib.times import now

        began = time.perf_counter()
        try:
            fed = warehouse.feed(at=now())
        except warehouse.NoWarehouse as trouble:
            raise house.refuse(str(trouble)) from trouble
        rows = ", ".join(f"{n:,} in {table}" for table, n in fed.rows.items())
        typer.echo(f"{rows}. {time.perf_counter() - began:.1f} s: {warehouse.path()}")
