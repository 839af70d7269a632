from django.db import migrations, models

# What happened is never changed: not even by a mistake of ours. Where one role does everything (a
# small installation), there is nothing to revoke.
REVOKE = """
DO $$ BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'portal_app') THEN
    REVOKE UPDATE, DELETE, TRUNCATE ON portal_loginfailure FROM portal_app;
  END IF;
END $$;
"""

# Steps go with the record that an import is taken back of, or with a draft; the code says so for
# this transaction, as it does where it opens a contact (portal/steps.py).
STEPS_STAY = """
CREATE FUNCTION portal_steps_stay() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF current_user = 'portal_app'
    AND current_setting('portal.steps_may_go', true) IS DISTINCT FROM 'yes' THEN
    RAISE EXCEPTION 'steps are never deleted' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("portal", "0018_mappings_belong_to_their_organ")]

    operations = [
        migrations.AddField(
            model_name="loginfailure",
            name="browser",
            field=models.CharField(blank=True, db_default="", default="", max_length=16),
        ),
        migrations.AddIndex(
            model_name="loginfailure",
            index=models.Index(fields=["address", "-at"], name="login_failure_by_address"),
        ),
        migrations.RunSQL(REVOKE, migrations.RunSQL.noop),
        migrations.RunSQL(STEPS_STAY, "DROP FUNCTION portal_steps_stay()"),
    ]
