"""`muster organisation …`: where one begins."""

from typing import Annotated

import typer

from muster.cli import house

organisation = typer.Typer(no_args_is_help=True, help="Parties, unions and campaigns.")


@organisation.callback()
def _group() -> None:
    """Keep `begin` a word of its own."""


@organisation.command()
def begin(
    name: Annotated[str, typer.Argument(help="The organisation's name.")],
    admin: Annotated[
        str, typer.Option(metavar="EMAIL", help="Who administers it first: their address.")
    ],
    admin_name: Annotated[str, typer.Option(help="Their name, if the address does not say.")] = "",
    slug: Annotated[str, typer.Option(help="How addresses and commands name it.")] = "",
) -> None:
    """Make an organisation, and a link for its first administrator. Run again, a fresh link."""
    with house.open_house():
        _begin(name, admin, admin_name, slug)


def _begin(name: str, admin: str, admin_name: str, slug: str) -> None:
    from muster.cli.programs.prepare import prepare
    from muster.lib.times import now
    from muster.organisations import beginning, inviting, notices

    prepare()
    asked = beginning.Asked(name, admin, admin_name, slug)
    try:
        invitation, key = beginning.begin(asked, at=now())
    except beginning.CannotBegin as refusal:
        raise house.refuse("\n".join([*refusal.args, "Nothing was changed."])) from refusal
    ours = invitation.organisation
    typer.echo(f"{ours.name} begins. Commands name it {ours.slug}.")
    typer.echo(f"{invitation.name} comes in here, once, within a week, while Muster serves:")
    typer.echo(f"  {notices.address(inviting.path_of(key))}")
    typer.echo("Give the link to them and to nobody else: it makes them administrator.")
