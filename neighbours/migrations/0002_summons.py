import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# Steps are only added (portal/records/steps.py).
RIGHTS = """
DO $$ BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'portal_app') THEN
    REVOKE UPDATE, TRUNCATE ON neighbours_summonsstep FROM portal_app;
  END IF;
END $$;
"""
GUARD = (
    "CREATE TRIGGER steps_stay BEFORE DELETE ON neighbours_summonsstep FOR EACH STATEMENT"
    " EXECUTE FUNCTION portal_steps_stay();"
)


class Migration(migrations.Migration):
    dependencies = [
        ("neighbours", "0001_hotline"),
        ("outreach", "0010_elsewhere"),
        ("portal", "0007_short_lived_keys"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Summons",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("numbered_in", models.CharField(db_collation="C", max_length=24)),
                ("number_year", models.PositiveSmallIntegerField()),
                ("number", models.PositiveIntegerField()),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("masses", "What many people raise"),
                            ("law", "Joint enforcement of the law"),
                            ("emergency", "Emergency"),
                        ],
                        max_length=9,
                        verbose_name="reason",
                    ),
                ),
                ("title", models.CharField(max_length=60, verbose_name="what it is about")),
                ("text", models.CharField(max_length=500, verbose_name="what is to be settled")),
                ("called_on", models.DateField()),
                ("called_at", models.DateTimeField(null=True)),
                ("meet_on", models.DateField(verbose_name="day on which they come together")),
                ("place", models.CharField(max_length=80, verbose_name="where")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("called", "Called"),
                            ("gathered", "Came together"),
                            ("concluded", "Concluded"),
                            ("cancelled", "Called off"),
                        ],
                        default="called",
                        max_length=9,
                    ),
                ),
                (
                    "conclusion",
                    models.CharField(
                        blank=True, default="", max_length=500, verbose_name="conclusion"
                    ),
                ),
                ("concluded_on", models.DateField(null=True)),
                ("assigned_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField()),
                (
                    "called_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
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
                    "matter",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="summons",
                        to="outreach.matter",
                    ),
                ),
                (
                    "organ",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.organ",
                        verbose_name="organ",
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
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.grassrootsunit",
                        verbose_name="place",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SummonedOrgan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "To answer"),
                            ("answered", "Answered"),
                            ("not_ours", "Says it is not its task"),
                            ("released", "Released"),
                        ],
                        default="asked",
                        max_length=8,
                    ),
                ),
                ("answer_by", models.DateField(null=True)),
                (
                    "answer",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="opinion"
                    ),
                ),
                ("answered_on", models.DateField(null=True)),
                ("objection", models.CharField(blank=True, default="", max_length=300)),
                ("decide_by", models.DateField(null=True)),
                (
                    "ruling",
                    models.CharField(
                        blank=True,
                        choices=[("theirs", "It is its task"), ("not", "It is not its task")],
                        default="",
                        max_length=6,
                    ),
                ),
                ("ruled_on", models.DateField(null=True)),
                ("came", models.BooleanField(null=True)),
                (
                    "organ",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.organ",
                        verbose_name="organ called",
                    ),
                ),
                (
                    "summons",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="organs",
                        to="neighbours.summons",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SummonsStep",
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
                            ("called", "Organs called"),
                            ("answered", "Organ answered"),
                            ("not_ours", "Organ says it is not its task"),
                            ("upheld", "Decided: it is its task"),
                            ("released", "Decided: it is not its task"),
                            ("gathered", "Came together"),
                            ("concluded", "Concluded"),
                            ("assigned", "Given to the organs"),
                            ("cancelled", "Called off"),
                        ],
                        max_length=9,
                    ),
                ),
                ("text", models.CharField(blank=True, default="", max_length=500)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "summons",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="neighbours.summons",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="summons",
            index=models.Index(fields=["-called_on", "-id"], name="summons_day"),
        ),
        migrations.AddIndex(
            model_name="summons",
            index=models.Index(fields=["county", "-called_on", "-id"], name="summons_county"),
        ),
        migrations.AddIndex(
            model_name="summons",
            index=models.Index(fields=["host_organ", "-called_on", "-id"], name="summons_host"),
        ),
        migrations.AddConstraint(
            model_name="summons",
            constraint=models.UniqueConstraint(
                fields=("numbered_in", "number_year", "number"),
                name="one_summons_of_a_number_a_year",
            ),
        ),
        migrations.AddConstraint(
            model_name="summons",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("called_at__isnull", False), ("reason", "emergency")),
                    models.Q(models.Q(("reason", "emergency"), _negated=True), ("called_at", None)),
                    _connector="OR",
                ),
                name="an_emergency_says_when_it_was_telephoned",
                violation_error_message="Say when the organs were telephoned.",
            ),
        ),
        migrations.AddConstraint(
            model_name="summons",
            constraint=models.CheckConstraint(
                condition=models.Q(("meet_on__gte", models.F("called_on"))),
                name="organs_come_together_after_they_were_called",
                violation_error_message="They come together on the day of the call or later.",
            ),
        ),
        migrations.AddConstraint(
            model_name="summons",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("concluded_on__isnull", False),
                        ("state", "concluded"),
                        models.Q(("conclusion", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("state", "concluded"), _negated=True),
                        ("concluded_on", None),
                        ("conclusion", ""),
                    ),
                    _connector="OR",
                ),
                name="a_concluded_summons_has_its_words",
            ),
        ),
        migrations.AddConstraint(
            model_name="summons",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("assigned_at", None),
                    models.Q(("matter__isnull", False), ("state", "concluded")),
                    _connector="OR",
                ),
                name="only_a_concluded_summons_is_assigned",
            ),
        ),
        migrations.AddIndex(
            model_name="summonedorgan",
            index=models.Index(fields=["organ", "state"], name="summoned_organ"),
        ),
        migrations.AddConstraint(
            model_name="summonedorgan",
            constraint=models.UniqueConstraint(
                fields=("summons", "organ"), name="an_organ_is_called_once_in_a_summons"
            ),
        ),
        migrations.AddConstraint(
            model_name="summonedorgan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("answered_on__isnull", False),
                        ("state", "answered"),
                        models.Q(("answer", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("state", "answered"), _negated=True),
                        ("answer", ""),
                        ("answered_on", None),
                    ),
                    _connector="OR",
                ),
                name="an_answer_has_its_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="summonedorgan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decide_by", None), ("objection", "")),
                    models.Q(
                        ("decide_by__isnull", False), models.Q(("objection", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="an_objection_has_a_day_of_decision",
            ),
        ),
        migrations.AddConstraint(
            model_name="summonedorgan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ruled_on", None), ("ruling", "")),
                    models.Q(("ruled_on__isnull", False), models.Q(("ruling", ""), _negated=True)),
                    _connector="OR",
                ),
                name="a_ruling_has_its_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="summonedorgan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ruling", ""), models.Q(("objection", ""), _negated=True), _connector="OR"
                ),
                name="a_ruling_is_about_an_objection",
            ),
        ),
        migrations.AddConstraint(
            model_name="summonedorgan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ruling", "not"), ("state", "released")),
                    models.Q(
                        models.Q(("state", "released"), _negated=True),
                        models.Q(("ruling", "not"), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="a_released_organ_was_ruled_out",
            ),
        ),
        migrations.AddIndex(
            model_name="summonsstep",
            index=models.Index(fields=["summons", "-at", "-id"], name="summons_step"),
        ),
        migrations.RunSQL(RIGHTS, migrations.RunSQL.noop),
        migrations.RunSQL(GUARD, migrations.RunSQL.noop),
    ]
