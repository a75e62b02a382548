"""`muster privacy …`: erasing again whoever was erased since a restored backup was made."""

from pathlib import Path
from typing import Annotated

import typer

from muster.cli import house
from muster.lib.words import counted

privacy = typer.Typer(no_args_is_help=True, help="Promises of privacy.")


@privacy.callback()
def _group() -> None:
    """Keep `reapply-erasures` a word of its own."""


@privacy.command("reapply-erasures")
def reapply_erasures(
    file: Annotated[Path | None, typer.Argument(help="Default: var/erasures.jsonl.")] = None,
) -> None:
    """After a restore: erase again whoever was erased since. Running it twice does no harm."""
    path = file or house.var() / "erasures.jsonl"
    if not path.is_file():
        raise house.refuse(f"There is no file {path}. Nothing was done.")
    with house.open_house():
        _reapply(path)


def _reapply(path: Path) -> None:
    from muster.lib.times import now
    from muster.people import reapplying, tombstones

    try:
        erasures = list(tombstones.read(path))
    except tombstones.Garbled as refusal:
        raise house.refuse(str(refusal)) from refusal
    done = reapplying.reapply(erasures, at=now())
    typer.echo(
        f"{counted(done.read, 'erasure', 'erasures')} read:"
        f" {counted(done.erased, 'person was', 'people were')} there again and erased,"
        f" {counted(done.stopped, 'address', 'addresses')} stopped again."
    )
