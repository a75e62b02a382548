"""The journal, partitioned by month from the start; older history lands in the default partition."""

from django.db import migrations

FORWARD = """
DROP TABLE journal_fact;
CREATE SEQUENCE journal_fact_id_seq;
CREATE TABLE journal_fact (
    id bigint NOT NULL DEFAULT nextval('journal_fact_id_seq'),
    organisation_id bigint NOT NULL,
    kind varchar(40) NOT NULL,
    person_id bigint,
    place_id bigint,
    member_id bigint,
    source varchar(16) NOT NULL DEFAULT '',
    about_kind varchar(20) NOT NULL DEFAULT '',
    about_id bigint,
    codes jsonb NOT NULL DEFAULT '{}',
    at timestamptz NOT NULL,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    PRIMARY KEY (at, id)
) PARTITION BY RANGE (at);
ALTER SEQUENCE journal_fact_id_seq OWNED BY journal_fact.id;
CREATE TABLE journal_fact_default PARTITION OF journal_fact DEFAULT;
CREATE INDEX fact_person ON journal_fact (organisation_id, person_id, at);
CREATE INDEX fact_kind ON journal_fact (organisation_id, kind, at);
CREATE INDEX fact_read ON journal_fact (xid, id);

CREATE FUNCTION muster_make_month(parent text, first date) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format(
        'CREATE TABLE IF NOT EXISTS %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
        parent || to_char(first, '_YYYY_MM'), parent, first, first + interval '1 month');
END $$;
"""

BACKWARD = """
DROP FUNCTION muster_make_month;
DROP TABLE journal_fact;
CREATE TABLE journal_fact (id bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
