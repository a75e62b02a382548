"""More room on each page of deliveries: a row is rewritten twice on its way, in place."""

from django.db import migrations

FILL = "ALTER TABLE messaging_delivery_default SET (fillfactor = {})"


class Migration(migrations.Migration):
    dependencies = [("messaging", "0005_gone_before")]
    operations = [migrations.RunSQL(FILL.format(45), FILL.format(70))]
