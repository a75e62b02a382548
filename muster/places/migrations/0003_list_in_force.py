from typing import Any

import django.db.models.deletion
from django.db import migrations, models


def chosen_when_made(apps: Any, schema_editor: Any) -> None:
    """The newest list was the one in force: it still is."""
    lists = apps.get_model("places", "TargetList").objects
    lists.update(chosen_at=models.F("made_at"), chosen_by=models.F("made_by"))


class Migration(migrations.Migration):

    dependencies = [
        ('organisations', '0001_initial'),
        ('places', '0002_results_as_they_stood'),
    ]

    operations = [
        migrations.AddField(
            model_name='targetlist',
            name='chosen_at',
            field=models.DateTimeField(help_text='Empty: kept, never put in force', null=True),
        ),
        migrations.AddField(
            model_name='targetlist',
            name='chosen_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.member'),
        ),
        migrations.RunPython(chosen_when_made, migrations.RunPython.noop),
    ]
