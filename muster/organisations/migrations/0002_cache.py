from django.db import migrations

TABLE = "organisations_cache"


def make(apps, schema_editor):
    """Counts of sign-in attempts; unlogged, for losing them costs nothing."""
    schema_editor.execute(
        f"CREATE UNLOGGED TABLE IF NOT EXISTS {TABLE} ("
        "cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL)"
    )
    schema_editor.execute(f"CREATE INDEX IF NOT EXISTS {TABLE}_expires ON {TABLE} (expires)")


class Migration(migrations.Migration):
    dependencies = [("organisations", "0001_initial")]
    operations = [
        migrations.RunPython(make, lambda apps, editor: editor.execute(f"DROP TABLE {TABLE}"))
    ]
