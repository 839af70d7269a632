"""Everything of `outreach` that stands in the database of version 0.1.

Never edited: what changes afterwards is a migration of its own. A database that has all of
`replaces` goes on from here without a step.
"""

import uuid
from decimal import Decimal

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models

import outreach.models.cards
import outreach.models.stays
import portal.models.clock
from portal.migrations._together import Together

# What is one person's alone, or one matter's alone (P3): a row opens only for whom a rule let in.
OPEN_ROWS = """
ALTER TABLE outreach_reflection ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_reflection ON outreach_reflection
    USING (owner_id = nullif(current_setting('portal.user_id', true), '')::bigint);

ALTER TABLE outreach_mattercontact ENABLE ROW LEVEL SECURITY;
CREATE POLICY opened_matter ON outreach_mattercontact
    USING (matter_id = ANY (string_to_array(
        nullif(current_setting('portal.matter_id', true), ''), ',')::bigint[]));
"""

# Names of recipients are P3: a row opens only for whom a rule let in, a campaign at a time.
OPEN_NAMES = """
ALTER TABLE outreach_condolencename ENABLE ROW LEVEL SECURITY;
CREATE POLICY opened_campaign ON outreach_condolencename
    USING (campaign_id = ANY (string_to_array(
        nullif(current_setting('portal.campaign_id', true), ''), ',')::bigint[]));
"""

# What is public of one card, as it is today; by the token of its QR code or by its number. Like the
# one below it runs with the owner's rights, so that the door can list no cards.
CARDS = """
CREATE FUNCTION door_card(wanted text) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    today date := (portal_clock() AT TIME ZONE 'Asia/Shanghai')::date;
BEGIN
    RETURN (
        SELECT jsonb_build_object(
            'id', c.id, 'token', c.token, 'short_code', c.short_code, 'holder', cadre.name,
            'post', cadre.post, 'organ', organ.name, 'phone', cadre.public_phone,
            'unit', u.name, 'part', a."group", 'host', host.name, 'kind', u.kind,
            'places', coalesce(d.path, ''),
            'is_over', c.revoked_on IS NOT NULL OR coalesce(a.ends_on < today, false))
        FROM outreach_contactcard c
        JOIN outreach_contactarea a ON a.id = c.area_id
        JOIN portal_cadre cadre ON cadre.id = a.cadre_id
        JOIN portal_organ organ ON organ.id = cadre.organ_id
        JOIN portal_grassrootsunit u ON u.id = a.unit_id
        JOIN portal_organ host ON host.id = u.host_organ_id
        LEFT JOIN portal_division d ON d.id = u.division_id
        WHERE c.token = wanted OR c.short_code = wanted
        LIMIT 1);
END $$;
"""

# Where one matter stands, for whoever has number and code of its slip, and for nobody else. Ten
# wrong codes for a number in a day close it, to the right one as well; the limit stands here, so
# that the door cannot raise it. Runs with the owner's rights: the door can read none of the tables.
SLIPS = """
CREATE FUNCTION door_slip(wanted text, digest text) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    slip outreach_matterslip;
    matter outreach_matter;
    answer jsonb;
    asked boolean;
    said boolean;
BEGIN
    -- One at a time for each number, so that a hundred at once are counted like a hundred.
    PERFORM pg_advisory_xact_lock(hashtext('door_slip'), hashtext(wanted));
    IF (SELECT count(*) >= 10 FROM outreach_doortry
        WHERE number = wanted AND at > portal_clock() - interval '1 day') THEN
        RETURN jsonb_build_object('state', 'locked');
    END IF;

    SELECT * INTO slip FROM outreach_matterslip s
    WHERE s.number = wanted AND s.code_digest = digest;
    IF NOT FOUND THEN
        SELECT jsonb_build_object(
            'state', CASE m.state WHEN 'new' THEN 'received' WHEN 'held' THEN 'held'
                                  ELSE 'refused' END,
            'at', m.received_at, 'card', m.card_id)
        INTO answer FROM outreach_doormessage m
        WHERE m.slip_number = wanted AND m.code_digest = digest AND m.kind = 'raise'
        ORDER BY m.id LIMIT 1;
        IF answer IS NOT NULL THEN
            RETURN answer;
        END IF;
        INSERT INTO outreach_doortry (number, at) VALUES (wanted, portal_clock());
        RETURN jsonb_build_object('state', 'wrong');
    END IF;

    SELECT * INTO matter FROM outreach_matter m WHERE m.id = slip.matter_id;
    SELECT EXISTS (
        SELECT FROM outreach_followup f
        WHERE f.matter_id = matter.id AND f.kind = 'word' AND f.side_id IS NULL
          AND f.round = matter.reopen_count AND f.answered_at IS NULL AND f.given_up_at IS NULL
    ) AND matter.status = 'awaiting_word' INTO asked;
    -- By a slip that decides nothing it can be said once for each result as well.
    SELECT EXISTS (
        SELECT FROM outreach_slipremark r
        WHERE r.slip_id = slip.id AND r.round = matter.reopen_count AND r.word <> ''
    ) INTO said;
    SELECT jsonb_build_object(
        'state', 'matter', 'number', 'MQ' || matter.number_year || '-'
            || lpad(matter.number::text, greatest(4, length(matter.number::text)), '0'),
        'title', matter.title, 'registered_on', matter.registered_on, 'status', matter.status,
        'closure', matter.closure, 'word', matter.word, 'due_on', matter.due_on,
        'reopened', matter.reopen_count, 'referred_to', matter.referred_to,
        'resolution', CASE WHEN matter.status IN ('awaiting_word', 'closed')
                           THEN matter.resolution ELSE '' END,
        -- A result counts once its review has passed.
        'result', CASE WHEN matter.status IN ('awaiting_word', 'closed')
                       THEN matter.result_text ELSE '' END,
        'told', (SELECT s.facts ->> 'method' FROM outreach_matterstep s
                 WHERE s.matter_id = matter.id AND s.move IN ('report', 'answer_for')
                 ORDER BY s.at DESC, s.id DESC LIMIT 1),
        'lead', (SELECT o.name FROM portal_organ o WHERE o.id = matter.lead_organ_id),
        'unit', (SELECT u.name FROM portal_grassrootsunit u WHERE u.id = matter.unit_id),
        'places', coalesce((SELECT d.path FROM portal_grassrootsunit u
                            JOIN portal_division d ON d.id = u.division_id
                            WHERE u.id = matter.unit_id), ''),
        'cadre', (SELECT c.name FROM portal_cadre c WHERE c.id = matter.registered_by_id),
        'phone', (SELECT c.public_phone FROM portal_cadre c
                  WHERE c.id = matter.registered_by_id),
        'by_door', matter.typed_by_id IS NULL,
        'asks', asked AND NOT said AND NOT EXISTS (
            SELECT FROM outreach_doormessage m
            WHERE m.slip_number = wanted AND m.code_digest = digest AND m.kind = 'word'
              AND m.state IN ('new', 'held')),
        'said', said,
        'decides', coalesce(slip.closes_round = matter.reopen_count, false),
        'adds', matter.referred_to = '',
        'is_called', EXISTS (
            SELECT FROM outreach_followup f
            WHERE f.matter_id = matter.id AND f.answered_at IS NULL AND f.given_up_at IS NULL),
        'by_hand', slip.made_by_id IS NOT NULL AND slip.closes_round IS NULL,
        'has_contact', matter.confidentiality <> 'anonymous' AND matter.referred_to = '',
        'pending', EXISTS (
            SELECT FROM outreach_doormessage m
            WHERE m.slip_number = wanted AND m.code_digest = digest AND m.kind <> 'raise'
              AND m.state IN ('new', 'held', 'waiting')),
        'steps', (SELECT coalesce(jsonb_agg(jsonb_build_object(
                      'move', s.move, 'at', s.at, 'to', s.to_status,
                      'lead', s.facts ->> 'lead') ORDER BY s.at, s.id), '[]'::jsonb)
                  FROM outreach_matterstep s WHERE s.matter_id = matter.id)
    ) INTO answer;
    RETURN answer;
END $$;
"""

# The door may read cards and texts, ask for one slip by its code, and put in messages: it changes
# nothing and reads nothing back. Where its role is missing, make it and run this block again.
DOOR_RIGHTS = """
REVOKE EXECUTE ON FUNCTION door_card(text), door_slip(text, text) FROM PUBLIC;
DO $$
BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'portal_app') THEN
    GRANT EXECUTE ON FUNCTION door_card(text), door_slip(text, text) TO portal_app;
  END IF;
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'portal_door') THEN
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO portal_door', current_database());
    GRANT USAGE ON SCHEMA public TO portal_door;
    GRANT SELECT (block, language, division_id, text) ON outreach_cardtext TO portal_door;
    GRANT INSERT (client_key, kind, content_digest, card_id, slip_number, code_digest, sealed,
                  hold) ON outreach_doormessage TO portal_door;
    GRANT EXECUTE ON FUNCTION door_card(text), door_slip(text, text) TO portal_door;
    -- Lists of festival visits as they hang out; the page of them reads these two tables alone.
    IF to_regclass('outreach_publishedlist') IS NOT NULL THEN
      GRANT SELECT ON outreach_publishedlist, outreach_publishedrow TO portal_door;
    END IF;
  END IF;
END $$;
"""

STEP_RIGHTS = """
DO $$ BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'portal_app') THEN
    REVOKE UPDATE, TRUNCATE ON
      outreach_matterstep,
      outreach_reportstep,
      outreach_campaignstep,
      outreach_staystep,
      outreach_condolencestep,
      outreach_staybatchstep,
      outreach_nominationstep
      FROM portal_app;
    REVOKE DELETE ON
      outreach_reportstep,
      outreach_condolencestep,
      outreach_staybatchstep,
      outreach_nominationstep
      FROM portal_app;
    -- What was said in a referral is erased once it is handed over.
    GRANT UPDATE (text, facts) ON outreach_matterstep TO portal_app;
  END IF;
END $$;
"""

# Deleted with the records of an import that is taken back, or with a draft, and in no other way.
GUARDED = ("outreach_matterstep", "outreach_staystep", "outreach_campaignstep")

GUARD = "".join(
    f"CREATE TRIGGER steps_stay BEFORE DELETE ON {table} FOR EACH STATEMENT"
    " EXECUTE FUNCTION portal_steps_stay();\n"
    for table in GUARDED
)


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("outreach", "0001_initial"),
        ("outreach", "0002_rows_open_only_when_let_in"),
        ("outreach", "0003_counts_from_the_index_alone"),
        ("outreach", "0004_who_handed_a_report_in_is_sealed"),
        ("outreach", "0005_longer_reasons_and_digests_of_forms"),
        ("outreach", "0006_notices"),
        ("outreach", "0007_year_closings"),
        ("outreach", "0008_analysis_meetings_and_figures"),
        ("outreach", "0009_imported_records"),
        ("outreach", "0010_reports_stay_closed_and_drafts_are_sealed"),
        ("outreach", "0011_second_persons_and_answered_on"),
        ("outreach", "0012_stays"),
        ("outreach", "0013_stay_months"),
        ("outreach", "0014_stay_batches"),
        ("outreach", "0015_campaigns_and_receptions"),
        ("outreach", "0016_festival_visits"),
        ("outreach", "0017_contact_cards_and_the_door"),
        ("outreach", "0018_returned_matters_from_an_index"),
        ("outreach", "0019_meals_declared_by_oneself"),
        ("outreach", "0020_counts_answered_by_indexes"),
        ("outreach", "0021_the_door_reads_one_clock"),
        ("outreach", "0022_contact_areas_say_their_first_day"),
        ("outreach", "0023_moments_are_said"),
        ("outreach", "0024_slips_that_decide"),
        ("outreach", "0025_steps_are_never_changed"),
        ("outreach", "0026_forms_sent_again_are_kept_once"),
    ]

    dependencies = [("portal", "0001_version_0_1")]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="Household",
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
                                related_name="households",
                                to="portal.grassrootsunit",
                                verbose_name="unit",
                            ),
                        ),
                        (
                            "serial",
                            models.CharField(
                                max_length=12, verbose_name="number on the village's roster"
                            ),
                        ),
                        (
                            "group",
                            models.CharField(
                                blank=True, default="", max_length=40, verbose_name="group"
                            ),
                        ),
                        ("display_name", models.CharField(max_length=20, verbose_name="shown as")),
                        (
                            "do_not_disturb",
                            models.BooleanField(
                                default=False, verbose_name="asks not to be visited"
                            ),
                        ),
                        ("ended_on", models.DateField(blank=True, null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("do_not_disturb", True)),
                                fields=["id"],
                                name="household_undisturbed",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ended_on", None)),
                                fields=("unit", "serial"),
                                name="one_household_of_a_number_in_a_unit",
                                violation_error_message="This number is already on the unit's list.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ContactArea",
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
                        ("starts_on", models.DateField(verbose_name="from")),
                        ("ends_on", models.DateField(blank=True, null=True, verbose_name="to")),
                        (
                            "cadre",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="contact_areas",
                                to="portal.cadre",
                                verbose_name="cadre",
                            ),
                        ),
                        (
                            "post",
                            models.CharField(
                                blank=True, default="", max_length=60, verbose_name="post"
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="contact_areas",
                                to="portal.grassrootsunit",
                                verbose_name="unit",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("village", "Whole unit (包村)"),
                                    ("part", "Part of a unit (包片)"),
                                    ("households", "Households (联户)"),
                                ],
                                default="village",
                                max_length=10,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "group",
                            models.CharField(
                                blank=True, default="", max_length=40, verbose_name="group"
                            ),
                        ),
                        (
                            "ended_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "households",
                            models.ManyToManyField(
                                blank=True, related_name="contact_areas", to="outreach.household"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ends_on", None),
                                    ("ends_on__gte", models.F("starts_on")),
                                    _connector="OR",
                                ),
                                name="contact_area_ends_after_it_begins",
                                violation_error_message="The end lies before the beginning.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("kind", "part"), _negated=True),
                                    models.Q(("group", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="a_part_of_a_unit_is_named",
                                violation_error_message="Say which part of the unit.",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("ends_on", None)),
                                fields=("cadre", "unit", "kind", "group"),
                                name="one_open_area_of_a_kind_for_cadre_and_unit",
                                violation_error_message="This cadre already looks after it.",
                            ),
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="Stay",
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
                            "cadre",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="stays",
                                to="portal.cadre",
                                verbose_name="cadre",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("secretary", "First secretary (第一书记)"),
                                    ("member", "Member of a work team (工作队员)"),
                                    ("residential", "Residential stay (驻村蹲点)"),
                                    ("secondment", "Secondment (挂职)"),
                                ],
                                max_length=12,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "programme",
                            models.CharField(
                                blank=True, default="", max_length=60, verbose_name="programme"
                            ),
                        ),
                        (
                            "post",
                            models.CharField(
                                blank=True, default="", max_length=60, verbose_name="post"
                            ),
                        ),
                        (
                            "is_leader",
                            models.BooleanField(default=False, verbose_name="leads the team"),
                        ),
                        ("starts_on", models.DateField(verbose_name="from")),
                        ("ends_on", models.DateField(verbose_name="to, as planned")),
                        (
                            "lodging",
                            models.CharField(
                                choices=[
                                    ("village", "Lives there"),
                                    ("commutes", "Commutes, approved"),
                                ],
                                default="village",
                                max_length=8,
                                verbose_name="lodging",
                            ),
                        ),
                        (
                            "document",
                            models.CharField(
                                max_length=60, verbose_name="number of the approval document"
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("published", "Published"),
                                    ("ended", "Ended"),
                                    ("cancelled", "Cancelled before it began"),
                                ],
                                default="published",
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
                                    ("early", "Earlier, for a reason"),
                                    ("recalled", "Recalled"),
                                    ("replaced", "Replaced"),
                                ],
                                max_length=10,
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
                                to="outreach.stay",
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                fields=["province", "-starts_on", "-id"], name="stay_province"
                            ),
                            models.Index(fields=["city", "-starts_on", "-id"], name="stay_city"),
                            models.Index(
                                fields=["county", "-starts_on", "-id"], name="stay_county"
                            ),
                            models.Index(
                                fields=["township", "-starts_on", "-id"], name="stay_township"
                            ),
                            models.Index(fields=["organ", "-starts_on", "-id"], name="stay_organ"),
                            models.Index(
                                fields=["host_organ", "-starts_on", "-id"], name="stay_host"
                            ),
                            models.Index(fields=["-starts_on", "-id"], name="stay_day"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                                name="stay_ends_after_it_begins",
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
                                name="an_ended_stay_says_when_and_how",
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
                                name="a_stay_ended_within_its_days",
                                violation_error_message="The last day lies within the days of the stay.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("document", ""), _negated=True),
                                name="a_stay_has_its_document",
                                violation_error_message="Write the number of the approval document.",
                            ),
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                condition=models.Q(
                                    ("state__in", ["published", "ended"]),
                                    ("kind__in", ["secretary", "member", "residential"]),
                                ),
                                expressions=[
                                    ("cadre", "="),
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
                                name="a_cadre_stays_in_one_place",
                                violation_error_message="This cadre stays somewhere else on these days.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StayStep",
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
                            "stay",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="steps",
                                to="outreach.stay",
                            ),
                        ),
                        (
                            "move",
                            models.CharField(
                                choices=[
                                    ("published", "Stay published"),
                                    ("end_changed", "Planned end changed"),
                                    ("completed", "Ended with its term"),
                                    ("early", "Ended early"),
                                    ("recalled", "Cadre recalled"),
                                    ("replaced", "Cadre replaced"),
                                    ("cancelled", "Stay cancelled before it began"),
                                    ("handed_over", "Work handed over"),
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
                        ("reason", models.CharField(blank=True, default="", max_length=200)),
                        ("facts", models.JSONField(default=dict)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["stay", "-at", "-id"], name="stay_step")]
                    },
                ),
                migrations.CreateModel(
                    name="StayHandover",
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
                            "stay",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="handovers",
                                to="outreach.stay",
                            ),
                        ),
                        (
                            "successor",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="portal.cadre",
                                verbose_name="successor",
                            ),
                        ),
                        ("on", models.DateField(verbose_name="handed over on")),
                        (
                            "promises",
                            models.CharField(
                                blank=True,
                                default="",
                                max_length=1000,
                                verbose_name="promises made and not kept yet",
                            ),
                        ),
                        (
                            "things",
                            models.CharField(
                                blank=True,
                                default="",
                                max_length=1000,
                                verbose_name="papers, keys and things",
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
                        (
                            "areas",
                            models.ManyToManyField(related_name="+", to="outreach.contactarea"),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["stay", "-on", "-id"], name="stay_handover")
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="StayBatch",
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
                            models.CharField(max_length=80, verbose_name="title of the batch"),
                        ),
                        (
                            "programme",
                            models.CharField(
                                blank=True, default="", max_length=60, verbose_name="programme"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("secretary", "First secretary (第一书记)"),
                                    ("member", "Member of a work team (工作队员)"),
                                    ("residential", "Residential stay (驻村蹲点)"),
                                    ("secondment", "Secondment (挂职)"),
                                ],
                                max_length=12,
                                verbose_name="kind",
                            ),
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
                        ("starts_on", models.DateField(verbose_name="from")),
                        ("ends_on", models.DateField(verbose_name="to")),
                        ("nominate_by", models.DateField(verbose_name="nominations until")),
                        (
                            "team_min",
                            models.PositiveSmallIntegerField(
                                default=1, verbose_name="team, at least"
                            ),
                        ),
                        (
                            "team_max",
                            models.PositiveSmallIntegerField(
                                default=1, verbose_name="team, at most"
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("needs", "Places are collected"),
                                    ("nominating", "Nomination is open"),
                                    ("proposing", "Choosing who goes where"),
                                    ("decided", "Decided by the meeting"),
                                    ("published", "Stays published"),
                                    ("given_up", "Given up"),
                                ],
                                default="needs",
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
                            "published_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("published_at", models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["-starts_on", "-id"], name="batch_day")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                                name="batch_ends_after_it_begins",
                                violation_error_message="The end lies before the beginning.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("nominate_by__lt", models.F("starts_on"))),
                                name="batch_nominations_close_before_it_begins",
                                violation_error_message="Nominations close before the stays begin.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("team_max__gte", models.F("team_min")),
                                    ("team_max__lte", 9),
                                    ("team_min__gte", 1),
                                ),
                                name="batch_team_sizes_are_in_order",
                                violation_error_message="A team is at least one and at most nine.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("state__in", ["decided", "published"]), _negated=True
                                    ),
                                    models.Q(
                                        models.Q(("document", ""), _negated=True),
                                        ("decided_on__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="a_decided_batch_has_its_document",
                                violation_error_message="Write the number of the approval document.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("published_at__isnull", False),
                                        ("published_by__isnull", False),
                                        ("state", "published"),
                                    ),
                                    models.Q(
                                        models.Q(("state", "published"), _negated=True),
                                        ("published_at", None),
                                        ("published_by", None),
                                    ),
                                    _connector="OR",
                                ),
                                name="a_published_batch_says_when_and_by_whom",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StayBatchStep",
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
                            "batch",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="steps",
                                to="outreach.staybatch",
                            ),
                        ),
                        (
                            "code",
                            models.CharField(
                                choices=[
                                    ("made", "Batch begun"),
                                    ("changed", "Batch changed"),
                                    ("opened", "Opened for nomination"),
                                    ("closed", "Nomination closed"),
                                    ("reopened", "Opened for nomination again"),
                                    ("taken_over", "Proposal taken over"),
                                    ("decided", "Decided by the meeting"),
                                    ("undecided", "Taken up again after the decision"),
                                    ("published", "Stays published"),
                                    ("given_up", "Given up"),
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
                    name="BatchPlace",
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
                            "batch",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="places",
                                to="outreach.staybatch",
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
                            "kind",
                            models.CharField(
                                choices=[
                                    ("secretary", "First secretary (第一书记)"),
                                    ("member", "Member of a work team (工作队员)"),
                                    ("residential", "Residential stay (驻村蹲点)"),
                                    ("secondment", "Secondment (挂职)"),
                                ],
                                max_length=12,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "wanted",
                            models.PositiveSmallIntegerField(default=1, verbose_name="how many"),
                        ),
                        (
                            "hardship",
                            models.PositiveSmallIntegerField(
                                choices=[(1, "Ordinary"), (2, "Rather hard"), (3, "Very hard")],
                                default=1,
                                verbose_name="hardship",
                            ),
                        ),
                        (
                            "hardship_reason",
                            models.CharField(
                                blank=True,
                                default="",
                                max_length=120,
                                verbose_name="why it is hard",
                            ),
                        ),
                        (
                            "reasons",
                            models.CharField(
                                default="",
                                max_length=200,
                                verbose_name="what somebody is needed for",
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
                        (
                            "continuity",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="portal.cadre",
                                verbose_name="has stayed there before",
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
                        ("added_at", models.DateTimeField()),
                        (
                            "taken_out_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("taken_out_at", models.DateTimeField(blank=True, null=True)),
                        ("taken_out_why", models.CharField(blank=True, default="", max_length=200)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("taken_out_at", None)),
                                fields=("batch", "unit"),
                                name="a_unit_stands_once_in_a_batch",
                                violation_error_message="This unit stands in the batch already.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("wanted__range", (1, 9))),
                                name="place_wants_one_to_nine",
                                violation_error_message="A place wants one to nine cadres.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("hardship", 1),
                                    models.Q(
                                        ("hardship__in", [2, 3]),
                                        models.Q(("hardship_reason", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="a_hard_place_says_why",
                                violation_error_message="Say why the place is hard.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("taken_out_at", None),
                                        ("taken_out_by", None),
                                        ("taken_out_why", ""),
                                    ),
                                    models.Q(
                                        ("taken_out_at__isnull", False),
                                        ("taken_out_by__isnull", False),
                                        models.Q(("taken_out_why", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="place_taken_out_at_with_who_and_why",
                            ),
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="Nomination",
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
                            "batch",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="nominations",
                                to="outreach.staybatch",
                            ),
                        ),
                        (
                            "cadre",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="nominations",
                                to="portal.cadre",
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
                            "may_lead",
                            models.BooleanField(default=False, verbose_name="may lead a team"),
                        ),
                        (
                            "note",
                            models.CharField(
                                blank=True, default="", max_length=200, verbose_name="note"
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "To be checked"),
                                    ("qualified", "Qualified"),
                                    ("unqualified", "Not qualified"),
                                    ("withdrawn", "Nomination withdrawn"),
                                ],
                                default="open",
                                max_length=11,
                            ),
                        ),
                        (
                            "nominated_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("nominated_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state", "withdrawn"), _negated=True),
                                fields=("batch", "cadre"),
                                name="a_cadre_is_nominated_once_for_a_batch",
                                violation_error_message="This cadre is nominated already.",
                            )
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="NominationStep",
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
                            "nomination",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="steps",
                                to="outreach.nomination",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "To be checked"),
                                    ("qualified", "Qualified"),
                                    ("unqualified", "Not qualified"),
                                    ("withdrawn", "Nomination withdrawn"),
                                ],
                                max_length=11,
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
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "unqualified"), _negated=True),
                                    models.Q(("why", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="an_unqualified_nomination_says_why",
                                violation_error_message="Say why not.",
                            )
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="Proposal",
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
                            "batch",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="proposals",
                                to="outreach.staybatch",
                            ),
                        ),
                        (
                            "job",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="proposal",
                                to="portal.job",
                            ),
                        ),
                        ("data", models.CharField(default="", max_length=64)),
                        ("outcome", models.JSONField(default=dict)),
                        ("gaps", models.JSONField(default=list)),
                        ("finished_at", models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["batch", "-id"], name="proposal_newest")]
                    },
                ),
                migrations.CreateModel(
                    name="ProposedPlacement",
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
                                to="outreach.proposal",
                            ),
                        ),
                        (
                            "place",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="outreach.batchplace",
                            ),
                        ),
                        (
                            "nomination",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="outreach.nomination",
                            ),
                        ),
                        ("is_leader", models.BooleanField(default=False)),
                        ("facts", models.JSONField(default=list)),
                        (
                            "other_place",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="outreach.batchplace",
                            ),
                        ),
                        ("other_place_less", models.IntegerField(default=0)),
                        (
                            "other_nomination",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="outreach.nomination",
                            ),
                        ),
                        ("other_nomination_less", models.IntegerField(default=0)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                fields=["proposal", "place", "-is_leader"], name="proposed_place"
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("proposal", "nomination"),
                                name="a_proposal_places_a_cadre_once",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Placement",
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
                            "batch",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="placements",
                                to="outreach.staybatch",
                            ),
                        ),
                        (
                            "place",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="placements",
                                to="outreach.batchplace",
                            ),
                        ),
                        (
                            "nomination",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="placements",
                                to="outreach.nomination",
                            ),
                        ),
                        (
                            "is_leader",
                            models.BooleanField(default=False, verbose_name="leads the team"),
                        ),
                        (
                            "line",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="outreach.proposedplacement",
                            ),
                        ),
                        (
                            "placed_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("placed_at", models.DateTimeField()),
                        ("why", models.CharField(blank=True, default="", max_length=200)),
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
                        ("ended_at", models.DateTimeField(blank=True, null=True)),
                        ("ended_why", models.CharField(blank=True, default="", max_length=200)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at", None)),
                                fields=("nomination",),
                                name="a_nominated_cadre_is_placed_once",
                                violation_error_message="This cadre is placed already.",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at", None), ("is_leader", True)),
                                fields=("place",),
                                name="a_team_has_one_leader",
                                violation_error_message="This team has a leader.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("line__isnull", False),
                                    models.Q(("why", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="a_placement_by_hand_says_why",
                                violation_error_message="Say why.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("ended_at", None), ("ended_by", None)),
                                    models.Q(
                                        ("ended_at__isnull", False), ("ended_by__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="placement_ended_at_with_ended_by",
                            ),
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="Visit",
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
                        ("client_key", models.UUIDField(default=uuid.uuid4, unique=True)),
                        ("content_digest", models.CharField(default="", max_length=64)),
                        (
                            "author",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="visits",
                                to="portal.cadre",
                                verbose_name="cadre",
                            ),
                        ),
                        (
                            "typed_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "companion_count",
                            models.PositiveSmallIntegerField(
                                db_default=0, default=0, editable=False
                            ),
                        ),
                        ("visited_on", models.DateField(verbose_name="date")),
                        (
                            "mode",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("home", "At home"),
                                    ("meeting", "Meeting"),
                                    ("field", "In the field or workshop"),
                                    ("phone", "By phone"),
                                    ("reception", "Reception"),
                                ],
                                default="",
                                max_length=10,
                                verbose_name="mode",
                            ),
                        ),
                        (
                            "summary",
                            models.TextField(
                                max_length=20000, verbose_name="what was seen and heard"
                            ),
                        ),
                        (
                            "heard",
                            models.TextField(
                                blank=True,
                                default="",
                                max_length=20000,
                                verbose_name="what people said",
                            ),
                        ),
                        (
                            "next_steps",
                            models.TextField(
                                blank=True, default="", max_length=5000, verbose_name="next steps"
                            ),
                        ),
                        (
                            "meals",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("none", "No meal there"),
                                    ("paid", "Paid by ourselves"),
                                    ("treated", "Treated to it"),
                                ],
                                db_default="",
                                default="",
                                max_length=7,
                                verbose_name="meals",
                            ),
                        ),
                        (
                            "purposes",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("stationed", "Stay in the village"),
                                        ("pairing", "Pairing visit"),
                                        ("condolence", "Festival visit"),
                                        ("research", "Research"),
                                        ("campaign", "Campaign"),
                                        ("contact_point", "Contact point"),
                                    ],
                                    max_length=16,
                                ),
                                blank=True,
                                default=list,
                                size=None,
                            ),
                        ),
                        (
                            "household_count",
                            models.PositiveSmallIntegerField(
                                blank=True, null=True, verbose_name="households"
                            ),
                        ),
                        (
                            "search",
                            django.contrib.postgres.search.SearchVectorField(
                                editable=False, null=True
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        ("voided_at", models.DateTimeField(null=True)),
                        (
                            "voided_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("void_reason", models.CharField(blank=True, default="", max_length=200)),
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
                        (
                            "companions",
                            models.ManyToManyField(
                                blank=True,
                                related_name="visits_along",
                                through="outreach.VisitCompanion",
                                to="portal.cadre",
                            ),
                        ),
                        (
                            "campaigns",
                            models.ManyToManyField(
                                blank=True, related_name="visits", to="outreach.campaign"
                            ),
                        ),
                        (
                            "households",
                            models.ManyToManyField(
                                blank=True, related_name="visits", to="outreach.household"
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
                            models.Index(
                                fields=["province", "-visited_on", "-id"], name="visit_province"
                            ),
                            models.Index(fields=["city", "-visited_on", "-id"], name="visit_city"),
                            models.Index(
                                fields=["county", "-visited_on", "-id"], name="visit_county"
                            ),
                            models.Index(
                                fields=["township", "-visited_on", "-id"], name="visit_township"
                            ),
                            models.Index(
                                fields=["unit", "-visited_on", "-id"], name="visit_unit_day"
                            ),
                            models.Index(
                                fields=["organ", "-visited_on", "-id"], name="visit_organ"
                            ),
                            models.Index(
                                fields=["host_organ", "-visited_on", "-id"], name="visit_host"
                            ),
                            models.Index(
                                fields=["author", "-visited_on", "-id"], name="visit_author"
                            ),
                            models.Index(
                                fields=["-visited_on", "-id"],
                                include=(
                                    "province",
                                    "city",
                                    "county",
                                    "township",
                                    "unit",
                                    "organ",
                                    "host_organ",
                                    "author",
                                    "typed_by",
                                    "mode",
                                    "voided_at",
                                    "companion_count",
                                ),
                                name="visit_day",
                            ),
                            django.contrib.postgres.indexes.GinIndex(
                                fastupdate=True, fields=["search"], name="visit_search"
                            ),
                            models.Index(
                                condition=models.Q(("batch__isnull", False)),
                                fields=["batch"],
                                name="visit_batch",
                            ),
                        ],
                        "constraints": [
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
                                name="voided_at_with_voided_by_and_reason",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("summary", ""), _negated=True),
                                name="a_visit_says_something",
                                violation_error_message="Write what was seen and heard.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="VisitCompanion",
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
                            "visit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="companion_rows",
                                to="outreach.visit",
                            ),
                        ),
                        (
                            "cadre",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="companion_rows",
                                to="portal.cadre",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("visit", "cadre"), name="a_companion_stands_once_in_a_visit"
                            )
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="Reflection",
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
                            "visit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="outreach.visit",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("text", models.TextField(max_length=20000)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("visit", "owner"),
                                name="one_reflection_of_a_person_on_a_visit",
                            )
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="VisitNote",
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
                            "visit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="notes",
                                to="outreach.visit",
                            ),
                        ),
                        ("text", models.TextField(max_length=5000, verbose_name="addition")),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        ("client_key", models.UUIDField(editable=False, null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("visit", "client_key"), name="a_note_is_added_once"
                            )
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="VisitDraft",
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
                        ("key", models.UUIDField(unique=True)),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="visit_drafts",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("content", models.TextField()),
                        ("updated_at", models.DateTimeField()),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["owner", "-updated_at"], name="draft_owner")
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="Campaign",
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
                            models.CharField(max_length=60, verbose_name="title of the campaign"),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("down", "Going down together (大下访)"),
                                    ("visit", "Visiting round (大走访)"),
                                    (
                                        "households",
                                        "Hundred townships, ten thousand households (百乡万户)",
                                    ),
                                    ("other", "Another campaign"),
                                ],
                                max_length=10,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "purpose",
                            models.TextField(
                                blank=True, default="", max_length=2000, verbose_name="purpose"
                            ),
                        ),
                        ("starts_on", models.DateField(verbose_name="from")),
                        ("ends_on", models.DateField(verbose_name="to")),
                        (
                            "organizer",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="campaigns",
                                to="portal.organ",
                                verbose_name="organised by",
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
                            "written_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "Draft"),
                                    ("announced", "Announced"),
                                    ("closed", "Campaign closed"),
                                ],
                                default="draft",
                                max_length=9,
                            ),
                        ),
                        ("announced_on", models.DateField(null=True)),
                        ("closed_on", models.DateField(null=True)),
                        (
                            "result_note",
                            models.TextField(
                                blank=True,
                                default="",
                                max_length=2000,
                                verbose_name="what came of it",
                            ),
                        ),
                        (
                            "search",
                            django.contrib.postgres.search.SearchVectorField(
                                editable=False, null=True
                            ),
                        ),
                        (
                            "organs",
                            models.ManyToManyField(
                                related_name="+",
                                to="portal.organ",
                                verbose_name="organs taking part",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["-starts_on", "-id"], name="campaign_day"),
                            models.Index(
                                fields=["written_by", "-created_at", "-id"], name="campaign_writer"
                            ),
                            models.Index(
                                condition=models.Q(("state", "announced")),
                                fields=["ends_on", "id"],
                                name="campaign_announced",
                            ),
                            django.contrib.postgres.indexes.GinIndex(
                                fastupdate=True, fields=["search"], name="campaign_search"
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                                name="a_campaign_ends_after_it_begins",
                                violation_error_message="The end lies before the beginning.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("announced_on", None), ("state", "draft")),
                                    models.Q(
                                        models.Q(("state", "draft"), _negated=True),
                                        ("announced_on__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="an_announced_campaign_has_its_day",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("closed_on__isnull", False),
                                        ("state", "closed"),
                                        models.Q(("result_note", ""), _negated=True),
                                    ),
                                    models.Q(
                                        models.Q(("state", "closed"), _negated=True),
                                        ("closed_on", None),
                                        ("result_note", ""),
                                    ),
                                    _connector="OR",
                                ),
                                name="a_campaign_is_closed_with_a_note",
                                violation_error_message="Say what came of it.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CampaignUnit",
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
                            "campaign",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="units",
                                to="outreach.campaign",
                            ),
                        ),
                        (
                            "going",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="portal.organ",
                                verbose_name="organ that goes there",
                            ),
                        ),
                        (
                            "household_count",
                            models.PositiveSmallIntegerField(
                                blank=True, null=True, verbose_name="households"
                            ),
                        ),
                        (
                            "cadres",
                            models.ManyToManyField(
                                blank=True,
                                related_name="+",
                                to="portal.cadre",
                                verbose_name="cadres who go there",
                            ),
                        ),
                        (
                            "households",
                            models.ManyToManyField(
                                blank=True, related_name="+", to="outreach.household"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("campaign", "unit"), name="a_unit_stands_once_in_a_campaign"
                            )
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="CampaignStep",
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
                            "campaign",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="steps",
                                to="outreach.campaign",
                            ),
                        ),
                        (
                            "move",
                            models.CharField(
                                choices=[
                                    ("drafted", "Drafted"),
                                    ("announced", "Announced"),
                                    ("changed", "Plan changed"),
                                    ("closed", "Campaign closed"),
                                ],
                                max_length=9,
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
                        ("text", models.CharField(blank=True, default="", max_length=200)),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("move", "changed"), _negated=True),
                                    models.Q(("text", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="a_plan_is_changed_for_a_reason",
                                violation_error_message="Say why the plan is changed.",
                            )
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="ContactCard",
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
                            "area",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="cards",
                                to="outreach.contactarea",
                                verbose_name="contact area",
                            ),
                        ),
                        (
                            "token",
                            models.CharField(
                                db_collation="C",
                                default=outreach.models.cards.new_token,
                                max_length=20,
                                unique=True,
                            ),
                        ),
                        (
                            "short_code",
                            models.CharField(
                                db_collation="C",
                                default=outreach.models.cards.new_short_code,
                                max_length=8,
                                unique=True,
                                verbose_name="number of the card",
                            ),
                        ),
                        ("holder", models.CharField(max_length=40)),
                        ("post", models.CharField(blank=True, default="", max_length=60)),
                        ("organ_name", models.CharField(max_length=80)),
                        ("phone", models.CharField(max_length=30)),
                        ("unit_name", models.CharField(max_length=80)),
                        ("printed_on", models.DateField(verbose_name="printed on")),
                        ("issued_on", models.DateField(verbose_name="issued on")),
                        (
                            "issued_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("revoked_on", models.DateField(null=True)),
                        (
                            "revoked_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "revoke_reason",
                            models.CharField(
                                blank=True, default="", max_length=200, verbose_name="reason"
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["-issued_on", "-id"], name="card_day"),
                            models.Index(
                                condition=models.Q(("revoked_on", None)),
                                fields=["area"],
                                name="card_area_in_force",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("revoke_reason", ""),
                                        ("revoked_by", None),
                                        ("revoked_on", None),
                                    ),
                                    models.Q(
                                        ("revoked_by__isnull", False),
                                        ("revoked_on__isnull", False),
                                        models.Q(("revoke_reason", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="a_card_is_revoked_by_somebody_with_a_reason",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("phone", ""), _negated=True),
                                name="a_card_has_a_phone",
                                violation_error_message="A card needs the cadre's public phone.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("short_code__regex", "^[1-9][0-9]{7}$")),
                                name="a_short_code_is_digits",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CardText",
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
                            "block",
                            models.CharField(
                                choices=[
                                    ("commitment", "Commitments (服务承诺)"),
                                    ("raise", "What can be raised (可反映的事项)"),
                                    ("notice", "What happens to the data (告知)"),
                                    ("supervision", "Supervision phone (监督电话)"),
                                    ("service", "Service point of the village (便民服务点)"),
                                ],
                                max_length=12,
                                verbose_name="block",
                            ),
                        ),
                        (
                            "language",
                            models.CharField(
                                db_collation="C",
                                default="zh-hans",
                                max_length=8,
                                verbose_name="language",
                            ),
                        ),
                        (
                            "division",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="portal.division",
                                verbose_name="territory",
                            ),
                        ),
                        ("text", models.CharField(max_length=600, verbose_name="text")),
                        (
                            "changed_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("changed_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("block", "language", "division"),
                                name="one_text_of_a_block_language_and_territory",
                                nulls_distinct=False,
                                violation_error_message="This text exists already; change it.",
                            )
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="Matter",
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
                        ("client_key", models.UUIDField(default=uuid.uuid4, unique=True)),
                        (
                            "content_digest",
                            models.CharField(db_default="", default="", max_length=64),
                        ),
                        ("number_area", models.CharField(db_collation="C", max_length=24)),
                        ("number_year", models.PositiveSmallIntegerField()),
                        ("number", models.PositiveIntegerField()),
                        (
                            "visit",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="matters",
                                to="outreach.visit",
                            ),
                        ),
                        (
                            "reception",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="matters",
                                to="outreach.receptionday",
                            ),
                        ),
                        (
                            "source",
                            models.CharField(
                                choices=[
                                    ("visit", "Visit"),
                                    ("reception", "Reception"),
                                    ("stay", "Stay in the village"),
                                    ("research", "Research"),
                                    ("call", "Call or paper slip"),
                                    ("card", "Contact card"),
                                    ("forwarded", "Forwarded"),
                                ],
                                default="visit",
                                max_length=10,
                                verbose_name="source",
                            ),
                        ),
                        (
                            "registered_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="matters",
                                to="portal.cadre",
                            ),
                        ),
                        (
                            "typed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("registered_on", models.DateField(verbose_name="registered on")),
                        ("created_at", models.DateTimeField()),
                        (
                            "raiser_kind",
                            models.CharField(
                                choices=[
                                    ("villager", "Villager or resident"),
                                    ("employee", "Employee"),
                                    ("party_org", "Party organisation"),
                                    ("enterprise", "Enterprise or social organisation"),
                                    ("found", "Found by the cadre"),
                                ],
                                default="villager",
                                max_length=10,
                                verbose_name="raised by",
                            ),
                        ),
                        (
                            "confidentiality",
                            models.CharField(
                                choices=[
                                    ("named", "Named"),
                                    ("organisation", "Name for the organisation department only"),
                                    ("anonymous", "Anonymous"),
                                ],
                                default="named",
                                max_length=12,
                                verbose_name="confidentiality",
                            ),
                        ),
                        ("raiser_display", models.CharField(blank=True, default="", max_length=20)),
                        (
                            "nature",
                            models.CharField(
                                choices=[
                                    ("consultation", "Question"),
                                    ("help", "Request for help"),
                                    ("complaint", "Complaint"),
                                    ("suggestion", "Suggestion"),
                                ],
                                default="help",
                                max_length=12,
                                verbose_name="nature",
                            ),
                        ),
                        (
                            "category",
                            models.CharField(
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
                                max_length=2,
                                verbose_name="category",
                            ),
                        ),
                        (
                            "urgency",
                            models.CharField(
                                choices=[
                                    ("simple", "Simple"),
                                    ("normal", "Normal"),
                                    ("complex", "Complex"),
                                    ("project", "Needs a project or funds"),
                                    ("urgent", "Urgent (safety)"),
                                ],
                                default="normal",
                                max_length=8,
                                verbose_name="urgency",
                            ),
                        ),
                        ("title", models.CharField(max_length=60, verbose_name="matter")),
                        (
                            "request_text",
                            models.TextField(
                                blank=True, default="", max_length=10000, verbose_name="details"
                            ),
                        ),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("registered", "Registered, to be taken up"),
                                    ("escalated", "Waiting for assignment"),
                                    ("assigned", "To be signed for"),
                                    ("in_progress", "In progress"),
                                    ("proposed", "To be confirmed"),
                                    ("suspended", "Suspended"),
                                    ("reported", "Result to be reviewed"),
                                    ("awaiting_word", "Waiting for the people's word"),
                                    ("twice_unsatisfied", "Twice not satisfied, under review"),
                                    ("closed", "Closed"),
                                ],
                                default="registered",
                                max_length=18,
                            ),
                        ),
                        (
                            "stage",
                            models.CharField(
                                choices=[
                                    ("waiting", "To be taken up"),
                                    ("handling", "In progress"),
                                    ("call_back", "Call-back"),
                                    ("closed", "Closed"),
                                ],
                                default="waiting",
                                max_length=10,
                            ),
                        ),
                        (
                            "lead_organ",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="led_matters",
                                to="portal.organ",
                            ),
                        ),
                        ("assigned_by_desk", models.BooleanField(default=False)),
                        (
                            "lead_official",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="portal.cadre",
                                verbose_name="lead official",
                            ),
                        ),
                        ("due_on", models.DateField(verbose_name="due")),
                        ("due_at", models.DateTimeField(null=True)),
                        ("original_due_on", models.DateField()),
                        (
                            "resolution",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("solved", "Solved"),
                                    ("partly", "Partly solved"),
                                    ("planned", "Entered into a plan"),
                                    ("explained", "Explained"),
                                ],
                                default="",
                                max_length=10,
                                verbose_name="result",
                            ),
                        ),
                        (
                            "result_text",
                            models.TextField(
                                blank=True,
                                default="",
                                max_length=5000,
                                verbose_name="what was done",
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
                            ),
                        ),
                        ("reopen_count", models.PositiveSmallIntegerField(default=0)),
                        (
                            "closure",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("satisfied", "Closed by the people's word"),
                                    ("unrated", "Closed, not rated"),
                                    ("unsatisfied", "The people remain unsatisfied"),
                                    ("referred", "Referred to a statutory channel"),
                                    ("withdrawn", "Withdrawn by the raiser"),
                                    ("merged", "Merged into another matter"),
                                ],
                                default="",
                                max_length=12,
                            ),
                        ),
                        ("closed_on", models.DateField(null=True)),
                        ("answered_on", models.DateField(null=True)),
                        ("referred_to", models.CharField(blank=True, default="", max_length=60)),
                        (
                            "merged_into",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="merged_matters",
                                to="outreach.matter",
                            ),
                        ),
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
                        (
                            "old_number",
                            models.CharField(
                                blank=True,
                                db_collation="C",
                                db_default="",
                                default="",
                                max_length=40,
                                verbose_name="old number",
                            ),
                        ),
                        (
                            "search",
                            django.contrib.postgres.search.SearchVectorField(
                                editable=False, null=True
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                fields=["province", "-registered_on", "-id"], name="matter_province"
                            ),
                            models.Index(
                                fields=["city", "-registered_on", "-id"], name="matter_city"
                            ),
                            models.Index(
                                fields=["county", "-registered_on", "-id"], name="matter_county"
                            ),
                            models.Index(
                                fields=["township", "-registered_on", "-id"], name="matter_township"
                            ),
                            models.Index(
                                fields=["organ", "-registered_on", "-id"], name="matter_organ"
                            ),
                            models.Index(
                                fields=["host_organ", "-registered_on", "-id"],
                                name="matter_host_organ",
                            ),
                            models.Index(
                                fields=["lead_organ", "-registered_on", "-id"],
                                name="matter_lead_organ",
                            ),
                            models.Index(
                                fields=["province", "due_on", "id"], name="matter_province_due"
                            ),
                            models.Index(fields=["city", "due_on", "id"], name="matter_city_due"),
                            models.Index(
                                fields=["county", "due_on", "id"], name="matter_county_due"
                            ),
                            models.Index(
                                fields=["township", "due_on", "id"], name="matter_township_due"
                            ),
                            models.Index(fields=["organ", "due_on", "id"], name="matter_organ_due"),
                            models.Index(
                                fields=["host_organ", "due_on", "id"], name="matter_host_organ_due"
                            ),
                            models.Index(
                                fields=["lead_organ", "due_on", "id"], name="matter_lead_organ_due"
                            ),
                            models.Index(
                                fields=["-registered_on", "-id"],
                                include=(
                                    "province",
                                    "city",
                                    "county",
                                    "township",
                                    "unit",
                                    "organ",
                                    "host_organ",
                                    "lead_organ",
                                    "registered_by",
                                    "typed_by",
                                    "category",
                                    "status",
                                    "stage",
                                    "urgency",
                                    "closure",
                                    "word",
                                    "due_on",
                                ),
                                name="matter_day",
                            ),
                            models.Index(
                                fields=["category", "-registered_on", "-id"],
                                include=("province", "city", "registered_by", "typed_by"),
                                name="matter_category",
                            ),
                            models.Index(fields=["due_on", "id"], name="matter_due"),
                            models.Index(
                                fields=["unit", "-registered_on", "-id"], name="matter_unit"
                            ),
                            models.Index(
                                fields=["stage", "-registered_on", "-id"], name="matter_stage"
                            ),
                            models.Index(
                                condition=models.Q(("status", "closed"), _negated=True),
                                fields=["status"],
                                name="matter_open_status",
                            ),
                            models.Index(
                                condition=models.Q(("status", "closed"), _negated=True),
                                fields=["unit"],
                                include=(
                                    "province",
                                    "city",
                                    "county",
                                    "township",
                                    "division",
                                    "organ",
                                    "host_organ",
                                    "status",
                                ),
                                name="matter_open_unit",
                            ),
                            models.Index(
                                condition=models.Q(
                                    ("lead_official__isnull", False),
                                    models.Q(("status", "closed"), _negated=True),
                                ),
                                fields=["lead_official"],
                                name="matter_lead_official",
                            ),
                            django.contrib.postgres.indexes.GinIndex(
                                fastupdate=True, fields=["search"], name="matter_search"
                            ),
                            models.Index(
                                condition=models.Q(("batch__isnull", False)),
                                fields=["batch"],
                                name="matter_batch",
                            ),
                            models.Index(
                                condition=models.Q(("reception__isnull", False)),
                                fields=["reception"],
                                name="matter_reception",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("number_area", "number_year", "number"),
                                name="one_matter_of_a_number_in_area_and_year",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("old_number", ""), _negated=True),
                                fields=("host_organ", "organ", "number_year", "old_number"),
                                name="one_matter_of_an_old_number",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("closed_on__isnull", False),
                                        ("status", "closed"),
                                        models.Q(("closure", ""), _negated=True),
                                    ),
                                    models.Q(
                                        models.Q(("status", "closed"), _negated=True),
                                        ("closed_on", None),
                                        ("closure", ""),
                                    ),
                                    _connector="OR",
                                ),
                                name="closed_status_with_closure_and_day",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("closure", "merged"), ("merged_into__isnull", False)),
                                    models.Q(
                                        models.Q(("closure", "merged"), _negated=True),
                                        ("merged_into", None),
                                    ),
                                    _connector="OR",
                                ),
                                name="merged_closure_with_target",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("closure", "satisfied"), _negated=True),
                                    ("word__in", ["satisfied", "basically"]),
                                    _connector="OR",
                                ),
                                name="satisfied_closure_only_by_a_satisfied_word",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("closure", "unrated"), _negated=True),
                                    ("word__in", ["", "declined", "unreachable"]),
                                    _connector="OR",
                                ),
                                name="unrated_closure_never_over_a_spoken_word",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("confidentiality", "anonymous"), _negated=True),
                                    ("raiser_display", ""),
                                    _connector="OR",
                                ),
                                name="an_anonymous_raiser_has_no_name",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("typed_by__isnull", False), ("source", "card"), _connector="OR"
                                ),
                                name="only_the_raiser_types_without_an_account",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("merged_into", None),
                                    models.Q(("merged_into", models.F("id")), _negated=True),
                                    _connector="OR",
                                ),
                                name="a_matter_is_not_merged_into_itself",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MatterNumber",
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
                        ("area", models.CharField(db_collation="C", max_length=24)),
                        ("year", models.PositiveSmallIntegerField()),
                        ("last", models.PositiveIntegerField(default=0)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("area", "year"), name="one_counter_for_area_and_year"
                            )
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="MatterSide",
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
                            "matter",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="sides",
                                to="outreach.matter",
                            ),
                        ),
                        (
                            "label",
                            models.CharField(
                                choices=[("a", "Side A"), ("b", "Side B")], max_length=2
                            ),
                        ),
                        ("display", models.CharField(max_length=20, verbose_name="shown as")),
                        (
                            "statement",
                            models.TextField(
                                blank=True,
                                default="",
                                max_length=2000,
                                verbose_name="what this side says",
                            ),
                        ),
                        ("agreed", models.BooleanField(null=True, verbose_name="agreed")),
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
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("matter", "label"), name="two_sides_of_a_dispute"
                            )
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="MatterContact",
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
                            "matter",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="outreach.matter",
                            ),
                        ),
                        (
                            "side",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="outreach.matterside",
                            ),
                        ),
                        ("name_cipher", models.TextField(default="")),
                        ("phone_cipher", models.TextField(default="")),
                        (
                            "phone_index",
                            models.CharField(
                                db_collation="C", db_index=True, default="", max_length=64
                            ),
                        ),
                        ("address_cipher", models.TextField(default="")),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("matter", "side"),
                                name="one_contact_of_a_matter_or_side",
                                nulls_distinct=False,
                            )
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="MatterAssignment",
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
                            "matter",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="assignments",
                                to="outreach.matter",
                            ),
                        ),
                        (
                            "organ",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="assignments",
                                to="portal.organ",
                            ),
                        ),
                        (
                            "part",
                            models.CharField(
                                choices=[("lead", "Lead"), ("support", "Support")],
                                default="lead",
                                max_length=8,
                            ),
                        ),
                        (
                            "requirement",
                            models.CharField(
                                blank=True, default="", max_length=500, verbose_name="what is asked"
                            ),
                        ),
                        (
                            "assigned_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("assigned_at", models.DateTimeField()),
                        ("sign_due_on", models.DateField()),
                        ("is_final", models.BooleanField(default=False)),
                        (
                            "signed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("signed_at", models.DateTimeField(null=True)),
                        (
                            "officer",
                            models.CharField(
                                blank=True,
                                default="",
                                max_length=40,
                                verbose_name="officer in charge",
                            ),
                        ),
                        ("ended_at", models.DateTimeField(null=True)),
                        (
                            "returned_reason",
                            models.CharField(blank=True, default="", max_length=1000),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("ended_at", None)),
                                fields=["organ", "matter"],
                                name="assignment_live",
                            ),
                            models.Index(
                                condition=models.Q(("returned_reason", ""), _negated=True),
                                fields=["matter"],
                                name="assignment_returned",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at", None), ("part", "lead")),
                                fields=("matter",),
                                name="one_lead_organ_at_a_time",
                                violation_error_message="A matter has one lead organ.",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at", None)),
                                fields=("matter", "organ"),
                                name="an_organ_is_assigned_once",
                                violation_error_message="This organ already has the matter.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("signed_at", None), ("signed_by", None)),
                                    models.Q(
                                        ("signed_at__isnull", False), ("signed_by__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="signed_at_with_signed_by",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MatterStep",
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
                            "matter",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="steps",
                                to="outreach.matter",
                            ),
                        ),
                        ("move", models.CharField(db_collation="C", max_length=24)),
                        ("at", models.DateTimeField()),
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
                            "on_behalf_of",
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
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="portal.organ",
                            ),
                        ),
                        (
                            "from_status",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("registered", "Registered, to be taken up"),
                                    ("escalated", "Waiting for assignment"),
                                    ("assigned", "To be signed for"),
                                    ("in_progress", "In progress"),
                                    ("proposed", "To be confirmed"),
                                    ("suspended", "Suspended"),
                                    ("reported", "Result to be reviewed"),
                                    ("awaiting_word", "Waiting for the people's word"),
                                    ("twice_unsatisfied", "Twice not satisfied, under review"),
                                    ("closed", "Closed"),
                                ],
                                default="",
                                max_length=18,
                            ),
                        ),
                        (
                            "to_status",
                            models.CharField(
                                choices=[
                                    ("registered", "Registered, to be taken up"),
                                    ("escalated", "Waiting for assignment"),
                                    ("assigned", "To be signed for"),
                                    ("in_progress", "In progress"),
                                    ("proposed", "To be confirmed"),
                                    ("suspended", "Suspended"),
                                    ("reported", "Result to be reviewed"),
                                    ("awaiting_word", "Waiting for the people's word"),
                                    ("twice_unsatisfied", "Twice not satisfied, under review"),
                                    ("closed", "Closed"),
                                ],
                                max_length=18,
                            ),
                        ),
                        ("text", models.TextField(blank=True, default="", max_length=5000)),
                        ("facts", models.JSONField(default=dict)),
                        ("client_key", models.UUIDField(editable=False, null=True)),
                        (
                            "attachments",
                            models.ManyToManyField(
                                related_name="matter_steps", to="portal.attachment"
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["matter", "-at", "-id"], name="step_matter"),
                            models.Index(fields=["by", "matter"], name="step_by"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("client_key__isnull", False)),
                                fields=("matter", "client_key"),
                                name="a_step_is_made_once",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MatterCare",
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
                            "matter",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="cares",
                                to="outreach.matter",
                            ),
                        ),
                        (
                            "cadre",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="portal.cadre",
                            ),
                        ),
                        (
                            "handover",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="cares",
                                to="outreach.stayhandover",
                            ),
                        ),
                        ("ended_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at", None)),
                                fields=("matter",),
                                name="one_carries_a_matter_on",
                            )
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="MatterRequest",
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
                            "matter",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="requests",
                                to="outreach.matter",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("extension", "Extension"),
                                    ("on_the_spot", "Settled on the spot"),
                                    ("explained", "Explained, cannot be done"),
                                    ("referred", "Referred to a statutory channel"),
                                    ("suspended", "Suspended until conditions allow"),
                                    ("withdrawn", "Withdrawn by the raiser"),
                                    ("merged", "Same as another matter"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("reason", models.TextField(max_length=1000, verbose_name="reason")),
                        ("new_due_on", models.DateField(null=True, verbose_name="new deadline")),
                        (
                            "channel",
                            models.CharField(
                                blank=True, default="", max_length=60, verbose_name="channel"
                            ),
                        ),
                        (
                            "target",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="outreach.matter",
                            ),
                        ),
                        (
                            "status_before",
                            models.CharField(
                                choices=[
                                    ("registered", "Registered, to be taken up"),
                                    ("escalated", "Waiting for assignment"),
                                    ("assigned", "To be signed for"),
                                    ("in_progress", "In progress"),
                                    ("proposed", "To be confirmed"),
                                    ("suspended", "Suspended"),
                                    ("reported", "Result to be reviewed"),
                                    ("awaiting_word", "Waiting for the people's word"),
                                    ("twice_unsatisfied", "Twice not satisfied, under review"),
                                    ("closed", "Closed"),
                                ],
                                max_length=18,
                            ),
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
                            "on_behalf_of",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("asked_at", models.DateTimeField()),
                        (
                            "decided_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("decided_at", models.DateTimeField(null=True)),
                        ("approved", models.BooleanField(null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("decided_at", None)),
                                fields=("matter",),
                                name="one_open_request_of_a_matter",
                                violation_error_message="A request about this matter is already waiting.",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("approved", True), ("kind", "extension")),
                                fields=("matter",),
                                name="one_extension_of_a_matter",
                                violation_error_message="The deadline was extended once already.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("decided_by", None),
                                    models.Q(
                                        models.Q(
                                            ("decided_by", models.F("asked_by")), _negated=True
                                        ),
                                        models.Q(
                                            ("decided_by", models.F("on_behalf_of")), _negated=True
                                        ),
                                    ),
                                    _connector="OR",
                                ),
                                name="decided_by_a_second_person",
                                violation_error_message="A second person confirms.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("approved", None),
                                        ("decided_at", None),
                                        ("decided_by", None),
                                    ),
                                    models.Q(
                                        ("approved__isnull", False),
                                        ("decided_at__isnull", False),
                                        ("decided_by__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="decision_whole_or_absent",
                            ),
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="SupervisionOrder",
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
                            "matter",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="orders",
                                to="outreach.matter",
                            ),
                        ),
                        (
                            "instruction",
                            models.TextField(max_length=1000, verbose_name="instruction"),
                        ),
                        (
                            "leader",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("issued_at", models.DateTimeField()),
                        ("due_on", models.DateField(verbose_name="answer due")),
                        (
                            "answer",
                            models.TextField(
                                blank=True, default="", max_length=2000, verbose_name="answer"
                            ),
                        ),
                        (
                            "answered_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("answered_at", models.DateTimeField(null=True)),
                        ("settled_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["leader", "settled_at"], name="order_leader")
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("answered_at", None), ("answered_by", None)),
                                    models.Q(
                                        ("answered_at__isnull", False),
                                        ("answered_by__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="answered_at_with_answered_by",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("settled_at", None),
                                    ("answered_at__isnull", False),
                                    _connector="OR",
                                ),
                                name="an_order_is_settled_after_its_answer",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FollowUp",
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
                            "matter",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="follow_ups",
                                to="outreach.matter",
                            ),
                        ),
                        (
                            "side",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="follow_ups",
                                to="outreach.matterside",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[("word", "Call-back"), ("sample", "Sample call-back")],
                                default="word",
                                max_length=6,
                            ),
                        ),
                        ("round", models.PositiveSmallIntegerField(default=0)),
                        (
                            "caller",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "arranged_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("starts_on", models.DateField()),
                        ("due_on", models.DateField()),
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
                            ),
                        ),
                        ("comment", models.CharField(blank=True, default="", max_length=500)),
                        ("method", models.CharField(blank=True, default="", max_length=10)),
                        ("answered_at", models.DateTimeField(null=True)),
                        (
                            "answered_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("given_up_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("answered_at", None), ("given_up_at", None)),
                                fields=["caller", "due_on"],
                                name="follow_up_open",
                            ),
                            models.Index(
                                condition=models.Q(("answered_at__isnull", False)),
                                fields=["-answered_at", "-id"],
                                name="follow_up_answered",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("matter", "kind", "round", "side"),
                                name="one_call_back_of_a_kind_for_each_result",
                                nulls_distinct=False,
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("answered_at", None), ("answered_by", None), ("word", "")
                                    ),
                                    models.Q(
                                        ("answered_at__isnull", False),
                                        models.Q(
                                            ("answered_by__isnull", False),
                                            ("method", "slip"),
                                            _connector="OR",
                                        ),
                                        models.Q(("word", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="an_answer_has_word_time_and_person",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FollowUpTry",
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
                            "follow_up",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="tries",
                                to="outreach.followup",
                            ),
                        ),
                        ("on", models.DateField()),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("note", models.CharField(blank=True, default="", max_length=500)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("follow_up", "on"),
                                name="one_try_a_day_counts",
                                violation_error_message="Today's try is already noted; try on another day.",
                            )
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="YearClosing",
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
                            "division",
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
                        ("is_hosted", models.BooleanField(default=False)),
                        ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                        ("count", models.PositiveIntegerField()),
                        (
                            "closed_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("closed_at", models.DateTimeField()),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["-closed_at", "-id"], name="year_closing_newest")
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("year", "division", "organ", "is_hosted"),
                                name="a_year_is_closed_once",
                                nulls_distinct=False,
                                violation_error_message="This year is closed already.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CarriedMatter",
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
                            "closing",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="carried",
                                to="outreach.yearclosing",
                            ),
                        ),
                        ("year", models.PositiveSmallIntegerField()),
                        (
                            "matter",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="carried",
                                to="outreach.matter",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("year", "matter"),
                                name="a_matter_is_carried_out_of_a_year_once",
                            )
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="CondolenceCampaign",
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
                            "festival",
                            models.CharField(
                                choices=[
                                    ("newyear", "New Year's Day (元旦)"),
                                    ("spring", "Spring Festival (春节)"),
                                    ("party", "Founding of the Party (七一)"),
                                    ("army", "Army Day (八一)"),
                                    ("autumn", "Mid-Autumn (中秋)"),
                                    ("national", "National Day (国庆)"),
                                    ("ninth", "Double Ninth (重阳)"),
                                ],
                                max_length=8,
                                verbose_name="festival",
                            ),
                        ),
                        (
                            "year",
                            models.PositiveSmallIntegerField(verbose_name="year of the festival"),
                        ),
                        ("festival_on", models.DateField(editable=False)),
                        ("starts_on", models.DateField(verbose_name="visits from")),
                        ("ends_on", models.DateField(verbose_name="visits to")),
                        (
                            "organ",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="portal.organ",
                                verbose_name="organiser",
                            ),
                        ),
                        (
                            "division",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="portal.division",
                            ),
                        ),
                        (
                            "objection_phone",
                            models.CharField(max_length=30, verbose_name="objection phone"),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("listing", "Recipients are put forward"),
                                    ("notice", "Public notice runs"),
                                    ("heard", "Objections over"),
                                    ("approved", "List approved"),
                                    ("visiting", "Visits under way"),
                                    ("closed", "Campaign closed"),
                                ],
                                default="listing",
                                max_length=8,
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
                        ("notice_from", models.DateField(blank=True, null=True)),
                        ("notice_to", models.DateField(blank=True, null=True)),
                        (
                            "document",
                            models.CharField(
                                blank=True,
                                default="",
                                max_length=60,
                                verbose_name="number of the approval document",
                            ),
                        ),
                        ("approved_on", models.DateField(blank=True, null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                fields=["-festival_on", "-id"], name="condolence_campaign_day"
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("organ", "festival", "year"),
                                name="one_campaign_of_an_organ_and_festival",
                                violation_error_message="This organ has a campaign for this festival already.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("notice_from", None), ("notice_to", None)),
                                    models.Q(
                                        ("notice_from__isnull", False),
                                        ("notice_to__gte", models.F("notice_from")),
                                    ),
                                    _connector="OR",
                                ),
                                name="a_notice_of_recipients_has_both_days",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("approved_on", None),
                                        ("state__in", ["listing", "notice", "heard"]),
                                    ),
                                    models.Q(
                                        ("approved_on__isnull", False),
                                        ("state__in", ["approved", "visiting", "closed"]),
                                    ),
                                    _connector="OR",
                                ),
                                name="a_list_approved_has_its_day",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                                name="visits_end_after_they_begin",
                                violation_error_message="The end lies before the beginning.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CondolenceStep",
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
                            "campaign",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="steps",
                                to="outreach.condolencecampaign",
                            ),
                        ),
                        (
                            "from_state",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("listing", "Recipients are put forward"),
                                    ("notice", "Public notice runs"),
                                    ("heard", "Objections over"),
                                    ("approved", "List approved"),
                                    ("visiting", "Visits under way"),
                                    ("closed", "Campaign closed"),
                                ],
                                default="",
                                max_length=8,
                            ),
                        ),
                        (
                            "to_state",
                            models.CharField(
                                choices=[
                                    ("listing", "Recipients are put forward"),
                                    ("notice", "Public notice runs"),
                                    ("heard", "Objections over"),
                                    ("approved", "List approved"),
                                    ("visiting", "Visits under way"),
                                    ("closed", "Campaign closed"),
                                ],
                                max_length=8,
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
                            "on_behalf_of",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        ("note", models.CharField(blank=True, default="", max_length=200)),
                    ],
                ),
                migrations.CreateModel(
                    name="CondolenceBudget",
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
                            "campaign",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="budgets",
                                to="outreach.condolencecampaign",
                            ),
                        ),
                        (
                            "source",
                            models.CharField(
                                choices=[
                                    ("dues", "Party dues kept in trust (代管党费)"),
                                    ("finance", "Public finance (财政)"),
                                    ("unit", "Organ's own funds (单位)"),
                                    ("donated", "Donations (社会捐助)"),
                                ],
                                max_length=8,
                                verbose_name="source of funds",
                            ),
                        ),
                        (
                            "amount",
                            models.DecimalField(
                                decimal_places=2, max_digits=11, verbose_name="yuan"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("campaign", "source"),
                                name="one_budget_of_a_source_in_a_campaign",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("amount__gte", 0)),
                                name="a_budget_is_not_negative",
                                violation_error_message="An amount is not negative.",
                            ),
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="CondolenceStandard",
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
                            "campaign",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="standards",
                                to="outreach.condolencecampaign",
                            ),
                        ),
                        (
                            "category",
                            models.CharField(
                                choices=[
                                    ("oldmember", "Old Party member (老党员)"),
                                    ("oldcadre", "Retired cadre (老干部)"),
                                    ("member", "Party member in hardship (困难党员)"),
                                    ("masses", "Household in hardship (困难群众)"),
                                    ("worker", "Worker in hardship (困难职工)"),
                                    ("model", "Model worker (劳模)"),
                                    ("service", "Military family or veteran (军属、退役军人)"),
                                    ("other", "Other recipient"),
                                ],
                                max_length=9,
                                verbose_name="category",
                            ),
                        ),
                        (
                            "amount",
                            models.DecimalField(
                                decimal_places=2,
                                max_digits=9,
                                validators=[django.core.validators.MinValueValidator(0)],
                                verbose_name="yuan",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("campaign", "category"),
                                name="one_standard_of_a_category_in_a_campaign",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("amount__gt", 0)),
                                name="a_standard_is_positive",
                                violation_error_message="An amount is more than nothing.",
                            ),
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="CondolenceRecipient",
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
                            "campaign",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="recipients",
                                to="outreach.condolencecampaign",
                            ),
                        ),
                        (
                            "serial",
                            models.CharField(
                                blank=True,
                                default="",
                                max_length=12,
                                verbose_name="number on the village's roster",
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
                        ("masked_name", models.CharField(max_length=8, verbose_name="shown as")),
                        (
                            "name_index",
                            models.CharField(db_collation="C", editable=False, max_length=64),
                        ),
                        (
                            "gender",
                            models.CharField(
                                blank=True,
                                choices=[("0", "Unknown"), ("1", "Male"), ("2", "Female")],
                                default="0",
                                max_length=1,
                                verbose_name="gender",
                            ),
                        ),
                        (
                            "age_band",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("u60", "under 60"),
                                    ("60", "60–69"),
                                    ("70", "70–79"),
                                    ("80", "80 and over"),
                                ],
                                default="",
                                max_length=3,
                                verbose_name="age band",
                            ),
                        ),
                        (
                            "joined_party",
                            models.CharField(
                                blank=True,
                                default="",
                                help_text="1968-07",
                                max_length=7,
                                verbose_name="joined the Party in",
                            ),
                        ),
                        (
                            "category",
                            models.CharField(
                                choices=[
                                    ("oldmember", "Old Party member (老党员)"),
                                    ("oldcadre", "Retired cadre (老干部)"),
                                    ("member", "Party member in hardship (困难党员)"),
                                    ("masses", "Household in hardship (困难群众)"),
                                    ("worker", "Worker in hardship (困难职工)"),
                                    ("model", "Model worker (劳模)"),
                                    ("service", "Military family or veteran (军属、退役军人)"),
                                    ("other", "Other recipient"),
                                ],
                                max_length=9,
                                verbose_name="category",
                            ),
                        ),
                        (
                            "reason",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("disaster", "Disaster (受灾)"),
                                    ("schooling", "Cost of schooling (就学负担)"),
                                    ("labour", "Lacks working hands (缺劳力)"),
                                    ("income", "Low income (收入低)"),
                                    ("expense", "Large necessary expense (刚性支出大)"),
                                    ("sudden", "Sudden change (突发变故)"),
                                    ("housing", "Housing (住房困难)"),
                                    ("work", "No work (就业困难)"),
                                    ("alone", "Old people alone (空巢独居)"),
                                    ("other", "Other hardship"),
                                ],
                                default="",
                                max_length=9,
                                verbose_name="kind of hardship",
                            ),
                        ),
                        (
                            "amount",
                            models.DecimalField(
                                decimal_places=2,
                                default=Decimal("0"),
                                max_digits=9,
                                validators=[django.core.validators.MinValueValidator(0)],
                                verbose_name="money, yuan",
                            ),
                        ),
                        (
                            "goods",
                            models.CharField(
                                blank=True, default="", max_length=60, verbose_name="goods"
                            ),
                        ),
                        (
                            "goods_value",
                            models.DecimalField(
                                decimal_places=2,
                                default=Decimal("0"),
                                max_digits=9,
                                validators=[django.core.validators.MinValueValidator(0)],
                                verbose_name="value of the goods, yuan",
                            ),
                        ),
                        (
                            "source",
                            models.CharField(
                                choices=[
                                    ("dues", "Party dues kept in trust (代管党费)"),
                                    ("finance", "Public finance (财政)"),
                                    ("unit", "Organ's own funds (单位)"),
                                    ("donated", "Donations (社会捐助)"),
                                ],
                                max_length=8,
                                verbose_name="source of funds",
                            ),
                        ),
                        (
                            "put_forward_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("put_forward_at", models.DateTimeField()),
                        ("removed_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "removed_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "removed_reason",
                            models.CharField(blank=True, default="", max_length=200),
                        ),
                        (
                            "batch",
                            models.ForeignKey(
                                blank=True,
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
                                fields=["campaign", "unit", "id"], name="recipient_campaign"
                            ),
                            models.Index(fields=["-put_forward_at", "-id"], name="recipient_day"),
                            models.Index(
                                fields=["county", "-put_forward_at", "-id"], name="recipient_county"
                            ),
                            models.Index(
                                fields=["host_organ", "-put_forward_at", "-id"],
                                name="recipient_host",
                            ),
                            models.Index(
                                fields=["organ", "-put_forward_at", "-id"], name="recipient_organ"
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("removed_at", None)),
                                fields=("campaign", "unit", "name_index", "serial"),
                                name="a_recipient_stands_once_in_a_campaign",
                                violation_error_message="This person stands on the list of this festival.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("amount__gte", 0),
                                    ("goods_value__gte", 0),
                                    models.Q(
                                        ("amount__gt", 0), ("goods_value__gt", 0), _connector="OR"
                                    ),
                                ),
                                name="a_recipient_is_given_something",
                                violation_error_message="Write an amount, or goods with their value.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("goods", ""), ("goods_value", 0)),
                                    models.Q(
                                        models.Q(("goods", ""), _negated=True),
                                        ("goods_value__gt", 0),
                                    ),
                                    _connector="OR",
                                ),
                                name="goods_have_their_value",
                                violation_error_message="Goods need their name and their value.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("reason", ""),
                                    ("category__in", ["member", "masses", "worker"]),
                                    _connector="OR",
                                ),
                                name="hardship_is_asked_where_there_is_some",
                                violation_error_message="A kind of hardship is asked of those in hardship only.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("joined_party", ""),
                                    ("joined_party__regex", "^\\d{4}-(0[1-9]|1[0-2])$"),
                                    _connector="OR",
                                ),
                                name="joined_party_is_a_month",
                                violation_error_message="Write the month as 1968-07.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("removed_at", None),
                                        ("removed_by", None),
                                        ("removed_reason", ""),
                                    ),
                                    models.Q(
                                        ("removed_at__isnull", False),
                                        ("removed_by__isnull", False),
                                        models.Q(("removed_reason", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="a_recipient_is_removed_by_somebody_with_a_reason",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CondolenceName",
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
                            "campaign",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="outreach.condolencecampaign",
                            ),
                        ),
                        (
                            "recipient",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="outreach.condolencerecipient",
                            ),
                        ),
                        ("name_cipher", models.TextField()),
                    ],
                ),
                migrations.CreateModel(
                    name="CondolenceObjection",
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
                            "campaign",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="objections",
                                to="outreach.condolencecampaign",
                            ),
                        ),
                        (
                            "recipient",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="objections",
                                to="outreach.condolencerecipient",
                            ),
                        ),
                        ("received_on", models.DateField(verbose_name="received on")),
                        (
                            "way",
                            models.CharField(
                                choices=[
                                    ("phone", "By phone"),
                                    ("visit", "In person"),
                                    ("paper", "In writing"),
                                ],
                                max_length=5,
                                verbose_name="how it came",
                            ),
                        ),
                        ("text", models.CharField(max_length=500, verbose_name="what was said")),
                        (
                            "entered_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("entered_at", models.DateTimeField()),
                        (
                            "decision",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("kept", "The recipient stays"),
                                    ("removed", "The recipient is removed"),
                                    ("noted", "Explained, the list stays"),
                                ],
                                max_length=7,
                                verbose_name="decision",
                            ),
                        ),
                        (
                            "decided_reason",
                            models.CharField(
                                blank=True, default="", max_length=300, verbose_name="reason"
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
                        ("decided_at", models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("decided_at", None)),
                                fields=["received_on", "id"],
                                name="objection_open",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("decided_at", None),
                                        ("decided_by", None),
                                        ("decided_reason", ""),
                                        ("decision", ""),
                                    ),
                                    models.Q(
                                        ("decided_at__isnull", False),
                                        ("decided_by__isnull", False),
                                        models.Q(("decision", ""), _negated=True),
                                        models.Q(("decided_reason", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="an_objection_is_decided_by_somebody_with_a_reason",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CondolenceVisit",
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
                            "recipient",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="visits",
                                to="outreach.condolencerecipient",
                            ),
                        ),
                        ("visited_on", models.DateField(verbose_name="date")),
                        (
                            "first_cadre",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="portal.cadre",
                                verbose_name="first visitor",
                            ),
                        ),
                        (
                            "second_cadre",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="portal.cadre",
                                verbose_name="second visitor",
                            ),
                        ),
                        (
                            "amount",
                            models.DecimalField(
                                decimal_places=2,
                                max_digits=9,
                                validators=[django.core.validators.MinValueValidator(0)],
                                verbose_name="money delivered, yuan",
                            ),
                        ),
                        (
                            "goods",
                            models.CharField(
                                blank=True,
                                default="",
                                max_length=60,
                                verbose_name="goods delivered",
                            ),
                        ),
                        (
                            "goods_value",
                            models.DecimalField(
                                decimal_places=2,
                                default=Decimal("0"),
                                max_digits=9,
                                validators=[django.core.validators.MinValueValidator(0)],
                                verbose_name="value of the goods, yuan",
                            ),
                        ),
                        (
                            "way",
                            models.CharField(
                                choices=[
                                    ("transfer", "Transferred from the unit's account"),
                                    ("handed", "Handed over by the two visitors"),
                                ],
                                max_length=8,
                                verbose_name="how the money went",
                            ),
                        ),
                        (
                            "handed_by",
                            models.CharField(max_length=40, verbose_name="handed over by"),
                        ),
                        (
                            "diary",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="outreach.visit",
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
                        ("entered_at", models.DateTimeField()),
                        ("voided_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "voided_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("void_reason", models.CharField(blank=True, default="", max_length=200)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["visited_on", "id"], name="condolence_visit_day")
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("voided_at", None)),
                                fields=("recipient",),
                                name="a_recipient_is_visited_once_in_a_campaign",
                                violation_error_message="This recipient has been visited.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("first_cadre", models.F("second_cadre")), _negated=True
                                ),
                                name="two_people_visit",
                                violation_error_message="Two different cadres visit; name the second one.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("amount__gte", 0), ("goods_value__gte", 0)),
                                name="what_is_delivered_is_not_negative",
                                violation_error_message="An amount is not negative.",
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
                                name="a_condolence_visit_is_voided_with_a_reason",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PublishedList",
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
                        ("token", models.CharField(db_collation="C", max_length=43, unique=True)),
                        (
                            "campaign",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="published",
                                to="outreach.condolencecampaign",
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="portal.grassrootsunit",
                            ),
                        ),
                        ("title", models.CharField(max_length=80)),
                        ("unit_name", models.CharField(max_length=120)),
                        ("organ_name", models.CharField(max_length=120)),
                        ("phone", models.CharField(max_length=30)),
                        ("first_on", models.DateField()),
                        ("last_on", models.DateField(db_index=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("campaign", "unit"),
                                name="a_unit_has_one_published_list_of_a_campaign",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("last_on__gte", models.F("first_on"))),
                                name="a_published_list_ends_after_it_begins",
                            ),
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="PublishedRow",
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
                            "published",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="rows",
                                to="outreach.publishedlist",
                            ),
                        ),
                        ("recipient_id", models.BigIntegerField(db_index=True)),
                        ("masked_name", models.CharField(max_length=8)),
                        ("category", models.CharField(max_length=20)),
                        (
                            "standard",
                            models.DecimalField(
                                decimal_places=2,
                                max_digits=9,
                                null=True,
                                validators=[django.core.validators.MinValueValidator(0)],
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="ConductReport",
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
                        ("client_key", models.UUIDField(default=uuid.uuid4, unique=True)),
                        (
                            "content_digest",
                            models.CharField(db_default="", default="", max_length=64),
                        ),
                        (
                            "subject_organ",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="portal.organ",
                                verbose_name="organ of the person concerned",
                            ),
                        ),
                        ("subject_cipher", models.TextField(default="")),
                        ("text_cipher", models.TextField(default="")),
                        ("reporter_cipher", models.TextField(default="")),
                        ("registrar_cipher", models.TextField()),
                        ("received_on", models.DateField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("received", "Received"),
                                    ("handed_over", "Handed over to discipline inspection"),
                                    ("answered", "Dealt with here"),
                                ],
                                default="received",
                                max_length=12,
                            ),
                        ),
                        (
                            "closed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("closed_at", models.DateTimeField(null=True)),
                        (
                            "handed_to",
                            models.CharField(
                                blank=True, default="", max_length=80, verbose_name="handed to"
                            ),
                        ),
                        (
                            "receipt",
                            models.CharField(
                                blank=True, default="", max_length=60, verbose_name="receipt number"
                            ),
                        ),
                        ("outcome_cipher", models.TextField(default="")),
                        (
                            "recused",
                            models.ManyToManyField(related_name="+", to=settings.AUTH_USER_MODEL),
                        ),
                        (
                            "barred",
                            models.ManyToManyField(related_name="+", to=settings.AUTH_USER_MODEL),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "handed_over"), _negated=True),
                                    models.Q(
                                        models.Q(("receipt", ""), _negated=True),
                                        ("reporter_cipher", ""),
                                        ("subject_cipher", ""),
                                        ("text_cipher", ""),
                                    ),
                                    _connector="OR",
                                ),
                                name="a_report_handed_over_has_a_receipt_and_no_text",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("closed_at", None),
                                        ("closed_by", None),
                                        ("state", "received"),
                                    ),
                                    models.Q(
                                        ("closed_at__isnull", False),
                                        ("closed_by__isnull", False),
                                        models.Q(("state", "received"), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="conduct_closed_at_with_closed_by",
                            ),
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="MatterSlip",
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
                            "matter",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="door_slips",
                                to="outreach.matter",
                            ),
                        ),
                        ("number", models.CharField(db_collation="C", max_length=9)),
                        ("code_digest", models.CharField(db_collation="C", max_length=64)),
                        ("made_at", models.DateTimeField()),
                        (
                            "made_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("closes_round", models.PositiveSmallIntegerField(null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("number", "code_digest"),
                                name="one_slip_of_a_number_and_code",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("closes_round", None),
                                    ("made_by__isnull", False),
                                    _connector="OR",
                                ),
                                name="a_slip_that_closes_names_its_printer",
                            ),
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="SlipRemark",
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
                                to="outreach.matterslip",
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
                            ),
                        ),
                        ("round", models.PositiveSmallIntegerField()),
                        ("text", models.CharField(blank=True, default="", max_length=320)),
                        ("said_at", models.DateTimeField()),
                        ("read_at", models.DateTimeField(null=True)),
                        (
                            "read_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("read_at", None)),
                                fields=["said_at", "id"],
                                name="remark_unread",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("text", ""), ("word", ""), _negated=True),
                                name="a_remark_says_something",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("read_at", None), ("read_by", None)),
                                    models.Q(
                                        ("read_at__isnull", False), ("read_by__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="a_remark_is_read_by_somebody",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("word", ""), _negated=True),
                                fields=("slip", "round"),
                                name="one_word_of_a_slip_for_each_result",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DoorMessage",
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
                        ("client_key", models.UUIDField()),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("raise", "A matter"),
                                    ("word", "The people's word"),
                                    ("correct", "Correct the contact"),
                                    ("erase", "Erase the contact"),
                                    ("conduct", "About conduct"),
                                ],
                                max_length=8,
                                verbose_name="kind",
                            ),
                        ),
                        ("content_digest", models.CharField(db_collation="C", max_length=64)),
                        (
                            "card",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="outreach.contactcard",
                            ),
                        ),
                        (
                            "slip_number",
                            models.CharField(db_collation="C", db_default="", max_length=9),
                        ),
                        (
                            "code_digest",
                            models.CharField(db_collation="C", db_default="", max_length=64),
                        ),
                        ("sealed", models.TextField(db_default="")),
                        (
                            "hold",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("overflow", "Very many messages by one card on one day"),
                                    ("trap", "A field that people do not see was filled in"),
                                    (
                                        "different",
                                        "Another content under the key of an earlier message",
                                    ),
                                    ("card_over", "The card is revoked, or its area has ended"),
                                    ("not_asked", "No word is being asked for"),
                                    ("no_contact", "No contact is kept of this matter"),
                                    ("no_slip", "No slip has this number and code"),
                                    (
                                        "inside",
                                        "Printed by somebody who took part: ask whether the raiser wants it",
                                    ),
                                    ("call_open", "Done once the call-back has been made"),
                                    ("unreadable", "It could not be opened"),
                                    ("trouble", "It could not be taken over; see the log"),
                                    ("decided", "Refused by a person"),
                                ],
                                db_default="",
                                max_length=10,
                            ),
                        ),
                        (
                            "received_at",
                            models.DateTimeField(db_default=portal.models.clock.DatabaseClock()),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("new", "Received"),
                                    ("applied", "Taken over"),
                                    ("held", "Kept for a person to look at"),
                                    ("waiting", "Waits for a call-back"),
                                    ("refused", "Refused"),
                                ],
                                db_default="new",
                                max_length=8,
                            ),
                        ),
                        (
                            "reason",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("overflow", "Very many messages by one card on one day"),
                                    ("trap", "A field that people do not see was filled in"),
                                    (
                                        "different",
                                        "Another content under the key of an earlier message",
                                    ),
                                    ("card_over", "The card is revoked, or its area has ended"),
                                    ("not_asked", "No word is being asked for"),
                                    ("no_contact", "No contact is kept of this matter"),
                                    ("no_slip", "No slip has this number and code"),
                                    (
                                        "inside",
                                        "Printed by somebody who took part: ask whether the raiser wants it",
                                    ),
                                    ("call_open", "Done once the call-back has been made"),
                                    ("unreadable", "It could not be opened"),
                                    ("trouble", "It could not be taken over; see the log"),
                                    ("decided", "Refused by a person"),
                                ],
                                db_default="",
                                max_length=10,
                            ),
                        ),
                        (
                            "slip",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="outreach.matterslip",
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
                        ("decided_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "new")), fields=["id"], name="door_new"
                            ),
                            models.Index(
                                condition=models.Q(("state", "waiting")),
                                fields=["id"],
                                name="door_waiting",
                            ),
                            models.Index(
                                condition=models.Q(("state", "held")),
                                fields=["-received_at", "-id"],
                                name="door_held",
                            ),
                            models.Index(
                                condition=models.Q(("slip_number", ""), _negated=True),
                                fields=["slip_number"],
                                name="door_slip_number",
                            ),
                            models.Index(fields=["card", "received_at"], name="door_card_day"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("client_key", "content_digest"), name="a_message_comes_once"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("state", "applied")),
                                fields=("client_key",),
                                name="one_content_of_a_key_is_taken_over",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "applied"), _negated=True),
                                    ("sealed", ""),
                                    _connector="OR",
                                ),
                                name="a_message_taken_over_is_not_kept",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("state__in", ["held", "refused", "waiting"]), _negated=True
                                    ),
                                    models.Q(("reason", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="a_message_kept_or_refused_says_why",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DoorTry",
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
                        ("number", models.CharField(db_collation="C", max_length=9)),
                        (
                            "at",
                            models.DateTimeField(db_default=portal.models.clock.DatabaseClock()),
                        ),
                    ],
                    options={"indexes": [models.Index(fields=["number", "at"], name="door_try")]},
                ),
                migrations.CreateModel(
                    name="AnalysisMeeting",
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
                        ("month", models.DateField(verbose_name="month")),
                        (
                            "division",
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
                            "host",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="portal.organ",
                                verbose_name="host organ",
                            ),
                        ),
                        ("held_on", models.DateField(verbose_name="held on")),
                        (
                            "organ",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="portal.organ",
                            ),
                        ),
                        (
                            "prepared_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("prepared_at", models.DateTimeField()),
                    ],
                    options={
                        "indexes": [models.Index(fields=["-month", "-id"], name="meeting_month")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("division__isnull", False), ("host", None)),
                                    models.Q(("division", None), ("host__isnull", False)),
                                    _connector="OR",
                                ),
                                name="a_meeting_is_on_an_area_or_a_host",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("month__day", 1)),
                                name="a_meeting_is_on_a_whole_month",
                            ),
                            models.UniqueConstraint(
                                fields=("month", "division", "host"),
                                name="one_meeting_of_a_month_and_area",
                                nulls_distinct=False,
                                violation_error_message="The meeting of this month is prepared already.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MeetingItem",
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
                            "meeting",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="items",
                                to="outreach.analysismeeting",
                            ),
                        ),
                        (
                            "heading",
                            models.CharField(
                                choices=[
                                    ("hard", "Hard"),
                                    ("overdue", "Overdue"),
                                    ("leader", "Needs a leader"),
                                ],
                                max_length=8,
                            ),
                        ),
                        (
                            "matter",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="outreach.matter",
                            ),
                        ),
                        ("why", models.CharField(blank=True, default="", max_length=12)),
                        ("due_on", models.DateField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("meeting", "heading", "matter"),
                                name="a_matter_stands_once_under_a_heading",
                            )
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="MeetingDecision",
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
                            "meeting",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="decisions",
                                to="outreach.analysismeeting",
                            ),
                        ),
                        ("text", models.CharField(max_length=500, verbose_name="what was decided")),
                        (
                            "organ",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="portal.organ",
                                verbose_name="responsible organ",
                            ),
                        ),
                        ("due_on", models.DateField(verbose_name="to be done by")),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("recorded_at", models.DateTimeField()),
                        (
                            "matters",
                            models.ManyToManyField(
                                blank=True, related_name="decisions", to="outreach.matter"
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="CommunityNeed",
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
                            "job",
                            models.CharField(
                                choices=[
                                    ("party", "Party building"),
                                    ("law", "Legal advice and aid"),
                                    ("help", "Help for the disabled, the poor and job seekers"),
                                    ("governance", "Community affairs"),
                                    ("health", "Health and medicine"),
                                    ("culture", "Culture and sports"),
                                    ("safety", "Safety and watch"),
                                    ("other", "Other"),
                                ],
                                max_length=10,
                                verbose_name="kind of work",
                            ),
                        ),
                        ("title", models.CharField(max_length=60, verbose_name="what is needed")),
                        (
                            "details",
                            models.TextField(
                                blank=True,
                                default="",
                                max_length=1000,
                                verbose_name="details of it",
                            ),
                        ),
                        ("when", models.CharField(max_length=60, verbose_name="when")),
                        (
                            "wanted",
                            models.PositiveSmallIntegerField(
                                default=1, verbose_name="how many are wanted"
                            ),
                        ),
                        ("until", models.DateField(verbose_name="until")),
                        (
                            "published_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        (
                            "closed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("closed_on", models.DateField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["until", "id"], name="need_until"),
                            models.Index(fields=["county", "until", "id"], name="need_county"),
                            models.Index(fields=["host_organ", "until", "id"], name="need_host"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("wanted__gte", 1)),
                                name="a_need_wants_somebody",
                                violation_error_message="At least one person is wanted.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("closed_by", None), ("closed_on", None)),
                                    models.Q(
                                        ("closed_by__isnull", False), ("closed_on__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="a_need_is_closed_by_somebody",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="NeedPledge",
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
                            "need",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="pledges",
                                to="outreach.communityneed",
                            ),
                        ),
                        (
                            "cadre",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="pledges",
                                to="portal.cadre",
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
                        ("pledged_at", models.DateTimeField()),
                        ("ended_on", models.DateField(null=True)),
                        ("served_on", models.DateField(null=True, verbose_name="done on")),
                        (
                            "feedback",
                            models.CharField(
                                blank=True,
                                default="",
                                max_length=200,
                                verbose_name="a word of the community",
                            ),
                        ),
                        (
                            "confirmed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("confirmed_on", models.DateField(null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ended_on", None)),
                                fields=("need", "cadre"),
                                name="a_cadre_takes_a_need_up_once",
                                violation_error_message="You have taken this up already.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("confirmed_by", None),
                                        ("confirmed_on", None),
                                        ("feedback", ""),
                                        ("served_on", None),
                                    ),
                                    models.Q(
                                        ("confirmed_by__isnull", False),
                                        ("confirmed_on__isnull", False),
                                        ("ended_on", None),
                                        ("served_on__isnull", False),
                                        models.Q(("feedback", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="the_community_confirms_with_day_and_word",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("served_on", None),
                                    ("served_on__lte", models.F("confirmed_on")),
                                    _connector="OR",
                                ),
                                name="a_service_is_confirmed_after_it_was_done",
                                violation_error_message="This day lies in the future.",
                            ),
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="CommunityActivity",
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
                        ("title", models.CharField(max_length=60, verbose_name="activity")),
                        (
                            "job",
                            models.CharField(
                                choices=[
                                    ("party", "Party building"),
                                    ("law", "Legal advice and aid"),
                                    ("help", "Help for the disabled, the poor and job seekers"),
                                    ("governance", "Community affairs"),
                                    ("health", "Health and medicine"),
                                    ("culture", "Culture and sports"),
                                    ("safety", "Safety and watch"),
                                    ("other", "Other"),
                                ],
                                max_length=10,
                                verbose_name="kind of work",
                            ),
                        ),
                        ("held_on", models.DateField(verbose_name="date")),
                        (
                            "head_count",
                            models.PositiveSmallIntegerField(verbose_name="how many came"),
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
                    ],
                    options={
                        "indexes": [models.Index(fields=["-held_on", "-id"], name="activity_day")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("head_count__gte", 1)),
                                name="somebody_came_to_an_activity",
                                violation_error_message="At least one person came.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Notice",
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
                            models.CharField(max_length=80, verbose_name="title of the notice"),
                        ),
                        (
                            "text",
                            models.TextField(max_length=20000, verbose_name="text of the notice"),
                        ),
                        (
                            "organ",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="notices",
                                to="portal.organ",
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
                        ("created_at", models.DateTimeField()),
                        (
                            "roles",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("cadre", "Cadre"),
                                        ("liaison", "Liaison"),
                                        ("host", "Host"),
                                        ("desk", "Assignment desk"),
                                        ("handler", "Handling department"),
                                        ("office", "Programme office"),
                                        ("supervisor", "Supervisor"),
                                        ("conduct", "Conduct recipient"),
                                        ("system", "System administrator"),
                                        ("security", "Security administrator"),
                                        ("audit", "Audit administrator"),
                                    ],
                                    max_length=10,
                                ),
                                blank=True,
                                default=list,
                                size=None,
                            ),
                        ),
                        (
                            "asks",
                            models.CharField(
                                choices=[
                                    ("none", "No answer needed"),
                                    ("yes_no", "Yes or no"),
                                    ("text", "A text"),
                                    ("both", "Yes or no, with a text"),
                                ],
                                default="none",
                                max_length=6,
                                verbose_name="reply slip",
                            ),
                        ),
                        (
                            "question",
                            models.CharField(
                                blank=True,
                                default="",
                                max_length=200,
                                verbose_name="the one question",
                            ),
                        ),
                        (
                            "reply_due_on",
                            models.DateField(blank=True, null=True, verbose_name="answer until"),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "Draft"),
                                    ("published", "Published"),
                                    ("replaced", "Replaced by a correction"),
                                    ("withdrawn", "Notice withdrawn"),
                                ],
                                default="draft",
                                max_length=9,
                            ),
                        ),
                        (
                            "published_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("published_on", models.DateField(null=True)),
                        (
                            "withdrawn_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("withdrawn_on", models.DateField(null=True)),
                        (
                            "withdraw_reason",
                            models.CharField(blank=True, default="", max_length=200),
                        ),
                        (
                            "replaces",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="correction",
                                to="outreach.notice",
                            ),
                        ),
                        (
                            "search",
                            django.contrib.postgres.search.SearchVectorField(
                                editable=False, null=True
                            ),
                        ),
                        (
                            "organs",
                            models.ManyToManyField(blank=True, related_name="+", to="portal.organ"),
                        ),
                        (
                            "attachments",
                            models.ManyToManyField(
                                blank=True, related_name="notices", to="portal.attachment"
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["-published_on", "-id"], name="notice_day"),
                            models.Index(
                                fields=["organ", "-published_on", "-id"], name="notice_organ"
                            ),
                            models.Index(
                                fields=["written_by", "-created_at", "-id"], name="notice_writer"
                            ),
                            models.Index(
                                condition=models.Q(
                                    ("state", "published"),
                                    models.Q(("asks", "none"), _negated=True),
                                ),
                                fields=["reply_due_on", "id"],
                                name="notice_asking",
                            ),
                            django.contrib.postgres.indexes.GinIndex(
                                fastupdate=True, fields=["search"], name="notice_search"
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("asks", "none"), ("question", ""), ("reply_due_on", None)
                                    ),
                                    models.Q(
                                        models.Q(("asks", "none"), _negated=True),
                                        models.Q(("question", ""), _negated=True),
                                        ("reply_due_on__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="a_reply_slip_has_question_and_deadline",
                                violation_error_message="A reply slip needs its question and a deadline.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("published_by", None),
                                        ("published_on", None),
                                        ("state", "draft"),
                                    ),
                                    models.Q(
                                        models.Q(("state", "draft"), _negated=True),
                                        ("published_by__isnull", False),
                                        ("published_on__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="a_notice_is_published_by_somebody_on_a_day",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("state", "withdrawn"),
                                        ("withdrawn_by__isnull", False),
                                        ("withdrawn_on__isnull", False),
                                        models.Q(("withdraw_reason", ""), _negated=True),
                                    ),
                                    models.Q(
                                        models.Q(("state", "withdrawn"), _negated=True),
                                        ("withdraw_reason", ""),
                                        ("withdrawn_by", None),
                                        ("withdrawn_on", None),
                                    ),
                                    _connector="OR",
                                ),
                                name="a_notice_is_withdrawn_with_a_reason",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="NoticeAddressee",
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
                            "notice",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="addressees",
                                to="outreach.notice",
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
                        ("answered_at", models.DateTimeField(null=True)),
                        (
                            "answered_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("yes", models.BooleanField(null=True, verbose_name="answer yes or no")),
                        (
                            "text",
                            models.CharField(
                                blank=True,
                                default="",
                                max_length=1000,
                                verbose_name="answer in words",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["organ", "notice"], name="addressee_organ")
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("notice", "organ"),
                                name="an_organ_is_addressed_once_by_a_notice",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("answered_at", None),
                                        ("answered_by", None),
                                        ("text", ""),
                                        ("yes", None),
                                    ),
                                    models.Q(
                                        ("answered_at__isnull", False),
                                        ("answered_by__isnull", False),
                                        models.Q(
                                            ("yes__isnull", False),
                                            models.Q(("text", ""), _negated=True),
                                            _connector="OR",
                                        ),
                                    ),
                                    _connector="OR",
                                ),
                                name="a_reply_has_person_time_and_content",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReceptionDay",
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
                            "unit",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="portal.grassrootsunit",
                                verbose_name="at the unit",
                            ),
                        ),
                        (
                            "leader",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="receptions",
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
                        (
                            "duties",
                            models.CharField(
                                blank=True, default="", max_length=120, verbose_name="in charge of"
                            ),
                        ),
                        ("held_on", models.DateField(verbose_name="date")),
                        ("starts_at", models.TimeField(verbose_name="from, at")),
                        ("ends_at", models.TimeField(verbose_name="to, at")),
                        (
                            "place",
                            models.CharField(max_length=80, verbose_name="place of the reception"),
                        ),
                        (
                            "theme",
                            models.CharField(
                                blank=True, default="", max_length=80, verbose_name="theme"
                            ),
                        ),
                        (
                            "form",
                            models.CharField(
                                choices=[
                                    ("place", "At a fixed place (定点接访)"),
                                    ("invited", "By appointment (重点约访)"),
                                    ("case", "Going down with a case (带案下访)"),
                                    ("home", "At the door (上门探访)"),
                                ],
                                default="place",
                                max_length=8,
                                verbose_name="form",
                            ),
                        ),
                        (
                            "planned_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("planned", "Planned, not made known yet"),
                                    ("announced", "Made known"),
                                    ("held", "Reception held"),
                                    ("cancelled", "Reception cancelled"),
                                ],
                                default="planned",
                                max_length=9,
                            ),
                        ),
                        (
                            "announced_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("announced_on", models.DateField(null=True)),
                        ("late_reason", models.CharField(blank=True, default="", max_length=200)),
                        (
                            "held_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "cancelled_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("cancelled_on", models.DateField(null=True)),
                        ("cancel_reason", models.CharField(blank=True, default="", max_length=200)),
                        (
                            "search",
                            django.contrib.postgres.search.SearchVectorField(
                                editable=False, null=True
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["-held_on", "-id"], name="reception_day"),
                            models.Index(
                                fields=["county", "-held_on", "-id"], name="reception_county"
                            ),
                            models.Index(
                                fields=["organ", "-held_on", "-id"], name="reception_organ"
                            ),
                            models.Index(
                                fields=["host_organ", "-held_on", "-id"], name="reception_host"
                            ),
                            django.contrib.postgres.indexes.GinIndex(
                                fastupdate=True, fields=["search"], name="reception_search"
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                                name="a_reception_ends_after_it_begins",
                                violation_error_message="The end lies before the beginning.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("announced_by", None),
                                        ("announced_on", None),
                                        ("late_reason", ""),
                                        ("state__in", ["planned", "cancelled"]),
                                    ),
                                    models.Q(
                                        ("announced_by__isnull", False),
                                        ("announced_on__isnull", False),
                                        models.Q(("state", "planned"), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="a_reception_is_made_known_by_somebody_on_a_day",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("announced_on", None),
                                    ("announced_on__lte", models.F("held_on")),
                                    _connector="OR",
                                ),
                                name="a_reception_is_made_known_before_it_is_held",
                                violation_error_message="The day has passed; plan a new one.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("held_by__isnull", False), ("state", "held")),
                                    models.Q(
                                        models.Q(("state", "held"), _negated=True),
                                        ("held_by", None),
                                    ),
                                    _connector="OR",
                                ),
                                name="a_held_reception_says_who_noted_it",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("cancelled_by__isnull", False),
                                        ("cancelled_on__isnull", False),
                                        ("state", "cancelled"),
                                        models.Q(("cancel_reason", ""), _negated=True),
                                    ),
                                    models.Q(
                                        models.Q(("state", "cancelled"), _negated=True),
                                        ("cancel_reason", ""),
                                        ("cancelled_by", None),
                                        ("cancelled_on", None),
                                    ),
                                    _connector="OR",
                                ),
                                name="a_reception_is_cancelled_with_a_reason",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReceptionItem",
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
                            "reception",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="items",
                                to="outreach.receptionday",
                            ),
                        ),
                        (
                            "matter",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reception_item",
                                to="outreach.matter",
                            ),
                        ),
                        (
                            "visitors",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=8),
                                blank=True,
                                default=list,
                                size=None,
                                verbose_name="visitors",
                            ),
                        ),
                        (
                            "opinion",
                            models.CharField(
                                blank=True,
                                default="",
                                max_length=500,
                                verbose_name="what the leader said",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["reception", "id"], name="reception_item")
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("visitors__len__lte", 5)),
                                name="at_most_five_representatives_are_received",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StayMonth",
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
                            "stay",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="months",
                                to="outreach.stay",
                            ),
                        ),
                        ("month", models.DateField(verbose_name="month")),
                        (
                            "work",
                            models.CharField(
                                blank=True,
                                default="",
                                max_length=500,
                                verbose_name="main work of the month",
                            ),
                        ),
                        ("attested_at", models.DateTimeField(null=True)),
                        (
                            "attested_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "opinion",
                            models.CharField(
                                blank=True,
                                default="",
                                max_length=200,
                                verbose_name="opinion of the host",
                            ),
                        ),
                        ("stay_days", models.PositiveSmallIntegerField(null=True)),
                        ("leave_days", models.PositiveSmallIntegerField(null=True)),
                        ("absent_days", models.PositiveSmallIntegerField(null=True)),
                        ("away_days", models.PositiveSmallIntegerField(null=True)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["month", "stay"], name="stay_month")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("stay", "month"), name="a_stay_has_each_month_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("month__day", 1)),
                                name="a_month_is_named_by_its_first_day",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("absent_days", None),
                                        ("attested_at", None),
                                        ("attested_by", None),
                                        ("away_days", None),
                                        ("leave_days", None),
                                        ("stay_days", None),
                                    ),
                                    models.Q(
                                        ("absent_days__isnull", False),
                                        ("attested_at__isnull", False),
                                        ("attested_by__isnull", False),
                                        ("away_days__isnull", False),
                                        ("leave_days__isnull", False),
                                        ("stay_days__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="an_attested_month_says_by_whom_and_how_many_days",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("stay_days", None),
                                    (
                                        "stay_days__gte",
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("leave_days"), "+", models.F("absent_days")
                                        ),
                                    ),
                                    _connector="OR",
                                ),
                                name="no_more_days_away_than_the_month_has",
                                violation_error_message="More days of leave and absence than days of the stay in this month.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DayNote",
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
                            "month",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="notes",
                                to="outreach.staymonth",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("absent", "Not there"),
                                    ("away", "Away on duty (因公外出)"),
                                    ("together", "Ate, lived, worked along (三同)"),
                                ],
                                max_length=8,
                                verbose_name="what",
                            ),
                        ),
                        ("days", models.SmallIntegerField(verbose_name="days")),
                        (
                            "note",
                            models.CharField(
                                blank=True, default="", max_length=200, verbose_name="note"
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
                        ("is_late", models.BooleanField(default=False)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["month", "at", "id"], name="day_note_month")
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("days__range", (-31, 31))),
                                name="a_month_has_at_most_31_days",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("is_late", True), models.Q(("note", ""), _negated=True)
                                    ),
                                    models.Q(("days__gt", 0), ("is_late", False)),
                                    _connector="OR",
                                ),
                                name="a_late_correction_has_its_reason",
                                violation_error_message="A correction of an attested month needs its reason.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Leave",
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
                            "stay",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="leaves",
                                to="outreach.stay",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("personal", "Personal leave (事假)"),
                                    ("sick", "Sick leave (病假)"),
                                    ("annual", "Annual leave (年休假)"),
                                    ("official", "Official leave (公假)"),
                                    ("family", "Marriage, birth or funeral (婚丧产假)"),
                                ],
                                max_length=8,
                                verbose_name="kind of leave",
                            ),
                        ),
                        ("starts_on", models.DateField(verbose_name="from")),
                        ("ends_on", models.DateField(verbose_name="to")),
                        ("days", models.PositiveSmallIntegerField()),
                        (
                            "stand_by",
                            models.CharField(
                                max_length=100, verbose_name="who stands by meanwhile"
                            ),
                        ),
                        (
                            "asked_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("asked_at", models.DateTimeField()),
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
                        ("decided_at", models.DateTimeField(blank=True, null=True)),
                        ("approved", models.BooleanField(blank=True, null=True)),
                        (
                            "opinion",
                            models.CharField(
                                blank=True, default="", max_length=200, verbose_name="opinion"
                            ),
                        ),
                        ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "returned_on",
                            models.DateField(blank=True, null=True, verbose_name="back on"),
                        ),
                        (
                            "returned_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("last_day", models.DateField()),
                        ("client_key", models.UUIDField(blank=True, editable=False, null=True)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["stay", "-starts_on"], name="leave_stay")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("stay", "client_key"), name="leave_is_asked_for_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ends_on__gte", models.F("starts_on")),
                                    ("last_day__gte", models.F("starts_on")),
                                ),
                                name="leave_ends_after_it_begins",
                                violation_error_message="The end lies before the beginning.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("approved", None),
                                        ("decided_at", None),
                                        ("decided_by", None),
                                    ),
                                    models.Q(
                                        ("approved__isnull", False),
                                        ("decided_at__isnull", False),
                                        ("decided_by__isnull", False),
                                        models.Q(
                                            ("decided_by", models.F("asked_by")), _negated=True
                                        ),
                                    ),
                                    _connector="OR",
                                ),
                                name="leave_is_decided_by_a_second_person",
                                violation_error_message="Leave is decided by a second person.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("returned_by", None), ("returned_on", None)),
                                    models.Q(
                                        ("approved", True),
                                        ("returned_by__isnull", False),
                                        ("returned_on__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="a_return_from_leave_has_its_day_and_who_noted_it",
                            ),
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("approved", None), ("approved", True), _connector="OR"
                                    ),
                                    ("withdrawn_at", None),
                                ),
                                expressions=[
                                    ("stay", "="),
                                    (
                                        outreach.models.stays.DateRange(
                                            models.F("starts_on"),
                                            models.F("last_day"),
                                            django.contrib.postgres.fields.ranges.RangeBoundary(
                                                inclusive_lower=True, inclusive_upper=True
                                            ),
                                        ),
                                        "&&",
                                    ),
                                ],
                                name="leave_of_a_stay_does_not_overlap",
                                violation_error_message="Leave for some of these days is asked for already.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StayReport",
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
                            "stay",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reports",
                                to="outreach.stay",
                            ),
                        ),
                        (
                            "title",
                            models.CharField(max_length=80, verbose_name="subject of the report"),
                        ),
                        ("starts_on", models.DateField(verbose_name="from")),
                        ("ends_on", models.DateField(verbose_name="to")),
                        (
                            "members",
                            models.CharField(
                                blank=True, default="", max_length=200, verbose_name="who took part"
                            ),
                        ),
                        (
                            "method",
                            models.CharField(
                                blank=True, default="", max_length=200, verbose_name="method"
                            ),
                        ),
                        (
                            "situation",
                            models.TextField(max_length=5000, verbose_name="basic situation"),
                        ),
                        (
                            "problems",
                            models.TextField(
                                blank=True,
                                default="",
                                max_length=5000,
                                verbose_name="problems found",
                            ),
                        ),
                        (
                            "causes",
                            models.TextField(
                                blank=True, default="", max_length=5000, verbose_name="causes"
                            ),
                        ),
                        (
                            "solved",
                            models.TextField(
                                blank=True,
                                default="",
                                max_length=5000,
                                verbose_name="what was helped to be solved",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "Draft"),
                                    ("handed_in", "To be reviewed"),
                                    ("sent_back", "Sent back"),
                                    ("accepted", "Accepted"),
                                ],
                                default="draft",
                                max_length=9,
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        ("handed_in_on", models.DateField(blank=True, null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["-created_at", "-id"], name="stay_report_day"),
                            models.Index(fields=["stay", "-created_at"], name="stay_report_stay"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                                name="a_report_ends_after_it_begins",
                                violation_error_message="The end lies before the beginning.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state", "draft"),
                                    ("handed_in_on__isnull", False),
                                    _connector="OR",
                                ),
                                name="a_report_was_handed_in_on_a_day",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReportStep",
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
                            "report",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="steps",
                                to="outreach.stayreport",
                            ),
                        ),
                        (
                            "move",
                            models.CharField(
                                choices=[
                                    ("handed_in", "Report handed in"),
                                    ("sent_back", "Report sent back"),
                                    ("accepted", "Report accepted"),
                                ],
                                max_length=9,
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
                            "organ",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="portal.organ",
                            ),
                        ),
                        ("text", models.CharField(blank=True, default="", max_length=500)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["report", "-at", "-id"], name="report_step")
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="Suggestion",
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
                            "report",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="suggestions",
                                to="outreach.stayreport",
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField()),
                        ("text", models.CharField(max_length=500)),
                        ("adopted", models.BooleanField(null=True)),
                        ("why", models.CharField(blank=True, default="", max_length=300)),
                        (
                            "decided_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("decided_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("report", "position"),
                                name="a_suggestion_stands_at_its_place",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("adopted", None),
                                        ("decided_at", None),
                                        ("decided_by", None),
                                        ("why", ""),
                                    ),
                                    models.Q(
                                        ("adopted__isnull", False),
                                        ("decided_at__isnull", False),
                                        ("decided_by__isnull", False),
                                        models.Q(("why", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="a_suggestion_is_decided_with_its_reason",
                            ),
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="StayOpinion",
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
                            "stay",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="opinions",
                                to="outreach.stay",
                            ),
                        ),
                        (
                            "part",
                            models.CharField(
                                choices=[
                                    ("work", "Main work, by the cadre"),
                                    ("people", "What the people say"),
                                    ("host", "Opinion of the host"),
                                    ("organ", "Opinion of the sending organ"),
                                    ("office", "Opinion of the programme office"),
                                ],
                                max_length=6,
                                verbose_name="part of the sheet",
                            ),
                        ),
                        ("text", models.TextField(max_length=2000, verbose_name="text")),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "organ",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="portal.organ",
                            ),
                        ),
                        ("at", models.DateTimeField()),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["stay", "part", "-at", "-id"], name="stay_opinion")
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("text", ""), _negated=True),
                                name="an_opinion_says_something",
                            )
                        ],
                    },
                ),
            ]
        ),
        migrations.RunSQL(OPEN_ROWS),
        migrations.RunSQL(OPEN_NAMES),
        migrations.RunSQL(CARDS),
        migrations.RunSQL(SLIPS),
        migrations.RunSQL(DOOR_RIGHTS),
        migrations.RunSQL(STEP_RIGHTS),
        migrations.RunSQL(GUARD),
    ]
