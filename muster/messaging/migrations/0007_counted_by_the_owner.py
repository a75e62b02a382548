"""Workers have the planner count deliveries anew, which only the table's owner may."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION muster_count_deliveries() RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    ANALYZE messaging_delivery;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("messaging", "0006_room_to_rewrite"),
        ("journal", "0005_months_made_by_the_owner"),
    ]
    operations = [migrations.RunSQL(FORWARD, "DROP FUNCTION muster_count_deliveries()")]
