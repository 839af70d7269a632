import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# A seed is entered once and stays as it is.
RIGHTS = """
DO $$ BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'portal_app') THEN
    REVOKE UPDATE, DELETE, TRUNCATE ON evaluation_seedthrow FROM portal_app;
  END IF;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("evaluation", "0003_a_gate_of_months"),
        ("portal", "0004_name_on_the_seal"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="poll",
            name="frame_digest",
            field=models.CharField(db_collation="C", db_default="", default="", max_length=64),
        ),
        migrations.AddField(
            model_name="poll",
            name="frame_file",
            field=models.BinaryField(db_default=b"", default=b""),
        ),
        migrations.AddField(
            model_name="poll",
            name="frozen_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="poll",
            name="plan",
            field=models.JSONField(db_default={}, default=dict),
        ),
        migrations.AddField(
            model_name="poll",
            name="result_digest",
            field=models.CharField(db_collation="C", db_default="", default="", max_length=64),
        ),
        migrations.AlterField(
            model_name="cycle",
            name="seed",
            field=models.CharField(
                blank=True, db_collation="C", db_default="", default="", max_length=32
            ),
        ),
        migrations.CreateModel(
            name="SeedThrow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("dice", "Dice, thrown before two people"),
                            ("public", "Numbers that somebody else draws in public"),
                        ],
                        max_length=6,
                    ),
                ),
                ("digits", models.CharField(db_collation="C", max_length=200)),
                ("how", models.CharField(max_length=200)),
                ("organiser", models.CharField(max_length=40)),
                ("witness", models.CharField(max_length=40)),
                ("witness_of", models.CharField(max_length=60)),
                ("entered_at", models.DateTimeField()),
                (
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="throws",
                        to="evaluation.cycle",
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="poll",
            name="throw",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="polls",
                to="evaluation.seedthrow",
            ),
        ),
        migrations.AddConstraint(
            model_name="poll",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("frame_digest", ""), ("frozen_at", None)),
                    models.Q(
                        ("frozen_at__isnull", False),
                        ("served_found__isnull", False),
                        models.Q(("frame_digest", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="a_frozen_poll_has_the_hash_of_its_frame",
            ),
        ),
        migrations.AddConstraint(
            model_name="poll",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("throw", None),
                    models.Q(
                        ("drawn_at__gt", models.F("frozen_at")),
                        ("frozen_at__isnull", False),
                        models.Q(("result_digest", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="voters_are_drawn_by_a_seed_younger_than_their_frame",
                violation_error_message="The seed is entered after the frame is frozen and published.",
            ),
        ),
        migrations.AddConstraint(
            model_name="seedthrow",
            constraint=models.UniqueConstraint(
                fields=("cycle", "digits"),
                name="no_seed_is_used_again_in_a_cycle",
                violation_error_message="This seed was entered before; throw a new one for frames frozen since.",
            ),
        ),
        migrations.RunSQL(RIGHTS, migrations.RunSQL.noop),
    ]
