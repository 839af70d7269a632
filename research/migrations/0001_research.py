import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

STEP_RIGHTS = """
DO $$ BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'portal_app') THEN
    REVOKE UPDATE, DELETE, TRUNCATE ON
      research_topicstep,
      research_batchstep,
      research_researchreportstep,
      research_foundproblemstep,
      research_advicestep,
      research_questionnairestep
      FROM portal_app;
  END IF;
END $$;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("outreach", "0007_old_ledgers_invent_nothing"),
        ("portal", "0004_name_on_the_seal"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DrawnUnit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveIntegerField()),
                ("stratum", models.CharField(db_collation="C", default="", max_length=80)),
                ("key", models.CharField(db_collation="C", max_length=120)),
                ("reserve", models.PositiveSmallIntegerField(default=0)),
                ("serial", models.PositiveIntegerField(null=True)),
                ("probability", models.FloatField()),
                (
                    "disposition",
                    models.CharField(
                        blank=True,
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
                        default="",
                        max_length=10,
                    ),
                ),
                ("disposed_on", models.DateField(null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="asks",
                        to="portal.cadre",
                    ),
                ),
                (
                    "township",
                    models.ForeignKey(
                        blank=True,
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
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Questionnaire",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=80, verbose_name="title")),
                ("purpose", models.CharField(max_length=200, verbose_name="purpose")),
                ("phone", models.CharField(max_length=30, verbose_name="phone for questions")),
                (
                    "number",
                    models.CharField(
                        db_collation="C", default="", max_length=30, verbose_name="number"
                    ),
                ),
                ("valid_until", models.DateField(null=True, verbose_name="valid until")),
                (
                    "table_number",
                    models.CharField(
                        blank=True, default="", max_length=30, verbose_name="number of the table"
                    ),
                ),
                (
                    "made_by",
                    models.CharField(blank=True, default="", max_length=60, verbose_name="made by"),
                ),
                (
                    "approval",
                    models.CharField(
                        blank=True,
                        default="",
                        max_length=60,
                        verbose_name="approval or filing number",
                    ),
                ),
                (
                    "why_long",
                    models.CharField(
                        blank=True,
                        default="",
                        max_length=200,
                        verbose_name="why so many questions are needed",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("design", "Being designed"),
                            ("trial", "Being tried out"),
                            ("review", "To be reviewed"),
                            ("reviewed", "Reviewed"),
                            ("frozen", "Frame frozen"),
                            ("drawn", "Sample drawn"),
                            ("running", "Answers are taken"),
                            ("late", "Closed, late answers are taken"),
                            ("stripped", "Marks of persons removed"),
                            ("internal", "For internal reference"),
                            ("published", "Published"),
                            ("dropped", "Given up"),
                        ],
                        default="design",
                        max_length=9,
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("opens_on", models.DateField(null=True, verbose_name="answers from")),
                ("closes_on", models.DateField(null=True, verbose_name="answers until")),
                ("public_key", models.BinaryField(default=b"")),
                ("private_cipher", models.TextField(default="")),
                ("stripped_at", models.DateTimeField(null=True)),
                ("refused_late", models.PositiveIntegerField(default=0)),
                ("published_at", models.DateTimeField(null=True)),
                (
                    "organ",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="questionnaires",
                        to="portal.organ",
                        verbose_name="carried out by",
                    ),
                ),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
            name="AnswerLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.CharField(db_collation="C", max_length=64, unique=True)),
                ("is_used", models.BooleanField(default=False)),
                (
                    "drawn",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="link",
                        to="research.drawnunit",
                    ),
                ),
                (
                    "questionnaire",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="links",
                        to="research.questionnaire",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="QuestionnaireVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("definition", models.JSONField()),
                ("digest", models.CharField(db_collation="C", max_length=64)),
                ("file_name", models.CharField(max_length=120)),
                ("workbook", models.BinaryField()),
                ("questions", models.PositiveSmallIntegerField()),
                ("minutes", models.PositiveSmallIntegerField(verbose_name="minutes it takes")),
                ("uploaded_at", models.DateTimeField()),
                (
                    "questionnaire",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="research.questionnaire",
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AnswerText",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("path", models.CharField(db_collation="C", max_length=200)),
                ("text", models.TextField(max_length=5000)),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="texts",
                        to="research.questionnaireversion",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("stratum", models.CharField(db_collation="C", default="", max_length=80)),
                ("cluster", models.PositiveIntegerField(null=True)),
                ("weight", models.FloatField()),
                ("values", models.JSONField()),
                (
                    "township",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.division",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="research.questionnaireversion",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ResearchBatch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                (
                    "methods",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("symposium", "Symposium"),
                                ("interview", "Interview with one person"),
                                ("spot_check", "Random spot check"),
                                ("on_site", "Look on site"),
                                ("questionnaire", "Questionnaire survey"),
                            ],
                            max_length=13,
                        ),
                        size=None,
                        verbose_name="methods",
                    ),
                ),
                ("starts_on", models.DateField(verbose_name="from")),
                ("ends_on", models.DateField(verbose_name="to")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Drafted"),
                            ("checked", "Being harmonised"),
                            ("arranged", "Arranged"),
                            ("under_way", "Under way"),
                            ("over", "Over"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("created_at", models.DateTimeField()),
                (
                    "people",
                    models.ManyToManyField(
                        related_name="batches", to="portal.cadre", verbose_name="who goes"
                    ),
                ),
                (
                    "visits",
                    models.ManyToManyField(related_name="research_batches", to="outreach.visit"),
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
        migrations.AddField(
            model_name="questionnaire",
            name="batch",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="questionnaires",
                to="research.researchbatch",
            ),
        ),
        migrations.CreateModel(
            name="BatchUnit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "group",
                    models.CharField(blank=True, default="", max_length=40, verbose_name="group"),
                ),
                ("day", models.DateField(verbose_name="day")),
                ("told_at", models.DateTimeField(null=True)),
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
                    "organ",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.organ",
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
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="units",
                        to="research.researchbatch",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="BatchStep",
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
                            ("submitted", "Handed to the office to be harmonised"),
                            ("sent_back", "Sent back to be changed"),
                            ("arranged", "Arranged"),
                            ("changed", "Changed"),
                            ("over", "Fieldwork ended"),
                            ("cancelled", "Cancelled"),
                        ],
                        max_length=10,
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
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="research.researchbatch",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ResearchReport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=80, verbose_name="subject of the report")),
                (
                    "situation",
                    models.TextField(
                        blank=True, default="", max_length=10000, verbose_name="basic situation"
                    ),
                ),
                (
                    "problems_text",
                    models.TextField(
                        blank=True, default="", max_length=10000, verbose_name="problems found"
                    ),
                ),
                (
                    "causes",
                    models.TextField(
                        blank=True, default="", max_length=10000, verbose_name="causes"
                    ),
                ),
                (
                    "advice",
                    models.TextField(
                        blank=True, default="", max_length=10000, verbose_name="suggestions"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("review", "To be reviewed"),
                            ("reviewed", "Reviewed, to be decided"),
                            ("decided", "Decided"),
                            ("sent", "Reported upwards"),
                            ("sent_back", "Sent back"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("decided_on", models.DateField(null=True)),
                ("published_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField()),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
            name="ResearchReportStep",
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
                            ("handed_in", "Handed in for review"),
                            ("sent_back", "Sent back to be changed"),
                            ("reviewed", "Reviewed"),
                            ("decided", "Decided"),
                            ("sent", "Reported upwards"),
                            ("published", "Published in the library"),
                            ("withdrawn", "Taken out of the library"),
                        ],
                        max_length=10,
                    ),
                ),
                ("text", models.CharField(blank=True, default="", max_length=500)),
                ("document", models.CharField(blank=True, default="", max_length=60)),
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
                        to="research.researchreport",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ResearchTopic",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=60, verbose_name="topic")),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("plan", "Plan of the year"),
                            ("leader", "Given by a leader"),
                            ("recurring", "Recurs in the ledger"),
                            ("stay", "Report of a stay"),
                        ],
                        max_length=10,
                        verbose_name="source",
                    ),
                ),
                (
                    "category",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("01", "Production and income"),
                            ("02", "Roads, water and power"),
                            ("03", "Living environment"),
                            ("04", "Housing and land"),
                            ("05", "Education"),
                            ("06", "Health and medical insurance"),
                            ("07", "Work and wages"),
                            ("08", "Social security and relief"),
                            ("09", "Care of the old and the young"),
                            ("10", "Subsidies and policies"),
                            ("11", "Village affairs and openness"),
                            ("12", "Dispute, to be mediated"),
                            ("13", "Public safety"),
                            ("14", "Services for enterprises"),
                            ("15", "Party building"),
                            ("16", "Culture and sports"),
                            ("17", "Style of public service"),
                            ("18", "Other"),
                        ],
                        default="",
                        max_length=2,
                        verbose_name="category",
                    ),
                ),
                (
                    "duties",
                    models.CharField(
                        blank=True, default="", max_length=200, verbose_name="duties that it serves"
                    ),
                ),
                (
                    "outline",
                    models.TextField(
                        blank=True, default="", max_length=5000, verbose_name="outline"
                    ),
                ),
                (
                    "methods",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("symposium", "Symposium"),
                                ("interview", "Interview with one person"),
                                ("spot_check", "Random spot check"),
                                ("on_site", "Look on site"),
                                ("questionnaire", "Questionnaire survey"),
                            ],
                            max_length=13,
                        ),
                        size=None,
                        verbose_name="methods",
                    ),
                ),
                ("starts_on", models.DateField(verbose_name="from")),
                ("ends_on", models.DateField(verbose_name="to")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Drafted"),
                            ("submitted", "To be decided"),
                            ("approved", "Decided"),
                            ("under_way", "Under way"),
                            ("reported", "Report to be decided"),
                            ("concluded", "Concluded"),
                            ("followed", "Use of its results followed"),
                            ("archived", "Archived"),
                            ("stopped", "Broken off"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("decided_on", models.DateField(null=True)),
                ("decision", models.CharField(blank=True, default="", max_length=60)),
                ("created_at", models.DateTimeField()),
                (
                    "lead_organ",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="topics",
                        to="portal.organ",
                        verbose_name="lead organ",
                    ),
                ),
                (
                    "leader",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="led_topics",
                        to="portal.cadre",
                        verbose_name="head of the group",
                    ),
                ),
                (
                    "members",
                    models.ManyToManyField(
                        related_name="topics", to="portal.cadre", verbose_name="members"
                    ),
                ),
                (
                    "stay_report",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="topics",
                        to="outreach.stayreport",
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
        migrations.AddField(
            model_name="researchreport",
            name="topic",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="report",
                to="research.researchtopic",
            ),
        ),
        migrations.AddField(
            model_name="researchbatch",
            name="topic",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="batches",
                to="research.researchtopic",
            ),
        ),
        migrations.AddField(
            model_name="questionnaire",
            name="topic",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="questionnaires",
                to="research.researchtopic",
            ),
        ),
        migrations.CreateModel(
            name="FoundProblem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("title", models.CharField(max_length=80, verbose_name="problem")),
                (
                    "shown_by",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="how it shows"
                    ),
                ),
                (
                    "cause",
                    models.CharField(blank=True, default="", max_length=300, verbose_name="cause"),
                ),
                (
                    "task",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="tasks and measures"
                    ),
                ),
                (
                    "done_when",
                    models.CharField(
                        blank=True, default="", max_length=200, verbose_name="done when"
                    ),
                ),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="until")),
                ("settled_on", models.DateField(null=True)),
                (
                    "lead_organ",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.organ",
                        verbose_name="lead organ",
                    ),
                ),
                (
                    "matter",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="found_problems",
                        to="outreach.matter",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.cadre",
                        verbose_name="responsible person",
                    ),
                ),
                (
                    "responsible_organ",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.organ",
                        verbose_name="responsible organ",
                    ),
                ),
                (
                    "topic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="problems",
                        to="research.researchtopic",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Advice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("text", models.CharField(max_length=500, verbose_name="suggestion")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("raised", "Raised"),
                            ("sent", "Sent to be studied"),
                            ("adopted", "Adopted"),
                            ("partly", "Adopted in part"),
                            ("studied", "Put on the list for study"),
                            ("refused", "Not adopted"),
                            ("carried_out", "Being carried out"),
                            ("turned", "Turned into a measure"),
                            ("looked_back", "Looked at again"),
                        ],
                        default="raised",
                        max_length=12,
                    ),
                ),
                ("sent_on", models.DateField(null=True)),
                ("answer_by", models.DateField(null=True)),
                ("turned_into", models.CharField(blank=True, default="", max_length=80)),
                ("look_back_on", models.DateField(null=True)),
                (
                    "addressed_to",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.organ",
                        verbose_name="addressed to",
                    ),
                ),
                (
                    "topic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="suggestions",
                        to="research.researchtopic",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Sample",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=80, verbose_name="name")),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("units", "Villages and other units"),
                            ("rosters", "Serial numbers of the villages' paper rosters"),
                            ("list", "An uploaded list"),
                        ],
                        max_length=8,
                        verbose_name="drawn from",
                    ),
                ),
                ("described", models.CharField(max_length=300, verbose_name="what the list holds")),
                ("as_of", models.DateField(verbose_name="as of")),
                (
                    "method",
                    models.CharField(
                        choices=[
                            ("simple", "simple random draw"),
                            ("systematic", "systematic draw"),
                            ("pareto", "draw in proportion to size"),
                        ],
                        max_length=10,
                        verbose_name="way of drawing",
                    ),
                ),
                ("plan", models.JSONField(default=dict)),
                ("unit_count", models.PositiveIntegerField(null=True)),
                ("frame_file", models.BinaryField(default=b"")),
                ("frame_digest", models.CharField(db_collation="C", default="", max_length=64)),
                ("plan_digest", models.CharField(db_collation="C", default="", max_length=64)),
                ("frozen_at", models.DateTimeField(null=True)),
                (
                    "seed_kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("dice", "Dice, thrown before two people"),
                            ("public", "Numbers that somebody else draws in public"),
                        ],
                        default="",
                        max_length=6,
                    ),
                ),
                (
                    "seed",
                    models.CharField(blank=True, db_collation="C", default="", max_length=200),
                ),
                (
                    "seed_how",
                    models.CharField(
                        blank=True, default="", max_length=200, verbose_name="how it was thrown"
                    ),
                ),
                (
                    "organiser",
                    models.CharField(
                        blank=True, default="", max_length=40, verbose_name="organiser"
                    ),
                ),
                (
                    "witness",
                    models.CharField(blank=True, default="", max_length=40, verbose_name="witness"),
                ),
                (
                    "witness_of",
                    models.CharField(
                        blank=True, default="", max_length=60, verbose_name="organ of the witness"
                    ),
                ),
                ("drawn_at", models.DateTimeField(null=True)),
                ("result_digest", models.CharField(db_collation="C", default="", max_length=64)),
                ("batches_released", models.PositiveSmallIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                (
                    "batch",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="samples",
                        to="research.researchbatch",
                    ),
                ),
                (
                    "drawn_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "frozen_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organ",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.organ",
                        verbose_name="organised by",
                    ),
                ),
                (
                    "questionnaire",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sample",
                        to="research.questionnaire",
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
            name="ResearchActivity",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "group",
                    models.CharField(blank=True, default="", max_length=40, verbose_name="group"),
                ),
                (
                    "method",
                    models.CharField(
                        choices=[
                            ("symposium", "Symposium"),
                            ("interview", "Interview with one person"),
                            ("spot_check", "Random spot check"),
                            ("on_site", "Look on site"),
                            ("questionnaire", "Questionnaire survey"),
                        ],
                        max_length=13,
                    ),
                ),
                ("held_on", models.DateField(verbose_name="day")),
                (
                    "place",
                    models.CharField(blank=True, default="", max_length=60, verbose_name="where"),
                ),
                (
                    "persons",
                    models.CharField(
                        blank=True, default="", max_length=80, verbose_name="categories of people"
                    ),
                ),
                (
                    "person_count",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="number of people"
                    ),
                ),
                ("content", models.TextField(max_length=2000, verbose_name="main content")),
                (
                    "found",
                    models.TextField(
                        blank=True, default="", max_length=2000, verbose_name="what was found"
                    ),
                ),
                (
                    "done_there",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="done on the spot"
                    ),
                ),
                (
                    "to_check",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="to be checked"
                    ),
                ),
                (
                    "checked",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="checked"),
                ),
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
                    "conducted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.cadre",
                        verbose_name="led by",
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
                    "matters",
                    models.ManyToManyField(
                        related_name="research_activities", to="outreach.matter"
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
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="activities",
                        to="research.researchbatch",
                    ),
                ),
                (
                    "sample",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="activities",
                        to="research.sample",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="drawnunit",
            name="sample",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="drawn",
                to="research.sample",
            ),
        ),
        migrations.CreateModel(
            name="SealedAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("visit", "With the person, by a cadre"),
                            ("link", "By link"),
                            ("paper", "On paper"),
                        ],
                        max_length=5,
                    ),
                ),
                ("letter", models.BinaryField()),
                ("given_on", models.DateField()),
                (
                    "drawn",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answer",
                        to="research.drawnunit",
                    ),
                ),
                (
                    "questionnaire",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sealed",
                        to="research.questionnaire",
                    ),
                ),
                (
                    "typed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="research.questionnaireversion",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SecondEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("letter", models.BinaryField(default=b"")),
                ("fields", models.PositiveSmallIntegerField(null=True)),
                ("differing", models.PositiveSmallIntegerField(null=True)),
                (
                    "answer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="second",
                        to="research.sealedanswer",
                    ),
                ),
                (
                    "typed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="TopicStep",
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
                            ("submitted", "Submitted for decision"),
                            ("sent_back", "Sent back to be changed"),
                            ("approved", "Approved"),
                            ("changed", "Plan changed"),
                            ("begun", "Begun"),
                            ("concluded", "Concluded"),
                            ("followed", "Use of its results followed"),
                            ("archived", "Archived"),
                            ("stopped", "Broken off"),
                        ],
                        max_length=10,
                    ),
                ),
                ("text", models.CharField(blank=True, default="", max_length=500)),
                ("document", models.CharField(blank=True, default="", max_length=60)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "topic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="research.researchtopic",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Trial",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("minutes", models.PositiveSmallIntegerField(verbose_name="minutes it took")),
                (
                    "remark",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="what was not clear"
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
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="trials",
                        to="research.questionnaireversion",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AdviceStep",
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
                            ("raised", "Raised"),
                            ("sent", "Sent to be studied"),
                            ("adopted", "Adopted"),
                            ("partly", "Adopted in part"),
                            ("studied", "Put on the list for study"),
                            ("refused", "Not adopted"),
                            ("carried_out", "Being carried out"),
                            ("turned", "Turned into a measure"),
                            ("looked_back", "Looked at again"),
                        ],
                        max_length=12,
                    ),
                ),
                ("text", models.CharField(blank=True, default="", max_length=500)),
                ("document", models.CharField(blank=True, default="", max_length=80)),
                (
                    "advice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="research.advice",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["advice", "-at", "-id"], name="advice_step")],
            },
        ),
        migrations.CreateModel(
            name="ContactTry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on", models.DateField(verbose_name="day")),
                (
                    "time",
                    models.CharField(
                        choices=[
                            ("morning", "Morning"),
                            ("noon", "Noon"),
                            ("afternoon", "Afternoon"),
                            ("evening", "Evening"),
                        ],
                        max_length=9,
                        verbose_name="time of day",
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
                    "drawn",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tries",
                        to="research.drawnunit",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("drawn", "on", "time"),
                        name="a_try_is_noted_once",
                        violation_error_message="This try is noted already.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="FoundProblemStep",
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
                            ("progress", "Progress"),
                            ("settled", "Struck off the list"),
                            ("reopened", "Put back on the list"),
                        ],
                        max_length=10,
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
                    "problem",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="research.foundproblem",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["problem", "-at", "-id"], name="found_problem_step")
                ],
            },
        ),
        migrations.CreateModel(
            name="HomeNote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("seen_on", models.DateField(verbose_name="day")),
                ("place", models.CharField(max_length=60, verbose_name="where")),
                ("situation", models.TextField(max_length=2000, verbose_name="situation")),
                (
                    "suggestion",
                    models.TextField(
                        blank=True, default="", max_length=1000, verbose_name="suggestion"
                    ),
                ),
                ("given_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField()),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.cadre",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["author", "-seen_on", "-id"], name="home_note_author")
                ],
            },
        ),
        migrations.CreateModel(
            name="MicrodataRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("purpose", models.CharField(max_length=300, verbose_name="purpose")),
                ("granted", models.BooleanField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "why",
                    models.CharField(blank=True, default="", max_length=300, verbose_name="reason"),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "questionnaire",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="microdata_requests",
                        to="research.questionnaire",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at", None), ("decided_by", None), ("granted", None)),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                                ("granted__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="microdata_are_decided",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by", None),
                            models.Q(("decided_by", models.F("asked_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="microdata_are_granted_by_somebody_else",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("granted", None)),
                        fields=("questionnaire", "asked_by"),
                        name="one_open_request_of_a_person",
                        violation_error_message="You have asked already.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="QuestionnaireStep",
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
                            ("dropped", "Given up"),
                        ],
                        max_length=9,
                    ),
                ),
                ("text", models.TextField(blank=True, default="", max_length=500)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "questionnaire",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="research.questionnaire",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["questionnaire", "-at", "-id"], name="questionnaire_step")
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="questionnaireversion",
            constraint=models.UniqueConstraint(
                fields=("questionnaire", "number"), name="versions_of_a_questionnaire_are_numbered"
            ),
        ),
        migrations.AddIndex(
            model_name="answertext",
            index=models.Index(fields=["version", "path", "id"], name="answer_text_path"),
        ),
        migrations.AddIndex(
            model_name="answer",
            index=models.Index(fields=["version", "id"], name="answer_version"),
        ),
        migrations.AddIndex(
            model_name="batchunit",
            index=models.Index(fields=["unit", "day"], name="batch_unit_day"),
        ),
        migrations.AddIndex(
            model_name="batchunit",
            index=models.Index(fields=["host_organ", "-day", "-id"], name="batch_unit_host"),
        ),
        migrations.AddConstraint(
            model_name="batchunit",
            constraint=models.UniqueConstraint(
                fields=("batch", "unit"), name="a_unit_stands_once_in_a_batch_of_research"
            ),
        ),
        migrations.AddIndex(
            model_name="batchstep",
            index=models.Index(fields=["batch", "-at", "-id"], name="research_batch_step"),
        ),
        migrations.AddIndex(
            model_name="researchreportstep",
            index=models.Index(fields=["report", "-at", "-id"], name="research_report_step"),
        ),
        migrations.AddIndex(
            model_name="researchtopic",
            index=models.Index(fields=["-starts_on", "-id"], name="topic_day"),
        ),
        migrations.AddIndex(
            model_name="researchtopic",
            index=models.Index(fields=["lead_organ", "-starts_on", "-id"], name="topic_organ"),
        ),
        migrations.AddConstraint(
            model_name="researchtopic",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                name="a_topic_ends_after_it_begins",
                violation_error_message="The end lies before the beginning.",
            ),
        ),
        migrations.AddConstraint(
            model_name="researchtopic",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ("draft", "submitted", "stopped")),
                    models.Q(
                        ("decided_on__isnull", False), models.Q(("decision", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="a_decided_topic_says_when_and_by_what",
            ),
        ),
        migrations.AddIndex(
            model_name="researchreport",
            index=models.Index(fields=["-created_at", "-id"], name="research_report_day"),
        ),
        migrations.AddConstraint(
            model_name="researchreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_on__isnull", False), ("state__in", ("decided", "sent"))),
                    models.Q(
                        models.Q(("state__in", ("decided", "sent")), _negated=True),
                        ("decided_on", None),
                    ),
                    _connector="OR",
                ),
                name="a_report_of_research_is_decided_on_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="researchreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("published_at", None), ("state__in", ("decided", "sent")), _connector="OR"
                ),
                name="only_a_decided_report_is_published",
            ),
        ),
        migrations.AddConstraint(
            model_name="researchreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("reviewed_by", None),
                    models.Q(("reviewed_by", models.F("written_by")), _negated=True),
                    _connector="OR",
                ),
                name="a_report_is_not_reviewed_by_its_writer",
                violation_error_message="Somebody else than the writer reviews the report.",
            ),
        ),
        migrations.AddIndex(
            model_name="researchbatch",
            index=models.Index(fields=["-starts_on", "-id"], name="research_batch_day"),
        ),
        migrations.AddConstraint(
            model_name="researchbatch",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                name="a_batch_of_research_ends_after_it_begins",
                violation_error_message="The end lies before the beginning.",
            ),
        ),
        migrations.AddConstraint(
            model_name="researchbatch",
            constraint=models.UniqueConstraint(
                fields=("topic", "number"), name="a_topic_numbers_its_batches"
            ),
        ),
        migrations.AddIndex(
            model_name="questionnaire",
            index=models.Index(fields=["-created_at", "-id"], name="questionnaire_day"),
        ),
        migrations.AddIndex(
            model_name="questionnaire",
            index=models.Index(fields=["organ", "-created_at", "-id"], name="questionnaire_organ"),
        ),
        migrations.AddConstraint(
            model_name="questionnaire",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("reviewed_by", None),
                    models.Q(("reviewed_by", models.F("written_by")), _negated=True),
                    _connector="OR",
                ),
                name="a_questionnaire_is_not_reviewed_by_its_writer",
                violation_error_message="Somebody else than the writer reviews the questionnaire.",
            ),
        ),
        migrations.AddConstraint(
            model_name="questionnaire",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ("design", "trial", "review", "dropped")),
                    models.Q(
                        models.Q(("number", ""), _negated=True),
                        ("reviewed_by__isnull", False),
                        ("valid_until__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="a_reviewed_questionnaire_has_number_and_end",
            ),
        ),
        migrations.AddConstraint(
            model_name="questionnaire",
            constraint=models.CheckConstraint(
                condition=models.Q(("stripped_at", None), ("private_cipher", ""), _connector="OR"),
                name="a_stripped_questionnaire_has_lost_its_key",
            ),
        ),
        migrations.AddConstraint(
            model_name="questionnaire",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("approval", ""), ("made_by", ""), ("table_number", "")),
                    models.Q(
                        models.Q(("table_number", ""), _negated=True),
                        models.Q(("made_by", ""), _negated=True),
                        models.Q(("approval", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="a_survey_table_names_maker_and_approval",
                violation_error_message="Number of the table, who made it and its approval belong together.",
            ),
        ),
        migrations.AddConstraint(
            model_name="questionnaire",
            constraint=models.UniqueConstraint(
                condition=models.Q(("number", ""), _negated=True),
                fields=("organ", "number"),
                name="a_number_belongs_to_one_questionnaire",
                violation_error_message="This number is given to another questionnaire.",
            ),
        ),
        migrations.AddConstraint(
            model_name="foundproblem",
            constraint=models.UniqueConstraint(
                fields=("topic", "position"), name="a_problem_has_its_place_in_the_list"
            ),
        ),
        migrations.AddIndex(
            model_name="advice",
            index=models.Index(
                fields=["addressed_to", "state", "answer_by", "id"], name="advice_organ"
            ),
        ),
        migrations.AddConstraint(
            model_name="advice",
            constraint=models.UniqueConstraint(
                fields=("topic", "position"), name="a_suggestion_of_research_has_its_place"
            ),
        ),
        migrations.AddConstraint(
            model_name="advice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state", "raised"),
                    models.Q(
                        ("addressed_to__isnull", False),
                        ("answer_by__isnull", False),
                        ("sent_on__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="a_suggestion_is_sent_to_an_organ_with_a_day",
            ),
        ),
        migrations.AddIndex(
            model_name="sample",
            index=models.Index(fields=["-created_at", "-id"], name="sample_day"),
        ),
        migrations.AddConstraint(
            model_name="sample",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("frame_digest", ""),
                        ("frozen_at", None),
                        ("frozen_by", None),
                        ("plan_digest", ""),
                        ("unit_count", None),
                    ),
                    models.Q(
                        ("frozen_at__isnull", False),
                        ("frozen_by__isnull", False),
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
                    ("drawn_at", None),
                    models.Q(("drawn_at__gt", models.F("frozen_at")), ("frozen_at__isnull", False)),
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
                        ("drawn_at", None),
                        ("drawn_by", None),
                        ("organiser", ""),
                        ("result_digest", ""),
                        ("seed", ""),
                        ("seed_how", ""),
                        ("seed_kind", ""),
                        ("witness", ""),
                        ("witness_of", ""),
                    ),
                    models.Q(
                        ("drawn_at__isnull", False),
                        ("drawn_by__isnull", False),
                        models.Q(("seed", ""), _negated=True),
                        models.Q(("seed_kind", ""), _negated=True),
                        models.Q(("seed_how", ""), _negated=True),
                        models.Q(("organiser", ""), _negated=True),
                        models.Q(("witness", ""), _negated=True),
                        models.Q(("witness_of", ""), _negated=True),
                        models.Q(("result_digest", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="a_draw_has_seed_and_witness",
            ),
        ),
        migrations.AddIndex(
            model_name="researchactivity",
            index=models.Index(fields=["batch", "-held_on", "-id"], name="activity_batch"),
        ),
        migrations.AddConstraint(
            model_name="researchactivity",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("method", "spot_check"), _negated=True),
                    models.Q(("checked__isnull", False), ("to_check__isnull", False)),
                    _connector="OR",
                ),
                name="a_spot_check_counts_what_it_checked",
                violation_error_message="Say how many were to be checked and how many were.",
            ),
        ),
        migrations.AddIndex(
            model_name="drawnunit",
            index=models.Index(
                condition=models.Q(("disposition", "")),
                fields=["asked_by", "sample", "id"],
                name="drawn_unit_asked",
            ),
        ),
        migrations.AddConstraint(
            model_name="drawnunit",
            constraint=models.UniqueConstraint(
                fields=("sample", "key"), name="a_unit_is_drawn_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="drawnunit",
            constraint=models.UniqueConstraint(
                fields=("sample", "position"), name="drawn_units_have_their_order"
            ),
        ),
        migrations.AddConstraint(
            model_name="drawnunit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("disposed_on", None), ("disposition", "")),
                    models.Q(
                        ("disposed_on__isnull", False), models.Q(("disposition", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="a_disposition_has_its_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="drawnunit",
            constraint=models.CheckConstraint(
                condition=models.Q(("probability__gt", 0), ("probability__lte", 1)),
                name="a_probability_lies_between_0_and_1",
            ),
        ),
        migrations.AddConstraint(
            model_name="sealedanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("channel", "link"), ("typed_by", None)),
                    models.Q(
                        models.Q(("channel", "link"), _negated=True), ("typed_by__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="whoever_types_an_answer_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="secondentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("differing", None), ("fields", None), ("typed_by", None)),
                    models.Q(
                        ("differing__isnull", False),
                        ("fields__isnull", False),
                        ("typed_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="a_second_entry_is_somebodys",
            ),
        ),
        migrations.AddIndex(
            model_name="topicstep",
            index=models.Index(fields=["topic", "-at", "-id"], name="topic_step"),
        ),
        migrations.RunSQL(STEP_RIGHTS, migrations.RunSQL.noop),
    ]
