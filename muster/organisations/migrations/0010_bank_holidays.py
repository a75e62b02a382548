"""Whose bank holidays move the last day of an answer."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("organisations", "0009_first_invitation"),
    ]

    operations = [
        migrations.AddField(
            model_name="organisation",
            name="bank_holidays",
            field=models.CharField(
                choices=[
                    ("ENG", "England"),
                    ("WLS", "Wales"),
                    ("SCT", "Scotland"),
                    ("NIR", "Northern Ireland"),
                ],
                default="ENG",
                help_text="Whose move the last day of an answer (DP-15)",
                max_length=3,
            ),
        ),
    ]
