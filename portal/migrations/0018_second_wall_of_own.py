"""What is one person's own, and what grants open by the organ of a record alone, stand behind the
second wall (docs/adr/0084)."""

from django.db import migrations

from portal.migrations._walls import asked_by, lowered, mine, organ_of_account, raised

SELF = """
CREATE FUNCTION portal_wall_self() RETURNS bigint
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
    said text := current_setting('portal.reader', true);
BEGIN
    RETURN CASE WHEN said ~ '^[0-9]' THEN split_part(said, ' ', 1)::bigint END;
END $$;
"""

# As `organ_reach` in portal/trust/access.py: the organs that a grant of these permissions reaches,
# by its organ and its area; all of them where it names neither.
ORGANS = """
CREATE FUNCTION portal_wall_organs(VARIADIC permissions text[]) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    said text := current_setting('portal.reader', true);
    lent text[] := portal_wall_roles('lent');
    reader bigint;
    day date;
    holding text[];
    others bigint[];
BEGIN
    IF said IS NULL OR said !~ '^[0-9]' THEN
        RETURN;
    END IF;
    reader := split_part(said, ' ', 1);
    day := split_part(said, ' ', 2);
    holding := ARRAY(SELECT unnest(portal_wall_roles(one)) FROM unnest(permissions) one);
    others := ARRAY(
        SELECT s.principal_id FROM portal_standin s
        WHERE s.stand_in_id = reader AND s.starts_on <= day
          AND (s.ends_on IS NULL OR s.ends_on >= day)
    );
    RETURN QUERY
        SELECT DISTINCT o.id
        FROM portal_rolegrant g
        LEFT JOIN portal_organ top ON top.id = g.organ_id
        LEFT JOIN portal_division area ON area.id = g.division_id
        JOIN portal_organ o
          ON g.organ_id IS NULL OR o.path >= top.path AND o.path < top.path || '~'
        LEFT JOIN portal_division d ON d.id = o.division_id
        WHERE g.user_id = ANY (others || reader) AND g.role = ANY (holding)
          AND (g.user_id = reader OR g.role = ANY (lent))
          AND g.starts_on <= day AND (g.ends_on IS NULL OR g.ends_on >= day)
          AND (g.division_id IS NULL OR d.path >= area.path AND d.path < area.path || '~');
END $$;
"""

WALLS = {
    "portal_formdraft": mine("owner_id"),
    "portal_savedfilter": mine("user_id"),
    "portal_contactchannel": mine("user_id"),
    "portal_exportrequest": f"""EXISTS (
        SELECT FROM portal_job job WHERE job.id = job_id AND (
            {mine("job.owner_id")}
            OR {organ_of_account("job.owner_id", "approve_exports")}))""",
}
RAISED = SELF + ORGANS + asked_by("portal_wall_organs(text[])") + raised(WALLS)
LOWERED = lowered(WALLS) + (
    "DROP FUNCTION portal_wall_organs(text[]);\nDROP FUNCTION portal_wall_self();\n"
)


class Migration(migrations.Migration):
    dependencies = [("portal", "0017_second_wall")]

    operations = [migrations.RunSQL(RAISED, LOWERED)]
