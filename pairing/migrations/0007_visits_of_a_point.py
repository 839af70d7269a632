"""How many visits count for a contact point is the same for all its readers, also for those who may
not see each of them (docs/adr/0084)."""

from django.db import migrations

from portal.migrations._walls import asked_by

VISITS = """
CREATE FUNCTION pairing_point_visits(leader bigint, unit bigint, first date, last date)
RETURNS integer
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    there bigint[] := ARRAY(SELECT u.id FROM portal_grassrootsunit u WHERE u.successor_id = unit);
BEGIN
    RETURN (
        SELECT count(*) FROM outreach_visit v
        WHERE v.unit_id = ANY (there || unit) AND v.author_id = leader
          AND v.visited_on BETWEEN first AND last AND v.voided_at IS NULL
          AND v.purposes @> ARRAY['contact_point']::varchar[]
          AND v.confirmation IN ('', 'confirmed')
    ) + (
        SELECT count(*) FROM outreach_visitcompanion c JOIN outreach_visit v ON v.id = c.visit_id
        WHERE v.unit_id = ANY (there || unit) AND c.cadre_id = leader
          AND v.visited_on BETWEEN first AND last AND v.voided_at IS NULL
          AND v.purposes @> ARRAY['contact_point']::varchar[]
          AND v.confirmation IN ('', 'confirmed')
    );
END $$;
"""
SIGNATURE = "pairing_point_visits(bigint, bigint, date, date)"


class Migration(migrations.Migration):
    dependencies = [("outreach", "0016_second_wall"), ("pairing", "0006_found_sooner")]

    operations = [migrations.RunSQL(VISITS + asked_by(SIGNATURE), f"DROP FUNCTION {SIGNATURE};\n")]
