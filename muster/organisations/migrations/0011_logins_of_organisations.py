"""An address belongs to a login only at the organisation that made it."""

import django.db.models.deletion
from django.db import migrations, models

# Who has a login is known by the organisation they came to first.
OF = """
UPDATE organisations_user login SET of_id = first.organisation_id
  FROM (SELECT DISTINCT ON (user_id) user_id, organisation_id
          FROM organisations_member ORDER BY user_id, id) first
 WHERE first.user_id = login.id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("organisations", "0010_bank_holidays"),
    ]

    operations = [
        migrations.AlterField(
            model_name="user",
            name="email",
            field=models.EmailField(max_length=254),
        ),
        migrations.AddField(
            model_name="user",
            name="of",
            field=models.ForeignKey(
                help_text="The organisation whose invitation made it",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="organisations.organisation",
            ),
        ),
        migrations.RunSQL(OF, migrations.RunSQL.noop),
        # A deferred foreign key checked later would stand in the constraint's way.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(
                fields=("email", "of"), name="one_login_an_organisation", nulls_distinct=False
            ),
        ),
    ]
