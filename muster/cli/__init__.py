"""The command line: `muster …`."""

import typer

from muster.cli import bench, doctor, serve

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Muster: digital organising for parties, unions and campaigns.",
)
app.command("serve")(serve.serve)
app.command("work")(serve.work)
app.command("doctor")(doctor.doctor)
app.command("bench")(bench.bench)
