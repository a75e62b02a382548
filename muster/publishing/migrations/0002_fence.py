"""Fencing numbers, and events that are only ever added to."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("publishing", "0001_initial")]

    operations = [
        migrations.RunSQL("CREATE SEQUENCE publishing_fence", "DROP SEQUENCE publishing_fence"),
        migrations.RunSQL(
            """
            CREATE FUNCTION publishing_event_stays() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN RAISE EXCEPTION 'What happened to a publication is not rewritten'; END $$;
            CREATE TRIGGER event_stays BEFORE UPDATE ON publishing_publicationevent
               FOR EACH ROW EXECUTE FUNCTION publishing_event_stays();
            """,
            """
            DROP TRIGGER event_stays ON publishing_publicationevent;
            DROP FUNCTION publishing_event_stays();
            """,
        ),
    ]
