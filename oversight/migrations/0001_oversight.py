import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

from portal.migrations._together import Together

# Steps are only added. They go with a draft that was never handed in, or with a record that is
# destroyed by list (portal/records/steps.py). A report of anonymising never changes.
STEPS = (
    "oversight_complaintstep",
    "oversight_datarequeststep",
    "oversight_destructionstep",
    "oversight_entrystep",
    "oversight_inspectionstep",
    "oversight_itemstep",
    "oversight_paperstep",
    "oversight_planstep",
    "oversight_practicestep",
)
RIGHTS = f"""
DO $$ BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'portal_app') THEN
    REVOKE UPDATE, TRUNCATE ON {", ".join(STEPS)} FROM portal_app;
    REVOKE UPDATE, DELETE, TRUNCATE ON oversight_retentionrun FROM portal_app;
  END IF;
END $$;
"""
GUARDS = "".join(
    f"CREATE TRIGGER steps_stay BEFORE DELETE ON {table} FOR EACH STATEMENT"
    " EXECUTE FUNCTION portal_steps_stay();"
    for table in STEPS
)


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("outreach", "0008_keys_of_call_backs"),
        ("pairing", "0003_the_recorder_of_a_contact_point"),
        ("portal", "0007_short_lived_keys"),
        ("research", "0001_research"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    TABLES = [
        migrations.CreateModel(
            name="DataRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=80, verbose_name="what is asked")),
                ("created_at", models.DateTimeField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("routine", "Routine"),
                            ("one_off", "For one occasion"),
                            ("emergency", "Emergency"),
                        ],
                        max_length=9,
                        verbose_name="kind",
                    ),
                ),
                (
                    "basis",
                    models.CharField(max_length=120, verbose_name="basis and document number"),
                ),
                ("asked_of", models.CharField(max_length=60, verbose_name="who fills it in")),
                (
                    "asked_count",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="how many of them"
                    ),
                ),
                (
                    "frequency",
                    models.CharField(
                        choices=[
                            ("once", "Once"),
                            ("monthly", "Every month"),
                            ("quarterly", "Every quarter"),
                            ("half_year", "Every half-year"),
                            ("yearly", "Every year"),
                        ],
                        max_length=9,
                        verbose_name="how often",
                    ),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("portal", "In this portal"),
                            ("file", "As a file"),
                            ("paper", "On paper"),
                            ("elsewhere", "In another system"),
                        ],
                        max_length=9,
                        verbose_name="how it is handed in",
                    ),
                ),
                (
                    "minutes",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="minutes that it takes, as expected"
                    ),
                ),
                ("starts_on", models.DateField(verbose_name="from")),
                ("ends_on", models.DateField(verbose_name="until")),
                ("sent_on", models.DateField(blank=True, null=True, verbose_name="sent on")),
                ("file_by", models.DateField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Drafted"),
                            ("submitted", "To be decided"),
                            ("approved", "Admitted"),
                            ("provided", "Taken from the portal instead"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="draft",
                        max_length=9,
                    ),
                ),
                ("submitted_on", models.DateField(null=True)),
                ("decided_on", models.DateField(null=True)),
                ("approver", models.CharField(blank=True, default="", max_length=60)),
                (
                    "number",
                    models.CharField(
                        blank=True, default="", max_length=40, verbose_name="number of admission"
                    ),
                ),
                (
                    "opinion",
                    models.CharField(
                        blank=True, default="", max_length=200, verbose_name="opinion"
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "notice",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="data_requests",
                        to="outreach.notice",
                    ),
                ),
                (
                    "organ",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="data_requests",
                        to="portal.organ",
                        verbose_name="asked by",
                    ),
                ),
                (
                    "questionnaire",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="data_requests",
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
            name="DataRequestStep",
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
                            ("submitted", "Handed in"),
                            ("taken_back", "Taken back"),
                            ("returned", "Sent back"),
                            ("approved", "Admitted"),
                            ("provided", "Taken from the portal instead"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        max_length=10,
                    ),
                ),
                ("text", models.CharField(blank=True, default="", max_length=300)),
                ("document", models.CharField(blank=True, default="", max_length=40)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="oversight.datarequest",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DestructionList",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=60, verbose_name="title")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("notice", "Notices that were answered"),
                            ("request", "Admitted requests for data"),
                            ("complaint", "Complaints about the portal"),
                        ],
                        max_length=9,
                        verbose_name="records",
                    ),
                ),
                ("before", models.DateField(verbose_name="older than")),
                ("years", models.PositiveSmallIntegerField()),
                ("created_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Being appraised"),
                            ("submitted", "To be approved"),
                            ("approved", "Approved"),
                            ("done", "Destroyed"),
                        ],
                        default="draft",
                        max_length=9,
                    ),
                ),
                ("approved_on", models.DateField(null=True)),
                ("document", models.CharField(blank=True, default="", max_length=60)),
                ("destroyed_on", models.DateField(null=True)),
                (
                    "approved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "destroyed_by",
                    models.ForeignKey(
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
                    ),
                ),
                (
                    "witness",
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
            name="DestructionItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("record", models.PositiveBigIntegerField()),
                ("label", models.CharField(max_length=120)),
                ("dated_on", models.DateField()),
                (
                    "kept_reason",
                    models.CharField(
                        blank=True, default="", max_length=120, verbose_name="why it is kept"
                    ),
                ),
                ("is_gone", models.BooleanField(default=False)),
                (
                    "list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="oversight.destructionlist",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DestructionStep",
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
                            ("submitted", "Handed in for approval"),
                            ("taken_back", "Taken back"),
                            ("returned", "Sent back"),
                            ("approved", "Approved"),
                            ("destroyed", "Destroyed"),
                        ],
                        max_length=10,
                    ),
                ),
                ("text", models.CharField(blank=True, default="", max_length=300)),
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
                    "list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="oversight.destructionlist",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Inspection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=80, verbose_name="what is inspected")),
                (
                    "mandate",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("plan", "Item of the yearly plan"),
                            ("approval", "Approved for this one matter"),
                        ],
                        default="",
                        max_length=8,
                    ),
                ),
                ("mandate_number", models.CharField(blank=True, default="", max_length=60)),
                ("scope", models.CharField(max_length=300, verbose_name="scope")),
                ("content", models.TextField(max_length=3000, verbose_name="what is looked at")),
                (
                    "discipline",
                    models.CharField(
                        blank=True, default="", max_length=500, verbose_name="discipline"
                    ),
                ),
                (
                    "ways",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("random", "Random draw"),
                                ("on_site", "On site, unannounced"),
                                ("phone", "By telephone"),
                                ("papers", "Reading papers"),
                            ],
                            max_length=8,
                        ),
                        size=None,
                        verbose_name="ways",
                    ),
                ),
                ("starts_on", models.DateField(verbose_name="from")),
                ("ends_on", models.DateField(verbose_name="to")),
                (
                    "drawn_from",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("units", "Villages and other units"),
                            ("closures", "Matters closed in a period"),
                        ],
                        default="",
                        max_length=8,
                    ),
                ),
                (
                    "closed_from",
                    models.DateField(blank=True, null=True, verbose_name="closed from"),
                ),
                ("closed_to", models.DateField(blank=True, null=True, verbose_name="closed to")),
                (
                    "number",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="number to draw"
                    ),
                ),
                ("unit_count", models.PositiveIntegerField(null=True)),
                ("reported_solved", models.PositiveIntegerField(null=True)),
                ("places", models.JSONField(blank=True, default=dict)),
                ("frame_file", models.BinaryField(default=b"")),
                (
                    "frame_digest",
                    models.CharField(blank=True, db_collation="C", default="", max_length=64),
                ),
                (
                    "plan_digest",
                    models.CharField(blank=True, db_collation="C", default="", max_length=64),
                ),
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
                ("seed_how", models.CharField(blank=True, default="", max_length=200)),
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
                ("seeded_at", models.DateTimeField(null=True)),
                (
                    "result_digest",
                    models.CharField(blank=True, db_collation="C", default="", max_length=64),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Plan in draft"),
                            ("submitted", "To be approved"),
                            ("approved", "Approved"),
                            ("frozen", "Frame frozen"),
                            ("drawn", "Drawn"),
                            ("on_site", "Inspection under way"),
                            ("checking", "Facts being checked"),
                            ("concluded", "Concluded"),
                            ("fed_back", "Fed back"),
                            ("rectifying", "Being put right"),
                            ("rechecking", "Being re-checked"),
                            ("done", "Completed"),
                            ("archived", "Archived"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                (
                    "conclusion",
                    models.TextField(
                        blank=True, default="", max_length=5000, verbose_name="conclusion"
                    ),
                ),
                ("concluded_on", models.DateField(null=True)),
                ("fed_back_on", models.DateField(null=True)),
                ("created_at", models.DateTimeField()),
                (
                    "approver",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="approved_inspections",
                        to="portal.cadre",
                        verbose_name="approving leader",
                    ),
                ),
                (
                    "area",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.division",
                        verbose_name="area",
                    ),
                ),
                (
                    "concluded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "head",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="headed_inspections",
                        to="portal.cadre",
                        verbose_name="head",
                    ),
                ),
                (
                    "members",
                    models.ManyToManyField(
                        related_name="inspections", to="portal.cadre", verbose_name="members"
                    ),
                ),
                (
                    "organ",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inspections",
                        to="portal.organ",
                        verbose_name="carried out by",
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
            name="InspectedRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveIntegerField()),
                ("key", models.CharField(db_collation="C", max_length=60)),
                (
                    "way",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("random", "Random draw"),
                            ("on_site", "On site, unannounced"),
                            ("phone", "By telephone"),
                            ("papers", "Reading papers"),
                        ],
                        default="",
                        max_length=8,
                    ),
                ),
                (
                    "seen",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("solved", "Solved"),
                            ("unsolved", "Not solved, or in part"),
                            ("unclear", "Not to be seen on site"),
                        ],
                        default="",
                        max_length=9,
                    ),
                ),
                (
                    "said",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("solved", "Solved"),
                            ("unsolved", "Not solved, or in part"),
                            ("unreached", "Could not be reached"),
                            ("declined", "Declined to say"),
                            ("not_asked", "Does not allow contact"),
                        ],
                        default="",
                        max_length=9,
                    ),
                ),
                ("note", models.CharField(blank=True, default="", max_length=500)),
                ("looked_on", models.DateField(null=True)),
                (
                    "matter",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="outreach.matter",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.grassrootsunit",
                    ),
                ),
                (
                    "inspection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rows",
                        to="oversight.inspection",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="InspectedOrgan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("asked_on", models.DateField(null=True)),
                ("due_on", models.DateField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("answer", models.CharField(blank=True, default="", max_length=1000)),
                (
                    "answered_by",
                    models.ForeignKey(
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
                        verbose_name="inspected organ",
                    ),
                ),
                (
                    "inspection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="inspected",
                        to="oversight.inspection",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Finding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("title", models.CharField(max_length=100, verbose_name="problem")),
                ("fact", models.TextField(max_length=2000, verbose_name="facts")),
                ("basis", models.CharField(max_length=300, verbose_name="basis")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("single", "Of this organ alone"),
                            ("common", "Common to several"),
                        ],
                        default="single",
                        max_length=6,
                    ),
                ),
                (
                    "demand",
                    models.CharField(max_length=500, verbose_name="what is to be put right"),
                ),
                ("found_on", models.DateField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("noted", "To be verified"),
                            ("confirmed", "Confirmed"),
                            ("refused", "Not confirmed"),
                            ("at_once", "To be put right at once"),
                            ("noticed", "Notice issued"),
                            ("rectifying", "Being put right"),
                            ("reported", "Reported"),
                            ("failed", "Re-check not passed"),
                            ("settled", "Passed and written off"),
                            ("long_term", "Long-term rectification"),
                        ],
                        default="noted",
                        max_length=10,
                    ),
                ),
                ("due_on", models.DateField(null=True)),
                ("has_second_date", models.BooleanField(default=False)),
                ("measures", models.CharField(blank=True, default="", max_length=1000)),
                ("unfinished", models.CharField(blank=True, default="", max_length=500)),
                ("reported_on", models.DateField(null=True)),
                ("check_way", models.CharField(blank=True, default="", max_length=20)),
                ("checked_on", models.DateField(null=True)),
                ("check_words", models.CharField(blank=True, default="", max_length=500)),
                (
                    "checked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "found_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "official",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.cadre",
                        verbose_name="responsible leader",
                    ),
                ),
                (
                    "organ",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.organ",
                        verbose_name="responsible organ",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="findings_to_put_right",
                        to="portal.cadre",
                        verbose_name="responsible person",
                    ),
                ),
                (
                    "reported_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "inspection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="findings",
                        to="oversight.inspection",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="InspectionNote",
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
                        choices=[("guidance", "Guidance"), ("practice", "Good practice found")],
                        max_length=8,
                    ),
                ),
                ("text", models.CharField(max_length=1000)),
                ("at", models.DateTimeField()),
                (
                    "inspection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notes",
                        to="oversight.inspection",
                    ),
                ),
                (
                    "noted_by",
                    models.ForeignKey(
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
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="InspectionStep",
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
                            ("submitted", "Submitted for approval"),
                            ("sent_back", "Sent back to be changed"),
                            ("approved", "Approved"),
                            ("frozen", "Frame and plan frozen"),
                            ("drawn", "Drawn"),
                            ("begun", "Inspection begun"),
                            ("checking", "Facts sent to the inspected organs"),
                            ("answered", "Facts answered"),
                            ("concluded", "Concluded"),
                            ("fed_back", "Fed back"),
                            ("noticed", "Notice of rectification issued"),
                            ("signed_for", "Notice signed for"),
                            ("objected", "Review asked for"),
                            ("upheld", "Objection upheld"),
                            ("rejected", "Objection rejected"),
                            ("confirmed", "Finding confirmed"),
                            ("refused", "Finding not confirmed"),
                            ("at_once", "To be put right at once"),
                            ("reported", "Rectification reported"),
                            ("settled", "Re-checked and written off"),
                            ("failed", "Re-check not passed"),
                            ("long_term", "Taken into long-term rectification"),
                            ("done", "Completed"),
                            ("archived", "Archived"),
                            ("cancelled", "Cancelled"),
                        ],
                        max_length=10,
                    ),
                ),
                ("text", models.CharField(blank=True, default="", max_length=1000)),
                (
                    "about",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.organ",
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
                (
                    "finding",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="history",
                        to="oversight.finding",
                    ),
                ),
                (
                    "inspection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="oversight.inspection",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Objection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.CharField(max_length=2000)),
                ("asked_on", models.DateField()),
                ("due_on", models.DateField()),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("upheld", "Upheld, the finding falls"),
                            ("rejected", "Rejected, the finding stands"),
                        ],
                        default="",
                        max_length=8,
                    ),
                ),
                ("reason", models.CharField(blank=True, default="", max_length=1000)),
                ("decided_on", models.DateField(null=True)),
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
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "finding",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="objections",
                        to="oversight.finding",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Paper",
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
                            ("notice", "Notice"),
                            ("circular", "Circular"),
                            ("bulletin", "Bulletin"),
                            ("supervision", "Supervision slip"),
                            ("rectification", "Notice to put right"),
                            ("posting", "Notice of posting"),
                            ("publicity", "Public announcement"),
                            ("research", "Research report"),
                        ],
                        max_length=13,
                        verbose_name="kind",
                    ),
                ),
                ("title", models.CharField(max_length=80, verbose_name="title")),
                (
                    "addressed",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="addressed to"
                    ),
                ),
                ("body", models.TextField(max_length=20000, verbose_name="text")),
                ("basis", models.CharField(blank=True, default="", max_length=500)),
                ("demands", models.TextField(blank=True, default="", max_length=3000)),
                ("due_on", models.DateField(null=True)),
                ("reply_how", models.CharField(blank=True, default="", max_length=200)),
                ("review_how", models.CharField(blank=True, default="", max_length=200)),
                (
                    "copied",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="copied to"
                    ),
                ),
                (
                    "annexes",
                    models.CharField(
                        blank=True, default="", max_length=500, verbose_name="annexes"
                    ),
                ),
                (
                    "series",
                    models.CharField(
                        blank=True, default="", max_length=30, verbose_name="name of the bulletin"
                    ),
                ),
                ("issue", models.PositiveSmallIntegerField(null=True, verbose_name="issue")),
                ("issue_year", models.PositiveSmallIntegerField(null=True)),
                (
                    "number",
                    models.CharField(
                        blank=True, default="", max_length=40, verbose_name="document number"
                    ),
                ),
                ("figures", models.JSONField(blank=True, default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Drafted"),
                            ("revised", "Being edited"),
                            ("checking", "To be checked"),
                            ("cosigning", "To be countersigned"),
                            ("to_sign", "To be signed"),
                            ("signed", "Signed"),
                            ("numbered", "Numbered"),
                            ("issued", "Issued"),
                            ("archived", "Archived"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="draft",
                        max_length=9,
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("signed_on", models.DateField(null=True)),
                ("issued_on", models.DateField(null=True)),
                (
                    "checked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "corrects",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="oversight.paper",
                    ),
                ),
                (
                    "organ",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="papers",
                        to="portal.organ",
                        verbose_name="issuing organ",
                    ),
                ),
                (
                    "recipients",
                    models.ManyToManyField(
                        related_name="papers_received",
                        to="portal.organ",
                        verbose_name="organs that read it here",
                    ),
                ),
                (
                    "signed_by",
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
            name="PaperCountersign",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("signed_at", models.DateTimeField(null=True)),
                ("opinion", models.CharField(blank=True, default="", max_length=300)),
                (
                    "organ",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.organ",
                    ),
                ),
                (
                    "paper",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="countersigns",
                        to="oversight.paper",
                    ),
                ),
                (
                    "signed_by",
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
            name="PaperStep",
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
                            ("edited", "Edited"),
                            ("submitted", "Handed in to be checked"),
                            ("taken_back", "Taken back"),
                            ("sent_back", "Sent back to be changed"),
                            ("checked", "Checked"),
                            ("cosigned", "Countersigned"),
                            ("signed", "Signed"),
                            ("numbered", "Numbered"),
                            ("issued", "Issued"),
                            ("archived", "Archived"),
                            ("withdrawn", "Withdrawn"),
                            ("corrected", "Withdrawn for a correction"),
                        ],
                        max_length=10,
                    ),
                ),
                ("text", models.CharField(blank=True, default="", max_length=500)),
                ("document", models.CharField(blank=True, default="", max_length=40)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "paper",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="oversight.paper",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PlanItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("point", models.CharField(max_length=80, verbose_name="main point of work")),
                ("task", models.CharField(max_length=200, verbose_name="task")),
                (
                    "steps_taken",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="measures"
                    ),
                ),
                ("goal", models.CharField(max_length=200, verbose_name="goal")),
                (
                    "measure",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("posted", "Cadres selected and in place"),
                            ("months", "Months of stays attested"),
                            ("covered", "Units visited, no quarter without"),
                            ("in_time", "Matters answered in time"),
                            ("called_back", "Call-backs made"),
                            ("prominent", "Prominent matters solved"),
                            ("weak", "Weak organisations put right"),
                            ("promises", "Promises of pairings kept"),
                            ("points", "Contact points visited as planned"),
                            ("adopted", "Suggestions of research adopted"),
                            ("put_right", "Findings of inspections struck off"),
                            ("rules", "Practices turned into rules"),
                            ("forms_cut", "Forms for the grassroots given up"),
                        ],
                        default="",
                        max_length=11,
                        verbose_name="what is counted",
                    ),
                ),
                (
                    "target",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="goal in per cent"
                    ),
                ),
                (
                    "counted_of",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("area", "the whole area of the plan"),
                            ("organs", "the lead and the responsible organs, with all below"),
                        ],
                        default="",
                        max_length=6,
                        verbose_name="counted in",
                    ),
                ),
                ("due_on", models.DateField(verbose_name="to be done by")),
                ("done", models.PositiveIntegerField(blank=True, null=True)),
                ("whole", models.PositiveIntegerField(blank=True, null=True)),
                ("reached_on", models.DateField(blank=True, null=True)),
                ("done_on", models.DateField(blank=True, null=True)),
                ("adjusted_on", models.DateField(blank=True, null=True)),
                ("cancelled_on", models.DateField(blank=True, null=True)),
                (
                    "lead_organ",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.organ",
                        verbose_name="lead organ",
                    ),
                ),
                (
                    "official",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.cadre",
                        verbose_name="lead official",
                    ),
                ),
                (
                    "organs",
                    models.ManyToManyField(
                        blank=True,
                        related_name="+",
                        to="portal.organ",
                        verbose_name="responsible organs",
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
            ],
        ),
        migrations.CreateModel(
            name="ItemStep",
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
                            ("adjusted", "Adjusted"),
                            ("cancelled", "Cancelled"),
                            ("done", "Noted as done"),
                            ("reopened", "Not done yet"),
                            ("sent_back", "Sentence sent back"),
                        ],
                        max_length=9,
                    ),
                ),
                ("text", models.CharField(blank=True, default="", max_length=500)),
                ("document", models.CharField(blank=True, default="", max_length=60)),
                ("facts", models.JSONField(default=dict)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="oversight.planitem",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PortalComplaint",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number_year", models.PositiveSmallIntegerField()),
                ("number", models.PositiveIntegerField()),
                ("received_on", models.DateField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("burden", "Burden of filling in"),
                            ("forced", "Forced use"),
                            ("clocking", "Clocking in, rankings"),
                            ("fault", "Something does not work"),
                            ("suggestion", "Suggestion"),
                            ("other", "Something else"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("text", models.TextField(max_length=2000, verbose_name="what it is about")),
                (
                    "code_digest",
                    models.CharField(blank=True, db_collation="C", default="", max_length=64),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("received", "Received"),
                            ("accepted", "Taken up"),
                            ("answered", "Answered"),
                            ("passed_on", "Passed on"),
                            ("archived", "Archived"),
                        ],
                        default="received",
                        max_length=9,
                    ),
                ),
                ("due_on", models.DateField()),
                ("accepted_on", models.DateField(null=True)),
                ("is_extended", models.BooleanField(default=False)),
                (
                    "answer",
                    models.TextField(
                        blank=True, default="", max_length=2000, verbose_name="answer"
                    ),
                ),
                ("answered_on", models.DateField(null=True)),
                (
                    "adopted",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("yes", "Adopted"),
                            ("partly", "Adopted in part"),
                            ("no", "Not adopted"),
                        ],
                        default="",
                        max_length=6,
                    ),
                ),
                (
                    "rating",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("satisfied", "Satisfied"),
                            ("basically", "Basically satisfied"),
                            ("unsatisfied", "Not satisfied"),
                        ],
                        default="",
                        max_length=11,
                    ),
                ),
                (
                    "door",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("matter", "A matter to be handled"),
                            ("conduct", "Conduct of a person"),
                        ],
                        default="",
                        max_length=7,
                    ),
                ),
                ("agrees", models.BooleanField(null=True)),
                (
                    "accepted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "area",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.division",
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "matter",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="outreach.matter",
                    ),
                ),
                (
                    "organ",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.organ",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ComplaintStep",
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
                            ("accepted", "Taken up"),
                            ("extended", "Time to answer extended"),
                            ("asked", "Asked whether it may be passed on"),
                            ("agreed", "Its writer agrees"),
                            ("declined", "Its writer does not agree"),
                            ("answered", "Answered"),
                            ("passed_on", "Passed on"),
                            ("rated", "Rated by its writer"),
                            ("archived", "Archived"),
                        ],
                        max_length=9,
                    ),
                ),
                ("text", models.CharField(blank=True, default="", max_length=300)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="oversight.portalcomplaint",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Practice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "numbered_in",
                    models.CharField(blank=True, db_collation="C", default="", max_length=24),
                ),
                ("number_year", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("number", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("offered", "Put forward by itself"),
                            ("found", "Found by an inspection or visit"),
                        ],
                        max_length=7,
                        verbose_name="where it comes from",
                    ),
                ),
                (
                    "found_in",
                    models.CharField(
                        blank=True, default="", max_length=80, verbose_name="found in"
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                (
                    "unit_kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("rural", "Village"),
                                ("community", "Urban community"),
                                ("soe", "State-owned enterprise"),
                                ("nonpublic", "Non-public enterprise"),
                                ("social", "Social organisation"),
                            ],
                            max_length=14,
                        ),
                        size=None,
                        verbose_name="units that it suits",
                    ),
                ),
                (
                    "problem",
                    models.CharField(max_length=200, verbose_name="problem that it solves"),
                ),
                ("method", models.CharField(max_length=300, verbose_name="how it is done")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("submitted", "First review"),
                            ("to_add", "To be added to"),
                            ("trial", "Tried elsewhere"),
                            ("tried", "Tried, to be decided"),
                            ("decided", "Decided, to be spread"),
                            ("spread", "Spread"),
                            ("making", "Being turned into a rule"),
                            ("rule", "A rule"),
                            ("refused", "Not taken up"),
                        ],
                        default="draft",
                        max_length=9,
                    ),
                ),
                ("was_added_to", models.BooleanField(default=False)),
                ("submitted_on", models.DateField(blank=True, null=True)),
                (
                    "opinion",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="opinion of the review"
                    ),
                ),
                ("decided_on", models.DateField(blank=True, null=True)),
                ("decided_in", models.CharField(blank=True, default="", max_length=60)),
                ("spread_on", models.DateField(blank=True, null=True)),
                (
                    "document",
                    models.CharField(
                        blank=True, default="", max_length=60, verbose_name="document number"
                    ),
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
            name="PracticeRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=80, verbose_name="name of the rule")),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("drafted", "Drafted"),
                            ("heard", "Opinions heard"),
                            ("checked", "Lawfulness and compliance checked"),
                            ("delib", "Deliberated"),
                            ("issued", "Issued"),
                        ],
                        default="drafted",
                        max_length=7,
                    ),
                ),
                ("stage_on", models.DateField()),
                (
                    "document",
                    models.CharField(
                        blank=True, default="", max_length=60, verbose_name="document number"
                    ),
                ),
                (
                    "valid_from",
                    models.DateField(blank=True, null=True, verbose_name="in force from"),
                ),
                (
                    "valid_to",
                    models.DateField(blank=True, null=True, verbose_name="in force until"),
                ),
                ("ended_on", models.DateField(blank=True, null=True)),
                (
                    "practice",
                    models.OneToOneField(
                        error_messages={"unique": "This practice was turned into a rule already."},
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rule",
                        to="oversight.practice",
                    ),
                ),
                (
                    "replaced_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaces",
                        to="oversight.practicerule",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PracticeStep",
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
                            ("submitted", "Handed in"),
                            ("to_add", "Asked to add to it"),
                            ("added", "Added to"),
                            ("trial", "Trial elsewhere begun"),
                            ("tried", "Trial ended"),
                            ("decided", "Decided by a meeting"),
                            ("refused", "Not taken up"),
                            ("spread", "Spread by document"),
                            ("making", "Turning it into a rule begun"),
                            ("stage", "Rule: next stage"),
                            ("issued", "Rule issued"),
                            ("extended", "Rule extended"),
                            ("ended", "Rule ended"),
                        ],
                        max_length=9,
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
                    "practice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="oversight.practice",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PracticeTrial",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("starts_on", models.DateField(verbose_name="from")),
                ("ended_on", models.DateField(blank=True, null=True)),
                ("works", models.BooleanField(blank=True, null=True)),
                (
                    "result",
                    models.CharField(
                        blank=True, default="", max_length=200, verbose_name="what came of it"
                    ),
                ),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "matters",
                    models.ManyToManyField(blank=True, related_name="+", to="outreach.matter"),
                ),
                (
                    "practice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="trials",
                        to="oversight.practice",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.grassrootsunit",
                        verbose_name="unit",
                    ),
                ),
                (
                    "visits",
                    models.ManyToManyField(blank=True, related_name="+", to="outreach.visit"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="QuarterNote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.PositiveSmallIntegerField()),
                ("quarter", models.PositiveSmallIntegerField()),
                ("done", models.PositiveIntegerField(blank=True, null=True)),
                ("whole", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "text",
                    models.CharField(
                        blank=True, default="", max_length=100, verbose_name="how it stands"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("reviewed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notes",
                        to="oversight.planitem",
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
            name="RectificationNotice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "number",
                    models.CharField(
                        blank=True, default="", max_length=40, verbose_name="number of the notice"
                    ),
                ),
                ("how_to_report", models.CharField(max_length=200, verbose_name="how to report")),
                ("due_on", models.DateField(verbose_name="to be put right by")),
                ("issued_on", models.DateField()),
                ("received_at", models.DateTimeField(null=True)),
                (
                    "inspection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notices",
                        to="oversight.inspection",
                    ),
                ),
                (
                    "issued_by",
                    models.ForeignKey(
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
                    ),
                ),
                (
                    "received_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="finding",
            name="notice",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="findings",
                to="oversight.rectificationnotice",
            ),
        ),
        migrations.CreateModel(
            name="RequestItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("place", models.PositiveSmallIntegerField()),
                ("name", models.CharField(max_length=40)),
                ("held_in", models.CharField(blank=True, default="", max_length=80)),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="oversight.datarequest",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RetentionRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("ran_at", models.DateTimeField()),
                ("before", models.DateField()),
                ("counts", models.JSONField(default=dict)),
            ],
            options={
                "indexes": [models.Index(fields=["-ran_at", "-id"], name="retention_run")],
            },
        ),
        migrations.CreateModel(
            name="SupervisionEntry",
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
                    "source",
                    models.CharField(
                        choices=[
                            ("leader", "Instruction of a leader"),
                            ("meeting", "Decision of a meeting"),
                            ("problem", "Prominent problem"),
                            ("plan", "Main points of the year"),
                            ("upper", "Assigned from above"),
                        ],
                        max_length=8,
                        verbose_name="source",
                    ),
                ),
                ("title", models.CharField(max_length=80, verbose_name="matter")),
                (
                    "content",
                    models.CharField(max_length=500, verbose_name="what was instructed or decided"),
                ),
                ("due_on", models.DateField(verbose_name="until")),
                (
                    "report_days",
                    models.PositiveSmallIntegerField(verbose_name="reports every so many days"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Drafted"),
                            ("submitted", "To be decided"),
                            ("set_up", "Established"),
                            ("assigned", "Given to the organ"),
                            ("in_progress", "In hand"),
                            ("reported", "Reported, to be reviewed"),
                            ("to_end", "Reviewed, to be ended"),
                            ("closed", "Struck off"),
                            ("archived", "Archived"),
                            ("revoked", "Establishment revoked"),
                        ],
                        default="draft",
                        max_length=11,
                    ),
                ),
                ("is_long_term", models.BooleanField(default=False)),
                ("is_extended", models.BooleanField(default=False)),
                ("assigned_on", models.DateField(blank=True, null=True)),
                ("sign_by", models.DateField(blank=True, null=True)),
                ("signed_on", models.DateField(blank=True, null=True)),
                ("last_report_on", models.DateField(blank=True, null=True)),
                ("report_on", models.DateField(blank=True, null=True)),
                ("result", models.CharField(blank=True, default="", max_length=500)),
                (
                    "opinion",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="opinion of the review"
                    ),
                ),
                ("closed_on", models.DateField(blank=True, null=True)),
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
                    "lead_organ",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.organ",
                        verbose_name="lead organ",
                    ),
                ),
                (
                    "leader",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.cadre",
                        verbose_name="instructing leader",
                    ),
                ),
                (
                    "official",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.cadre",
                        verbose_name="responsible leader",
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
                    "organs",
                    models.ManyToManyField(
                        blank=True,
                        related_name="+",
                        to="portal.organ",
                        verbose_name="helping organs",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
            name="EntryStep",
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
                            ("set_up", "Established"),
                            ("assigned", "Given to the organ"),
                            ("signed", "Signed for"),
                            ("progress", "Progress reported"),
                            ("reported", "Result reported"),
                            ("urged", "Urged"),
                            ("reviewed", "Review passed"),
                            ("returned", "Sent back to be done further"),
                            ("extended", "Deadline extended"),
                            ("long_term", "Supervised for the long term"),
                            ("joined", "Further source of the same matter"),
                            ("closed", "Struck off"),
                            ("archived", "Archived"),
                            ("revoked", "Establishment revoked"),
                        ],
                        max_length=9,
                    ),
                ),
                ("text", models.CharField(blank=True, default="", max_length=500)),
                ("facts", models.JSONField(default=dict)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="oversight.supervisionentry",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="EntryGround",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("leader", "Instruction of a leader"),
                            ("meeting", "Decision of a meeting"),
                            ("problem", "Prominent problem"),
                            ("plan", "Main points of the year"),
                            ("upper", "Assigned from above"),
                        ],
                        max_length=8,
                    ),
                ),
                ("given_on", models.DateField(verbose_name="given on")),
                (
                    "occasion",
                    models.CharField(max_length=80, verbose_name="meeting, document or occasion"),
                ),
                ("added_at", models.DateTimeField()),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "decision",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="outreach.meetingdecision",
                    ),
                ),
                (
                    "matter",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="supervision_grounds",
                        to="outreach.matter",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="outreach.supervisionorder",
                    ),
                ),
                (
                    "problem",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pairing.prominentproblem",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="oversight.planitem",
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="grounds",
                        to="oversight.supervisionentry",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="UnadmittedRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.CharField(max_length=300, verbose_name="what was asked, and how")),
                ("asked_on", models.DateField(verbose_name="on which day")),
                ("settled_on", models.DateField(null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True, default="", max_length=200, verbose_name="what came of it"
                    ),
                ),
                (
                    "area",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.division",
                    ),
                ),
                (
                    "organ",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.organ",
                        verbose_name="who asked",
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="WorkPlan",
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
                            ("long", "Plan of several years"),
                            ("year", "Main points of a year"),
                        ],
                        max_length=4,
                        verbose_name="kind",
                    ),
                ),
                ("title", models.CharField(max_length=60, verbose_name="title")),
                ("first_year", models.PositiveSmallIntegerField(verbose_name="first year")),
                ("last_year", models.PositiveSmallIntegerField(verbose_name="last year")),
                (
                    "goals",
                    models.TextField(blank=True, default="", max_length=2000, verbose_name="aims"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Drafted"),
                            ("heard", "Organs are heard"),
                            ("delib", "Deliberated, to be decided"),
                            ("decided", "Decided, to be issued"),
                            ("issued", "In force"),
                            ("summed_up", "Summed up"),
                            ("archived", "Archived"),
                        ],
                        default="draft",
                        max_length=9,
                    ),
                ),
                ("deliberated_on", models.DateField(blank=True, null=True)),
                ("decided_on", models.DateField(blank=True, null=True)),
                ("decided_in", models.CharField(blank=True, default="", max_length=60)),
                ("issued_on", models.DateField(blank=True, null=True)),
                (
                    "document",
                    models.CharField(
                        blank=True, default="", max_length=60, verbose_name="document number"
                    ),
                ),
                (
                    "summary",
                    models.TextField(
                        blank=True, default="", max_length=2000, verbose_name="summary"
                    ),
                ),
                ("counted_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                (
                    "above",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="years",
                        to="oversight.workplan",
                        verbose_name="plan that it carries out",
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
                    "first_in_charge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.cadre",
                        verbose_name="first in charge",
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
                    "in_charge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.cadre",
                        verbose_name="directly in charge",
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
            name="PlanStep",
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
                            ("heard", "Sent to the organs to be heard"),
                            ("said", "Opinion of an organ"),
                            ("sent_back", "Sent back to be changed"),
                            ("delib", "Deliberated"),
                            ("decided", "Decided"),
                            ("issued", "Issued"),
                            ("adjusted", "Items adjusted by the deciding body"),
                            ("summed_up", "Summed up at the end"),
                            ("archived", "Archived"),
                        ],
                        max_length=9,
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
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="oversight.workplan",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="planitem",
            name="plan",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="items",
                to="oversight.workplan",
            ),
        ),
        migrations.AddIndex(
            model_name="datarequest",
            index=models.Index(fields=["-starts_on", "-id"], name="request_day"),
        ),
        migrations.AddIndex(
            model_name="datarequest",
            index=models.Index(fields=["organ", "-starts_on", "-id"], name="request_organ"),
        ),
        migrations.AddIndex(
            model_name="datarequest",
            index=models.Index(
                condition=models.Q(("state", "approved")),
                fields=["ends_on", "id"],
                name="request_end",
            ),
        ),
        migrations.AddConstraint(
            model_name="datarequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                name="a_request_ends_after_it_begins",
                violation_error_message="The end lies before the beginning.",
            ),
        ),
        migrations.AddConstraint(
            model_name="datarequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("file_by__isnull", False),
                        ("kind", "emergency"),
                        ("sent_on__isnull", False),
                    ),
                    models.Q(
                        models.Q(("kind", "emergency"), _negated=True),
                        ("file_by", None),
                        ("sent_on", None),
                    ),
                    _connector="OR",
                ),
                name="an_emergency_says_when_it_was_sent",
                violation_error_message="Say on which day it was sent.",
            ),
        ),
        migrations.AddConstraint(
            model_name="datarequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state", "withdrawn"),
                    models.Q(("state", "draft"), ("submitted_on", None)),
                    models.Q(
                        models.Q(("state", "draft"), _negated=True), ("submitted_on__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="a_draft_was_not_handed_in",
            ),
        ),
        migrations.AddConstraint(
            model_name="datarequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ("approved", "provided")), _negated=True),
                    models.Q(
                        ("decided_by__isnull", False),
                        ("decided_on__isnull", False),
                        models.Q(("approver", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="a_decided_request_says_who_decided",
            ),
        ),
        migrations.AddConstraint(
            model_name="datarequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "approved"), _negated=True),
                    models.Q(("number", ""), _negated=True),
                    _connector="OR",
                ),
                name="an_admitted_request_has_a_number",
            ),
        ),
        migrations.AddConstraint(
            model_name="datarequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("number", ""), _negated=True),
                fields=("number",),
                name="a_number_of_admission_is_given_once",
                violation_error_message="This number of admission is given already.",
            ),
        ),
        migrations.AddIndex(
            model_name="datarequeststep",
            index=models.Index(fields=["request", "-at", "-id"], name="request_step"),
        ),
        migrations.AddIndex(
            model_name="destructionlist",
            index=models.Index(fields=["-created_at", "-id"], name="destruction_day"),
        ),
        migrations.AddConstraint(
            model_name="destructionlist",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ("approved", "done")), _negated=True),
                    models.Q(("approved_by__isnull", False), ("approved_on__isnull", False)),
                    _connector="OR",
                ),
                name="nothing_is_destroyed_without_approval",
            ),
        ),
        migrations.AddConstraint(
            model_name="destructionlist",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("destroyed_by__isnull", False),
                        ("destroyed_on__isnull", False),
                        ("state", "done"),
                        ("witness__isnull", False),
                    ),
                    models.Q(
                        models.Q(("state", "done"), _negated=True),
                        ("destroyed_by", None),
                        ("destroyed_on", None),
                        ("witness", None),
                    ),
                    _connector="OR",
                ),
                name="destroying_is_watched",
            ),
        ),
        migrations.AddConstraint(
            model_name="destructionlist",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approved_by", None),
                    models.Q(("approved_by", models.F("written_by")), _negated=True),
                    _connector="OR",
                ),
                name="nobody_approves_their_own_list",
            ),
        ),
        migrations.AddConstraint(
            model_name="destructionlist",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("witness", None),
                    models.Q(("witness", models.F("destroyed_by")), _negated=True),
                    _connector="OR",
                ),
                name="nobody_watches_themselves",
            ),
        ),
        migrations.AddConstraint(
            model_name="destructionitem",
            constraint=models.UniqueConstraint(
                fields=("list", "record"), name="a_record_stands_once_on_a_list"
            ),
        ),
        migrations.AddConstraint(
            model_name="destructionitem",
            constraint=models.CheckConstraint(
                condition=models.Q(("kept_reason", ""), ("is_gone", False), _connector="OR"),
                name="what_is_kept_is_not_destroyed",
            ),
        ),
        migrations.AddIndex(
            model_name="destructionstep",
            index=models.Index(fields=["list", "-at", "-id"], name="destruction_step"),
        ),
        migrations.AddIndex(
            model_name="inspection",
            index=models.Index(fields=["-starts_on", "-id"], name="inspection_day"),
        ),
        migrations.AddIndex(
            model_name="inspection",
            index=models.Index(fields=["organ", "-starts_on", "-id"], name="inspection_organ"),
        ),
        migrations.AddConstraint(
            model_name="inspection",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                name="an_inspection_ends_after_it_begins",
                violation_error_message="The end lies before the beginning.",
            ),
        ),
        migrations.AddConstraint(
            model_name="inspection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("mandate", ""), ("mandate_number", "")),
                    models.Q(
                        models.Q(("mandate", ""), _negated=True),
                        models.Q(("mandate_number", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="a_mandate_has_its_number",
                violation_error_message="Write the number of the plan or of the approval.",
            ),
        ),
        migrations.AddConstraint(
            model_name="inspection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        models.Q(
                            ("closed_from__isnull", False),
                            ("closed_to__isnull", False),
                            ("drawn_from", "closures"),
                        ),
                        models.Q(
                            models.Q(("drawn_from", "closures"), _negated=True),
                            ("closed_from", None),
                            ("closed_to", None),
                        ),
                        _connector="OR",
                    ),
                    models.Q(
                        ("closed_to", None),
                        ("closed_to__gte", models.F("closed_from")),
                        _connector="OR",
                    ),
                ),
                name="closures_are_drawn_from_a_period",
                violation_error_message="Say from when to when they were closed.",
            ),
        ),
        migrations.AddConstraint(
            model_name="inspection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        models.Q(("drawn_from", ""), ("number", None)),
                        models.Q(
                            models.Q(("drawn_from", ""), _negated=True), ("number__isnull", False)
                        ),
                        _connector="OR",
                    ),
                    models.Q(("number", None), ("number__gte", 1), _connector="OR"),
                ),
                name="a_draw_has_its_number",
                violation_error_message="Say how many are drawn.",
            ),
        ),
        migrations.AddConstraint(
            model_name="inspection",
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
                name="a_frozen_inspection_frame_has_its_hash",
            ),
        ),
        migrations.AddConstraint(
            model_name="inspection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("seeded_at", None),
                    models.Q(
                        ("frozen_at__isnull", False), ("seeded_at__gt", models.F("frozen_at"))
                    ),
                    _connector="OR",
                ),
                name="an_inspection_is_drawn_after_its_frame_is_frozen",
                violation_error_message="The seed is entered after the frame is frozen and published.",
            ),
        ),
        migrations.AddConstraint(
            model_name="inspection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("result_digest", ""),
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
                        models.Q(("witness", ""), _negated=True),
                        models.Q(("witness_of", ""), _negated=True),
                        models.Q(("result_digest", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="an_inspection_seed_has_its_witness",
            ),
        ),
        migrations.AddConstraint(
            model_name="inspection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("concluded_by", None), ("concluded_on", None), ("conclusion", "")),
                    models.Q(
                        ("concluded_by__isnull", False),
                        ("concluded_on__isnull", False),
                        models.Q(("conclusion", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="a_conclusion_has_words_day_and_person",
            ),
        ),
        migrations.AddIndex(
            model_name="inspectedrow",
            index=models.Index(
                condition=models.Q(("matter__isnull", False)),
                fields=["matter"],
                name="inspected_row_matter",
            ),
        ),
        migrations.AddConstraint(
            model_name="inspectedrow",
            constraint=models.UniqueConstraint(
                fields=("inspection", "position"), name="inspected_rows_have_their_order"
            ),
        ),
        migrations.AddConstraint(
            model_name="inspectedrow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("matter", None), ("unit__isnull", False)),
                    models.Q(("matter__isnull", False), ("unit", None)),
                    _connector="OR",
                ),
                name="a_unit_or_a_matter_is_drawn",
            ),
        ),
        migrations.AddConstraint(
            model_name="inspectedrow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("looked_on", None), ("recorded_by", None), ("way", "")),
                    models.Q(
                        ("looked_on__isnull", False),
                        ("recorded_by__isnull", False),
                        models.Q(("way", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="a_look_has_day_and_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="inspectedrow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("looked_on", None), ("said", ""), ("seen", "")),
                    models.Q(("matter", None), ("said", ""), ("seen", "")),
                    models.Q(
                        ("looked_on__isnull", False),
                        models.Q(("said", ""), ("seen", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="a_matter_is_seen_or_asked_about",
                violation_error_message="Say what was seen, or what the raiser said.",
            ),
        ),
        migrations.AddConstraint(
            model_name="inspectedorgan",
            constraint=models.UniqueConstraint(
                fields=("inspection", "organ"), name="an_organ_is_inspected_once_in_an_inspection"
            ),
        ),
        migrations.AddConstraint(
            model_name="inspectedorgan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("asked_on", None), ("due_on", None)),
                    models.Q(("asked_on__isnull", False), ("due_on__isnull", False)),
                    _connector="OR",
                ),
                name="facts_are_asked_with_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="inspectedorgan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        models.Q(("answer", ""), ("answered_at", None), ("answered_by", None)),
                        models.Q(
                            ("answered_at__isnull", False),
                            ("answered_by__isnull", False),
                            models.Q(("answer", ""), _negated=True),
                        ),
                        _connector="OR",
                    ),
                    models.Q(("answered_at", None), ("asked_on__isnull", False), _connector="OR"),
                ),
                name="facts_are_answered_once_asked",
            ),
        ),
        migrations.AddIndex(
            model_name="inspectionstep",
            index=models.Index(fields=["inspection", "-at", "-id"], name="inspection_step"),
        ),
        migrations.AddConstraint(
            model_name="objection",
            constraint=models.UniqueConstraint(
                fields=("finding",),
                name="a_finding_is_reviewed_once",
                violation_error_message="A finding is reviewed once.",
            ),
        ),
        migrations.AddConstraint(
            model_name="objection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("decided_by", None), ("decided_on", None), ("decision", ""), ("reason", "")
                    ),
                    models.Q(
                        ("decided_by__isnull", False),
                        ("decided_on__isnull", False),
                        models.Q(("decision", ""), _negated=True),
                        models.Q(("reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="a_review_has_decision_day_and_person",
            ),
        ),
        migrations.AddIndex(
            model_name="paper",
            index=models.Index(fields=["-created_at", "-id"], name="paper_day"),
        ),
        migrations.AddIndex(
            model_name="paper",
            index=models.Index(fields=["organ", "-created_at", "-id"], name="paper_organ"),
        ),
        migrations.AddIndex(
            model_name="paper",
            index=models.Index(
                condition=models.Q(("state__in", ("archived", "withdrawn")), _negated=True),
                fields=["state"],
                name="paper_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("checked_by", None),
                        models.Q(("checked_by", models.F("written_by")), _negated=True),
                        _connector="OR",
                    ),
                    models.Q(
                        ("signed_by", None),
                        models.Q(("signed_by", models.F("written_by")), _negated=True),
                        _connector="OR",
                    ),
                    models.Q(
                        ("signed_by", None),
                        models.Q(("signed_by", models.F("checked_by")), _negated=True),
                        _connector="OR",
                    ),
                ),
                name="three_people_draft_check_and_sign_a_paper",
                violation_error_message="Three people draft, check and sign a paper.",
            ),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("signed_by", None),
                        ("signed_on", None),
                        ("state__in", ("draft", "revised", "checking", "cosigning", "to_sign")),
                    ),
                    models.Q(
                        models.Q(
                            ("state__in", ("draft", "revised", "checking", "cosigning", "to_sign")),
                            _negated=True,
                        ),
                        ("checked_by__isnull", False),
                        ("signed_by__isnull", False),
                        ("signed_on__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="a_signed_paper_was_checked",
            ),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("issue", None), ("number", "")),
                    models.Q(
                        ("state__in", ("draft", "revised", "checking", "cosigning", "to_sign")),
                        _negated=True,
                    ),
                    _connector="OR",
                ),
                name="a_paper_is_numbered_after_it_is_signed",
                violation_error_message="A paper gets its number after it is signed.",
            ),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("issued_on__gte", models.F("signed_on")),
                        ("state__in", ("issued", "archived", "withdrawn")),
                    ),
                    models.Q(
                        models.Q(("state__in", ("issued", "archived", "withdrawn")), _negated=True),
                        ("issued_on", None),
                    ),
                    _connector="OR",
                ),
                name="a_paper_is_out_on_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("issue", None), ("issue_year", None)),
                    models.Q(("issue__isnull", False), ("issue_year__isnull", False)),
                    _connector="OR",
                ),
                name="an_issue_has_its_year",
            ),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.UniqueConstraint(
                condition=models.Q(("number", ""), _negated=True),
                fields=("number",),
                name="a_document_number_is_used_once",
                violation_error_message="Another paper has this number.",
            ),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.UniqueConstraint(
                condition=models.Q(("issue__isnull", False)),
                fields=("organ", "series", "issue_year", "issue"),
                name="an_issue_is_used_once",
                violation_error_message="This issue exists already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="papercountersign",
            constraint=models.UniqueConstraint(
                fields=("paper", "organ"), name="an_organ_countersigns_a_paper_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="papercountersign",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("signed_at", None), ("signed_by", None)),
                    models.Q(("signed_at__isnull", False), ("signed_by__isnull", False)),
                    _connector="OR",
                ),
                name="a_countersign_has_its_person",
            ),
        ),
        migrations.AddIndex(
            model_name="paperstep",
            index=models.Index(fields=["paper", "-at", "-id"], name="paper_step"),
        ),
        migrations.AddIndex(
            model_name="itemstep",
            index=models.Index(fields=["item", "-at", "-id"], name="plan_item_step"),
        ),
        migrations.AddIndex(
            model_name="portalcomplaint",
            index=models.Index(fields=["-received_on", "-id"], name="complaint_day"),
        ),
        migrations.AddIndex(
            model_name="portalcomplaint",
            index=models.Index(fields=["author", "-received_on", "-id"], name="complaint_author"),
        ),
        migrations.AddIndex(
            model_name="portalcomplaint",
            index=models.Index(
                condition=models.Q(("state__in", ("received", "accepted"))),
                fields=["due_on", "id"],
                name="complaint_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="portalcomplaint",
            constraint=models.UniqueConstraint(
                fields=("number_year", "number"), name="one_complaint_of_a_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="portalcomplaint",
            constraint=models.UniqueConstraint(
                condition=models.Q(("code_digest", ""), _negated=True),
                fields=("code_digest",),
                name="one_complaint_of_a_code",
            ),
        ),
        migrations.AddConstraint(
            model_name="portalcomplaint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("author", None), models.Q(("code_digest", ""), _negated=True)),
                    models.Q(("author__isnull", False), ("code_digest", "")),
                    _connector="OR",
                ),
                name="a_complaint_has_a_writer_or_a_code",
            ),
        ),
        migrations.AddConstraint(
            model_name="portalcomplaint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state", "received"),
                    models.Q(("accepted_by__isnull", False), ("accepted_on__isnull", False)),
                    _connector="OR",
                ),
                name="a_complaint_is_taken_up_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="portalcomplaint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answer", ""), ("answered_on", None)),
                    models.Q(
                        ("answered_on__isnull", False), models.Q(("answer", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="an_answer_has_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="portalcomplaint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "answered"), _negated=True),
                    models.Q(("answer", ""), _negated=True),
                    _connector="OR",
                ),
                name="an_answered_complaint_has_an_answer",
            ),
        ),
        migrations.AddConstraint(
            model_name="portalcomplaint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "passed_on"), _negated=True),
                    models.Q(("agrees", True), models.Q(("door", ""), _negated=True)),
                    _connector="OR",
                ),
                name="only_a_consent_passes_a_complaint_on",
            ),
        ),
        migrations.AddIndex(
            model_name="complaintstep",
            index=models.Index(fields=["complaint", "-at", "-id"], name="complaint_step"),
        ),
        migrations.AddIndex(
            model_name="practice",
            index=models.Index(fields=["county", "-created_at", "-id"], name="practice_county"),
        ),
        migrations.AddIndex(
            model_name="practice",
            index=models.Index(fields=["-created_at", "-id"], name="practice_day"),
        ),
        migrations.AddIndex(
            model_name="practice",
            index=models.Index(
                condition=models.Q(("spread_on__isnull", False)),
                fields=["spread_on"],
                name="practice_spread",
            ),
        ),
        migrations.AddConstraint(
            model_name="practice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state", "draft"),
                    models.Q(
                        ("number__isnull", False),
                        ("number_year__isnull", False),
                        ("submitted_on__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="a_practice_handed_in_has_its_number",
            ),
        ),
        migrations.AddConstraint(
            model_name="practice",
            constraint=models.UniqueConstraint(
                fields=("numbered_in", "number_year", "number"),
                name="one_practice_of_a_number_a_year",
            ),
        ),
        migrations.AddConstraint(
            model_name="practice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("found_in", ""), ("origin", "offered")),
                    models.Q(("origin", "found"), models.Q(("found_in", ""), _negated=True)),
                    _connector="OR",
                ),
                name="a_found_practice_says_where",
                violation_error_message="Say in which inspection, visit or meeting it was found.",
            ),
        ),
        migrations.AddConstraint(
            model_name="practice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ("decided", "spread", "making", "rule")), _negated=True),
                    models.Q(
                        ("decided_on__isnull", False), models.Q(("decided_in", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="a_decided_practice_says_when_and_by_whom",
            ),
        ),
        migrations.AddConstraint(
            model_name="practice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ("spread", "making", "rule")), _negated=True),
                    models.Q(
                        ("spread_on__isnull", False), models.Q(("document", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="a_practice_is_spread_by_a_document",
                violation_error_message="Write the document number.",
            ),
        ),
        migrations.AddConstraint(
            model_name="practicerule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("stage", "issued"),
                        ("valid_from__isnull", False),
                        models.Q(("document", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("stage", "issued"), _negated=True),
                        ("document", ""),
                        ("ended_on", None),
                        ("valid_from", None),
                        ("valid_to", None),
                    ),
                    _connector="OR",
                ),
                name="an_issued_rule_has_document_and_days",
                violation_error_message="Write the document number and the day from which it holds.",
            ),
        ),
        migrations.AddConstraint(
            model_name="practicerule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_to", None), ("valid_to__gte", models.F("valid_from")), _connector="OR"
                ),
                name="a_rule_ends_after_it_begins",
                violation_error_message="The end lies before the beginning.",
            ),
        ),
        migrations.AddConstraint(
            model_name="practicerule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("replaced_by", None), ("ended_on__isnull", False), _connector="OR"
                ),
                name="a_replaced_rule_has_ended",
            ),
        ),
        migrations.AddConstraint(
            model_name="practicerule",
            constraint=models.UniqueConstraint(
                condition=models.Q(("document", ""), _negated=True),
                fields=("document",),
                name="a_document_number_of_a_rule_is_used_once",
                violation_error_message="This document number is used already.",
            ),
        ),
        migrations.AddIndex(
            model_name="practicestep",
            index=models.Index(fields=["practice", "-at", "-id"], name="practice_step"),
        ),
        migrations.AddConstraint(
            model_name="practicetrial",
            constraint=models.UniqueConstraint(
                fields=("practice", "unit"),
                name="a_unit_tries_a_practice_once",
                violation_error_message="This unit tries it already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="practicetrial",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_on", None), ("result", ""), ("works", None)),
                    models.Q(
                        ("ended_on__isnull", False),
                        ("works__isnull", False),
                        models.Q(("result", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="an_ended_trial_says_what_came_of_it",
            ),
        ),
        migrations.AddConstraint(
            model_name="practicetrial",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ended_on", None), ("ended_on__gte", models.F("starts_on")), _connector="OR"
                ),
                name="a_trial_ends_after_it_begins",
                violation_error_message="The end lies before the beginning.",
            ),
        ),
        migrations.AddIndex(
            model_name="quarternote",
            index=models.Index(
                condition=models.Q(("reviewed_at", None)), fields=["item"], name="quarter_note_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="quarternote",
            constraint=models.UniqueConstraint(
                fields=("item", "year", "quarter"),
                name="an_item_has_one_note_a_quarter",
                violation_error_message="This quarter has its sentence already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="quarternote",
            constraint=models.CheckConstraint(
                condition=models.Q(("quarter__range", (1, 4))), name="a_quarter_is_one_of_four"
            ),
        ),
        migrations.AddConstraint(
            model_name="quarternote",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("done__isnull", False),
                        ("text", ""),
                        ("whole__isnull", False),
                        ("written_by", None),
                    ),
                    models.Q(
                        ("done", None),
                        ("whole", None),
                        ("written_by__isnull", False),
                        models.Q(("text", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="a_note_is_counted_or_said",
            ),
        ),
        migrations.AddConstraint(
            model_name="quarternote",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reviewed_at", None), ("reviewed_by", None)),
                    models.Q(("reviewed_at__isnull", False), ("reviewed_by__isnull", False)),
                    _connector="OR",
                ),
                name="a_reviewed_note_says_by_whom_and_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="rectificationnotice",
            constraint=models.CheckConstraint(
                condition=models.Q(("due_on__gte", models.F("issued_on"))),
                name="a_notice_is_due_after_its_issue",
            ),
        ),
        migrations.AddConstraint(
            model_name="rectificationnotice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("received_at", None), ("received_by", None)),
                    models.Q(("received_at__isnull", False), ("received_by__isnull", False)),
                    _connector="OR",
                ),
                name="a_notice_is_signed_for_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="rectificationnotice",
            constraint=models.UniqueConstraint(
                condition=models.Q(("number", ""), _negated=True),
                fields=("number",),
                name="one_notice_of_a_number",
                violation_error_message="Another notice has this number.",
            ),
        ),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(fields=["-found_on", "-id"], name="inspection_finding_day"),
        ),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(
                fields=["organ", "-found_on", "-id"], name="inspection_finding_organ"
            ),
        ),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(fields=["due_on", "id"], name="inspection_finding_due"),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.UniqueConstraint(
                fields=("inspection", "number"), name="findings_are_numbered_in_their_inspection"
            ),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("title", ""), _negated=True),
                    models.Q(("fact", ""), _negated=True),
                    models.Q(("basis", ""), _negated=True),
                ),
                name="a_finding_has_fact_and_basis",
                violation_error_message="A finding needs its facts and its basis.",
            ),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("measures", ""), ("reported_by", None), ("reported_on", None)),
                    models.Q(
                        ("reported_by__isnull", False),
                        ("reported_on__isnull", False),
                        models.Q(("measures", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="a_report_has_day_person_and_measures",
            ),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("check_way", ""),
                        ("check_words", ""),
                        ("checked_by", None),
                        ("checked_on", None),
                    ),
                    models.Q(
                        ("checked_by__isnull", False),
                        ("checked_on__isnull", False),
                        models.Q(("check_way", ""), _negated=True),
                        models.Q(("check_words", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="a_re_check_has_way_day_and_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("due_on__isnull", False),
                    models.Q(
                        ("state__in", ("at_once", "noticed", "rectifying", "failed", "reported")),
                        _negated=True,
                    ),
                    _connector="OR",
                ),
                name="what_is_put_right_has_its_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="requestitem",
            constraint=models.UniqueConstraint(
                fields=("request", "name"), name="a_column_is_asked_once_by_a_request"
            ),
        ),
        migrations.AddIndex(
            model_name="supervisionentry",
            index=models.Index(fields=["county", "-created_at", "-id"], name="entry_county"),
        ),
        migrations.AddIndex(
            model_name="supervisionentry",
            index=models.Index(fields=["-created_at", "-id"], name="entry_day"),
        ),
        migrations.AddIndex(
            model_name="supervisionentry",
            index=models.Index(
                condition=models.Q(("state__in", ("assigned", "in_progress"))),
                fields=["due_on", "id"],
                name="entry_due",
            ),
        ),
        migrations.AddIndex(
            model_name="supervisionentry",
            index=models.Index(fields=["lead_organ", "-created_at", "-id"], name="entry_organ"),
        ),
        migrations.AddConstraint(
            model_name="supervisionentry",
            constraint=models.UniqueConstraint(
                fields=("numbered_in", "number_year", "number"), name="one_entry_of_a_number_a_year"
            ),
        ),
        migrations.AddConstraint(
            model_name="supervisionentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("report_days__range", (1, 31))),
                name="an_entry_is_reported_on_at_least_monthly",
                violation_error_message="Reports come at least monthly: every 1 to 31 days.",
            ),
        ),
        migrations.AddConstraint(
            model_name="supervisionentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("source", "leader"), _negated=True),
                    ("leader__isnull", False),
                    _connector="OR",
                ),
                name="an_instruction_names_its_leader",
                violation_error_message="Name the leader who gave the instruction.",
            ),
        ),
        migrations.AddConstraint(
            model_name="supervisionentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ("draft", "submitted", "set_up", "revoked")),
                    models.Q(("assigned_on__isnull", False), ("sign_by__isnull", False)),
                    _connector="OR",
                ),
                name="an_entry_given_to_an_organ_has_its_days",
            ),
        ),
        migrations.AddConstraint(
            model_name="supervisionentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ("draft", "submitted", "set_up", "assigned", "revoked")),
                    ("signed_on__isnull", False),
                    _connector="OR",
                ),
                name="an_entry_in_hand_is_signed_for",
            ),
        ),
        migrations.AddConstraint(
            model_name="supervisionentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("report_on__isnull", False), ("state", "in_progress")),
                    models.Q(
                        models.Q(("state", "in_progress"), _negated=True), ("report_on", None)
                    ),
                    _connector="OR",
                ),
                name="the_next_report_is_due_while_in_hand",
            ),
        ),
        migrations.AddConstraint(
            model_name="supervisionentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("closed_on__isnull", False),
                        ("state__in", ("closed", "archived")),
                        models.Q(("result", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("state__in", ("closed", "archived")), _negated=True),
                        ("closed_on", None),
                    ),
                    _connector="OR",
                ),
                name="a_struck_off_entry_has_day_and_result",
            ),
        ),
        migrations.AddIndex(
            model_name="entrystep",
            index=models.Index(fields=["entry", "-at", "-id"], name="entry_step"),
        ),
        migrations.AddConstraint(
            model_name="entryground",
            constraint=models.CheckConstraint(
                condition=models.Q(("occasion", ""), _negated=True),
                name="a_ground_says_its_occasion",
            ),
        ),
        migrations.AddConstraint(
            model_name="entryground",
            constraint=models.UniqueConstraint(
                fields=("order",),
                name="a_ground_of_order_belongs_to_one_entry",
                violation_error_message="It is under supervision already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="entryground",
            constraint=models.UniqueConstraint(
                fields=("decision",),
                name="a_ground_of_decision_belongs_to_one_entry",
                violation_error_message="It is under supervision already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="entryground",
            constraint=models.UniqueConstraint(
                fields=("problem",),
                name="a_ground_of_problem_belongs_to_one_entry",
                violation_error_message="It is under supervision already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="entryground",
            constraint=models.UniqueConstraint(
                fields=("item",),
                name="a_ground_of_item_belongs_to_one_entry",
                violation_error_message="It is under supervision already.",
            ),
        ),
        migrations.AddIndex(
            model_name="unadmittedrequest",
            index=models.Index(fields=["-asked_on", "-id"], name="unadmitted_day"),
        ),
        migrations.AddConstraint(
            model_name="unadmittedrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outcome", ""), ("settled_by", None), ("settled_on", None)),
                    models.Q(
                        ("settled_by__isnull", False),
                        ("settled_on__isnull", False),
                        models.Q(("outcome", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="an_outcome_has_a_day_and_a_person",
            ),
        ),
        migrations.AddIndex(
            model_name="workplan",
            index=models.Index(fields=["-first_year", "-id"], name="plan_year"),
        ),
        migrations.AddIndex(
            model_name="workplan",
            index=models.Index(fields=["organ", "-first_year", "-id"], name="plan_organ"),
        ),
        migrations.AddConstraint(
            model_name="workplan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "year"), ("last_year", models.F("first_year"))),
                    models.Q(
                        ("above", None),
                        ("kind", "long"),
                        (
                            "last_year__gte",
                            django.db.models.expressions.CombinedExpression(
                                models.F("first_year"), "+", models.Value(2)
                            ),
                        ),
                        (
                            "last_year__lte",
                            django.db.models.expressions.CombinedExpression(
                                models.F("first_year"), "+", models.Value(4)
                            ),
                        ),
                    ),
                    _connector="OR",
                ),
                name="a_plan_runs_over_its_years",
                violation_error_message="Main points are of one year; a plan runs over three to five years.",
            ),
        ),
        migrations.AddConstraint(
            model_name="workplan",
            constraint=models.CheckConstraint(
                condition=models.Q(("first_year__range", (2000, 2100))),
                name="a_plan_has_years_of_ours",
                violation_error_message="This is no year of ours.",
            ),
        ),
        migrations.AddConstraint(
            model_name="workplan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ("draft", "heard", "delib")),
                    models.Q(
                        ("decided_on__isnull", False), models.Q(("decided_in", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="a_decided_plan_says_when_and_by_whom",
            ),
        ),
        migrations.AddConstraint(
            model_name="workplan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("document", ""),
                        ("issued_on", None),
                        ("state__in", ("draft", "heard", "delib", "decided")),
                    ),
                    models.Q(
                        models.Q(
                            ("state__in", ("draft", "heard", "delib", "decided")), _negated=True
                        ),
                        ("issued_on__isnull", False),
                        models.Q(("document", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="an_issued_plan_has_its_document",
                violation_error_message="Write the document number.",
            ),
        ),
        migrations.AddConstraint(
            model_name="workplan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ("summed_up", "archived")), _negated=True),
                    models.Q(("summary", ""), _negated=True),
                    _connector="OR",
                ),
                name="a_plan_that_was_summed_up_has_its_summary",
            ),
        ),
        migrations.AddConstraint(
            model_name="workplan",
            constraint=models.UniqueConstraint(
                condition=models.Q(("document", ""), _negated=True),
                fields=("document",),
                name="a_document_number_of_a_plan_is_used_once",
                violation_error_message="This document number is used already.",
            ),
        ),
        migrations.AddIndex(
            model_name="planstep",
            index=models.Index(fields=["plan", "-at", "-id"], name="plan_step"),
        ),
        migrations.AddIndex(
            model_name="planitem",
            index=models.Index(fields=["due_on", "id"], name="plan_item_due"),
        ),
        migrations.AddIndex(
            model_name="planitem",
            index=models.Index(fields=["lead_organ", "due_on", "id"], name="plan_item_organ"),
        ),
        migrations.AddConstraint(
            model_name="planitem",
            constraint=models.UniqueConstraint(
                fields=("plan", "position"), name="an_item_has_its_place_in_the_plan"
            ),
        ),
        migrations.AddConstraint(
            model_name="planitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("counted_of", ""), ("measure", ""), ("reached_on", None), ("target", None)
                    ),
                    models.Q(
                        ("done_on", None),
                        ("target__range", (1, 100)),
                        models.Q(("measure", ""), _negated=True),
                        models.Q(("counted_of", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="a_counted_item_has_target_and_scope",
                violation_error_message="What is counted has a goal of 1 to 100 per cent and says whose records count.",
            ),
        ),
        migrations.AddConstraint(
            model_name="planitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("done", None), ("whole", None)),
                    models.Q(("done__isnull", False), ("whole__isnull", False)),
                    _connector="OR",
                ),
                name="a_count_has_part_and_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="planitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("done", None), ("done__lte", models.F("whole")), _connector="OR"
                ),
                name="a_part_is_within_the_whole",
            ),
        ),
    ]
    operations = [
        Together(TABLES),
        migrations.RunSQL(RIGHTS, migrations.RunSQL.noop),
        migrations.RunSQL(GUARDS, migrations.RunSQL.noop),
    ]
