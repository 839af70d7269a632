"""The number of a matter that another one names: sheets say it where the reader does not open it
(docs/adr/0084). By its key alone, and nothing but the number."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION outreach_number_of_matter(bigint) RETURNS integer
LANGUAGE sql STABLE STRICT PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT number FROM outreach_matter WHERE id = $1 $$;
REVOKE EXECUTE ON FUNCTION outreach_number_of_matter(bigint) FROM PUBLIC;
DO $$ BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'portal_app') THEN
    GRANT EXECUTE ON FUNCTION outreach_number_of_matter(bigint) TO portal_app;
  END IF;
END $$;
"""
BACKWARD = "DROP FUNCTION outreach_number_of_matter(bigint);"


class Migration(migrations.Migration):
    dependencies = [("outreach", "0019_second_wall_of_drafts")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
