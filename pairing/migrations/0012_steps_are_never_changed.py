"""What people did is told by rows that the running role neither changes nor deletes."""

from django.db import migrations

REVOKE = """
DO $$ BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'portal_app') THEN
    REVOKE UPDATE, TRUNCATE ON
      pairing_roundstep,
      pairing_supportstep,
      pairing_problemstep,
      pairing_casestep,
      pairing_contactpointstep,
      pairing_pairingstep
      FROM portal_app;
    REVOKE DELETE ON
      pairing_roundstep,
      pairing_supportstep,
      pairing_problemstep
      FROM portal_app;
  END IF;
END $$;
"""

# Deleted with the records of an import that is taken back, or with a draft, and in no other way.
GUARDED = ("pairing_casestep", "pairing_contactpointstep", "pairing_pairingstep")
GUARD = "".join(
    f"CREATE TRIGGER steps_stay BEFORE DELETE ON {table} FOR EACH STATEMENT"
    " EXECUTE FUNCTION portal_steps_stay();\n"
    for table in GUARDED
)
UNGUARD = "".join(f"DROP TRIGGER steps_stay ON {table};\n" for table in GUARDED)


class Migration(migrations.Migration):
    dependencies = [
        ("pairing", "0011_slips_that_count"),
        ("portal", "0019_failed_sign_ins_by_browser_and_address"),
    ]

    operations = [
        migrations.RunSQL(REVOKE, migrations.RunSQL.noop),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
