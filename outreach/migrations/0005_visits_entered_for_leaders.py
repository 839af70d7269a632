"""What a leader said to a visit that somebody else entered for them."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

RIGHTS = """
DO $$ BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'portal_app') THEN
    REVOKE UPDATE, TRUNCATE ON outreach_visitstep FROM portal_app;
  END IF;
END $$;
"""

# Deleted with the visits of an import that is taken back, and in no other way.
GUARD = (
    "CREATE TRIGGER steps_stay BEFORE DELETE ON outreach_visitstep FOR EACH STATEMENT"
    " EXECUTE FUNCTION portal_steps_stay();"
)


class Migration(migrations.Migration):
    dependencies = [
        ("outreach", "0004_months_have_the_hosts_word"),
        ("portal", "0002_choices_of_roles"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="visit",
            name="confirmation",
            field=models.CharField(
                blank=True,
                choices=[
                    ("waiting", "Entered by another, not confirmed yet"),
                    ("confirmed", "Entered by another, confirmed"),
                    ("refused", "Entered by another, refused by the leader"),
                ],
                db_default="",
                default="",
                editable=False,
                max_length=9,
            ),
        ),
        migrations.CreateModel(
            name="VisitStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "move",
                    models.CharField(
                        choices=[
                            ("confirmed", "Confirmed by the leader"),
                            ("refused", "Refused by the leader"),
                            ("changed", "Corrected, to be confirmed anew"),
                        ],
                        max_length=9,
                    ),
                ),
                ("reason", models.CharField(blank=True, default="", max_length=200)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "visit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="outreach.visit",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["visit", "-at", "-id"], name="visit_step")],
                "constraints": [
                    models.CheckConstraint(
                        condition=~Q(move="refused") | ~Q(reason=""),
                        name="a_visit_is_refused_for_a_reason",
                        violation_error_message="Say why.",
                    )
                ],
            },
        ),
        migrations.RunSQL(RIGHTS, migrations.RunSQL.noop),
        migrations.RunSQL(GUARD, migrations.RunSQL.noop),
    ]
