"""What Django cannot say: what was changed about a person is only ever added to."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION muster_person_change_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a change is never rewritten: add another';
END $$;
CREATE TRIGGER person_change_stands
    BEFORE UPDATE OF field, before, after, by_id, source, at, undoes_id ON people_personchange
    FOR EACH ROW EXECUTE FUNCTION muster_person_change_stands();
"""

BACKWARD = """
DROP TRIGGER person_change_stands ON people_personchange;
DROP FUNCTION muster_person_change_stands;
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0008_what_is_kept_of_a_person")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
