"""The command line: `muster …`."""

import typer

from muster.cli import (
    audiences,
    audit,
    bench,
    demo,
    doctor,
    export,
    go,
    journeys,
    messages,
    organisation,
    people,
    places,
    privacy,
    serve,
    sink,
)

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Muster: digital organising for parties, unions and campaigns.",
)
app.command("demo")(demo.demo)
app.command("serve")(serve.serve)
app.command("work")(serve.work)
app.command("doctor")(doctor.doctor)
app.command("bench")(bench.bench)
app.add_typer(organisation.organisation, name="organisation")
app.add_typer(places.places, name="places")
app.add_typer(people.people, name="people")
app.command("import")(people.take_in)
app.add_typer(export.export, name="export")
app.add_typer(audit.audit, name="audit")
app.add_typer(privacy.privacy, name="privacy")
app.add_typer(audiences.audience, name="audience")
app.add_typer(audiences.warehouse, name="warehouse")
app.add_typer(go.go, name="go")
app.add_typer(journeys.journey, name="journey")
app.add_typer(messages.message, name="message")
app.command("sink")(sink.sink)
