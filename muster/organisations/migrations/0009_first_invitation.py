"""An organisation begins by an invitation that nobody in it gave."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("organisations", "0008_api_keys"),
    ]

    operations = [
        migrations.AlterField(
            model_name="invitation",
            name="invited_by",
            field=models.ForeignKey(
                help_text="None: whoever runs Muster, who began the organisation",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="invited",
                to="organisations.member",
            ),
        ),
    ]
