"""`muster people …`: taking in files of people."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from muster.cli import house
from muster.lib.progress import Progress
from muster.lib.words import counted

if TYPE_CHECKING:
    from muster.organisations.models import Organisation
    from muster.people.imports.previewing import Count
    from muster.people.models import Import

people = typer.Typer(no_args_is_help=True, help="Supporters.")
SLUG = Annotated[str, typer.Option(help="The organisation's slug.")]
PRESET = Annotated[
    str,
    typer.Option(help="Whose export it is: nationbuilder, actionnetwork, mailchimp, civicrm, any."),
]
MAP = Annotated[
    list[str] | None,
    typer.Option("--map", help="What a column is: COLUMN=FIELD, for dates COLUMN=FIELD:dmy."),
]
DATES = Annotated[str, typer.Option(help="The order of doubtful dates: dmy, mdy or ymd.")]
ENCODING = Annotated[str, typer.Option(help="What the file is written in, if not guessed right.")]
STATUS = Annotated[
    str, typer.Option(help="Of everyone in one of Mailchimp's files: subscribed, unsubscribed…")
]
SHEET = Annotated[str, typer.Option(help="Which sheet of a workbook; else the first with rows.")]
WINS = Annotated[
    bool,
    typer.Option(
        "--file-wins", help="Names and your own fields overwrite what is known; else fill blanks."
    ),
]
CORRECT = Annotated[
    list[str] | None,
    typer.Option(help="Accept what mistyped addresses meant: gmial.com, others, or all."),
]
PREVIEW = Annotated[bool, typer.Option("--preview", help="Count what it would bring; no more.")]


@people.callback()
def _group() -> None:
    """Keep `import` a word of its own."""


@people.command("import")
def take_in(
    file: Annotated[Path, typer.Argument(help="CSV, Excel workbook or Mailchimp's zip.")],
    organisation: SLUG = "",
    preset: PRESET = "",
    map_: MAP = None,
    dates: DATES = "",
    encoding: ENCODING = "",
    status: STATUS = "",
    sheet: SHEET = "",
    file_wins: WINS = False,
    correct: CORRECT = None,
    preview: PREVIEW = False,
) -> None:
    """Take in a file of people. Run again after a crash, it goes on where it stopped."""
    if not file.is_file():
        typer.echo(f"There is no file {file}.", err=True)
        raise typer.Exit(1)
    how: dict[str, Any] = {"preset": preset, "encoding": encoding, "dates": dates, "status": status}
    how |= {"sheet": sheet, "file_wins": file_wins, "corrected": correct or []}
    with house.open_house():
        ours = _organisation(organisation)
        if ours is None or not _take_in(file, ours, map_ or [], preview=preview, **how):
            raise typer.Exit(1)


def _organisation(slug: str) -> "Organisation | None":
    from muster.organisations.models import Organisation

    organisation = Organisation.objects.filter(slug=slug).first()
    if organisation is None:
        there = ", ".join(Organisation.objects.order_by("slug").values_list("slug", flat=True))
        wrong = f"No organisation is called {slug}." if slug else "Say whose people they are."
        choice = f"Give --organisation one of: {there}." if there else "There is none here yet."
        typer.echo(f"{wrong} {choice}", err=True)
    return organisation


def _take_in(
    file: Path, organisation: "Organisation", said: list[str], *, preview: bool, **how: Any
) -> bool:
    from muster.lib.times import now
    from muster.people.imports import importing, previewing
    from muster.people.imports.saving import CannotImport

    with file.open("rb") as opened:
        chunks = iter(lambda: opened.read(1 << 20), b"")
        try:
            begun = importing.begin_or_resume(organisation, chunks, name=file.name, at=now())
            if begun.started_at is None:
                importing.settle(begun, said, at=now(), **how)
                _show_columns(begun)
        except CannotImport as problem:
            typer.echo("\n".join(problem.args), err=True)
            return False
    if preview:
        _show_count(previewing.kept(begun, progress=Progress))
        return True
    return _report(importing.take_in(begun.pk, progress=Progress))


def _show_columns(begun: "Import") -> None:
    from muster.people.imports import said_columns

    for line in (*begun.notes, *said_columns.shown(begun)):
        typer.echo(line)


def _show_count(count: "Count") -> None:
    from muster.people.imports import typos

    typer.echo(
        f"{count.rows:,} rows: {counted(count.people, 'person', 'people')} would come in,"
        f" {count.made:,} new; {count.matched:,} rows known, {count.changed:,} of them would gain"
        f" something; {count.refused:,} refused, {count.suppressed:,} asked to be left alone,"
        f" {count.unproved:,} yeses without proof. Nothing was written."
    )
    if count.overwritten:
        whose = counted(count.overwritten, "person", "people")
        typer.echo(f"A name or a field of your own would be overwritten for {whose}.")
    for group, rows in sorted(count.slips.items(), key=lambda one: -one[1])[:20]:
        meant = typos.meant_by(group) or "see them in the browser"
        typer.echo(
            f"  {counted(rows, 'address', 'addresses')} may be mistyped: {group} ({meant});"
            f" --correct {group} accepts what was meant."
        )


def _report(taken: "Import") -> bool:
    if taken.problem:
        typer.echo(taken.problem, err=True)
        return False
    rows, made = counted(taken.rows, "row", "rows"), counted(taken.made, "new person", "new people")
    typer.echo(
        f"{rows}: {made}, {taken.matched:,} known already, {taken.changed:,} gained something,"
        f" {taken.refused:,} refused, {taken.consents:,} consents."
    )
    if taken.state == taken.State.STOPPED:
        who = taken.stopped_by.name if taken.stopped_by else "Someone"
        typer.echo(
            f"{who} stopped it: what is in stays in. The same command goes on with the next row,"
            " and so does Go on in the browser.",
            err=True,
        )
    if taken.overwritten:
        whose = counted(taken.overwritten, "person", "people")
        typer.echo(f"A name or a field of your own was overwritten for {whose}.")
    if taken.unplaced:
        typer.echo(
            f"{counted(taken.unplaced, 'new person has', 'new people have')} no seat:"
            " missing postcodes, or ones that are not known."
        )
    for refusal in taken.refusals.order_by("line")[:20]:
        typer.echo(f"  line {refusal.line}: {refusal.reason}")
    return bool(taken.state != taken.State.STOPPED)
