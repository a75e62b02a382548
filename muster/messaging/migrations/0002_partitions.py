"""Deliveries, partitioned by their sending's month: the key itself forbids a second one."""

from django.db import migrations

FORWARD = """
DROP TABLE messaging_delivery;
CREATE TABLE messaging_delivery (
    organisation_id bigint NOT NULL,
    month date NOT NULL,
    sending_id bigint NOT NULL,
    person_id bigint NOT NULL,
    place_id bigint,
    turn integer NOT NULL,
    chunk integer NOT NULL,
    state smallint NOT NULL DEFAULT 0,
    due_at timestamptz NOT NULL,
    sender_id bigint,
    fence bigint NOT NULL DEFAULT 0,
    lease_until timestamptz,
    attempts smallint NOT NULL DEFAULT 0,
    consent_event_id bigint,
    rule varchar(20) NOT NULL DEFAULT '',
    reason varchar(200) NOT NULL DEFAULT '',
    ended_at timestamptz,
    PRIMARY KEY (month, sending_id, person_id)
) PARTITION BY RANGE (month);
CREATE TABLE messaging_delivery_default PARTITION OF messaging_delivery DEFAULT WITH (fillfactor = 70);
CREATE INDEX delivery_chunk ON messaging_delivery (sending_id, chunk, turn);
CREATE SEQUENCE messaging_fence;
"""

BACKWARD = """
DROP SEQUENCE messaging_fence;
DROP TABLE messaging_delivery;
CREATE TABLE messaging_delivery (month date);
"""


class Migration(migrations.Migration):
    dependencies = [("messaging", "0001_initial"), ("journal", "0002_partitions")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
