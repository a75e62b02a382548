"""What Django cannot say: consent is only ever added to; where people's words are kept."""

from django.db import migrations

FORWARD = """
DROP TABLE people_personword;
CREATE TABLE people_personword (
    organisation_id bigint NOT NULL,
    word varchar(254) COLLATE "C" NOT NULL,
    person_id bigint NOT NULL,
    seat_id bigint,
    PRIMARY KEY (organisation_id, word, person_id)
);

CREATE FUNCTION muster_consent_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'consent is never changed: add an event';
END $$;
CREATE TRIGGER consent_stands BEFORE UPDATE ON people_consentevent
    FOR EACH ROW EXECUTE FUNCTION muster_consent_stands();
"""

BACKWARD = """
DROP TRIGGER consent_stands ON people_consentevent;
DROP FUNCTION muster_consent_stands;
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
