import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# Steps are only added (portal/records/steps.py).
RIGHTS = """
DO $$ BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'portal_app') THEN
    REVOKE UPDATE, TRUNCATE ON neighbours_branchreportstep FROM portal_app;
  END IF;
END $$;
"""
GUARD = (
    "CREATE TRIGGER steps_stay BEFORE DELETE ON neighbours_branchreportstep FOR EACH STATEMENT"
    " EXECUTE FUNCTION portal_steps_stay();"
)


class Migration(migrations.Migration):
    dependencies = [
        ("neighbours", "0002_summons"),
        ("outreach", "0010_elsewhere"),
        ("portal", "0008_norms_by_place"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BranchReport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("secretary", models.CharField(blank=True, default="", max_length=40)),
                ("contact_name", models.CharField(max_length=20, verbose_name="contact person")),
                ("contact_phone", models.CharField(max_length=30, verbose_name="office phone")),
                ("resources", models.CharField(max_length=200, verbose_name="what it can offer")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Drafted"),
                            ("handed_in", "To be confirmed"),
                            ("confirmed", "Confirmed"),
                            ("returned", "Sent back"),
                            ("ended", "Ended"),
                        ],
                        default="draft",
                        max_length=9,
                    ),
                ),
                ("reported_on", models.DateField(null=True)),
                (
                    "opinion",
                    models.CharField(
                        blank=True,
                        default="",
                        max_length=100,
                        verbose_name="opinion of the community's Party organisation",
                    ),
                ),
                ("confirmed_on", models.DateField(null=True)),
                ("ended_on", models.DateField(null=True)),
                ("created_at", models.DateTimeField()),
                (
                    "city",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.division",
                    ),
                ),
                (
                    "county",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.division",
                    ),
                ),
                (
                    "division",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.division",
                    ),
                ),
                (
                    "host_organ",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.organ",
                    ),
                ),
                (
                    "needs",
                    models.ManyToManyField(
                        blank=True, related_name="branch_reports", to="outreach.communityneed"
                    ),
                ),
                (
                    "organ",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.organ",
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="branch_reports",
                        to="portal.partyorganization",
                        verbose_name="Party organisation",
                    ),
                ),
                (
                    "province",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.division",
                    ),
                ),
                (
                    "township",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.division",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="portal.grassrootsunit",
                        verbose_name="place",
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="BranchReportStep",
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
                            ("handed_in", "Handed in"),
                            ("confirmed", "Report confirmed"),
                            ("returned", "Sent back"),
                            ("line", "Line of the quarter written"),
                            ("corrected", "Line of the quarter corrected"),
                            ("heard", "Problem of residents registered"),
                            ("passed_on", "Passed on to the successor"),
                            ("ended", "Ended"),
                        ],
                        max_length=9,
                    ),
                ),
                ("text", models.CharField(blank=True, default="", max_length=300)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="neighbours.branchreport",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="QuarterLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.PositiveSmallIntegerField()),
                ("quarter", models.PositiveSmallIntegerField()),
                ("joined", models.CharField(max_length=100, verbose_name="what it took part in")),
                ("done", models.CharField(max_length=100, verbose_name="how it was done")),
                (
                    "advice",
                    models.CharField(
                        blank=True, default="", max_length=100, verbose_name="suggestions"
                    ),
                ),
                ("written_at", models.DateTimeField()),
                (
                    "matters",
                    models.ManyToManyField(
                        blank=True, related_name="quarter_lines", to="outreach.matter"
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="neighbours.branchreport",
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="branchreport",
            index=models.Index(fields=["-created_at", "-id"], name="branch_report_day"),
        ),
        migrations.AddIndex(
            model_name="branchreport",
            index=models.Index(
                fields=["county", "-created_at", "-id"], name="branch_report_county"
            ),
        ),
        migrations.AddIndex(
            model_name="branchreport",
            index=models.Index(
                fields=["host_organ", "-created_at", "-id"], name="branch_report_host"
            ),
        ),
        migrations.AddIndex(
            model_name="branchreport",
            index=models.Index(fields=["unit", "state"], name="branch_report_unit"),
        ),
        migrations.AddConstraint(
            model_name="branchreport",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "ended"), _negated=True),
                fields=("party", "unit"),
                name="a_branch_reports_to_a_community_once",
                violation_error_message="This Party organisation has reported there already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="branchreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("reported_on__isnull", False),
                    ("state__in", ("draft", "ended")),
                    _connector="OR",
                ),
                name="a_report_handed_in_has_its_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="branchreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("confirmed_on__isnull", False),
                    models.Q(("state", "confirmed"), _negated=True),
                    _connector="OR",
                ),
                name="a_confirmed_report_has_its_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="branchreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_on__isnull", False), ("state", "ended")),
                    models.Q(models.Q(("state", "ended"), _negated=True), ("ended_on", None)),
                    _connector="OR",
                ),
                name="an_ended_report_has_its_day",
            ),
        ),
        migrations.AddIndex(
            model_name="branchreportstep",
            index=models.Index(fields=["report", "-at", "-id"], name="branch_report_step"),
        ),
        migrations.AddConstraint(
            model_name="quarterline",
            constraint=models.UniqueConstraint(
                fields=("report", "year", "quarter"),
                name="one_line_of_a_report_a_quarter",
                violation_error_message="This quarter has its line already; correct it.",
            ),
        ),
        migrations.AddConstraint(
            model_name="quarterline",
            constraint=models.CheckConstraint(
                condition=models.Q(("quarter__range", (1, 4))),
                name="a_line_is_of_one_of_four_quarters",
            ),
        ),
        migrations.RunSQL(RIGHTS, migrations.RunSQL.noop),
        migrations.RunSQL(GUARD, migrations.RunSQL.noop),
    ]
