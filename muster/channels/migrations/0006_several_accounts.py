import uuid

from django.db import migrations, models


def give_codes(apps, schema_editor):
    accounts = apps.get_model("channels", "EmailAccount")
    for position, account in enumerate(accounts.objects.order_by("id"), 1):
        account.code, account.position = uuid.uuid4(), position
        account.save(update_fields=["code", "position"])


class Migration(migrations.Migration):
    """Accounts with hosted services, which stand in for each other."""

    dependencies = [("channels", "0005_return_domain")]

    operations = [
        migrations.AddField(
            "emailaccount", "code", models.UUIDField(default=uuid.uuid4, editable=False, null=True)
        ),
        migrations.AddField("emailaccount", "is_on", models.BooleanField(default=True)),
        migrations.AddField(
            "emailaccount",
            "options",
            models.JSONField(
                blank=True, default=dict, help_text="What its service needs to know"
            ),
        ),
        migrations.AddField(
            "emailaccount",
            "position",
            models.PositiveSmallIntegerField(default=0, help_text="Its turn to stand in"),
        ),
        migrations.AddField(
            "emailaccount",
            "sealed",
            models.TextField(blank=True, default="", help_text="Its secrets, sealed"),
        ),
        migrations.AddField(
            "emailaccount",
            "trouble",
            models.CharField(
                blank=True,
                default="",
                help_text="Why it last took nothing",
                max_length=300,
            ),
        ),
        migrations.AddField(
            "emailaccount", "trouble_at", models.DateTimeField(blank=True, null=True)
        ),
        migrations.AlterField(
            "emailaccount",
            "host",
            models.CharField(
                blank=True,
                help_text="The mail server; of a hosted service: empty",
                max_length=200,
            ),
        ),
        migrations.RunPython(give_codes, migrations.RunPython.noop),
        migrations.AlterField(
            "emailaccount",
            "code",
            models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
        ),
    ]
