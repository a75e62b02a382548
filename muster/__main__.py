"""`python -m muster` is `muster`."""

from muster.cli import app

app()
