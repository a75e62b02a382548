"""Everything pressed so far went at its press, and has nobody to top up."""

from django.db import migrations

FORWARD = """
UPDATE messaging_sending
   SET went_at = pressed_at, went_by_id = pressed_by_id, topped_up_at = pressed_at
 WHERE state <> 'open'
"""


class Migration(migrations.Migration):
    dependencies = [("messaging", "0004_arming")]
    operations = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]
