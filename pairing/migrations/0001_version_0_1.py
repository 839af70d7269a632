"""Everything of `pairing` that stands in the database of version 0.1.

Never edited: what changes afterwards is a migration of its own. A database that has all of
`replaces` goes on from here without a step.
"""

import datetime
import uuid
from decimal import Decimal

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.functions
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models

import outreach.models.stays
import pairing.models.needs
from portal.migrations._together import Together

# Difficulties are P3: a row opens only for whom a rule let in, a household at a time.
OPEN_NEEDS = """
ALTER TABLE pairing_householdneed ENABLE ROW LEVEL SECURITY;
CREATE POLICY opened_household ON pairing_householdneed
    USING (household_id = ANY (string_to_array(
        nullif(current_setting('portal.household_id', true), ''), ',')::bigint[]));
"""

# Asked by the door in place of door_slip, to which it hands on what is no slip of help: under the
# same lock, with the same count of wrong codes, and a wrong code counts once.
SLIPS = """
CREATE FUNCTION door_support_slip(wanted text, digest text) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    item pairing_supportitem;
    slip pairing_supportslip;
    pending boolean;
    said boolean;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('door_slip'), hashtext(wanted));
    SELECT * INTO slip FROM pairing_supportslip s
    WHERE s.number = wanted AND s.code_digest = digest;
    IF NOT FOUND OR (SELECT count(*) >= 10 FROM outreach_doortry
                     WHERE number = wanted AND at > portal_clock() - interval '1 day') THEN
        RETURN door_slip(wanted, digest);
    END IF;
    SELECT * INTO item FROM pairing_supportitem i WHERE i.id = slip.item_id;
    SELECT EXISTS (
        SELECT FROM pairing_supportremark r WHERE r.slip_id = slip.id AND r.answer <> ''
    ) INTO said;
    SELECT EXISTS (
        SELECT FROM outreach_doormessage m
        WHERE m.slip_number = wanted AND m.code_digest = digest AND m.state IN ('new', 'held')
    ) INTO pending;
    RETURN jsonb_build_object(
        'state', 'support', 'title', item.what, 'promised_on', item.promised_on,
        'promised_for', item.promised_for, 'done_on', item.done_on, 'stands', item.state,
        'result', item.result, 'word', item.word, 'pending', pending,
        'asks', item.state = 'done' AND item.word = '' AND NOT pending AND NOT said,
        'said', said, 'decides', slip.decides, 'adds', item.state <> 'dropped',
        'helper', (SELECT o.name FROM portal_organ o WHERE o.id = item.organ_id),
        'unit', (SELECT u.name FROM portal_grassrootsunit u WHERE u.id = item.unit_id),
        'places', coalesce((SELECT d.path FROM portal_grassrootsunit u
                            JOIN portal_division d ON d.id = u.division_id
                            WHERE u.id = item.unit_id), ''));
END $$;
REVOKE EXECUTE ON FUNCTION door_support_slip(text, text) FROM PUBLIC;
DO $$
BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'portal_app') THEN
    GRANT EXECUTE ON FUNCTION door_support_slip(text, text) TO portal_app;
  END IF;
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'portal_door') THEN
    GRANT EXECUTE ON FUNCTION door_support_slip(text, text) TO portal_door;
  END IF;
END $$;
"""

STEP_RIGHTS = """
DO $$ BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'portal_app') THEN
    REVOKE UPDATE, TRUNCATE ON
      pairing_roundstep,
      pairing_supportstep,
      pairing_problemstep,
      pairing_casestep,
      pairing_contactpointstep,
      pairing_pairingstep
      FROM portal_app;
    REVOKE DELETE ON
      pairing_roundstep,
      pairing_supportstep,
      pairing_problemstep
      FROM portal_app;
  END IF;
END $$;
"""

# Deleted with the records of an import that is taken back, or with a draft, and in no other way.
GUARDED = ("pairing_casestep", "pairing_contactpointstep", "pairing_pairingstep")

GUARD = "".join(
    f"CREATE TRIGGER steps_stay BEFORE DELETE ON {table} FOR EACH STATEMENT"
    " EXECUTE FUNCTION portal_steps_stay();\n"
    for table in GUARDED
)


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("pairing", "0001_pairings_needs_and_items"),
        ("pairing", "0002_agreements_and_difficulties"),
        ("pairing", "0003_rounds_of_matching"),
        ("pairing", "0004_words_on_support"),
        ("pairing", "0005_joint_activities"),
        ("pairing", "0006_contact_points_and_problems"),
        ("pairing", "0007_weak_organizations"),
        ("pairing", "0008_numbers"),
        ("pairing", "0009_counts_answered_by_indexes"),
        ("pairing", "0010_moments_are_said"),
        ("pairing", "0011_slips_that_count"),
        ("pairing", "0012_steps_are_never_changed"),
    ]

    dependencies = [("outreach", "0001_version_0_1"), ("portal", "0001_version_0_1")]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="Pairing",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
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
                            "group",
                            models.CharField(
                                blank=True, default="", max_length=40, verbose_name="group"
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
                            "host_organ",
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
                            "level",
                            models.CharField(
                                choices=[
                                    ("unit", "Organ and grassroots unit"),
                                    ("branch", "Party branch and Party branch"),
                                    ("household", "Cadre and household"),
                                    ("member", "Cadre and Party member in difficulty"),
                                ],
                                max_length=10,
                                verbose_name="level",
                            ),
                        ),
                        (
                            "mode",
                            models.CharField(
                                choices=[
                                    ("one", "One helps one (一帮一)"),
                                    ("many", "Several help one (多帮一)"),
                                ],
                                default="one",
                                max_length=4,
                                verbose_name="mode",
                            ),
                        ),
                        (
                            "helper_branch",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="helping",
                                to="portal.partyorganization",
                                verbose_name="helping Party organisation",
                            ),
                        ),
                        (
                            "cadre",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="pairings",
                                to="portal.cadre",
                                verbose_name="cadre responsible",
                            ),
                        ),
                        (
                            "helped_branch",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="helped",
                                to="portal.partyorganization",
                                verbose_name="helped Party organisation",
                            ),
                        ),
                        (
                            "household",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="pairings",
                                to="outreach.household",
                                verbose_name="household or person",
                            ),
                        ),
                        ("starts_on", models.DateField(verbose_name="from")),
                        ("ends_on", models.DateField(verbose_name="to, as planned")),
                        (
                            "document",
                            models.CharField(
                                blank=True,
                                default="",
                                max_length=60,
                                verbose_name="number of the document",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("agreed", "Agreed"),
                                    ("ended", "Ended"),
                                    ("cancelled", "Cancelled before it began"),
                                ],
                                default="agreed",
                                max_length=10,
                            ),
                        ),
                        (
                            "ended_on",
                            models.DateField(blank=True, null=True, verbose_name="ended on"),
                        ),
                        (
                            "ending",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("term", "At the end of the term"),
                                    ("solved", "The difficulty is over"),
                                    ("changed", "Somebody else goes on"),
                                    ("other", "For another reason"),
                                ],
                                default="",
                                max_length=8,
                                verbose_name="how it ended",
                            ),
                        ),
                        (
                            "replaces",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="replaced_by",
                                to="pairing.pairing",
                            ),
                        ),
                        ("last_contact_on", models.DateField(editable=False, null=True)),
                        (
                            "created_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        (
                            "batch",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="portal.importbatch",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                fields=["province", "-starts_on", "-id"], name="pairing_province"
                            ),
                            models.Index(fields=["city", "-starts_on", "-id"], name="pairing_city"),
                            models.Index(
                                fields=["county", "-starts_on", "-id"], name="pairing_county"
                            ),
                            models.Index(
                                fields=["township", "-starts_on", "-id"], name="pairing_township"
                            ),
                            models.Index(
                                fields=["organ", "-starts_on", "-id"], name="pairing_organ"
                            ),
                            models.Index(
                                fields=["host_organ", "-starts_on", "-id"], name="pairing_host"
                            ),
                            models.Index(fields=["-starts_on", "-id"], name="pairing_day"),
                            models.Index(
                                condition=models.Q(("state", "agreed")),
                                fields=["ends_on", "id"],
                                name="pairing_ending",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                                name="pairing_ends_after_it_begins",
                                violation_error_message="The end lies before the beginning.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("ended_on__isnull", False),
                                        ("state", "ended"),
                                        models.Q(("ending", ""), _negated=True),
                                    ),
                                    models.Q(
                                        models.Q(("state", "ended"), _negated=True),
                                        ("ended_on", None),
                                        ("ending", ""),
                                    ),
                                    _connector="OR",
                                ),
                                name="an_ended_pairing_says_when_and_how",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ended_on", None),
                                    (
                                        "ended_on__range",
                                        (models.F("starts_on"), models.F("ends_on")),
                                    ),
                                    _connector="OR",
                                ),
                                name="a_pairing_ended_within_its_days",
                                violation_error_message="The last day lies within the days of the pairing.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("helped_branch", None),
                                        ("helper_branch", None),
                                        ("household", None),
                                        ("level", "unit"),
                                    ),
                                    models.Q(
                                        ("helped_branch__isnull", False),
                                        ("helper_branch__isnull", False),
                                        ("household", None),
                                        ("level", "branch"),
                                    ),
                                    models.Q(
                                        ("cadre__isnull", False),
                                        ("helped_branch", None),
                                        ("helper_branch", None),
                                        ("household__isnull", False),
                                        ("level__in", ["household", "member"]),
                                    ),
                                    _connector="OR",
                                ),
                                name="pairing_names_both_sides_of_its_level",
                                violation_error_message="Name who helps and who is helped.",
                            ),
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                condition=models.Q(
                                    ("level__in", ["household", "member"]),
                                    ("state__in", ["agreed", "ended"]),
                                    ("mode", "one"),
                                ),
                                expressions=[
                                    ("household", "="),
                                    (
                                        outreach.models.stays.DateRange(
                                            models.F("starts_on"),
                                            django.db.models.functions.comparison.Coalesce(
                                                "ended_on", "ends_on"
                                            ),
                                            django.contrib.postgres.fields.ranges.RangeBoundary(
                                                inclusive_lower=True, inclusive_upper=True
                                            ),
                                        ),
                                        "&&",
                                    ),
                                ],
                                name="a_household_has_one_helper",
                                violation_error_message="It is paired already on these days; several help one only where all agree to it.",
                            ),
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                condition=models.Q(
                                    ("level__in", ["household", "member"]),
                                    ("state__in", ["agreed", "ended"]),
                                ),
                                expressions=[
                                    ("household", "="),
                                    ("mode", "<>"),
                                    (
                                        outreach.models.stays.DateRange(
                                            models.F("starts_on"),
                                            django.db.models.functions.comparison.Coalesce(
                                                "ended_on", "ends_on"
                                            ),
                                            django.contrib.postgres.fields.ranges.RangeBoundary(
                                                inclusive_lower=True, inclusive_upper=True
                                            ),
                                        ),
                                        "&&",
                                    ),
                                ],
                                name="a_household_is_helped_in_one_mode",
                                violation_error_message="It is paired already on these days; several help one only where all agree to it.",
                            ),
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                condition=models.Q(
                                    ("level", "unit"),
                                    ("state__in", ["agreed", "ended"]),
                                    ("mode", "one"),
                                ),
                                expressions=[
                                    ("unit", "="),
                                    (
                                        outreach.models.stays.DateRange(
                                            models.F("starts_on"),
                                            django.db.models.functions.comparison.Coalesce(
                                                "ended_on", "ends_on"
                                            ),
                                            django.contrib.postgres.fields.ranges.RangeBoundary(
                                                inclusive_lower=True, inclusive_upper=True
                                            ),
                                        ),
                                        "&&",
                                    ),
                                ],
                                name="a_unit_has_one_helper",
                                violation_error_message="It is paired already on these days; several help one only where all agree to it.",
                            ),
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                condition=models.Q(
                                    ("level", "unit"), ("state__in", ["agreed", "ended"])
                                ),
                                expressions=[
                                    ("unit", "="),
                                    ("mode", "<>"),
                                    (
                                        outreach.models.stays.DateRange(
                                            models.F("starts_on"),
                                            django.db.models.functions.comparison.Coalesce(
                                                "ended_on", "ends_on"
                                            ),
                                            django.contrib.postgres.fields.ranges.RangeBoundary(
                                                inclusive_lower=True, inclusive_upper=True
                                            ),
                                        ),
                                        "&&",
                                    ),
                                ],
                                name="a_unit_is_helped_in_one_mode",
                                violation_error_message="It is paired already on these days; several help one only where all agree to it.",
                            ),
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                condition=models.Q(
                                    ("level", "branch"),
                                    ("state__in", ["agreed", "ended"]),
                                    ("mode", "one"),
                                ),
                                expressions=[
                                    ("helped_branch", "="),
                                    (
                                        outreach.models.stays.DateRange(
                                            models.F("starts_on"),
                                            django.db.models.functions.comparison.Coalesce(
                                                "ended_on", "ends_on"
                                            ),
                                            django.contrib.postgres.fields.ranges.RangeBoundary(
                                                inclusive_lower=True, inclusive_upper=True
                                            ),
                                        ),
                                        "&&",
                                    ),
                                ],
                                name="a_branch_has_one_helper",
                                violation_error_message="It is paired already on these days; several help one only where all agree to it.",
                            ),
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                condition=models.Q(
                                    ("level", "branch"), ("state__in", ["agreed", "ended"])
                                ),
                                expressions=[
                                    ("helped_branch", "="),
                                    ("mode", "<>"),
                                    (
                                        outreach.models.stays.DateRange(
                                            models.F("starts_on"),
                                            django.db.models.functions.comparison.Coalesce(
                                                "ended_on", "ends_on"
                                            ),
                                            django.contrib.postgres.fields.ranges.RangeBoundary(
                                                inclusive_lower=True, inclusive_upper=True
                                            ),
                                        ),
                                        "&&",
                                    ),
                                ],
                                name="a_branch_is_helped_in_one_mode",
                                violation_error_message="It is paired already on these days; several help one only where all agree to it.",
                            ),
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                condition=models.Q(
                                    ("level__in", ["household", "member"]),
                                    ("state__in", ["agreed", "ended"]),
                                ),
                                expressions=[
                                    ("cadre", "="),
                                    ("household", "="),
                                    (
                                        outreach.models.stays.DateRange(
                                            models.F("starts_on"),
                                            django.db.models.functions.comparison.Coalesce(
                                                "ended_on", "ends_on"
                                            ),
                                            django.contrib.postgres.fields.ranges.RangeBoundary(
                                                inclusive_lower=True, inclusive_upper=True
                                            ),
                                        ),
                                        "&&",
                                    ),
                                ],
                                name="a_cadre_helps_a_household_once",
                                violation_error_message="These two are paired already on these days.",
                            ),
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                condition=models.Q(
                                    ("level", "unit"), ("state__in", ["agreed", "ended"])
                                ),
                                expressions=[
                                    ("organ", "="),
                                    ("unit", "="),
                                    (
                                        outreach.models.stays.DateRange(
                                            models.F("starts_on"),
                                            django.db.models.functions.comparison.Coalesce(
                                                "ended_on", "ends_on"
                                            ),
                                            django.contrib.postgres.fields.ranges.RangeBoundary(
                                                inclusive_lower=True, inclusive_upper=True
                                            ),
                                        ),
                                        "&&",
                                    ),
                                ],
                                name="an_organ_helps_a_unit_once",
                                violation_error_message="These two are paired already on these days.",
                            ),
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                condition=models.Q(
                                    ("level", "branch"), ("state__in", ["agreed", "ended"])
                                ),
                                expressions=[
                                    ("helper_branch", "="),
                                    ("helped_branch", "="),
                                    (
                                        outreach.models.stays.DateRange(
                                            models.F("starts_on"),
                                            django.db.models.functions.comparison.Coalesce(
                                                "ended_on", "ends_on"
                                            ),
                                            django.contrib.postgres.fields.ranges.RangeBoundary(
                                                inclusive_lower=True, inclusive_upper=True
                                            ),
                                        ),
                                        "&&",
                                    ),
                                ],
                                name="a_branch_helps_a_branch_once",
                                violation_error_message="These two are paired already on these days.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PairingStep",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "pairing",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="steps",
                                to="pairing.pairing",
                            ),
                        ),
                        (
                            "move",
                            models.CharField(
                                choices=[
                                    ("agreed", "Pairing agreed"),
                                    ("signed", "Agreement signed"),
                                    ("renewed", "Pairing renewed"),
                                    ("end_changed", "Planned end changed"),
                                    ("cadre_changed", "Cadre responsible changed"),
                                    ("ended", "Pairing ended"),
                                    ("cancelled", "Pairing cancelled before it began"),
                                    ("reorganised", "Goes on after a reorganisation"),
                                ],
                                max_length=14,
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
                        ("document", models.CharField(blank=True, default="", max_length=60)),
                        ("reason", models.CharField(blank=True, default="", max_length=200)),
                        ("facts", models.JSONField(default=dict)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["pairing", "-at", "-id"], name="pairing_step")
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="Agreement",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "pairing",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="agreements",
                                to="pairing.pairing",
                            ),
                        ),
                        (
                            "number",
                            models.CharField(max_length=60, verbose_name="number of the agreement"),
                        ),
                        ("signed_on", models.DateField(verbose_name="signed on")),
                        ("starts_on", models.DateField(verbose_name="from")),
                        ("ends_on", models.DateField(verbose_name="to")),
                        ("aims", models.TextField(max_length=2000, verbose_name="aims")),
                        ("content", models.TextField(max_length=2000, verbose_name="what is done")),
                        (
                            "ways",
                            models.TextField(
                                blank=True, default="", max_length=2000, verbose_name="ways"
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
                        ("written_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                                name="an_agreement_ends_after_it_begins",
                                violation_error_message="The end lies before the beginning.",
                            ),
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                expressions=[
                                    ("pairing", "="),
                                    (
                                        outreach.models.stays.DateRange(
                                            models.F("starts_on"),
                                            models.F("ends_on"),
                                            django.contrib.postgres.fields.ranges.RangeBoundary(
                                                inclusive_lower=True, inclusive_upper=True
                                            ),
                                        ),
                                        "&&",
                                    ),
                                ],
                                name="a_pairing_has_one_agreement_at_a_time",
                                violation_error_message="Another agreement of this pairing has these days.",
                            ),
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="YearPlan",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "pairing",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="plans",
                                to="pairing.pairing",
                            ),
                        ),
                        ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                        (
                            "aims",
                            models.TextField(max_length=2000, verbose_name="aims of the year"),
                        ),
                        (
                            "written_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("written_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("pairing", "year"), name="a_pairing_has_a_plan_a_year"
                            )
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="CoBuildingPlan",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "pairing",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="co_building",
                                to="pairing.pairing",
                            ),
                        ),
                        (
                            "signed_on",
                            models.DateField(
                                blank=True, null=True, verbose_name="agreement signed on"
                            ),
                        ),
                        (
                            "content",
                            models.CharField(max_length=300, verbose_name="what is built together"),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="JointActivity",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "pairing",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="joint_activities",
                                to="pairing.pairing",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("team", "Building the ranks together (党员队伍联建)"),
                                    ("activity", "Creating activities together (活动载体联创)"),
                                    ("service", "Serving people together (服务群众联做)"),
                                ],
                                max_length=8,
                                verbose_name="kind",
                            ),
                        ),
                        ("theme", models.CharField(max_length=60, verbose_name="theme")),
                        ("held_on", models.DateField(verbose_name="date")),
                        ("place", models.CharField(max_length=80, verbose_name="place")),
                        (
                            "head_count",
                            models.PositiveSmallIntegerField(verbose_name="how many came"),
                        ),
                        (
                            "deeds",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=80),
                                blank=True,
                                default=list,
                                size=None,
                                verbose_name="practical things done for people",
                            ),
                        ),
                        (
                            "effect",
                            models.CharField(
                                blank=True,
                                default="",
                                max_length=200,
                                verbose_name="what came of it",
                            ),
                        ),
                        ("client_key", models.UUIDField(editable=False, unique=True)),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        (
                            "voided_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("voided_at", models.DateTimeField(null=True)),
                        ("void_reason", models.CharField(blank=True, default="", max_length=200)),
                        (
                            "search",
                            django.contrib.postgres.search.SearchVectorField(
                                editable=False, null=True
                            ),
                        ),
                        (
                            "photos",
                            models.ManyToManyField(
                                blank=True, related_name="+", to="portal.attachment"
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["-held_on", "-id"], name="joint_activity_day"),
                            models.Index(
                                fields=["pairing", "-held_on", "-id"], name="joint_activity_pairing"
                            ),
                            django.contrib.postgres.indexes.GinIndex(
                                fastupdate=True, fields=["search"], name="joint_activity_search"
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("head_count__range", (1, 9999))),
                                name="somebody_came_to_a_joint_activity",
                                violation_error_message="Between 1 and 9,999 people.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("deeds__len__lte", 20)),
                                name="a_joint_activity_did_so_many_things_at_most",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("void_reason", ""),
                                        ("voided_at", None),
                                        ("voided_by", None),
                                    ),
                                    models.Q(
                                        ("voided_at__isnull", False),
                                        ("voided_by__isnull", False),
                                        models.Q(("void_reason", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="a_joint_activity_is_voided_with_a_reason",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HouseholdNeed",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "household",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="difficulties",
                                to="outreach.household",
                            ),
                        ),
                        (
                            "category",
                            models.CharField(
                                choices=[
                                    ("allowance", "Minimum living allowance (最低生活保障)"),
                                    ("supported", "Supported by the state (特困供养)"),
                                    ("marginal", "Just above the allowance (低保边缘)"),
                                    ("expenses", "Heavy expenses (支出型困难)"),
                                    (
                                        "monitored",
                                        "Watched against falling back into poverty (防止返贫监测)",
                                    ),
                                    ("disaster", "Struck by a disaster (受灾)"),
                                    ("illness", "Through illness (因病)"),
                                    ("disability", "Through disability (因残)"),
                                    ("schooling", "Through schooling (因学)"),
                                    ("work", "Without work (就业困难)"),
                                    ("housing", "Housing (住房困难)"),
                                    ("old_alone", "Old people living alone (孤老、空巢、留守老人)"),
                                    (
                                        "children",
                                        "Children left behind or in hardship (留守、困境儿童)",
                                    ),
                                    ("single", "Single parent (单亲困难)"),
                                    ("veteran", "Veteran or entitled family (退役军人、优抚)"),
                                    ("member", "Party member in difficulty (困难党员)"),
                                    ("old_member", "Old Party member (老党员)"),
                                    ("retired", "Retired cadre (离退休老干部)"),
                                    ("worker", "Worker in difficulty (困难职工)"),
                                    ("other", "Other"),
                                ],
                                max_length=12,
                                verbose_name="kind of difficulty",
                            ),
                        ),
                        ("noted_on", models.DateField(verbose_name="noted on")),
                        ("expires_on", models.DateField(verbose_name="runs out on")),
                        (
                            "noted_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("expires_on__gte", models.F("noted_on")),
                                    (
                                        "expires_on__lte",
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("noted_on"),
                                            "+",
                                            models.Value(datetime.timedelta(days=366)),
                                        ),
                                    ),
                                ),
                                name="a_difficulty_runs_out_within_a_year",
                                violation_error_message="It is looked at anew after one year at most.",
                            ),
                            models.UniqueConstraint(
                                fields=("household", "category"),
                                name="a_household_has_a_difficulty_once",
                            ),
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="ContactPoint",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
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
                            "group",
                            models.CharField(
                                blank=True, default="", max_length=40, verbose_name="group"
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
                            "host_organ",
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
                            "leader",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="contact_points",
                                to="portal.cadre",
                                verbose_name="leader",
                            ),
                        ),
                        (
                            "post",
                            models.CharField(
                                blank=True, default="", max_length=60, verbose_name="post"
                            ),
                        ),
                        ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                        (
                            "party_organization",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="portal.partyorganization",
                                verbose_name="Party organisation in contact",
                            ),
                        ),
                        (
                            "planned_visits",
                            models.PositiveSmallIntegerField(
                                verbose_name="visits planned in the year"
                            ),
                        ),
                        (
                            "focus",
                            models.CharField(
                                blank=True,
                                default="",
                                max_length=200,
                                verbose_name="problem to be solved",
                            ),
                        ),
                        ("arranged_on", models.DateField()),
                        (
                            "arranged_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("ended_on", models.DateField(null=True)),
                        ("end_reason", models.CharField(blank=True, default="", max_length=200)),
                        (
                            "cooperating",
                            models.ManyToManyField(
                                blank=True,
                                related_name="+",
                                to="portal.organ",
                                verbose_name="cooperating organs",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["county", "year"], name="contact_point_county"),
                            models.Index(fields=["organ", "year"], name="contact_point_organ"),
                            models.Index(fields=["host_organ", "year"], name="contact_point_host"),
                            models.Index(fields=["year", "id"], name="contact_point_year"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ended_on", None)),
                                fields=("leader", "unit", "year"),
                                name="one_running_contact_point_of_a_leader_and_unit",
                                violation_error_message="The leader has this contact point in the year already.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("planned_visits__range", (1, 52))),
                                name="a_contact_point_is_visited_some_times_a_year",
                                violation_error_message="Plan between 1 and 52 visits in a year.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("year__range", (2000, 2100))),
                                name="a_contact_point_has_a_year_of_ours",
                                violation_error_message="This is no year of ours.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("end_reason", ""), ("ended_on", None)),
                                    models.Q(
                                        ("ended_on__gte", models.F("arranged_on")),
                                        models.Q(("end_reason", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="an_ended_contact_point_says_why",
                                violation_error_message="Say why it ends.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ContactPointStep",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "point",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="steps",
                                to="pairing.contactpoint",
                            ),
                        ),
                        (
                            "move",
                            models.CharField(
                                choices=[
                                    ("arranged", "Contact point arranged"),
                                    ("copied", "Taken over from the year before"),
                                    ("changed", "Arrangement changed"),
                                    ("ended", "Contact point ended"),
                                    ("reorganised", "Goes on after a reorganisation"),
                                ],
                                max_length=12,
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
                        ("reason", models.CharField(blank=True, default="", max_length=200)),
                        ("facts", models.JSONField(default=dict)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["point", "-at", "-id"], name="contact_point_step")
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="HelpNeed",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
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
                            "group",
                            models.CharField(
                                blank=True, default="", max_length=40, verbose_name="group"
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
                            "host_organ",
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
                            "household",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="help_needs",
                                to="outreach.household",
                                verbose_name="household or person",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("policy", "Policy"),
                                    ("information", "Information"),
                                    ("funds", "Funds"),
                                    ("technology", "Technology"),
                                    ("talent", "Talent"),
                                ],
                                max_length=12,
                                verbose_name="kind of help",
                            ),
                        ),
                        (
                            "what",
                            models.CharField(
                                blank=True,
                                default="",
                                max_length=120,
                                verbose_name="what is needed",
                            ),
                        ),
                        (
                            "urgency",
                            models.SmallIntegerField(
                                choices=[(1, "Can wait"), (2, "This year"), (3, "Pressing")],
                                default=2,
                                verbose_name="urgency",
                            ),
                        ),
                        (
                            "amount",
                            pairing.models.needs.AmountField(
                                blank=True,
                                decimal_places=2,
                                max_digits=12,
                                null=True,
                                validators=[
                                    django.core.validators.MinValueValidator(
                                        Decimal("0.01"), "An amount is more than nothing."
                                    ),
                                    django.core.validators.MaxValueValidator(
                                        Decimal("100000000.00"),
                                        "More than 100 million yuan: check it.",
                                    ),
                                ],
                                verbose_name="amount (yuan)",
                            ),
                        ),
                        (
                            "expertise",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("agriculture", "Agriculture and forestry"),
                                        ("water", "Water and engineering"),
                                        ("finance", "Finance and accounting"),
                                        ("law", "Law and mediation"),
                                        ("planning", "Planning and building"),
                                        ("teaching", "Teaching"),
                                        ("medicine", "Medical administration"),
                                        ("commerce", "Commerce and e-commerce"),
                                        ("technology", "Information technology"),
                                        ("party", "Party building"),
                                    ],
                                    max_length=12,
                                ),
                                blank=True,
                                default=list,
                                size=None,
                                verbose_name="expertise wanted",
                            ),
                        ),
                        ("noted_on", models.DateField(verbose_name="noted on")),
                        ("until", models.DateField(verbose_name="until")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "Open"),
                                    ("met", "Met"),
                                    ("withdrawn", "No longer needed"),
                                ],
                                default="open",
                                max_length=10,
                            ),
                        ),
                        ("closed_on", models.DateField(blank=True, null=True)),
                        (
                            "closed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
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
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                fields=["province", "-noted_on", "-id"], name="help_need_province"
                            ),
                            models.Index(
                                fields=["city", "-noted_on", "-id"], name="help_need_city"
                            ),
                            models.Index(
                                fields=["county", "-noted_on", "-id"], name="help_need_county"
                            ),
                            models.Index(
                                fields=["township", "-noted_on", "-id"], name="help_need_township"
                            ),
                            models.Index(
                                fields=["host_organ", "-noted_on", "-id"], name="help_need_host"
                            ),
                            models.Index(
                                fields=["organ", "-noted_on", "-id"], name="help_need_organ"
                            ),
                            models.Index(fields=["-noted_on", "-id"], name="help_need_day"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("until__gte", models.F("noted_on"))),
                                name="a_need_for_help_runs_out",
                                violation_error_message="The end lies before the beginning.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("household", None), models.Q(("what", ""), _negated=True)
                                    ),
                                    models.Q(("household__isnull", False), ("what", "")),
                                    _connector="OR",
                                ),
                                name="a_household_need_says_no_more_than_its_kind",
                                violation_error_message="Write what the unit needs. Of a household only the kind of help is kept.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("closed_by", None), ("closed_on", None), ("state", "open")
                                    ),
                                    models.Q(
                                        models.Q(("state", "open"), _negated=True),
                                        ("closed_by__isnull", False),
                                        ("closed_on__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="a_need_for_help_ends_by_somebody",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("amount", None),
                                    models.Q(
                                        ("amount__gt", 0), ("amount__lte", Decimal("100000000.00"))
                                    ),
                                    _connector="OR",
                                ),
                                name="a_need_for_help_has_a_sensible_amount",
                                violation_error_message="An amount is more than nothing.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HelpResource",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "organ",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="help_resources",
                                to="portal.organ",
                                verbose_name="organ",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("policy", "Policy"),
                                    ("information", "Information"),
                                    ("funds", "Funds"),
                                    ("technology", "Technology"),
                                    ("talent", "Talent"),
                                ],
                                max_length=12,
                                verbose_name="kind of help",
                            ),
                        ),
                        (
                            "what",
                            models.CharField(max_length=120, verbose_name="what can be given"),
                        ),
                        (
                            "capacity",
                            models.PositiveSmallIntegerField(
                                default=1, verbose_name="for how many at once"
                            ),
                        ),
                        (
                            "amount",
                            pairing.models.needs.AmountField(
                                blank=True,
                                decimal_places=2,
                                max_digits=12,
                                null=True,
                                validators=[
                                    django.core.validators.MinValueValidator(
                                        Decimal("0.01"), "An amount is more than nothing."
                                    ),
                                    django.core.validators.MaxValueValidator(
                                        Decimal("100000000.00"),
                                        "More than 100 million yuan: check it.",
                                    ),
                                ],
                                verbose_name="amount (yuan)",
                            ),
                        ),
                        (
                            "expertise",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("agriculture", "Agriculture and forestry"),
                                        ("water", "Water and engineering"),
                                        ("finance", "Finance and accounting"),
                                        ("law", "Law and mediation"),
                                        ("planning", "Planning and building"),
                                        ("teaching", "Teaching"),
                                        ("medicine", "Medical administration"),
                                        ("commerce", "Commerce and e-commerce"),
                                        ("technology", "Information technology"),
                                        ("party", "Party building"),
                                    ],
                                    max_length=12,
                                ),
                                blank=True,
                                default=list,
                                size=None,
                                verbose_name="expertise",
                            ),
                        ),
                        ("offered_on", models.DateField(verbose_name="offered on")),
                        ("until", models.DateField(verbose_name="until")),
                        ("withdrawn_on", models.DateField(blank=True, null=True)),
                        (
                            "noted_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                fields=["organ", "-offered_on", "-id"], name="help_resource_organ"
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("until__gte", models.F("offered_on"))),
                                name="an_offer_ends_after_it_begins",
                                violation_error_message="The end lies before the beginning.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("capacity__range", (1, 500))),
                                name="an_offer_serves_somebody",
                                violation_error_message="For at least 1 and at most 500 at once.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("amount", None),
                                    models.Q(
                                        ("amount__gt", 0), ("amount__lte", Decimal("100000000.00"))
                                    ),
                                    _connector="OR",
                                ),
                                name="an_offer_has_a_sensible_amount",
                                violation_error_message="An amount is more than nothing.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ProminentProblem",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
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
                            "group",
                            models.CharField(
                                blank=True, default="", max_length=40, verbose_name="group"
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
                            "host_organ",
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
                            "division",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="portal.division",
                            ),
                        ),
                        ("title", models.CharField(max_length=80, verbose_name="problem")),
                        ("why", models.CharField(max_length=300, verbose_name="why it is lifted")),
                        (
                            "official",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="led_problems",
                                to="portal.cadre",
                                verbose_name="lead official",
                            ),
                        ),
                        (
                            "post",
                            models.CharField(
                                blank=True, default="", max_length=60, verbose_name="post"
                            ),
                        ),
                        ("lifted_on", models.DateField(verbose_name="lifted on")),
                        (
                            "lifted_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "review_days",
                            models.PositiveSmallIntegerField(
                                verbose_name="progress is noted every"
                            ),
                        ),
                        ("next_review_on", models.DateField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "With a lead official"),
                                    ("solved", "Problem solved"),
                                    ("handed_back", "Handed back"),
                                ],
                                default="open",
                                max_length=12,
                            ),
                        ),
                        ("closed_on", models.DateField(null=True)),
                        ("close_note", models.CharField(blank=True, default="", max_length=300)),
                        (
                            "matters",
                            models.ManyToManyField(
                                related_name="problems",
                                through="pairing.ProblemMatter",
                                to="outreach.matter",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                fields=["county", "-lifted_on", "-id"], name="problem_county"
                            ),
                            models.Index(
                                fields=["organ", "-lifted_on", "-id"], name="problem_organ"
                            ),
                            models.Index(
                                fields=["host_organ", "-lifted_on", "-id"], name="problem_host"
                            ),
                            models.Index(fields=["-lifted_on", "-id"], name="problem_day"),
                            models.Index(
                                condition=models.Q(("state", "open")),
                                fields=["next_review_on", "id"],
                                name="problem_review",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("close_note", ""), ("closed_on", None), ("state", "open")
                                    ),
                                    models.Q(
                                        models.Q(("state", "open"), _negated=True),
                                        ("closed_on__gte", models.F("lifted_on")),
                                        models.Q(("close_note", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="a_problem_is_closed_with_day_and_words",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("review_days__range", (1, 366))),
                                name="progress_is_noted_within_a_year",
                                violation_error_message="Between 1 and 366 days.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("title", ""), _negated=True),
                                    models.Q(("why", ""), _negated=True),
                                ),
                                name="a_problem_is_named_and_explained",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ProblemMatter",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "problem",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="links",
                                to="pairing.prominentproblem",
                            ),
                        ),
                        (
                            "matter",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="problem_links",
                                to="outreach.matter",
                            ),
                        ),
                        (
                            "official_before",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="portal.cadre",
                            ),
                        ),
                        ("released_on", models.DateField(null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("released_on", None)),
                                fields=("matter",),
                                name="a_matter_belongs_to_one_open_problem",
                                violation_error_message="It belongs to an open problem already.",
                            ),
                            models.UniqueConstraint(
                                fields=("problem", "matter"),
                                name="a_matter_stands_once_in_a_problem",
                            ),
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="ProblemStep",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "problem",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="steps",
                                to="pairing.prominentproblem",
                            ),
                        ),
                        (
                            "move",
                            models.CharField(
                                choices=[
                                    ("lifted", "Lifted to a lead official"),
                                    ("noted", "Progress"),
                                    ("official", "Lead official changed"),
                                    ("solved", "Problem solved"),
                                    ("handed_back", "Handed back"),
                                    ("reorganised", "Goes on after a reorganisation"),
                                ],
                                max_length=12,
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
                        ("text", models.CharField(blank=True, default="", max_length=500)),
                        ("facts", models.JSONField(default=dict)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["problem", "-at", "-id"], name="problem_step")
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="MatchingRound",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "title",
                            models.CharField(max_length=80, verbose_name="title of the round"),
                        ),
                        (
                            "organ",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="portal.organ",
                                verbose_name="organ",
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
                            "level",
                            models.CharField(
                                choices=[
                                    ("unit", "Organ and grassroots unit"),
                                    ("household", "Cadre and household"),
                                ],
                                max_length=10,
                                verbose_name="for whom",
                            ),
                        ),
                        ("starts_on", models.DateField(verbose_name="from")),
                        ("ends_on", models.DateField(verbose_name="to")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("collecting", "Needs and offers are collected"),
                                    ("proposing", "Choosing who helps whom"),
                                    ("confirmed", "Pairings confirmed"),
                                    ("given_up", "Round given up"),
                                ],
                                default="collecting",
                                max_length=10,
                            ),
                        ),
                        (
                            "document",
                            models.CharField(
                                blank=True,
                                default="",
                                max_length=60,
                                verbose_name="number of the document",
                            ),
                        ),
                        (
                            "decided_on",
                            models.DateField(blank=True, null=True, verbose_name="decided on"),
                        ),
                        (
                            "created_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        (
                            "confirmed_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["-starts_on", "-id"], name="matching_round_day")
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                                name="a_round_ends_after_it_begins",
                                violation_error_message="The end lies before the beginning.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("level__in", ["unit", "household"])),
                                name="a_round_is_for_units_or_households",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("confirmed_at__isnull", False),
                                        ("confirmed_by__isnull", False),
                                        ("decided_on__isnull", False),
                                        ("state", "confirmed"),
                                        models.Q(("document", ""), _negated=True),
                                    ),
                                    models.Q(
                                        models.Q(("state", "confirmed"), _negated=True),
                                        ("confirmed_at", None),
                                        ("confirmed_by", None),
                                    ),
                                    _connector="OR",
                                ),
                                name="a_confirmed_round_has_its_document",
                                violation_error_message="Write the number of the approval document.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RoundStep",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "round",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="steps",
                                to="pairing.matchinground",
                            ),
                        ),
                        (
                            "code",
                            models.CharField(
                                choices=[
                                    ("begun", "Round begun"),
                                    ("changed", "Round changed"),
                                    ("asked", "Proposal asked for"),
                                    ("confirmed", "Pairings confirmed"),
                                    ("given_up", "Round given up"),
                                ],
                                max_length=10,
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
                        ("at", models.DateTimeField()),
                        ("why", models.CharField(blank=True, default="", max_length=200)),
                        ("document", models.CharField(blank=True, default="", max_length=60)),
                    ],
                ),
                migrations.CreateModel(
                    name="MatchingProposal",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "round",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="proposals",
                                to="pairing.matchinground",
                            ),
                        ),
                        (
                            "job",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="matching_proposal",
                                to="portal.job",
                            ),
                        ),
                        ("rests_on", models.JSONField(default=dict)),
                        ("outcome", models.JSONField(default=dict)),
                        ("finished_at", models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["round", "-id"], name="matching_newest")]
                    },
                ),
                migrations.CreateModel(
                    name="ProposedMatch",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "proposal",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="lines",
                                to="pairing.matchingproposal",
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="portal.grassrootsunit",
                            ),
                        ),
                        (
                            "household",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="outreach.household",
                            ),
                        ),
                        (
                            "kinds",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("policy", "Policy"),
                                        ("information", "Information"),
                                        ("funds", "Funds"),
                                        ("technology", "Technology"),
                                        ("talent", "Talent"),
                                    ],
                                    max_length=12,
                                ),
                                size=None,
                            ),
                        ),
                        ("urgency", models.SmallIntegerField()),
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
                        (
                            "cadre",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="portal.cadre",
                            ),
                        ),
                        ("points", models.IntegerField(default=0)),
                        ("facts", models.JSONField(default=list)),
                        (
                            "other_organ",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="portal.organ",
                            ),
                        ),
                        (
                            "other_cadre",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="portal.cadre",
                            ),
                        ),
                        ("other_less", models.IntegerField(default=0)),
                        (
                            "pairing",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="proposed_as",
                                to="pairing.pairing",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("proposal", "unit", "household"),
                                name="a_proposal_names_whom_it_helps_once",
                                nulls_distinct=False,
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("cadre", None), ("organ__isnull", False), _connector="OR"
                                ),
                                name="a_helping_cadre_belongs_to_a_helping_organ",
                            ),
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="MatchChange",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "match",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="changes",
                                to="pairing.proposedmatch",
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
                        (
                            "cadre",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="portal.cadre",
                            ),
                        ),
                        ("why", models.CharField(max_length=200, verbose_name="why")),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("why", ""), _negated=True),
                                name="a_match_changed_by_hand_says_why",
                                violation_error_message="Say why.",
                            )
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="SupportItem",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
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
                            "group",
                            models.CharField(
                                blank=True, default="", max_length=40, verbose_name="group"
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
                            "host_organ",
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
                            "pairing",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="items",
                                to="pairing.pairing",
                            ),
                        ),
                        (
                            "need",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="items",
                                to="pairing.helpneed",
                                verbose_name="the need that it meets",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("policy", "Policy"),
                                    ("information", "Information"),
                                    ("funds", "Funds"),
                                    ("technology", "Technology"),
                                    ("talent", "Talent"),
                                    ("project", "Project"),
                                    ("other", "Other"),
                                ],
                                max_length=12,
                                verbose_name="kind",
                            ),
                        ),
                        ("what", models.CharField(max_length=120, verbose_name="what")),
                        (
                            "amount",
                            pairing.models.needs.AmountField(
                                blank=True,
                                decimal_places=2,
                                max_digits=12,
                                null=True,
                                validators=[
                                    django.core.validators.MinValueValidator(
                                        Decimal("0.01"), "An amount is more than nothing."
                                    ),
                                    django.core.validators.MaxValueValidator(
                                        Decimal("100000000.00"),
                                        "More than 100 million yuan: check it.",
                                    ),
                                ],
                                verbose_name="amount (yuan)",
                            ),
                        ),
                        (
                            "source",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("own", "Budget of the helping organ"),
                                    ("special", "Special funds of a department"),
                                    ("party_fee", "Party fees"),
                                    ("donation", "Donation through a charity"),
                                    ("enterprise", "Enterprise"),
                                    ("other", "Other public source"),
                                ],
                                default="",
                                max_length=10,
                                verbose_name="source of the money",
                            ),
                        ),
                        ("promised_on", models.DateField(verbose_name="promised on")),
                        ("promised_for", models.DateField(verbose_name="promised for")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("promised", "Promised"),
                                    ("done", "Done"),
                                    ("dropped", "Dropped"),
                                ],
                                default="promised",
                                max_length=8,
                            ),
                        ),
                        (
                            "done_on",
                            models.DateField(blank=True, null=True, verbose_name="done on"),
                        ),
                        (
                            "result",
                            models.CharField(
                                blank=True,
                                default="",
                                max_length=200,
                                verbose_name="what came of it",
                            ),
                        ),
                        ("dropped_on", models.DateField(blank=True, null=True)),
                        (
                            "drop_reason",
                            models.CharField(
                                blank=True, default="", max_length=200, verbose_name="reason"
                            ),
                        ),
                        (
                            "word",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("satisfied", "Satisfied"),
                                    ("basically", "Basically satisfied"),
                                    ("unsatisfied", "Not satisfied"),
                                    ("declined", "Declined to say"),
                                    ("unreachable", "Could not be reached"),
                                ],
                                default="",
                                max_length=12,
                                verbose_name="the people's word",
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
                        ("created_at", models.DateTimeField()),
                        (
                            "client_key",
                            models.UUIDField(
                                db_default=django.contrib.postgres.functions.RandomUUID(),
                                default=uuid.uuid4,
                                editable=False,
                            ),
                        ),
                        (
                            "search",
                            django.contrib.postgres.search.SearchVectorField(
                                editable=False, null=True
                            ),
                        ),
                        (
                            "evidence",
                            models.ManyToManyField(
                                blank=True, related_name="+", to="portal.attachment"
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                fields=["province", "-promised_on", "-id"], name="support_province"
                            ),
                            models.Index(
                                fields=["city", "-promised_on", "-id"], name="support_city"
                            ),
                            models.Index(
                                fields=["county", "-promised_on", "-id"], name="support_county"
                            ),
                            models.Index(
                                fields=["township", "-promised_on", "-id"], name="support_township"
                            ),
                            models.Index(
                                fields=["organ", "-promised_on", "-id"], name="support_organ"
                            ),
                            models.Index(
                                fields=["host_organ", "-promised_on", "-id"], name="support_host"
                            ),
                            models.Index(fields=["-promised_on", "-id"], name="support_day"),
                            models.Index(
                                condition=models.Q(("state", "promised")),
                                fields=["promised_for", "id"],
                                include=("province", "city", "county", "organ", "host_organ"),
                                name="support_due",
                            ),
                            models.Index(
                                fields=["kind", "-promised_on", "-id"],
                                include=("province", "city", "pairing"),
                                name="support_kind",
                            ),
                            models.Index(
                                condition=models.Q(("state", "done")),
                                fields=["-promised_on", "-id"],
                                include=("province", "city", "pairing"),
                                name="support_done_of_day",
                            ),
                            models.Index(
                                condition=models.Q(("state", "promised")),
                                fields=["organ", "promised_for", "id"],
                                name="support_organ_due",
                            ),
                            models.Index(
                                condition=models.Q(("state", "done")),
                                fields=["-done_on", "-id"],
                                name="support_done",
                            ),
                            models.Index(
                                condition=models.Q(("state", "done"), ("word", "")),
                                fields=["host_organ", "done_on", "id"],
                                name="support_to_ask",
                            ),
                            django.contrib.postgres.indexes.GinIndex(
                                fastupdate=True, fields=["search"], name="support_search"
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("done_on__gte", models.F("promised_on")), ("state", "done")
                                    ),
                                    models.Q(
                                        models.Q(("state", "done"), _negated=True),
                                        ("done_on", None),
                                    ),
                                    _connector="OR",
                                ),
                                name="an_item_is_done_on_a_day_after_it_was_promised",
                                violation_error_message="It was done before it was promised: check the days.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("promised_for__gte", models.F("promised_on"))),
                                name="an_item_is_promised_for_a_later_day",
                                violation_error_message="It is promised for a day after the promise.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("dropped_on__isnull", False),
                                        ("state", "dropped"),
                                        models.Q(("drop_reason", ""), _negated=True),
                                    ),
                                    models.Q(
                                        models.Q(("state", "dropped"), _negated=True),
                                        ("drop_reason", ""),
                                        ("dropped_on", None),
                                    ),
                                    _connector="OR",
                                ),
                                name="a_dropped_item_says_when_and_why",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("amount", None), ("source", "")),
                                    models.Q(
                                        ("amount__gt", 0),
                                        ("amount__lte", Decimal("100000000.00")),
                                        models.Q(("source", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="an_amount_of_money_has_its_source",
                                violation_error_message="Write the amount together with where it comes from.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("word", ""), ("state", "done"), _connector="OR"
                                ),
                                name="a_word_is_about_what_was_done",
                            ),
                            models.UniqueConstraint(
                                fields=("client_key",), name="a_promise_is_kept_once"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SupportStep",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "item",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="steps",
                                to="pairing.supportitem",
                            ),
                        ),
                        (
                            "move",
                            models.CharField(
                                choices=[
                                    ("promised", "Promised"),
                                    ("changed", "Promise changed"),
                                    ("done", "Done"),
                                    ("undone", "“Done” taken back"),
                                    ("dropped", "Dropped"),
                                ],
                                max_length=8,
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
                            "for_cadre",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="portal.cadre",
                            ),
                        ),
                        ("text", models.CharField(blank=True, default="", max_length=200)),
                        ("facts", models.JSONField(default=dict)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["item", "-at", "-id"], name="support_step")
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="SupportSlip",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "item",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="door_slips",
                                to="pairing.supportitem",
                            ),
                        ),
                        ("number", models.CharField(db_collation="C", max_length=9)),
                        ("code_digest", models.CharField(db_collation="C", max_length=64)),
                        ("made_at", models.DateTimeField()),
                        (
                            "made_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("decides", models.BooleanField(default=False)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("number", "code_digest"),
                                name="one_support_slip_of_a_number_and_code",
                            )
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="SupportRemark",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "slip",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="remarks",
                                to="pairing.supportslip",
                            ),
                        ),
                        (
                            "answer",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("satisfied", "Satisfied"),
                                    ("basically", "Basically satisfied"),
                                    ("unsatisfied", "Not satisfied"),
                                    ("declined", "Declined to say"),
                                    ("unreachable", "Could not be reached"),
                                ],
                                default="",
                                max_length=12,
                            ),
                        ),
                        ("text", models.CharField(blank=True, default="", max_length=320)),
                        ("said_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("answer", ""), ("text", ""), _negated=True),
                                name="a_support_remark_says_something",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("answer", ""), _negated=True),
                                fields=("slip",),
                                name="one_answer_by_a_slip",
                            ),
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="SupportWord",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "item",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="words",
                                to="pairing.supportitem",
                            ),
                        ),
                        (
                            "way",
                            models.CharField(
                                choices=[
                                    ("door", "At the villager's door"),
                                    ("call", "By a call-back"),
                                    ("slip", "On a paper slip"),
                                    ("person", "In person, asked by the host"),
                                ],
                                max_length=6,
                                verbose_name="how it was said",
                            ),
                        ),
                        (
                            "answer",
                            models.CharField(
                                choices=[
                                    ("satisfied", "Satisfied"),
                                    ("basically", "Basically satisfied"),
                                    ("unsatisfied", "Not satisfied"),
                                    ("declined", "Declined to say"),
                                    ("unreachable", "Could not be reached"),
                                ],
                                max_length=12,
                                verbose_name="what was said",
                            ),
                        ),
                        (
                            "comment",
                            models.CharField(
                                blank=True,
                                default="",
                                max_length=320,
                                verbose_name="in their words",
                            ),
                        ),
                        ("asked_at", models.DateTimeField()),
                        (
                            "asked_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "slip",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="words",
                                to="pairing.supportslip",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["item", "-asked_at", "-id"], name="support_word")
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("asked_by", None), ("slip__isnull", False), ("way", "door")
                                    ),
                                    models.Q(
                                        models.Q(("way", "door"), _negated=True),
                                        ("asked_by__isnull", False),
                                        ("slip", None),
                                    ),
                                    _connector="OR",
                                ),
                                name="a_word_was_asked_for_or_said_at_the_door",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="WeakOrganizationCase",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
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
                            "group",
                            models.CharField(
                                blank=True, default="", max_length=40, verbose_name="group"
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
                            "host_organ",
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
                            "party_organization",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="portal.partyorganization",
                                verbose_name="Party organisation",
                            ),
                        ),
                        ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                        (
                            "level",
                            models.CharField(
                                choices=[
                                    ("weak", "Weak and lax (软弱涣散)"),
                                    ("behind", "Lagging behind (后进)"),
                                ],
                                max_length=6,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("noted", "Waits for confirmation"),
                                    ("refused", "Not confirmed"),
                                    ("confirmed", "Confirmed, plan to be made"),
                                    ("rectifying", "Being put right"),
                                    ("acceptance", "Waits for acceptance"),
                                    ("transformed", "Transformed, followed up"),
                                    ("closed", "Written off"),
                                ],
                                default="noted",
                                max_length=11,
                                verbose_name="state",
                            ),
                        ),
                        ("round", models.PositiveSmallIntegerField(default=1)),
                        ("noted_on", models.DateField(verbose_name="noted on")),
                        (
                            "noted_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "document",
                            models.CharField(
                                blank=True,
                                default="",
                                max_length=60,
                                verbose_name="document number",
                            ),
                        ),
                        (
                            "decided_on",
                            models.DateField(
                                blank=True, null=True, verbose_name="day of the meeting"
                            ),
                        ),
                        (
                            "goal",
                            models.CharField(
                                blank=True, default="", max_length=300, verbose_name="aim"
                            ),
                        ),
                        (
                            "plan_due_on",
                            models.DateField(blank=True, null=True, verbose_name="to be done by"),
                        ),
                        ("transformed_on", models.DateField(blank=True, null=True)),
                        ("follow_up_until", models.DateField(blank=True, null=True)),
                        ("next_look_on", models.DateField(blank=True, null=True)),
                        ("closed_on", models.DateField(blank=True, null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                fields=["county", "-noted_on", "-id"], name="weak_case_county"
                            ),
                            models.Index(
                                fields=["city", "-noted_on", "-id"], name="weak_case_city"
                            ),
                            models.Index(
                                fields=["province", "-noted_on", "-id"], name="weak_case_province"
                            ),
                            models.Index(
                                fields=["host_organ", "-noted_on", "-id"], name="weak_case_host"
                            ),
                            models.Index(fields=["-noted_on", "-id"], name="weak_case_day"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(
                                    ("state__in", ["refused", "closed"]), _negated=True
                                ),
                                fields=("party_organization",),
                                name="a_party_organization_has_one_open_weak_case",
                                violation_error_message="There is an open case of this Party organisation.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state__in", ["noted", "refused"]),
                                    models.Q(("document", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="a_weak_case_is_confirmed_by_a_document",
                                violation_error_message="It is confirmed by a meeting and its document.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state__in", ["noted", "refused", "confirmed"]),
                                    models.Q(
                                        models.Q(("goal", ""), _negated=True),
                                        ("plan_due_on__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="a_weak_case_is_put_right_by_a_plan",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("follow_up_until__gt", models.F("transformed_on")),
                                        ("state__in", ["transformed", "closed"]),
                                        ("transformed_on__isnull", False),
                                    ),
                                    models.Q(
                                        models.Q(
                                            ("state__in", ["transformed", "closed"]), _negated=True
                                        ),
                                        ("follow_up_until", None),
                                        ("next_look_on", None),
                                        ("transformed_on", None),
                                    ),
                                    _connector="OR",
                                ),
                                name="a_transformed_weak_case_is_followed_up",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("closed_on__gt", models.F("follow_up_until")),
                                        ("state", "closed"),
                                    ),
                                    models.Q(
                                        models.Q(("state", "closed"), _negated=True),
                                        ("closed_on", None),
                                    ),
                                    _connector="OR",
                                ),
                                name="a_weak_case_is_written_off_after_its_follow_up",
                                violation_error_message="The year of follow-up is not over.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CaseStep",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="steps",
                                to="pairing.weakorganizationcase",
                            ),
                        ),
                        (
                            "move",
                            models.CharField(
                                choices=[
                                    ("noted", "First check by the host"),
                                    ("taken_over", "Taken over from the office's register"),
                                    ("confirmed", "Confirmed by the county"),
                                    ("refused", "Not confirmed"),
                                    ("planned", "Plan laid down"),
                                    ("asked", "Acceptance asked for"),
                                    ("transformed", "Accepted: transformed"),
                                    ("failed", "Not accepted: to be put right again"),
                                    ("relapsed", "Relapsed: to be put right again"),
                                    ("closed", "Written off after the follow-up"),
                                    ("reorganised", "Goes on after a reorganisation"),
                                ],
                                max_length=12,
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
                        ("document", models.CharField(blank=True, default="", max_length=60)),
                        ("reason", models.CharField(blank=True, default="", max_length=300)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["case", "-at", "-id"], name="weak_case_step")
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("move__in", ["refused", "relapsed"]), _negated=True),
                                    models.Q(("reason", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="a_weak_case_goes_back_for_a_reason",
                                violation_error_message="Say why.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CaseSituation",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="situations",
                                to="pairing.weakorganizationcase",
                            ),
                        ),
                        (
                            "situation",
                            models.CharField(
                                choices=[
                                    (
                                        "01",
                                        "Leadership incomplete, no secretary for long, work at a standstill",
                                    ),
                                    ("02", "The post of secretary is not filled as it demands"),
                                    ("03", "Leadership disunited, strong internal friction"),
                                    ("04", "Rules exist on paper only, no organisational life"),
                                    ("05", "Elections marred by canvassing and bribery"),
                                    ("06", "Interference by clans, religion or criminal forces"),
                                    (
                                        "07",
                                        "Party, village and financial affairs not open, no democratic management",
                                    ),
                                    ("08", "Public order, petitions and disputes concentrated"),
                                    ("09", "No place for the activities of the organisation"),
                                    (
                                        "10",
                                        "Poor service, weak ability to serve, many complaints of the people",
                                    ),
                                ],
                                max_length=2,
                                verbose_name="situation",
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
                    ],
                    options={
                        "ordering": ["situation"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("case", "situation"),
                                name="a_situation_stands_once_in_a_case",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "situation__in",
                                        [
                                            "01",
                                            "02",
                                            "03",
                                            "04",
                                            "05",
                                            "06",
                                            "07",
                                            "08",
                                            "09",
                                            "10",
                                        ],
                                    )
                                ),
                                name="a_situation_is_one_of_the_ten",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CaseSupport",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="supports",
                                to="pairing.weakorganizationcase",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("leader", "County leader in touch with the village"),
                                    ("secretary", "First secretary stationed there"),
                                    ("organ", "Organ paired with it"),
                                    ("township", "Township leader in charge of the village"),
                                ],
                                max_length=9,
                                verbose_name="which of the four",
                            ),
                        ),
                        (
                            "cadre",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="portal.cadre",
                                verbose_name="cadre",
                            ),
                        ),
                        (
                            "stay",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="outreach.stay",
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
                                verbose_name="organ",
                            ),
                        ),
                        (
                            "pairing",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="pairing.pairing",
                            ),
                        ),
                        ("starts_on", models.DateField(verbose_name="from")),
                        ("ends_on", models.DateField(blank=True, null=True, verbose_name="to")),
                        (
                            "named_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("cadre", None),
                                        ("kind", "organ"),
                                        ("organ__isnull", False),
                                        ("stay", None),
                                    ),
                                    models.Q(
                                        models.Q(("kind", "organ"), _negated=True),
                                        ("cadre__isnull", False),
                                        ("organ", None),
                                        ("pairing", None),
                                    ),
                                    _connector="OR",
                                ),
                                name="a_case_is_helped_by_an_organ_or_a_cadre",
                                violation_error_message="Name the organ that is paired, or the cadre.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ends_on", None),
                                    ("ends_on__gte", models.F("starts_on")),
                                    _connector="OR",
                                ),
                                name="help_for_a_case_ends_after_it_begins",
                                violation_error_message="The end lies before the beginning.",
                            ),
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                expressions=[
                                    ("case", "="),
                                    ("kind", "="),
                                    (
                                        outreach.models.stays.DateRange(
                                            models.F("starts_on"),
                                            models.F("ends_on"),
                                            django.contrib.postgres.fields.ranges.RangeBoundary(
                                                inclusive_lower=True, inclusive_upper=True
                                            ),
                                        ),
                                        "&&",
                                    ),
                                ],
                                name="a_case_has_one_helper_of_each_kind",
                                violation_error_message="Somebody else is named for these days.",
                            ),
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="WeakCheck",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("year", models.PositiveSmallIntegerField(verbose_name="year")),
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
                        ("answer_by", models.DateField(verbose_name="answers until")),
                        (
                            "document",
                            models.CharField(
                                blank=True,
                                default="",
                                max_length=60,
                                verbose_name="document number",
                            ),
                        ),
                        (
                            "opened_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("opened_at", models.DateTimeField()),
                    ],
                    options={
                        "indexes": [models.Index(fields=["-year", "-id"], name="weak_check_year")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("year", "area"),
                                name="an_area_is_checked_once_a_year",
                                nulls_distinct=False,
                                violation_error_message="The check of this year is open there already.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="WeakCheckReport",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "check_made",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="reports",
                                to="pairing.weakcheck",
                            ),
                        ),
                        (
                            "organ",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="portal.organ",
                                verbose_name="host organ",
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
                        ("reported_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("check_made", "organ"), name="a_host_answers_a_check_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("reported_at", None), ("reported_by", None)),
                                    models.Q(
                                        ("reported_at__isnull", False),
                                        ("reported_by__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="an_answer_to_a_check_is_somebodys",
                            ),
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="RectificationItem",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="items",
                                to="pairing.weakorganizationcase",
                            ),
                        ),
                        ("round", models.PositiveSmallIntegerField(default=1)),
                        (
                            "situation",
                            models.CharField(
                                choices=[
                                    (
                                        "01",
                                        "Leadership incomplete, no secretary for long, work at a standstill",
                                    ),
                                    ("02", "The post of secretary is not filled as it demands"),
                                    ("03", "Leadership disunited, strong internal friction"),
                                    ("04", "Rules exist on paper only, no organisational life"),
                                    ("05", "Elections marred by canvassing and bribery"),
                                    ("06", "Interference by clans, religion or criminal forces"),
                                    (
                                        "07",
                                        "Party, village and financial affairs not open, no democratic management",
                                    ),
                                    ("08", "Public order, petitions and disputes concentrated"),
                                    ("09", "No place for the activities of the organisation"),
                                    (
                                        "10",
                                        "Poor service, weak ability to serve, many complaints of the people",
                                    ),
                                ],
                                max_length=2,
                                verbose_name="against which situation",
                            ),
                        ),
                        ("measure", models.CharField(max_length=300, verbose_name="measure")),
                        (
                            "responsible",
                            models.CharField(max_length=60, verbose_name="responsible, by post"),
                        ),
                        (
                            "cadre",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="portal.cadre",
                                verbose_name="cadre responsible",
                            ),
                        ),
                        ("due_on", models.DateField(verbose_name="to be done by")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "Open"),
                                    ("done", "Written off"),
                                    ("dropped", "Dropped"),
                                ],
                                default="open",
                                max_length=7,
                            ),
                        ),
                        ("ended_on", models.DateField(blank=True, null=True)),
                        (
                            "ended_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("outcome", models.CharField(blank=True, default="", max_length=300)),
                        (
                            "written_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("written_on", models.DateField()),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "open")),
                                fields=["due_on", "id"],
                                name="weak_item_due",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "situation__in",
                                        [
                                            "01",
                                            "02",
                                            "03",
                                            "04",
                                            "05",
                                            "06",
                                            "07",
                                            "08",
                                            "09",
                                            "10",
                                        ],
                                    )
                                ),
                                name="an_item_is_against_one_of_the_ten_situations",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("ended_by", None),
                                        ("ended_on", None),
                                        ("outcome", ""),
                                        ("state", "open"),
                                    ),
                                    models.Q(
                                        models.Q(("state", "open"), _negated=True),
                                        models.Q(("outcome", ""), _negated=True),
                                        ("ended_by__isnull", False),
                                        ("ended_on__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="an_ended_item_of_a_plan_says_when_by_whom_and_what",
                                violation_error_message="Say what came of it.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("due_on__gte", models.F("written_on"))),
                                name="an_item_of_a_plan_is_due_after_it_was_written",
                                violation_error_message="This day lies in the past.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ItemProgress",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "item",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="progress",
                                to="pairing.rectificationitem",
                            ),
                        ),
                        ("on", models.DateField(verbose_name="day")),
                        ("text", models.CharField(max_length=300, verbose_name="progress")),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("at", models.DateTimeField()),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["item", "-on", "-id"], name="weak_item_progress")
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="MonthlyReview",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="reviews",
                                to="pairing.weakorganizationcase",
                            ),
                        ),
                        ("month", models.DateField(verbose_name="month")),
                        ("held_on", models.DateField(verbose_name="held on")),
                        (
                            "findings",
                            models.CharField(max_length=500, verbose_name="what was found"),
                        ),
                        (
                            "next_steps",
                            models.CharField(max_length=500, verbose_name="what is done next"),
                        ),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("case", "month"),
                                name="a_case_is_reviewed_once_a_month",
                                violation_error_message="The review of this month is written already.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("month__day", 1)), name="a_review_is_of_a_month"
                            ),
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="Acceptance",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="acceptances",
                                to="pairing.weakorganizationcase",
                            ),
                        ),
                        ("round", models.PositiveSmallIntegerField()),
                        ("held_on", models.DateField(verbose_name="day of the acceptance")),
                        (
                            "member_ballots",
                            models.PositiveSmallIntegerField(
                                verbose_name="ballots of Party members"
                            ),
                        ),
                        (
                            "mass_ballots",
                            models.PositiveSmallIntegerField(
                                verbose_name="ballots of the people's representatives"
                            ),
                        ),
                        (
                            "ability",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.PositiveSmallIntegerField(),
                                size=3,
                                verbose_name="Ability",
                            ),
                        ),
                        (
                            "style",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.PositiveSmallIntegerField(),
                                size=3,
                                verbose_name="Way of working",
                            ),
                        ),
                        (
                            "integrity",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.PositiveSmallIntegerField(),
                                size=3,
                                verbose_name="Integrity",
                            ),
                        ),
                        (
                            "results",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.PositiveSmallIntegerField(),
                                size=3,
                                verbose_name="Results",
                            ),
                        ),
                        (
                            "overall",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.PositiveSmallIntegerField(),
                                size=3,
                                verbose_name="Overall",
                            ),
                        ),
                        (
                            "report_points",
                            models.PositiveSmallIntegerField(verbose_name="Report heard"),
                        ),
                        ("ballot_points", models.PositiveSmallIntegerField(verbose_name="Ballots")),
                        (
                            "talk_points",
                            models.PositiveSmallIntegerField(
                                verbose_name="Talks with one at a time"
                            ),
                        ),
                        (
                            "site_points",
                            models.PositiveSmallIntegerField(verbose_name="Seen on site"),
                        ),
                        ("pass_score", models.PositiveSmallIntegerField()),
                        ("veto_share", models.DecimalField(decimal_places=3, max_digits=4)),
                        ("passed", models.BooleanField()),
                        (
                            "opinion",
                            models.CharField(
                                default="",
                                max_length=500,
                                verbose_name="opinion of the acceptance group",
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
                        ("at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("case", "round"), name="a_case_is_accepted_once_a_round"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ability__0__gte", 0),
                                    ("ability__1__gte", 0),
                                    ("ability__2__gte", 0),
                                    ("ability__len", 3),
                                    (
                                        "member_ballots",
                                        django.db.models.expressions.CombinedExpression(
                                            django.db.models.expressions.CombinedExpression(
                                                django.db.models.expressions.CombinedExpression(
                                                    models.F("ability__0"),
                                                    "+",
                                                    models.F("ability__1"),
                                                ),
                                                "+",
                                                models.F("ability__2"),
                                            ),
                                            "-",
                                            models.F("mass_ballots"),
                                        ),
                                    ),
                                ),
                                name="ballots_on_ability_add_up",
                                violation_error_message="The ballots do not add up to those counted.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("style__0__gte", 0),
                                    ("style__1__gte", 0),
                                    ("style__2__gte", 0),
                                    ("style__len", 3),
                                    (
                                        "member_ballots",
                                        django.db.models.expressions.CombinedExpression(
                                            django.db.models.expressions.CombinedExpression(
                                                django.db.models.expressions.CombinedExpression(
                                                    models.F("style__0"), "+", models.F("style__1")
                                                ),
                                                "+",
                                                models.F("style__2"),
                                            ),
                                            "-",
                                            models.F("mass_ballots"),
                                        ),
                                    ),
                                ),
                                name="ballots_on_style_add_up",
                                violation_error_message="The ballots do not add up to those counted.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("integrity__0__gte", 0),
                                    ("integrity__1__gte", 0),
                                    ("integrity__2__gte", 0),
                                    ("integrity__len", 3),
                                    (
                                        "member_ballots",
                                        django.db.models.expressions.CombinedExpression(
                                            django.db.models.expressions.CombinedExpression(
                                                django.db.models.expressions.CombinedExpression(
                                                    models.F("integrity__0"),
                                                    "+",
                                                    models.F("integrity__1"),
                                                ),
                                                "+",
                                                models.F("integrity__2"),
                                            ),
                                            "-",
                                            models.F("mass_ballots"),
                                        ),
                                    ),
                                ),
                                name="ballots_on_integrity_add_up",
                                violation_error_message="The ballots do not add up to those counted.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("results__0__gte", 0),
                                    ("results__1__gte", 0),
                                    ("results__2__gte", 0),
                                    ("results__len", 3),
                                    (
                                        "member_ballots",
                                        django.db.models.expressions.CombinedExpression(
                                            django.db.models.expressions.CombinedExpression(
                                                django.db.models.expressions.CombinedExpression(
                                                    models.F("results__0"),
                                                    "+",
                                                    models.F("results__1"),
                                                ),
                                                "+",
                                                models.F("results__2"),
                                            ),
                                            "-",
                                            models.F("mass_ballots"),
                                        ),
                                    ),
                                ),
                                name="ballots_on_results_add_up",
                                violation_error_message="The ballots do not add up to those counted.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("overall__0__gte", 0),
                                    ("overall__1__gte", 0),
                                    ("overall__2__gte", 0),
                                    ("overall__len", 3),
                                    (
                                        "member_ballots",
                                        django.db.models.expressions.CombinedExpression(
                                            django.db.models.expressions.CombinedExpression(
                                                django.db.models.expressions.CombinedExpression(
                                                    models.F("overall__0"),
                                                    "+",
                                                    models.F("overall__1"),
                                                ),
                                                "+",
                                                models.F("overall__2"),
                                            ),
                                            "-",
                                            models.F("mass_ballots"),
                                        ),
                                    ),
                                ),
                                name="ballots_on_overall_add_up",
                                violation_error_message="The ballots do not add up to those counted.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "report_points__lte",
                                        django.db.models.expressions.CombinedExpression(
                                            django.db.models.expressions.CombinedExpression(
                                                django.db.models.expressions.CombinedExpression(
                                                    models.Value(100),
                                                    "-",
                                                    models.F("ballot_points"),
                                                ),
                                                "-",
                                                models.F("talk_points"),
                                            ),
                                            "-",
                                            models.F("site_points"),
                                        ),
                                    )
                                ),
                                name="the_points_of_an_acceptance_are_at_most_a_hundred",
                                violation_error_message="Together the points are at most 100.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("passed", False),
                                    (
                                        "report_points__gte",
                                        django.db.models.expressions.CombinedExpression(
                                            django.db.models.expressions.CombinedExpression(
                                                django.db.models.expressions.CombinedExpression(
                                                    models.F("pass_score"),
                                                    "-",
                                                    models.F("ballot_points"),
                                                ),
                                                "-",
                                                models.F("talk_points"),
                                            ),
                                            "-",
                                            models.F("site_points"),
                                        ),
                                    ),
                                    _connector="OR",
                                ),
                                name="a_failing_score_never_passes",
                            ),
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="FollowUpCheck",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="looks",
                                to="pairing.weakorganizationcase",
                            ),
                        ),
                        ("on", models.DateField(verbose_name="day")),
                        (
                            "finding",
                            models.CharField(max_length=500, verbose_name="what was found"),
                        ),
                        ("stands", models.BooleanField(verbose_name="it stands")),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("case", "on"),
                                name="a_case_is_looked_at_once_a_day",
                                violation_error_message="The look of this day is written already.",
                            )
                        ]
                    },
                ),
            ]
        ),
        migrations.RunSQL(OPEN_NEEDS),
        migrations.RunSQL(SLIPS),
        migrations.RunSQL(STEP_RIGHTS),
        migrations.RunSQL(GUARD),
    ]
