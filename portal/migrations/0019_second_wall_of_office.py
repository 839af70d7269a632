"""What further policies ask: which permissions somebody holds, and what lies near their work. What was
opened on the server, and what stood before a step, stand behind the second wall (docs/adr/0084)."""

from django.db import migrations

from portal.migrations._walls import asked_by, either, holds, lowered, mine, raised

# The reader's running grants, and those of whoever the reader stands in for.
GRANTS = """
CREATE FUNCTION portal_wall_grants() RETURNS TABLE (role text, organ bigint, division bigint)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    said text := current_setting('portal.reader', true);
    lent text[] := portal_wall_roles('lent');
    reader bigint;
    day date;
    others bigint[];
BEGIN
    IF said IS NULL OR said !~ '^[0-9]' THEN
        RETURN;
    END IF;
    reader := split_part(said, ' ', 1);
    day := split_part(said, ' ', 2);
    others := ARRAY(
        SELECT s.principal_id FROM portal_standin s
        WHERE s.stand_in_id = reader AND s.starts_on <= day
          AND (s.ends_on IS NULL OR s.ends_on >= day)
    );
    RETURN QUERY
        SELECT g.role::text, g.organ_id, g.division_id FROM portal_rolegrant g
        WHERE g.user_id = ANY (others || reader)
          AND (g.user_id = reader OR g.role = ANY (lent))
          AND g.starts_on <= day AND (g.ends_on IS NULL OR g.ends_on >= day);
END $$;
"""

# Whether the reader holds one of these permissions, wherever it is.
HOLDS = """
CREATE FUNCTION portal_wall_holds(VARIADIC permissions text[]) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    holding text[] := ARRAY(SELECT unnest(portal_wall_roles(one)) FROM unnest(permissions) one);
BEGIN
    RETURN EXISTS (SELECT FROM portal_wall_grants() g WHERE g.role = ANY (holding));
END $$;
"""

# Places of the reader's work: those of the own organ and of the grants. Below the county each
# counts as its county. NULL for whoever has no role in the work.
PLACES = """
CREATE FUNCTION portal_wall_places(OUT near bigint[], OUT above bigint[])
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    lent text[] := portal_wall_roles('lent');
BEGIN
    IF NOT EXISTS (SELECT FROM portal_wall_grants() g WHERE g.role = ANY (lent)) THEN
        RETURN;
    END IF;
    WITH places AS (
        SELECT d.id, d.path FROM portal_division d WHERE d.id IN (
            SELECT g.division FROM portal_wall_grants() g
            UNION
            SELECT o.division_id FROM portal_wall_grants() g JOIN portal_organ o ON o.id = g.organ
            UNION
            SELECT o.division_id FROM portal_user u JOIN portal_organ o ON o.id = u.organ_id
            WHERE u.id = portal_wall_self())
    )
    SELECT array_agg(DISTINCT coalesce(nullif(split_part(p.path, '/', 4), '')::bigint, p.id)),
           (SELECT array_agg(DISTINCT one::bigint)
            FROM places q, unnest(string_to_array(btrim(q.path, '/'), '/')) one)
    INTO near, above FROM places p;
END $$;

CREATE FUNCTION portal_wall_near() RETURNS bigint[]
LANGUAGE sql STABLE PARALLEL SAFE AS $$ SELECT near FROM portal_wall_places() $$;

CREATE FUNCTION portal_wall_above() RETURNS bigint[]
LANGUAGE sql STABLE PARALLEL SAFE AS $$ SELECT above FROM portal_wall_places() $$;

CREATE FUNCTION portal_wall_kin() RETURNS text[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    lent text[] := portal_wall_roles('lent');
BEGIN
    RETURN (
        SELECT array_agg(DISTINCT split_part(o.path, '/', 2)) FROM portal_organ o
        WHERE EXISTS (SELECT FROM portal_wall_grants() g WHERE g.role = ANY (lent))
          AND (o.id IN (SELECT g.organ FROM portal_wall_grants() g)
               OR o.id = (SELECT u.organ_id FROM portal_user u WHERE u.id = portal_wall_self()))
    );
END $$;
"""

# Organs that the reader belongs to or acts for, and all above them: as `acting_for` in
# portal/rules.py.
LINES = """
CREATE FUNCTION portal_wall_lines() RETURNS bigint[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    persons bigint[] := portal_wall('person');
BEGIN
    RETURN (
        SELECT array_agg(DISTINCT one::bigint)
        FROM portal_organ o, unnest(string_to_array(btrim(o.path, '/'), '/')) one
        WHERE persons IS NOT NULL AND (
            o.id IN (SELECT g.organ FROM portal_wall_grants() g)
            OR o.id IN (SELECT u.organ_id FROM portal_user u WHERE u.id = ANY (persons)))
    );
END $$;
"""

# The day on which the reader acts.
DAY = """
CREATE FUNCTION portal_wall_day() RETURNS date
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
    said text := current_setting('portal.reader', true);
BEGIN
    RETURN CASE WHEN said ~ '^[0-9]' THEN split_part(said, ' ', 2)::date END;
END $$;
"""

FUNCTIONS = {
    "portal_wall_grants()": GRANTS,
    "portal_wall_holds(text[])": HOLDS,
    "portal_wall_places()": PLACES,
    "portal_wall_kin()": "",
    "portal_wall_lines()": LINES,
    "portal_wall_day()": DAY,
}
WALLS = {
    "portal_breakglass": either(
        mine("user_id"), holds("manage_accounts", "give_grants", "read_audit")
    ),
    # The system alone: encrypted, and opened by the act that takes a step back.
    "portal_stepbefore": "false",
}
RAISED = "".join(FUNCTIONS.values()) + "".join(map(asked_by, FUNCTIONS)) + raised(WALLS)
LOWERED = (
    lowered(WALLS)
    + """
DROP FUNCTION portal_wall_day();
DROP FUNCTION portal_wall_lines();
DROP FUNCTION portal_wall_kin();
DROP FUNCTION portal_wall_above();
DROP FUNCTION portal_wall_near();
DROP FUNCTION portal_wall_places();
DROP FUNCTION portal_wall_holds(text[]);
DROP FUNCTION portal_wall_grants();
"""
)


class Migration(migrations.Migration):
    dependencies = [("portal", "0018_second_wall_of_own")]

    operations = [migrations.RunSQL(RAISED, LOWERED)]
