import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# The register stays.
RIGHTS = """
DO $$ BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'portal_app') THEN
    REVOKE DELETE, TRUNCATE ON oversight_archivepackage FROM portal_app;
  END IF;
END $$;
"""


def digest():
    return models.CharField(blank=True, db_collation="C", default="", max_length=64)


class Migration(migrations.Migration):
    dependencies = [
        ("outreach", "0014_months_taken_back"),
        ("oversight", "0002_steps_taken_back"),
        ("portal", "0013_found_sooner"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ArchivePackage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "term",
                    models.CharField(
                        choices=[
                            ("permanent", "for good"),
                            ("30", "30 years"),
                            ("10", "10 years"),
                        ],
                        max_length=9,
                        verbose_name="kept for",
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("made_at", models.DateTimeField(null=True)),
                ("size", models.BigIntegerField(null=True)),
                ("digest", digest()),
                ("manifest_digest", digest()),
                ("counts", models.JSONField(blank=True, default=dict)),
                (
                    "closing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="packages",
                        to="outreach.yearclosing",
                    ),
                ),
                (
                    "job",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.job",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["-asked_at", "-id"], name="archive_newest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("digest", ""),
                            ("made_at", None),
                            ("manifest_digest", ""),
                            ("size", None),
                        )
                        | models.Q(
                            ("made_at__isnull", False),
                            ("size__isnull", False),
                            models.Q(("digest", ""), _negated=True),
                            models.Q(("manifest_digest", ""), _negated=True),
                        ),
                        name="a_package_that_is_made_has_its_hashes",
                    )
                ],
            },
        ),
        migrations.RunSQL(RIGHTS, migrations.RunSQL.noop),
    ]
