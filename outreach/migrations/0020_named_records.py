"""What a matter names where its reader does not open it (docs/adr/0084): the number of another
matter for a sheet, and whether its visit stands. By a key alone, and nothing more."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION outreach_number_of_matter(bigint) RETURNS integer
LANGUAGE sql STABLE STRICT PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT number FROM outreach_matter WHERE id = $1 $$;
CREATE FUNCTION outreach_visit_stands(bigint) RETURNS boolean
LANGUAGE sql STABLE STRICT PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT voided_at IS NULL FROM outreach_visit WHERE id = $1 $$;
REVOKE EXECUTE ON FUNCTION outreach_number_of_matter(bigint), outreach_visit_stands(bigint)
  FROM PUBLIC;
DO $$ BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'portal_app') THEN
    GRANT EXECUTE ON FUNCTION outreach_number_of_matter(bigint), outreach_visit_stands(bigint)
      TO portal_app;
  END IF;
END $$;
"""
BACKWARD = """
DROP FUNCTION outreach_number_of_matter(bigint);
DROP FUNCTION outreach_visit_stands(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("outreach", "0019_second_wall_of_drafts")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
