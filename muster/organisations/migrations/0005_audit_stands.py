"""What Django cannot say: the audit is only ever added to."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION muster_audit_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit is never changed: add an entry';
END $$;
CREATE TRIGGER audit_stands BEFORE UPDATE OR DELETE ON organisations_auditentry
    FOR EACH ROW EXECUTE FUNCTION muster_audit_stands();
"""
BACKWARD = """
DROP TRIGGER audit_stands ON organisations_auditentry;
DROP FUNCTION muster_audit_stands;
"""


class Migration(migrations.Migration):
    dependencies = [("organisations", "0004_audit")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
