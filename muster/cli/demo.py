"""`muster demo`: a working campaign on this machine, from nothing, by one command."""

import sys
from typing import Annotated

import typer

from muster.cli import house
from muster.cli.serve import everything, tell, wait_for_all
from muster.lib.supervisor import Program, until_told_to_stop


def demo(
    seats: Annotated[int, typer.Option(min=1, max=650, help="How many target seats.")] = 200,
    supporters: Annotated[int, typer.Option(min=1, help="How many made-up people.")] = 100_000,
    serve: Annotated[bool, typer.Option(help="Go on serving afterwards.")] = True,
) -> None:
    """Real seats, made-up supporters, and one e-mail released to every target seat at one press.

    What is there already is left as it is: a second run is up at once. Ctrl-C stops everything.
    """
    with until_told_to_stop(), everything() as (supervisor, addresses):
        environment = addresses.environment() | {
            "MUSTER_SEATS": str(seats),
            "MUSTER_SUPPORTERS": str(supporters),
            "MUSTER_STAYS_UP": "1" if serve else "",
        }
        # It looks at what is there already while the others are still coming up.
        command = [sys.executable, "-m", "muster.cli.programs.demonstrate"]
        if supervisor.run(Program("demonstrate", command, environment)):
            raise house.refuse(
                "The demonstration is not complete; see above. Run the same again: it goes on"
                " where it stopped."
            )
        if serve:
            wait_for_all(supervisor, addresses)
            tell(addresses)
            supervisor.watch()
