"""The database notes whose summary is out of date, whoever writes, however many rows at once."""

from django.db import migrations

# Each trigger stands for a statement, not a row: COPY of a million people notes them in one go.
NOTE = """
CREATE FUNCTION muster_touch_{name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO people_touched (organisation_id, person_id)
    SELECT DISTINCT organisation_id, {person} FROM {rows} AS changed{where};
    RETURN NULL;
END $$;
"""
BOTH = "(SELECT * FROM was UNION ALL SELECT * FROM became)"
FORWARD = (
    NOTE.format(name="made", person="person_id", rows="became", where="")
    + NOTE.format(name="gone", person="person_id", rows="was", where="")
    + NOTE.format(name="changed", person="person_id", rows=BOTH, where="")
    + NOTE.format(name="person_made", person="id", rows="became", where="")
    + NOTE.format(name="person_gone", person="id", rows="was", where="")
    + NOTE.format(
        name="person_changed",
        person="id",
        rows="became",
        where=" JOIN was USING (organisation_id, id) WHERE"
        " (was.seat_id, was.joined_at, was.address, was.postcode, was.given_name, was.family_name)"
        " IS DISTINCT FROM (changed.seat_id, changed.joined_at, changed.address, changed.postcode,"
        " changed.given_name, changed.family_name)",
    )
)
ON = (
    "CREATE TRIGGER touch_{event} AFTER {event} ON {table} REFERENCING {tables}"
    " FOR EACH STATEMENT EXECUTE FUNCTION muster_touch_{name}();\n"
)
NEW, OLD = "NEW TABLE AS became", "OLD TABLE AS was"
TRIGGERS = [
    ("people_person", "INSERT", NEW, "person_made"),
    ("people_person", "UPDATE", f"{NEW} {OLD}", "person_changed"),
    ("people_person", "DELETE", OLD, "person_gone"),
    ("people_contactpoint", "INSERT", NEW, "made"),
    ("people_contactpoint", "UPDATE", f"{NEW} {OLD}", "changed"),
    ("people_contactpoint", "DELETE", OLD, "gone"),
    ("people_consentevent", "INSERT", NEW, "made"),
    ("people_consentevent", "DELETE", OLD, "gone"),
]
FORWARD += "".join(
    ON.format(table=table, event=event, tables=tables, name=name)
    for table, event, tables, name in TRIGGERS
)
FORWARD += """
INSERT INTO people_touched (organisation_id, person_id)
SELECT organisation_id, id FROM people_person ORDER BY id;
"""
BACKWARD = "".join(
    f"DROP TRIGGER touch_{event} ON {table};\n" for table, event, _, _ in TRIGGERS
) + "".join(
    f"DROP FUNCTION muster_touch_{name};\n"
    for name in ("made", "gone", "changed", "person_made", "person_gone", "person_changed")
)


class Migration(migrations.Migration):
    dependencies = [("people", "0013_summaries")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
