"""The database itself keeps when a person last changed, whoever changes them and however."""

import django.db.models.functions.datetime
from django.db import migrations, models

FUNCTIONS = """
CREATE FUNCTION people_person_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.changed_at := now();
    RETURN NEW;
END $$;
CREATE TRIGGER person_changes BEFORE UPDATE ON people_person
    FOR EACH ROW EXECUTE FUNCTION people_person_changes();

CREATE FUNCTION people_about_person_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Whoever was made or changed in this transaction is up to date. In one order, so that two
    -- who change many never wait for each other.
    UPDATE people_person SET changed_at = now() WHERE id IN (
        SELECT id FROM people_person
         WHERE id IN (SELECT person_id FROM touched) AND changed_at < now()
         ORDER BY id FOR NO KEY UPDATE);
    RETURN NULL;
END $$;
"""
TABLES = ["people_contactpoint", "people_consentevent", "people_persontag", "people_customvalue"]
TRIGGERS = "".join(
    f"""
CREATE TRIGGER person_changes_{event.lower()} AFTER {event} ON {table}
    REFERENCING {image} TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION people_about_person_changes();
"""
    for table in TABLES
    for event, image in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD"))
)
BACKWARD = """
DROP FUNCTION people_about_person_changes CASCADE;
DROP FUNCTION people_person_changes CASCADE;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('organisations', '0008_api_keys'),
        ('people', '0009_changes_stand'),
        ('places', '0003_list_in_force'),
    ]

    operations = [
        migrations.AddField(
            model_name='person',
            name='changed_at',
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, help_text='When they, their addresses, consents, tags or fields last changed: kept by the database itself'),
        ),
        migrations.AddIndex(
            model_name='person',
            index=models.Index(fields=['organisation', 'changed_at', 'id'], name='person_changed'),
        ),
        migrations.RunSQL(FUNCTIONS + TRIGGERS, BACKWARD),
    ]
