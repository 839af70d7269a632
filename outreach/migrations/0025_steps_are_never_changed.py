"""What people did is told by rows that the running role neither changes nor deletes."""

from django.db import migrations

REVOKE = """
DO $$ BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'portal_app') THEN
    REVOKE UPDATE, TRUNCATE ON
      outreach_matterstep,
      outreach_reportstep,
      outreach_campaignstep,
      outreach_staystep,
      outreach_condolencestep,
      outreach_staybatchstep,
      outreach_nominationstep
      FROM portal_app;
    REVOKE DELETE ON
      outreach_reportstep,
      outreach_condolencestep,
      outreach_staybatchstep,
      outreach_nominationstep
      FROM portal_app;
    -- What was said in a referral is erased once it is handed over.
    GRANT UPDATE (text, facts) ON outreach_matterstep TO portal_app;
  END IF;
END $$;
"""

# Deleted with the records of an import that is taken back, or with a draft, and in no other way.
GUARDED = ("outreach_matterstep", "outreach_staystep", "outreach_campaignstep")
GUARD = "".join(
    f"CREATE TRIGGER steps_stay BEFORE DELETE ON {table} FOR EACH STATEMENT"
    " EXECUTE FUNCTION portal_steps_stay();\n"
    for table in GUARDED
)
UNGUARD = "".join(f"DROP TRIGGER steps_stay ON {table};\n" for table in GUARDED)


class Migration(migrations.Migration):
    dependencies = [
        ("outreach", "0024_slips_that_decide"),
        ("portal", "0019_failed_sign_ins_by_browser_and_address"),
    ]

    operations = [
        migrations.RunSQL(REVOKE, migrations.RunSQL.noop),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
