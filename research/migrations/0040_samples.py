import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# What the published hashes, the seed and the result stand for never changes, not even by a mistake of
# ours. A draft changes; drawn units keep who asks and what became of them open.
SAMPLE_STAYS = """
CREATE FUNCTION research_sample_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF current_user = 'portal_app' AND (
    OLD.frozen_at IS NOT NULL AND
    (NEW.questionnaire_id, NEW.batch_id, NEW.organ_id, NEW.source, NEW.kinds, NEW.area_id,
     NEW.described, NEW.as_of, NEW.method, NEW.allocation, NEW.number, NEW.households,
     NEW.reserve_size, NEW.reserve_batches, NEW.deviations, NEW.strata, NEW.numbers, NEW.places,
     NEW.unit_count, NEW.frame_file, NEW.frame_digest, NEW.plan_digest, NEW.frozen_at)
    IS DISTINCT FROM
    (OLD.questionnaire_id, OLD.batch_id, OLD.organ_id, OLD.source, OLD.kinds, OLD.area_id,
     OLD.described, OLD.as_of, OLD.method, OLD.allocation, OLD.number, OLD.households,
     OLD.reserve_size, OLD.reserve_batches, OLD.deviations, OLD.strata, OLD.numbers, OLD.places,
     OLD.unit_count, OLD.frame_file, OLD.frame_digest, OLD.plan_digest, OLD.frozen_at)
    OR OLD.seeded_at IS NOT NULL AND
    (NEW.seed, NEW.seed_kind, NEW.seed_how, NEW.organiser, NEW.witness, NEW.witness_of,
     NEW.seeded_at)
    IS DISTINCT FROM
    (OLD.seed, OLD.seed_kind, OLD.seed_how, OLD.organiser, OLD.witness, OLD.witness_of,
     OLD.seeded_at)
    OR OLD.drawn_at IS NOT NULL AND
    (NEW.drawn_at, NEW.result_digest) IS DISTINCT FROM (OLD.drawn_at, OLD.result_digest)
    OR OLD.given_up_at IS NOT NULL AND NEW.given_up_at IS DISTINCT FROM OLD.given_up_at
    OR NEW.batches_released < OLD.batches_released
  ) THEN
    RAISE EXCEPTION 'a frozen sample is never changed' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER sample_stays BEFORE UPDATE ON research_sample
  FOR EACH ROW EXECUTE FUNCTION research_sample_stays();
"""

SAMPLE_RIGHTS = """
DO $$ BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'portal_app') THEN
    REVOKE DELETE, TRUNCATE ON research_sample FROM portal_app;
    REVOKE UPDATE, DELETE, TRUNCATE ON research_samplestep, research_drawnunitstep,
      research_drawnunit FROM portal_app;
    GRANT UPDATE (probability, asked_by_id, disposition, disposed_on, channel)
      ON research_drawnunit TO portal_app;
  END IF;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0005_households_of_a_unit"),
        ("research", "0001_research"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DrawnUnitStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "disposition",
                    models.CharField(
                        choices=[
                            ("complete", "Complete"),
                            ("partial", "Partly answered"),
                            ("refused", "Refused"),
                            ("not_met", "Not met in three tries"),
                            ("empty", "Empty house or no such address"),
                            ("ineligible", "Does not meet the conditions"),
                            ("unable", "Cannot answer"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        max_length=10,
                    ),
                ),
                ("text", models.CharField(blank=True, default="", max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name="SampleStep",
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
                            ("frozen", "Frame and plan frozen and published"),
                            ("seeded", "Seed entered"),
                            ("drawn", "Drawn"),
                            ("released", "Batch of the reserve released"),
                            ("given_up", "Given up"),
                        ],
                        max_length=8,
                    ),
                ),
                ("text", models.CharField(blank=True, default="", max_length=300)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="sample",
            name="a_frozen_frame_has_its_hash",
        ),
        migrations.RemoveConstraint(
            model_name="sample",
            name="a_seed_is_entered_after_the_frame_is_frozen",
        ),
        migrations.RemoveConstraint(
            model_name="sample",
            name="a_draw_has_seed_and_witness",
        ),
        migrations.RemoveField(
            model_name="sample",
            name="drawn_by",
        ),
        migrations.RemoveField(
            model_name="sample",
            name="frozen_by",
        ),
        migrations.RemoveField(
            model_name="sample",
            name="plan",
        ),
        migrations.AddField(
            model_name="drawnunit",
            name="channel",
            field=models.CharField(blank=True, default="", max_length=5),
        ),
        migrations.AddField(
            model_name="sample",
            name="allocation",
            field=models.CharField(
                choices=[
                    ("proportion", "In proportion to the units of the stratum"),
                    ("fixed", "The same number in each stratum"),
                    ("optimal", "More where answers differ more"),
                ],
                default="proportion",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="sample",
            name="area",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="portal.division",
                verbose_name="area",
            ),
        ),
        migrations.AddField(
            model_name="sample",
            name="avoids_earlier",
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name="sample",
            name="deviations",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name="sample",
            name="given_up_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="sample",
            name="households",
            field=models.PositiveSmallIntegerField(
                default=0, verbose_name="households of each village"
            ),
        ),
        migrations.AddField(
            model_name="sample",
            name="is_by_township",
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name="sample",
            name="job",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="portal.job",
            ),
        ),
        migrations.AddField(
            model_name="sample",
            name="kinds",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("rural", "Village"),
                        ("community", "Urban community"),
                        ("soe", "State-owned enterprise"),
                        ("nonpublic", "Non-public enterprise"),
                        ("social", "Social organisation"),
                    ],
                    max_length=10,
                ),
                blank=True,
                default=list,
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="sample",
            name="memory",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name="sample",
            name="number",
            field=models.PositiveIntegerField(default=0, verbose_name="number to draw"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="sample",
            name="numbers",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name="sample",
            name="places",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name="sample",
            name="reserve_batches",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="batches of reserve"),
        ),
        migrations.AddField(
            model_name="sample",
            name="reserve_size",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="reserve in one batch"),
        ),
        migrations.AddField(
            model_name="sample",
            name="seeded_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="sample",
            name="strata",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AlterField(
            model_name="questionnairestep",
            name="move",
            field=models.CharField(
                choices=[
                    ("uploaded", "New version read in"),
                    ("tried", "Given out to be tried"),
                    ("submitted", "Handed in for review"),
                    ("sent_back", "Sent back to be changed"),
                    ("reviewed", "Reviewed"),
                    ("frozen", "Frame frozen and published"),
                    ("drawn", "Sample drawn"),
                    ("opened", "Answers are taken from now on"),
                    ("closed", "Closed"),
                    ("stripped", "Marks of persons removed, key destroyed"),
                    ("internal", "Results for internal reference"),
                    ("published", "Results published"),
                    ("undrawn", "Sample given up"),
                    ("dropped", "Given up"),
                ],
                max_length=9,
            ),
        ),
        migrations.AlterField(
            model_name="sample",
            name="as_of",
            field=models.DateField(blank=True, null=True, verbose_name="as of"),
        ),
        migrations.AlterField(
            model_name="sample",
            name="questionnaire",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="samples",
                to="research.questionnaire",
            ),
        ),
        migrations.AddIndex(
            model_name="sample",
            index=models.Index(fields=["organ", "drawn_at"], name="sample_organ"),
        ),
        migrations.AddConstraint(
            model_name="drawnunit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("channel", ""), ("disposition__in", ("complete", "partial")), _connector="OR"
                ),
                name="only_an_answer_came_some_way",
            ),
        ),
        migrations.AddConstraint(
            model_name="sample",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("batch", None), ("questionnaire__isnull", False)),
                    models.Q(("batch__isnull", False), ("questionnaire", None)),
                    _connector="OR",
                ),
                name="a_sample_is_of_a_questionnaire_or_a_batch",
            ),
        ),
        migrations.AddConstraint(
            model_name="sample",
            constraint=models.UniqueConstraint(
                condition=models.Q(("given_up_at", None)),
                fields=("questionnaire",),
                name="one_standing_sample_of_a_questionnaire",
                violation_error_message="The questionnaire has a sample already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="sample",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("frame_digest", ""),
                        ("frozen_at", None),
                        ("plan_digest", ""),
                        ("unit_count", None),
                    ),
                    models.Q(
                        ("frozen_at__isnull", False),
                        ("unit_count__isnull", False),
                        models.Q(("frame_digest", ""), _negated=True),
                        models.Q(("plan_digest", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="a_frozen_frame_has_its_hash",
            ),
        ),
        migrations.AddConstraint(
            model_name="sample",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("seeded_at", None),
                    models.Q(
                        ("frozen_at__isnull", False), ("seeded_at__gt", models.F("frozen_at"))
                    ),
                    _connector="OR",
                ),
                name="a_seed_is_entered_after_the_frame_is_frozen",
                violation_error_message="The seed is entered after the frame is frozen and published.",
            ),
        ),
        migrations.AddConstraint(
            model_name="sample",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("organiser", ""),
                        ("seed", ""),
                        ("seed_how", ""),
                        ("seed_kind", ""),
                        ("seeded_at", None),
                        ("witness", ""),
                        ("witness_of", ""),
                    ),
                    models.Q(
                        ("seeded_at__isnull", False),
                        models.Q(("seed", ""), _negated=True),
                        models.Q(("seed_kind", ""), _negated=True),
                        models.Q(("seed_how", ""), _negated=True),
                        models.Q(("organiser", ""), _negated=True),
                        models.Q(("witness", ""), _negated=True),
                        models.Q(("witness_of", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="a_seed_has_its_witness",
            ),
        ),
        migrations.AddConstraint(
            model_name="sample",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        models.Q(("drawn_at", None), ("result_digest", "")),
                        models.Q(
                            ("drawn_at__isnull", False),
                            models.Q(("result_digest", ""), _negated=True),
                        ),
                        _connector="OR",
                    ),
                    models.Q(("drawn_at", None), ("seeded_at__isnull", False), _connector="OR"),
                ),
                name="a_draw_has_its_seed_and_result",
            ),
        ),
        migrations.AddField(
            model_name="drawnunitstep",
            name="by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="drawnunitstep",
            name="drawn",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="steps",
                to="research.drawnunit",
            ),
        ),
        migrations.AddField(
            model_name="samplestep",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="samplestep",
            name="sample",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="steps",
                to="research.sample",
            ),
        ),
        migrations.AddIndex(
            model_name="drawnunitstep",
            index=models.Index(fields=["drawn", "-at", "-id"], name="drawn_unit_step"),
        ),
        migrations.AddIndex(
            model_name="samplestep",
            index=models.Index(fields=["sample", "-at", "-id"], name="sample_step"),
        ),
        migrations.AlterField(
            model_name="sample",
            name="frame_digest",
            field=models.CharField(blank=True, db_collation="C", default="", max_length=64),
        ),
        migrations.AlterField(
            model_name="sample",
            name="plan_digest",
            field=models.CharField(blank=True, db_collation="C", default="", max_length=64),
        ),
        migrations.AlterField(
            model_name="sample",
            name="result_digest",
            field=models.CharField(blank=True, db_collation="C", default="", max_length=64),
        ),
        migrations.RunSQL(SAMPLE_STAYS, "DROP FUNCTION research_sample_stays CASCADE"),
        migrations.RunSQL(SAMPLE_RIGHTS, migrations.RunSQL.noop),
    ]
