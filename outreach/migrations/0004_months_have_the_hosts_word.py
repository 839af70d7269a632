"""The host's word on a month is rows; no number of days is computed any more.

What was attested keeps its word, its author and its moment: met or not met as the page said it,
and a further word for each absence that the host noted afterwards. The numbers of days were
computed, so none of them becomes `MonthWord.days`.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

WORDS = """
WITH attested AS (
    SELECT t.*, extract(day FROM t.month + interval '1 month - 1 day')::int AS whole,
           coalesce((
               SELECT p.value::numeric FROM portal_policyparameter p
               WHERE p.code = 'posting.days_per_month'
                 AND p.valid_from <= (t.month + interval '1 month - 1 day')::date
               ORDER BY p.valid_from DESC, p.id DESC LIMIT 1
           ), 20) AS norm
    FROM outreach_staymonth t WHERE t.attested_at IS NOT NULL
),
due AS (
    SELECT a.*, CASE WHEN stay_days >= whole THEN norm
                     ELSE least(stay_days, ceil(norm * stay_days / whole)) END AS due
    FROM attested a
),
said AS (
    SELECT id AS month_id, 0 AS later, attested_at AS at, attested_by_id AS by_id,
           opinion AS remark, stay_days - leave_days - absent_days >= due AS is_met
    FROM due
    UNION ALL
    SELECT d.id, n.id, n.at, n.by_id, n.note,
           d.stay_days - d.leave_days - greatest(0, d.absent_days + sum(n.days) OVER (
               PARTITION BY d.id ORDER BY n.at, n.id
           )) >= d.due
    FROM due d
    JOIN outreach_daynote n ON n.month_id = d.id AND n.is_late AND n.kind = 'absent'
)
INSERT INTO outreach_monthword (month_id, is_met, days, remark, by_id, at)
SELECT month_id, is_met, NULL, remark, by_id, at FROM said
ORDER BY month_id, later > 0, at, later;
"""

RIGHTS = """
DO $$ BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'portal_app') THEN
    REVOKE UPDATE, DELETE, TRUNCATE ON outreach_monthword FROM portal_app;
  END IF;
END $$;
"""

KINDS = [
    ("secretary", "First secretary (第一书记)"),
    ("member", "Member of a work team (工作队员)"),
    ("residential", "Residential stay (驻村蹲点)"),
    ("secondment", "Secondment (挂职)"),
    ("leader", "Leader's stay of some days (领导蹲点)"),
]


def of_kind():
    return models.CharField(choices=KINDS, max_length=12, verbose_name="kind")


class Migration(migrations.Migration):
    dependencies = [
        ("outreach", "0003_choices_of_roles"),
        ("portal", "0002_choices_of_roles"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="MonthWord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("is_met", models.BooleanField(verbose_name="norm met")),
                (
                    "days",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="days attested"
                    ),
                ),
                (
                    "remark",
                    models.CharField(
                        blank=True, default="", max_length=200, verbose_name="opinion of the host"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "month",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="words",
                        to="outreach.staymonth",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["month", "-id"], name="month_word")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("days", None), ("days__lte", 31), _connector="OR"),
                        name="at_most_31_days_are_attested",
                    )
                ],
            },
        ),
        migrations.RunSQL(WORDS, migrations.RunSQL.noop),
        migrations.RunSQL(RIGHTS, migrations.RunSQL.noop),
        migrations.RemoveConstraint("daynote", "a_late_correction_has_its_reason"),
        migrations.RemoveConstraint(
            "staymonth", "an_attested_month_says_by_whom_and_how_many_days"
        ),
        migrations.RemoveConstraint("staymonth", "no_more_days_away_than_the_month_has"),
        *(
            migrations.RemoveField("staymonth", name)
            for name in (
                "attested_at",
                "attested_by",
                "opinion",
                "stay_days",
                "leave_days",
                "absent_days",
                "away_days",
            )
        ),
        migrations.AddConstraint(
            "daynote",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("days__gt", 0), ("is_late", False)),
                    models.Q(("note", ""), _negated=True),
                    _connector="OR",
                ),
                name="days_taken_back_or_noted_late_have_their_reason",
                violation_error_message=(
                    "Days taken back, or noted after the host's word, need their reason."
                ),
            ),
        ),
        migrations.AddField(
            "leave",
            "stand_in",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="portal.cadre",
                verbose_name="stand-in",
            ),
        ),
        migrations.AddField(
            "stay",
            "plan",
            models.TextField(
                blank=True,
                db_default="",
                default="",
                max_length=1000,
                verbose_name="plan of the stay",
            ),
        ),
        migrations.AlterField("batchplace", "kind", of_kind()),
        migrations.AlterField("stay", "kind", of_kind()),
        migrations.AlterField("staybatch", "kind", of_kind()),
    ]
