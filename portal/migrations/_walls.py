"""SQL of the second wall for migrations (docs/adr/0084). What a migration has run with stays as it
is: another shape of a policy is another function here."""

from django.db import migrations, models

OPEN = "(SELECT portal_wall_open())"
ANCESTORS = ("county", "township", "city", "province")


def among(column, what):
    """Whether the column is in a list of the reader: asked once for a statement, and only where
    nothing before it has let the row in."""
    return f"{column} = ANY ((SELECT portal_wall('{what}'))::bigint[])"


def placed(row=""):
    """Whether a grant of the reader reaches the place or the organ of a placed record; `row` is its
    name in the statement."""
    row = row and f"{row}."
    lines = [among(f"{row}{one}_id", one) for one in ANCESTORS]
    lines += [among(f"{row}organ_id", "organ"), among(f"{row}host_organ_id", "host")]
    return "\n    OR ".join([*lines, among(f"{row}unit_id", "unit")])


def mine(column):
    """Whether it is the reader's own account, or one that the reader stands in for."""
    return f"{column} = (SELECT portal_wall_self())\n    OR {among(column, 'person')}"


def organ_reached(column, *permissions):
    """Whether a grant of one of these permissions reaches the organ."""
    asked = ", ".join(f"'{one}'" for one in permissions)
    return f"{column} IN (SELECT portal_wall_organs({asked}))"


def organ_of_account(column, *permissions):
    """The same of the organ in which an account stands."""
    return f"""EXISTS (SELECT FROM portal_user account WHERE account.id = {column}
        AND {organ_reached("account.organ_id", *permissions)})"""


def holds(*permissions):
    """Whether the reader holds one of these permissions, wherever it is."""
    asked = ", ".join(f"'{one}'" for one in permissions)
    return f"(SELECT portal_wall_holds({asked}))"


def listed(column, function):
    """Whether the column is in a list that a function makes: once for a statement."""
    return f"{column} = ANY ((SELECT {function}())::bigint[])"


def near(row=""):
    """Whether a placed record lies in a county of the reader's work or, without places, with a host
    below the same organ at the top."""
    row = row and f"{row}."
    places = [
        listed(f"{row}{one}_id", "portal_wall_near") for one in ("county", "city", "province")
    ]
    host = f"""EXISTS (SELECT FROM portal_organ host WHERE host.id = {row}host_organ_id
        AND {_kin("host")})"""
    return "\n    OR ".join([*places, host])


def _kin(organ):
    return f"split_part({organ}.path, '/', 2) = ANY ((SELECT portal_wall_kin())::text[])"


def _inside(path, *lists):
    """Whether a place of one of these lists is in the path of a place."""
    steps = f"string_to_array(btrim({path}, '/'), '/')::bigint[]"
    return "\n        OR ".join(f"{steps} && ({one})::bigint[]" for one in lists)


def near_place(column):
    """Whether a division lies in the reader's county, or is above it."""
    return f"""{listed(column, "portal_wall_above")}
    OR EXISTS (SELECT FROM portal_division place WHERE place.id = {column}
        AND ({_inside("place.path", "SELECT portal_wall_near()")}))"""


def near_unit(column):
    """The same of a unit."""
    return f"""EXISTS (SELECT FROM portal_grassrootsunit there
        JOIN portal_organ host ON host.id = there.host_organ_id
        LEFT JOIN portal_division place ON place.id = there.division_id
        WHERE there.id = {column}
        AND ({_kin("host")}
        OR {_inside("place.path", "SELECT portal_wall_near()")}))"""


def near_organ(column):
    """The same of an organ."""
    return f"""EXISTS (SELECT FROM portal_organ body
        LEFT JOIN portal_division place ON place.id = body.division_id
        WHERE body.id = {column}
        AND ({_kin("body")}
        OR {listed("place.id", "portal_wall_above")}
        OR {_inside("place.path", "SELECT portal_wall_near()")}))"""


def place_reached(path):
    """Whether a grant of the reader reaches the division with this path."""
    return _inside(path, *(f"SELECT portal_wall('{one}')" for one in ANCESTORS))


def unit_reached(column):
    """Whether a grant of the reader reaches a unit: as `placed`, where a row knows only its unit."""
    return f"""EXISTS (SELECT FROM portal_grassrootsunit there
        LEFT JOIN portal_division place ON place.id = there.division_id
        WHERE there.id = {column}
        AND ({among("there.host_organ_id", "host")}
        OR {among("there.id", "unit")}
        OR {place_reached("place.path")}))"""


def under(parent, key, *own):
    """Whoever reads the row that it belongs to reads it; `own` lets in others before."""
    there = f"EXISTS (SELECT 1 FROM {parent} parent WHERE parent.id = {key})"
    return either(*own, there)


def either(*conditions):
    return "\n    OR ".join(conditions)


def raised(walls):
    """SQL of {table: condition}. The wall is about reading: what may be written, the rules say on
    the locked row, which is read."""
    return "".join(
        f"""
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY wall ON {table} FOR SELECT USING (
    {OPEN}
    OR {condition});
CREATE POLICY wall_insert ON {table} FOR INSERT WITH CHECK (true);
CREATE POLICY wall_update ON {table} FOR UPDATE USING (true);
CREATE POLICY wall_delete ON {table} FOR DELETE USING (true);
"""
        for table, condition in walls.items()
    )


def lowered(walls):
    return "".join(
        f"""
ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
DROP POLICY wall ON {table};
DROP POLICY wall_insert ON {table};
DROP POLICY wall_update ON {table};
DROP POLICY wall_delete ON {table};
"""
        for table in walls
    )


def asked_by(function):
    """A function that policies ask: with the owner's rights, for the portal's own role alone."""
    return f"""
REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC;
DO $$ BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'portal_app') THEN
    GRANT EXECUTE ON FUNCTION {function} TO portal_app;
  END IF;
END $$;
"""


def by_name(*names):
    """Operations without SQL: models whose base manager follows a key past the wall."""
    managers = [("objects", models.Manager()), ("by_name", models.Manager())]
    return [
        one
        for name in names
        for one in (
            migrations.AlterModelOptions(name, {"base_manager_name": "by_name"}),
            migrations.AlterModelManagers(name, managers),
        )
    ]


# Whether the reader has a role in the work today: whoever reads what all staff is shown.
IN_WORK = "(SELECT portal_wall('person') IS NOT NULL)"


def listed_by(column, function):
    """Whether a function of the database lists it: rows of ids, looked up in a hashed list."""
    return f"{column} IN (SELECT {function}())"


def both(*conditions):
    return "(" + "\n    AND ".join(f"({one})" for one in conditions) + ")"


def place_met(path):
    """The same as `place_reached`, with the path taken apart once for each row."""
    lists = " || ".join(f"portal_wall('{one}')" for one in ANCESTORS)
    return _inside(path, f"SELECT {lists}")


def unit_met(column):
    """The same as `unit_reached`, by `place_met`."""
    return f"""EXISTS (SELECT FROM portal_grassrootsunit there
        LEFT JOIN portal_division place ON place.id = there.division_id
        WHERE there.id = {column}
        AND ({among("there.host_organ_id", "host")}
        OR {among("there.id", "unit")}
        OR {place_met("place.path")}))"""


def changed(walls):
    """SQL of {table: condition}: another condition of a wall that stands."""
    return "".join(
        f"""
ALTER POLICY wall ON {table} USING (
    {OPEN}
    OR {condition});
"""
        for table, condition in walls.items()
    )
