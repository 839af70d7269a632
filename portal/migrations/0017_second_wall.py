"""What the policies ask: whose grants reach which places and organs on a day (docs/adr/0084)."""

from django.db import migrations

# Which roles count for what. `manage.py migrate` writes this function anew from portal/roles.py
# (portal/trust/walled.py), so that a role needs no migration.
ROLES = """
CREATE FUNCTION portal_wall_roles(what text) RETURNS text[]
LANGUAGE sql IMMUTABLE AS $$ SELECT '{}'::text[] $$;
"""

# What a person's running grants open, those of the people they stand in for included; NULL for
# nothing. Of a grant with an organ the organ counts, of any other the place. A place has with it
# those that it took over in a reorganisation. A village opens its township, and its units wherever
# they stood before: no index of the large tables holds the village.
LISTS = """
CREATE FUNCTION portal_wall_lists(
    reader bigint, day date,
    OUT open boolean, OUT province bigint[], OUT city bigint[], OUT county bigint[],
    OUT township bigint[], OUT unit bigint[], OUT organ bigint[], OUT host bigint[],
    OUT handling bigint[], OUT person bigint[], OUT cadre bigint[]
)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    lent text[] := portal_wall_roles('lent');
    reads text[] := portal_wall_roles('reads');
    hosts text[] := portal_wall_roles('hosts');
    handles text[] := portal_wall_roles('handles');
    others bigint[] := ARRAY(
        SELECT s.principal_id FROM portal_standin s
        WHERE s.stand_in_id = reader AND s.starts_on <= day
          AND (s.ends_on IS NULL OR s.ends_on >= day)
    );
    grants bigint[];
    areas bigint[];
    villages bigint[];
BEGIN
    SELECT array_agg(g.id),
           array_agg(DISTINCT g.user_id) FILTER (WHERE g.role = ANY (lent)),
           coalesce(bool_or(g.organ_id IS NULL AND g.division_id IS NULL
                            AND g.role = ANY (reads)), false),
           array_agg(g.division_id) FILTER (
               WHERE g.organ_id IS NULL AND g.division_id IS NOT NULL AND g.role = ANY (reads))
    INTO grants, person, open, areas
    FROM portal_rolegrant g
    WHERE g.user_id = ANY (others || reader)
      AND (g.user_id = reader OR g.role = ANY (lent))
      AND g.starts_on <= day AND (g.ends_on IS NULL OR g.ends_on >= day);

    -- Nobody without a role in the work opens what they once wrote.
    IF person IS NULL THEN
        RETURN;
    END IF;
    person := person || reader;
    SELECT array_agg(c.id) INTO cadre FROM portal_cadre c WHERE c.user_id = ANY (person);

    SELECT array_agg(o.id) FILTER (WHERE g.role = ANY (reads) AND g.role <> ALL (hosts)),
           array_agg(o.id) FILTER (WHERE g.role = ANY (reads) AND g.role = ANY (hosts)),
           array_agg(o.id) FILTER (WHERE g.role = ANY (handles) OR g.role = ANY (hosts))
    INTO organ, host, handling
    FROM portal_rolegrant g
    JOIN portal_organ top ON top.id = g.organ_id
    JOIN portal_organ o ON o.path >= top.path AND o.path < top.path || '~'
    WHERE g.id = ANY (grants);

    IF areas IS NOT NULL THEN
        WITH places AS (
            SELECT d.level::int AS level, d.id FROM portal_division d WHERE d.id = ANY (areas)
            UNION
            SELECT former.key::int, one.value::bigint
            FROM portal_division d
            CROSS JOIN LATERAL jsonb_each(
                CASE jsonb_typeof(d.former) WHEN 'object' THEN d.former ELSE '{}' END) former
            CROSS JOIN LATERAL jsonb_array_elements_text(former.value) one
            WHERE d.id = ANY (areas)
        )
        SELECT array_agg(id) FILTER (WHERE level = 1), array_agg(id) FILTER (WHERE level = 2),
               array_agg(id) FILTER (WHERE level = 3), array_agg(id) FILTER (WHERE level = 4),
               array_agg(id) FILTER (WHERE level = 5)
        INTO province, city, county, township, villages FROM places;
        IF villages IS NOT NULL THEN
            township := township || ARRAY(
                SELECT d.parent_id FROM portal_division d
                WHERE d.id = ANY (villages) AND d.parent_id IS NOT NULL);
            unit := ARRAY(
                SELECT u.id FROM portal_grassrootsunit u WHERE u.division_id = ANY (villages));
        END IF;
    END IF;
END $$;
"""

# Told with the first statement of a transaction: makes the lists once. They are kept as settings of
# the transaction, which end with it.
ENTER = """
CREATE FUNCTION portal_wall_enter(said text) RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    l record;
BEGIN
    SELECT * INTO l FROM public.portal_wall_lists(
        split_part(said, ' ', 1)::bigint, split_part(said, ' ', 2)::date);
    PERFORM set_config('portal.reader', said, true),
            set_config('portal.wall_open', coalesce(l.open, false)::text, true),
            set_config('portal.wall_province', coalesce(l.province::text, ''), true),
            set_config('portal.wall_city', coalesce(l.city::text, ''), true),
            set_config('portal.wall_county', coalesce(l.county::text, ''), true),
            set_config('portal.wall_township', coalesce(l.township::text, ''), true),
            set_config('portal.wall_unit', coalesce(l.unit::text, ''), true),
            set_config('portal.wall_organ', coalesce(l.organ::text, ''), true),
            set_config('portal.wall_host', coalesce(l.host::text, ''), true),
            set_config('portal.wall_handling', coalesce(l.handling::text, ''), true),
            set_config('portal.wall_person', coalesce(l.person::text, ''), true),
            set_config('portal.wall_cadre', coalesce(l.cadre::text, ''), true),
            set_config('portal.wall_of', said, true);
END $$;
"""

# One list of the reader, and whether all rows are open: to the system, and to a grant without
# limits. Policies ask once for each statement.
ASKED = """
CREATE FUNCTION portal_wall(what text) RETURNS bigint[]
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
    said text := current_setting('portal.reader', true);
    l record;
BEGIN
    IF said IS NULL OR said !~ '^[0-9]' THEN
        RETURN NULL;
    END IF;
    IF current_setting('portal.wall_of', true) = said THEN
        RETURN nullif(current_setting('portal.wall_' || what, true), '')::bigint[];
    END IF;
    SELECT * INTO l FROM public.portal_wall_lists(
        split_part(said, ' ', 1)::bigint, split_part(said, ' ', 2)::date);
    RETURN CASE what
        WHEN 'province' THEN l.province WHEN 'city' THEN l.city WHEN 'county' THEN l.county
        WHEN 'township' THEN l.township WHEN 'unit' THEN l.unit WHEN 'organ' THEN l.organ
        WHEN 'host' THEN l.host WHEN 'handling' THEN l.handling WHEN 'person' THEN l.person
        WHEN 'cadre' THEN l.cadre
    END;
END $$;

CREATE FUNCTION portal_wall_open() RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
    said text := current_setting('portal.reader', true);
BEGIN
    IF said LIKE 'system: _%' THEN
        RETURN true;
    ELSIF said IS NULL OR said !~ '^[0-9]' THEN
        RETURN false;
    ELSIF current_setting('portal.wall_of', true) = said THEN
        RETURN current_setting('portal.wall_open')::boolean;
    END IF;
    RETURN coalesce((SELECT l.open FROM public.portal_wall_lists(
        split_part(said, ' ', 1)::bigint, split_part(said, ' ', 2)::date) l), false);
END $$;
"""

RIGHTS = """
REVOKE EXECUTE ON FUNCTION portal_wall_lists(bigint, date), portal_wall_enter(text) FROM PUBLIC;
DO $$ BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'portal_app') THEN
    GRANT EXECUTE ON FUNCTION portal_wall_lists(bigint, date), portal_wall_enter(text)
      TO portal_app;
  END IF;
END $$;
"""

BACK = """
DROP FUNCTION portal_wall_open();
DROP FUNCTION portal_wall(text);
DROP FUNCTION portal_wall_enter(text);
DROP FUNCTION portal_wall_lists(bigint, date);
DROP FUNCTION portal_wall_roles(text);
"""


class Migration(migrations.Migration):
    dependencies = [("portal", "0016_past_passwords")]

    operations = [migrations.RunSQL(ROLES + LISTS + ENTER + ASKED + RIGHTS, BACK)]
