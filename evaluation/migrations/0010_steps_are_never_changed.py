"""What people did is told by rows that the running role neither changes nor deletes."""

from django.db import migrations

REVOKE = """
DO $$ BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'portal_app') THEN
    REVOKE UPDATE, TRUNCATE ON
      evaluation_memberappraisalstep,
      evaluation_cyclestep,
      evaluation_poolstep
      FROM portal_app;
    REVOKE DELETE ON
      evaluation_memberappraisalstep,
      evaluation_cyclestep,
      evaluation_poolstep
      FROM portal_app;
    -- A pool of the demo county was publicised before the day on which it is made.
    GRANT UPDATE (text) ON evaluation_poolstep TO portal_app;
  END IF;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("evaluation", "0009_moments_are_said"),
        ("portal", "0019_failed_sign_ins_by_browser_and_address"),
    ]

    operations = [
        migrations.RunSQL(REVOKE, migrations.RunSQL.noop),
    ]
