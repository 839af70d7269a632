from django.db import migrations, models

# A key is made once and stays as it is.
RIGHTS = """
DO $$ BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'portal_app') THEN
    REVOKE UPDATE, DELETE, TRUNCATE ON outreach_callbackkey FROM portal_app;
  END IF;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("outreach", "0007_old_ledgers_invent_nothing"),
    ]

    operations = [
        migrations.CreateModel(
            name="CallBackKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.DateField(unique=True)),
                ("digest", models.CharField(db_collation="C", max_length=64)),
                ("secret_cipher", models.TextField()),
                ("published_at", models.DateTimeField()),
            ],
        ),
        migrations.RunSQL(RIGHTS, migrations.RunSQL.noop),
    ]
