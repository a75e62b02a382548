"""Whoever uses the tables may have a month made, though only their owner may make tables.

A month's own table takes over from the default one how full its pages get, and is reached by way
of its parent only.
"""

from django.db import migrations

FORWARD = """
CREATE OR REPLACE FUNCTION muster_make_month(parent text, first date) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    child text := parent || to_char(first, '_YYYY_MM');
    kept text;
BEGIN
    EXECUTE format(
        'CREATE TABLE IF NOT EXISTS %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
        child, parent, first, first + interval '1 month');
    SELECT array_to_string(reloptions, ', ') INTO kept FROM pg_class
     WHERE oid = to_regclass(format('%I', parent || '_default'));
    IF kept <> '' THEN
        EXECUTE format('ALTER TABLE %I SET (%s)', child, kept);
    END IF;
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', child);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', child);
END $$;
"""

BACKWARD = """
CREATE OR REPLACE FUNCTION muster_make_month(parent text, first date) RETURNS void
    LANGUAGE plpgsql SECURITY INVOKER AS $$
BEGIN
    EXECUTE format(
        'CREATE TABLE IF NOT EXISTS %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
        parent || to_char(first, '_YYYY_MM'), parent, first, first + interval '1 month');
END $$;
ALTER FUNCTION muster_make_month RESET ALL;
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0004_kinds_with_people")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
