"""A word's index entry carries the seat, so that a search within reach reads the index alone."""

from django.db import migrations

FORWARD = """
ALTER TABLE people_personword DROP CONSTRAINT people_personword_pkey;
ALTER TABLE people_personword
    ADD PRIMARY KEY (organisation_id, word, person_id) INCLUDE (seat_id);
"""

BACKWARD = """
ALTER TABLE people_personword DROP CONSTRAINT people_personword_pkey;
ALTER TABLE people_personword ADD PRIMARY KEY (organisation_id, word, person_id);
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0003_imports_tell_more")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
