"""Everything of `evaluation` that stands in the database of version 0.1.

Never edited: what changes afterwards is a migration of its own. A database that has all of
`replaces` goes on from here without a step.
"""

import uuid
from decimal import Decimal

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.math
from django.conf import settings
from django.db import migrations, models

import portal.models.clock
from portal.migrations._together import Together

# What the slip of a code shows, for whoever has the code, and the key that its ballot is sealed
# for. A wrong code is counted, among all wrong ones of the hour: who tries them in bulk meets a
# limit that the door cannot raise. No code is tied to a try, and a right one leaves none.
ASK = """
CREATE FUNCTION door_ballot(wanted text) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    today date := (portal_clock() AT TIME ZONE 'Asia/Shanghai')::date;
    code evaluation_ballotcode;
    poll evaluation_poll;
    cycle evaluation_cycle;
BEGIN
    IF (SELECT count(*) >= 5000 FROM outreach_doortry
        WHERE number = 'ballot' AND at > portal_clock() - interval '1 hour') THEN
        RETURN jsonb_build_object('state', 'busy');
    END IF;
    SELECT * INTO code FROM evaluation_ballotcode c WHERE c.digest = wanted;
    IF NOT FOUND THEN
        INSERT INTO outreach_doortry (number, at) VALUES ('ballot', portal_clock());
        RETURN jsonb_build_object('state', 'unknown');
    END IF;
    SELECT * INTO poll FROM evaluation_poll p WHERE p.id = code.poll_id;
    SELECT * INTO cycle FROM evaluation_cycle y WHERE y.id = poll.cycle_id;
    RETURN jsonb_build_object(
        'state', CASE WHEN code.is_used THEN 'used'
                      WHEN poll.state = 'open' AND cycle.state = 'collecting'
                           AND today <= cycle.ballots_until THEN 'open'
                      ELSE 'closed' END,
        'poll', poll.id, 'key', encode(poll.public_key, 'base64'), 'cycle', cycle.title,
        'until', cycle.ballots_until,
        'unit', (SELECT u.name FROM portal_grassrootsunit u WHERE u.id = poll.unit_id),
        'appraised', (SELECT coalesce(jsonb_agg(jsonb_build_object(
                          'id', a.id, 'name', a.name, 'post', a.post, 'organ', a.organ_name)
                          ORDER BY a.sort_key, a.id), '[]'::jsonb)
                      FROM evaluation_poll_appraised s
                      JOIN evaluation_appraised a ON a.id = s.appraised_id
                      WHERE s.poll_id = poll.id AND a.left_out_reason = ''));
END $$;
"""

# Marks the code as used and puts the sealed ballot in, as one. Both tables would otherwise tell by
# the order or the transaction of their rows which belong together; so with each ballot all codes
# and all sealed ballots of the poll are written anew, in an order and under keys drawn by lot.
VOTE = """
CREATE FUNCTION door_vote(wanted text, content text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    today date := (portal_clock() AT TIME ZONE 'Asia/Shanghai')::date;
    chosen bigint;
    used boolean;
BEGIN
    SELECT c.poll_id INTO chosen FROM evaluation_ballotcode c WHERE c.digest = wanted;
    IF chosen IS NULL OR length(content) NOT BETWEEN 1000 AND 60000 THEN
        RETURN 'unknown';
    END IF;
    -- One ballot of a poll at a time, and none while it is being closed.
    PERFORM FROM evaluation_poll p WHERE p.id = chosen FOR NO KEY UPDATE;
    SELECT c.is_used INTO used FROM evaluation_ballotcode c WHERE c.digest = wanted;
    IF used THEN
        RETURN 'used';
    END IF;
    IF used IS NULL OR NOT EXISTS (
        SELECT FROM evaluation_poll p JOIN evaluation_cycle y ON y.id = p.cycle_id
        WHERE p.id = chosen AND p.state = 'open' AND y.state = 'collecting'
          AND today <= y.ballots_until) THEN
        RETURN 'closed';
    END IF;
    WITH taken AS (
        DELETE FROM evaluation_ballotcode WHERE poll_id = chosen RETURNING digest, is_used
    )
    INSERT INTO evaluation_ballotcode (id, poll_id, digest, is_used)
    SELECT gen_random_uuid(), chosen, digest, is_used OR digest = wanted FROM taken
    ORDER BY gen_random_uuid();
    WITH taken AS (
        DELETE FROM evaluation_sealedballot WHERE poll_id = chosen RETURNING sealed
    )
    INSERT INTO evaluation_sealedballot (id, poll_id, sealed)
    SELECT gen_random_uuid(), chosen, sealed
    FROM (SELECT sealed FROM taken UNION ALL SELECT content) all_of_them
    ORDER BY gen_random_uuid();
    RETURN 'counted';
END $$;
"""

# Where the door's role is missing, make it and run this block again.
BALLOT_RIGHTS = """
REVOKE EXECUTE ON FUNCTION door_ballot(text), door_vote(text, text) FROM PUBLIC;
DO $$
BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'portal_app') THEN
    GRANT EXECUTE ON FUNCTION door_ballot(text), door_vote(text, text) TO portal_app;
  END IF;
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'portal_door') THEN
    GRANT EXECUTE ON FUNCTION door_ballot(text), door_vote(text, text) TO portal_door;
  END IF;
END $$;
"""

# A unit's link, for whoever has its token: which unit and whom it is asked about, or why not.
# With the owner's rights, so that the door can read no table and list no link.
LINKS = """
CREATE FUNCTION door_unit_link(wanted text) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    link evaluation_unitlink;
    cycle evaluation_cycle;
    answer jsonb;
BEGIN
    SELECT * INTO link FROM evaluation_unitlink l WHERE l.digest = wanted;
    IF NOT FOUND THEN
        RETURN jsonb_build_object('state', 'unknown');
    END IF;
    SELECT * INTO cycle FROM evaluation_cycle c WHERE c.id = link.cycle_id;
    answer := jsonb_build_object(
        'unit', (SELECT u.name FROM portal_grassrootsunit u WHERE u.id = link.unit_id),
        'organ', (SELECT o.name FROM portal_organ o WHERE o.id = cycle.organ_id),
        'cycle', cycle.title, 'until', link.expires_on);
    IF link.used_at IS NOT NULL THEN
        RETURN answer || '{"state": "used"}';
    ELSIF link.revoked_at IS NOT NULL THEN
        RETURN answer || '{"state": "revoked"}';
    ELSIF cycle.state <> 'collecting' THEN
        RETURN answer || '{"state": "over"}';
    ELSIF link.expires_on < (portal_clock() AT TIME ZONE 'Asia/Shanghai')::date THEN
        RETURN answer || '{"state": "expired"}';
    END IF;
    RETURN answer || jsonb_build_object('state', 'open', 'appraised', coalesce((
        SELECT jsonb_agg(jsonb_build_object(
            'id', a.id, 'name', a.name, 'post', a.post, 'organ', a.organ_name)
            ORDER BY a.sort_key, a.id)
        FROM evaluation_appraised a
        WHERE a.cycle_id = link.cycle_id AND a.unit_id = link.unit_id
          AND a.left_out_reason = ''), '[]'));
END $$;

-- Takes one letter by a link and spends the link, or says why not. The cycle cannot stop
-- collecting meanwhile, and two letters by one link come one after the other.
CREATE FUNCTION door_unit_word(wanted text, letter text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    link evaluation_unitlink;
    state text;
BEGIN
    PERFORM c.id FROM evaluation_cycle c
    JOIN evaluation_unitlink l ON l.cycle_id = c.id WHERE l.digest = wanted FOR SHARE OF c;
    SELECT * INTO link FROM evaluation_unitlink l WHERE l.digest = wanted FOR UPDATE;
    state := door_unit_link(wanted) ->> 'state';
    IF state = 'open' AND length(letter) > 200000 THEN
        RETURN 'too_long';
    ELSIF state = 'open' THEN
        UPDATE evaluation_unitlink SET used_at = portal_clock() WHERE id = link.id;
        INSERT INTO evaluation_unitletter (link_id, sealed) VALUES (link.id, letter);
        RETURN 'taken';
    END IF;
    RETURN state;
END $$;

REVOKE EXECUTE ON FUNCTION door_unit_link(text), door_unit_word(text, text) FROM PUBLIC;
DO $$
DECLARE one text;
BEGIN
  FOREACH one IN ARRAY ARRAY['portal_app', 'portal_door'] LOOP
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = one) THEN
      EXECUTE format('GRANT EXECUTE ON FUNCTION door_unit_link(text),'
                     ' door_unit_word(text, text) TO %I', one);
    END IF;
  END LOOP;
END $$;
"""

STEP_RIGHTS = """
DO $$ BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'portal_app') THEN
    REVOKE UPDATE, TRUNCATE ON
      evaluation_memberappraisalstep,
      evaluation_cyclestep,
      evaluation_poolstep
      FROM portal_app;
    REVOKE DELETE ON
      evaluation_memberappraisalstep,
      evaluation_cyclestep,
      evaluation_poolstep
      FROM portal_app;
    -- A pool of the demo county was publicised before the day on which it is made.
    GRANT UPDATE (text) ON evaluation_poolstep TO portal_app;
  END IF;
END $$;
"""


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("evaluation", "0001_schemes_cycles_ballots_and_scores"),
        ("evaluation", "0003_polls_and_the_door"),
        ("evaluation", "0004_words_paper_and_hints"),
        ("evaluation", "0005_decisions_beside_frozen_evidence"),
        ("evaluation", "0006_honours_members_and_findings"),
        ("evaluation", "0007_polls_broken_off_and_default_marks"),
        ("evaluation", "0008_the_door_reads_one_clock"),
        ("evaluation", "0009_moments_are_said"),
        ("evaluation", "0010_steps_are_never_changed"),
    ]

    dependencies = [("portal", "0001_version_0_1")]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="Scheme",
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
                            models.CharField(max_length=60, verbose_name="title of the scheme"),
                        ),
                        ("version", models.PositiveSmallIntegerField(default=1)),
                        (
                            "previous",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="versions_after",
                                to="evaluation.scheme",
                            ),
                        ),
                        (
                            "organ",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="portal.organ",
                                verbose_name="laid down by",
                            ),
                        ),
                        (
                            "subject",
                            models.CharField(
                                choices=[
                                    ("cadre", "Cadre"),
                                    ("team", "Work team"),
                                    ("branch", "Party branch"),
                                    ("organ", "Leading team of an organ"),
                                ],
                                max_length=8,
                                verbose_name="for whom",
                            ),
                        ),
                        (
                            "service",
                            models.CharField(
                                choices=[
                                    ("any", "Every cadre who goes down"),
                                    ("stationed", "Stationed in a unit"),
                                    ("visiting", "Goes down from an organ"),
                                ],
                                default="any",
                                max_length=10,
                                verbose_name="class of cadres",
                            ),
                        ),
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
                                    max_length=10,
                                ),
                                blank=True,
                                default=list,
                                size=None,
                                verbose_name="class of units",
                            ),
                        ),
                        (
                            "weight_masses",
                            models.DecimalField(
                                decimal_places=2,
                                default=Decimal("40"),
                                max_digits=5,
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(100),
                                ],
                                verbose_name="the masses' ballots",
                            ),
                        ),
                        (
                            "weight_unit",
                            models.DecimalField(
                                decimal_places=2,
                                default=Decimal("20"),
                                max_digits=5,
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(100),
                                ],
                                verbose_name="word of the grassroots unit",
                            ),
                        ),
                        (
                            "weight_results",
                            models.DecimalField(
                                decimal_places=2,
                                default=Decimal("30"),
                                max_digits=5,
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(100),
                                ],
                                verbose_name="results of the work",
                            ),
                        ),
                        (
                            "weight_organisation",
                            models.DecimalField(
                                decimal_places=2,
                                default=Decimal("10"),
                                max_digits=5,
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(100),
                                ],
                                verbose_name="word of the organisation",
                            ),
                        ),
                        (
                            "weight_attitude",
                            models.DecimalField(
                                decimal_places=2,
                                default=Decimal("30"),
                                max_digits=5,
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(100),
                                ],
                                verbose_name="attitude to work",
                            ),
                        ),
                        (
                            "weight_style",
                            models.DecimalField(
                                decimal_places=2,
                                default=Decimal("30"),
                                max_digits=5,
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(100),
                                ],
                                verbose_name="style of work",
                            ),
                        ),
                        (
                            "weight_achievement",
                            models.DecimalField(
                                decimal_places=2,
                                default=Decimal("40"),
                                max_digits=5,
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(100),
                                ],
                                verbose_name="results of work",
                            ),
                        ),
                        (
                            "mark_good",
                            models.DecimalField(
                                decimal_places=2,
                                default=Decimal("100"),
                                max_digits=5,
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(100),
                                ],
                                verbose_name="good",
                            ),
                        ),
                        (
                            "mark_fairly_good",
                            models.DecimalField(
                                decimal_places=2,
                                default=Decimal("80"),
                                max_digits=5,
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(100),
                                ],
                                verbose_name="fairly good",
                            ),
                        ),
                        (
                            "mark_fair",
                            models.DecimalField(
                                decimal_places=2,
                                default=Decimal("60"),
                                max_digits=5,
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(100),
                                ],
                                verbose_name="fair",
                            ),
                        ),
                        (
                            "mark_poor",
                            models.DecimalField(
                                decimal_places=2,
                                default=Decimal("30"),
                                max_digits=5,
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(100),
                                ],
                                verbose_name="poor",
                            ),
                        ),
                        (
                            "minimum_ballots",
                            models.PositiveSmallIntegerField(
                                default=15, verbose_name="fewest valid ballots"
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "Draft"),
                                    ("published", "Published"),
                                    ("withdrawn", "No longer used"),
                                ],
                                default="draft",
                                max_length=9,
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
                        ("published_on", models.DateField(null=True)),
                        (
                            "published_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("withdrawn_on", models.DateField(null=True)),
                        (
                            "written_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["-created_at", "-id"], name="scheme_newest")
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("organ", "title", "version"),
                                name="a_version_of_a_scheme_stands_once",
                                violation_error_message="There is a scheme of this title already.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "weight_masses",
                                        django.db.models.expressions.CombinedExpression(
                                            django.db.models.expressions.CombinedExpression(
                                                django.db.models.expressions.CombinedExpression(
                                                    models.Value(Decimal("100")),
                                                    "-",
                                                    models.F("weight_unit"),
                                                ),
                                                "-",
                                                models.F("weight_results"),
                                            ),
                                            "-",
                                            models.F("weight_organisation"),
                                        ),
                                    )
                                ),
                                name="weights_of_the_components_sum_to_a_hundred",
                                violation_error_message="The weights of the four sources must sum to 100.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "weight_attitude",
                                        django.db.models.expressions.CombinedExpression(
                                            django.db.models.expressions.CombinedExpression(
                                                models.Value(Decimal("100")),
                                                "-",
                                                models.F("weight_style"),
                                            ),
                                            "-",
                                            models.F("weight_achievement"),
                                        ),
                                    )
                                ),
                                name="weights_of_the_dimensions_sum_to_a_hundred",
                                violation_error_message="The weights of the three dimensions must sum to 100.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("mark_fair__gt", models.F("mark_poor")),
                                    ("mark_fairly_good__gt", models.F("mark_fair")),
                                    ("mark_good__gt", models.F("mark_fairly_good")),
                                ),
                                name="a_better_mark_gives_more_points",
                                violation_error_message="A better mark must give more points than a worse one.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("published_by", None),
                                        ("published_on", None),
                                        ("state", "draft"),
                                        ("withdrawn_on", None),
                                    ),
                                    models.Q(
                                        ("published_by__isnull", False),
                                        ("published_on__isnull", False),
                                        models.Q(("state", "draft"), _negated=True),
                                        models.Q(("document", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="a_published_scheme_has_day_document_and_person",
                                violation_error_message="Write the number of the document that lays it down.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SchemeIndicator",
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
                            "scheme",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="indicators",
                                to="evaluation.scheme",
                            ),
                        ),
                        ("indicator", models.CharField(max_length=40, verbose_name="indicator")),
                        (
                            "share",
                            models.DecimalField(
                                decimal_places=2,
                                default=Decimal("0"),
                                max_digits=5,
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(100),
                                ],
                                verbose_name="share of the results",
                            ),
                        ),
                        (
                            "floor",
                            models.DecimalField(
                                decimal_places=2,
                                default=Decimal("0"),
                                max_digits=5,
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(100),
                                ],
                                verbose_name="no points up to",
                            ),
                        ),
                        (
                            "cap",
                            models.DecimalField(
                                decimal_places=2,
                                default=Decimal("100"),
                                max_digits=5,
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(100),
                                ],
                                verbose_name="all points from",
                            ),
                        ),
                        (
                            "minimum_n",
                            models.PositiveSmallIntegerField(
                                default=5, verbose_name="fewest records"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("scheme", "indicator"),
                                name="an_indicator_stands_once_in_a_scheme",
                                violation_error_message="This indicator stands in the scheme already.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("cap__gt", models.F("floor"))),
                                name="an_indicator_has_room_between_floor_and_cap",
                                violation_error_message="The cap must lie above the floor.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("share__gt", 0)),
                                name="an_indicator_weighs_something",
                                violation_error_message="A share of nothing: leave the indicator out instead.",
                            ),
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="SchemeGate",
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
                            "scheme",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="gates",
                                to="evaluation.scheme",
                            ),
                        ),
                        (
                            "gate",
                            models.CharField(
                                choices=[
                                    ("stay_days", "Days at the place of the stay"),
                                    ("findings", "Verified discipline findings"),
                                ],
                                max_length=12,
                                verbose_name="threshold",
                            ),
                        ),
                        ("limit", models.PositiveSmallIntegerField(verbose_name="limit")),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("scheme", "gate"),
                                name="a_threshold_stands_once_in_a_scheme",
                            )
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="Cycle",
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
                            models.CharField(max_length=60, verbose_name="title of the cycle"),
                        ),
                        (
                            "organ",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="portal.organ",
                                verbose_name="held by",
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
                        ("starts_on", models.DateField(verbose_name="from")),
                        ("ends_on", models.DateField(verbose_name="to")),
                        ("ballots_until", models.DateField(verbose_name="ballots and words until")),
                        ("seed", models.CharField(db_collation="C", max_length=32)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "Open: who is appraised"),
                                    ("collecting", "Ballots and words are collected"),
                                    ("computing", "Being computed"),
                                    ("checking", "To be checked"),
                                    ("objection", "Published for objections"),
                                    ("final", "Final"),
                                    ("cancelled", "Broken off"),
                                ],
                                default="open",
                                max_length=10,
                            ),
                        ),
                        ("data_at", models.DateTimeField(null=True)),
                        ("objection_from", models.DateField(null=True)),
                        ("objection_until", models.DateField(null=True)),
                        (
                            "document",
                            models.CharField(
                                blank=True,
                                default="",
                                max_length=60,
                                verbose_name="document number",
                            ),
                        ),
                        ("final_on", models.DateField(null=True)),
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
                            "schemes",
                            models.ManyToManyField(
                                related_name="cycles",
                                to="evaluation.scheme",
                                verbose_name="schemes",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["-starts_on", "-id"], name="cycle_day")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                                name="a_cycle_ends_after_it_begins",
                                violation_error_message="The end lies before the beginning.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("ballots_until__gte", models.F("starts_on"))),
                                name="ballots_are_collected_after_the_work",
                                violation_error_message="Ballots end before the period begins.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("data_at__isnull", False),
                                    ("state__in", ["open", "collecting", "cancelled"]),
                                    _connector="OR",
                                ),
                                name="what_is_computed_has_its_time_of_data",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state__in", ["objection", "final"]), _negated=True),
                                    models.Q(
                                        ("objection_from__isnull", False),
                                        ("objection_until__gte", models.F("objection_from")),
                                    ),
                                    _connector="OR",
                                ),
                                name="scores_are_published_for_some_days",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("final_on__isnull", False),
                                        ("state", "final"),
                                        models.Q(("document", ""), _negated=True),
                                    ),
                                    models.Q(
                                        models.Q(("state", "final"), _negated=True),
                                        ("final_on", None),
                                    ),
                                    _connector="OR",
                                ),
                                name="a_final_cycle_has_day_and_document",
                                violation_error_message="Write the number of the document that decides it.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CycleStep",
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
                            "cycle",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="steps",
                                to="evaluation.cycle",
                            ),
                        ),
                        (
                            "move",
                            models.CharField(
                                choices=[
                                    ("opened", "Cycle opened"),
                                    ("changed", "Plan changed"),
                                    ("gathered", "Appraised gathered"),
                                    ("started", "Collecting begun"),
                                    ("closed", "Ballots closed and data frozen"),
                                    ("computed", "Scores computed"),
                                    ("recomputed", "Scores computed anew"),
                                    ("published", "Published for objections"),
                                    ("finished", "Final"),
                                    ("cancelled", "Broken off"),
                                ],
                                max_length=10,
                            ),
                        ),
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
                        ("text", models.CharField(blank=True, default="", max_length=200)),
                    ],
                ),
                migrations.CreateModel(
                    name="Appraised",
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
                            "cycle",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="appraised",
                                to="evaluation.cycle",
                            ),
                        ),
                        (
                            "scheme",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="evaluation.scheme",
                            ),
                        ),
                        (
                            "subject",
                            models.CharField(
                                choices=[
                                    ("cadre", "Cadre"),
                                    ("team", "Work team"),
                                    ("branch", "Party branch"),
                                    ("organ", "Leading team of an organ"),
                                ],
                                max_length=8,
                            ),
                        ),
                        (
                            "cadre",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="appraisals",
                                to="portal.cadre",
                            ),
                        ),
                        (
                            "branch",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="portal.partyorganization",
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
                            "host_organ",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="portal.organ",
                            ),
                        ),
                        ("name", models.CharField(max_length=80)),
                        ("post", models.CharField(blank=True, default="", max_length=60)),
                        ("organ_name", models.CharField(max_length=80)),
                        ("sort_key", models.CharField(db_collation="C", max_length=200)),
                        ("from_day", models.DateField()),
                        ("to_day", models.DateField()),
                        (
                            "left_out_reason",
                            models.CharField(
                                blank=True, default="", max_length=200, verbose_name="reason"
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                fields=["cycle", "sort_key", "id"], name="appraised_order"
                            ),
                            models.Index(fields=["organ", "cycle"], name="appraised_organ"),
                            models.Index(fields=["host_organ", "cycle"], name="appraised_host"),
                            models.Index(fields=["county", "cycle"], name="appraised_county"),
                            models.Index(fields=["township", "cycle"], name="appraised_township"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("branch", None),
                                        ("cadre__isnull", False),
                                        ("subject", "cadre"),
                                    ),
                                    models.Q(
                                        ("branch", None),
                                        ("subject", "team"),
                                        ("unit__isnull", False),
                                    ),
                                    models.Q(
                                        ("branch__isnull", False),
                                        ("cadre", None),
                                        ("subject", "branch"),
                                    ),
                                    models.Q(
                                        ("branch", None), ("cadre", None), ("subject", "organ")
                                    ),
                                    _connector="OR",
                                ),
                                name="exactly_the_one_who_is_appraised",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("subject", "cadre")),
                                fields=("cycle", "cadre"),
                                name="a_cadre_is_appraised_once_in_a_cycle",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("subject", "team")),
                                fields=("cycle", "unit"),
                                name="a_team_is_appraised_once_in_a_cycle",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("subject", "branch")),
                                fields=("cycle", "branch"),
                                name="a_branch_is_appraised_once_in_a_cycle",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("subject", "organ")),
                                fields=("cycle", "organ"),
                                name="an_organ_is_appraised_once_in_a_cycle",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("to_day__gte", models.F("from_day"))),
                                name="the_days_served_are_some",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Poll",
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
                            "cycle",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="polls",
                                to="evaluation.cycle",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("prepared", "Prepared"),
                                    ("open", "Ballots are taken"),
                                    ("closed", "Closed and counted"),
                                    ("dropped", "Broken off, not counted"),
                                ],
                                default="prepared",
                                max_length=8,
                            ),
                        ),
                        (
                            "roster_size",
                            models.PositiveIntegerField(
                                null=True, verbose_name="people in the paper roster"
                            ),
                        ),
                        (
                            "served_wanted",
                            models.PositiveSmallIntegerField(
                                default=10, verbose_name="drawn from those served"
                            ),
                        ),
                        (
                            "roster_wanted",
                            models.PositiveSmallIntegerField(
                                default=20, verbose_name="drawn from the roster"
                            ),
                        ),
                        ("drawn_at", models.DateTimeField(null=True)),
                        ("served_found", models.PositiveIntegerField(null=True)),
                        (
                            "served_digest",
                            models.CharField(db_collation="C", default="", max_length=64),
                        ),
                        ("public_key", models.BinaryField(default=b"")),
                        ("private_cipher", models.TextField(default="")),
                        ("issued", models.PositiveIntegerField(null=True)),
                        ("returned", models.PositiveIntegerField(null=True)),
                        ("closed_at", models.DateTimeField(null=True)),
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
                            "appraised",
                            models.ManyToManyField(related_name="polls", to="evaluation.appraised"),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["cycle", "id"], name="poll_cycle")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("cycle", "unit"),
                                name="a_unit_has_one_poll_in_a_cycle",
                                violation_error_message="There is a poll of this unit in this cycle already.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("closed_at__isnull", False),
                                        ("issued__isnull", False),
                                        ("private_cipher", ""),
                                        ("returned__isnull", False),
                                        ("state", "closed"),
                                    ),
                                    models.Q(
                                        models.Q(("state", "closed"), _negated=True),
                                        ("closed_at", None),
                                        ("issued", None),
                                        ("returned", None),
                                    ),
                                    _connector="OR",
                                ),
                                name="a_closed_poll_has_lost_its_key",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PollSample",
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
                            "poll",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="sample",
                                to="evaluation.poll",
                            ),
                        ),
                        (
                            "stratum",
                            models.CharField(
                                choices=[
                                    ("served", "From those served"),
                                    ("roster", "From the unit at large"),
                                ],
                                max_length=6,
                            ),
                        ),
                        ("reference", models.CharField(db_collation="C", max_length=40)),
                        ("position", models.PositiveSmallIntegerField()),
                        ("is_substitute", models.BooleanField(default=False)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("poll", "stratum", "reference"),
                                name="nobody_is_drawn_twice_for_a_poll",
                            )
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="BallotCode",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=uuid.uuid4,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        (
                            "poll",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="codes",
                                to="evaluation.poll",
                            ),
                        ),
                        ("digest", models.CharField(db_collation="C", max_length=64, unique=True)),
                        ("is_used", models.BooleanField(default=False)),
                    ],
                ),
                migrations.CreateModel(
                    name="SealedBallot",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=uuid.uuid4,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        (
                            "poll",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="sealed_ballots",
                                to="evaluation.poll",
                            ),
                        ),
                        ("sealed", models.TextField()),
                    ],
                ),
                migrations.CreateModel(
                    name="Ballot",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=uuid.uuid4,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        (
                            "poll",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="ballots",
                                to="evaluation.poll",
                            ),
                        ),
                        (
                            "appraised",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="ballots",
                                to="evaluation.appraised",
                            ),
                        ),
                        (
                            "source",
                            models.CharField(
                                choices=[("slip", "By code"), ("paper", "On paper")], max_length=5
                            ),
                        ),
                        (
                            "attitude",
                            models.PositiveSmallIntegerField(
                                choices=[
                                    (1, "Good"),
                                    (2, "Fairly good"),
                                    (3, "Fair"),
                                    (4, "Poor"),
                                    (5, "Do not know"),
                                ],
                                null=True,
                            ),
                        ),
                        (
                            "style",
                            models.PositiveSmallIntegerField(
                                choices=[
                                    (1, "Good"),
                                    (2, "Fairly good"),
                                    (3, "Fair"),
                                    (4, "Poor"),
                                    (5, "Do not know"),
                                ],
                                null=True,
                            ),
                        ),
                        (
                            "achievement",
                            models.PositiveSmallIntegerField(
                                choices=[
                                    (1, "Good"),
                                    (2, "Fairly good"),
                                    (3, "Fair"),
                                    (4, "Poor"),
                                    (5, "Do not know"),
                                ],
                                null=True,
                            ),
                        ),
                        (
                            "overall",
                            models.PositiveSmallIntegerField(
                                choices=[
                                    (1, "Good"),
                                    (2, "Fairly good"),
                                    (3, "Fair"),
                                    (4, "Poor"),
                                    (5, "Do not know"),
                                ],
                                null=True,
                            ),
                        ),
                        (
                            "dining",
                            models.PositiveSmallIntegerField(
                                choices=[(1, "Yes, there was"), (2, "No"), (3, "Not clear")],
                                null=True,
                            ),
                        ),
                        (
                            "gifts",
                            models.PositiveSmallIntegerField(
                                choices=[(1, "Yes, there was"), (2, "No"), (3, "Not clear")],
                                null=True,
                            ),
                        ),
                        (
                            "retinue",
                            models.PositiveSmallIntegerField(
                                choices=[(1, "Yes, there was"), (2, "No"), (3, "Not clear")],
                                null=True,
                            ),
                        ),
                        (
                            "burden",
                            models.PositiveSmallIntegerField(
                                choices=[(1, "Yes, there was"), (2, "No"), (3, "Not clear")],
                                null=True,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("attitude__in", [1, 2, 3, 4, 5]),
                                        ("attitude", None),
                                        _connector="OR",
                                    ),
                                    models.Q(
                                        ("style__in", [1, 2, 3, 4, 5]),
                                        ("style", None),
                                        _connector="OR",
                                    ),
                                    models.Q(
                                        ("achievement__in", [1, 2, 3, 4, 5]),
                                        ("achievement", None),
                                        _connector="OR",
                                    ),
                                    models.Q(
                                        ("overall__in", [1, 2, 3, 4, 5]),
                                        ("overall", None),
                                        _connector="OR",
                                    ),
                                    models.Q(
                                        ("dining__in", [1, 2, 3]), ("dining", None), _connector="OR"
                                    ),
                                    models.Q(
                                        ("gifts__in", [1, 2, 3]), ("gifts", None), _connector="OR"
                                    ),
                                    models.Q(
                                        ("retinue__in", [1, 2, 3]),
                                        ("retinue", None),
                                        _connector="OR",
                                    ),
                                    models.Q(
                                        ("burden__in", [1, 2, 3]), ("burden", None), _connector="OR"
                                    ),
                                ),
                                name="a_ballot_has_ticks_of_the_form",
                            )
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="BallotComment",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=uuid.uuid4,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        (
                            "poll",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="comments",
                                to="evaluation.poll",
                            ),
                        ),
                        ("text", models.CharField(max_length=500)),
                    ],
                ),
                migrations.CreateModel(
                    name="MeetingCount",
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
                            "poll",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="meeting_counts",
                                to="evaluation.poll",
                            ),
                        ),
                        (
                            "appraised",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="meeting_counts",
                                to="evaluation.appraised",
                            ),
                        ),
                        ("held_on", models.DateField(verbose_name="held on")),
                        ("issued", models.PositiveIntegerField(verbose_name="ballots given out")),
                        ("returned", models.PositiveIntegerField(verbose_name="ballots returned")),
                        ("valid", models.PositiveIntegerField(verbose_name="valid ballots")),
                        (
                            "attitude",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.PositiveIntegerField(), size=5
                            ),
                        ),
                        (
                            "style",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.PositiveIntegerField(), size=5
                            ),
                        ),
                        (
                            "achievement",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.PositiveIntegerField(), size=5
                            ),
                        ),
                        (
                            "overall",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.PositiveIntegerField(), size=5
                            ),
                        ),
                        (
                            "dining",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.PositiveIntegerField(), size=3
                            ),
                        ),
                        (
                            "gifts",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.PositiveIntegerField(), size=3
                            ),
                        ),
                        (
                            "retinue",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.PositiveIntegerField(), size=3
                            ),
                        ),
                        (
                            "burden",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.PositiveIntegerField(), size=3
                            ),
                        ),
                        (
                            "counted_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("counted_at", models.DateTimeField()),
                        ("replaced_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("replaced_at", None)),
                                fields=("poll", "appraised"),
                                name="a_meeting_is_counted_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("returned__lte", models.F("issued")),
                                    ("valid__lte", models.F("returned")),
                                ),
                                name="no_more_ballots_come_back_than_went_out",
                                violation_error_message="More ballots valid than returned, or more returned than given out.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("attitude__len", 5),
                                    (
                                        "valid__gte",
                                        django.db.models.expressions.CombinedExpression(
                                            django.db.models.expressions.CombinedExpression(
                                                django.db.models.expressions.CombinedExpression(
                                                    django.db.models.expressions.CombinedExpression(
                                                        models.F("attitude__0"),
                                                        "+",
                                                        models.F("attitude__1"),
                                                    ),
                                                    "+",
                                                    models.F("attitude__2"),
                                                ),
                                                "+",
                                                models.F("attitude__3"),
                                            ),
                                            "+",
                                            models.F("attitude__4"),
                                        ),
                                    ),
                                    ("style__len", 5),
                                    (
                                        "valid__gte",
                                        django.db.models.expressions.CombinedExpression(
                                            django.db.models.expressions.CombinedExpression(
                                                django.db.models.expressions.CombinedExpression(
                                                    django.db.models.expressions.CombinedExpression(
                                                        models.F("style__0"),
                                                        "+",
                                                        models.F("style__1"),
                                                    ),
                                                    "+",
                                                    models.F("style__2"),
                                                ),
                                                "+",
                                                models.F("style__3"),
                                            ),
                                            "+",
                                            models.F("style__4"),
                                        ),
                                    ),
                                    ("achievement__len", 5),
                                    (
                                        "valid__gte",
                                        django.db.models.expressions.CombinedExpression(
                                            django.db.models.expressions.CombinedExpression(
                                                django.db.models.expressions.CombinedExpression(
                                                    django.db.models.expressions.CombinedExpression(
                                                        models.F("achievement__0"),
                                                        "+",
                                                        models.F("achievement__1"),
                                                    ),
                                                    "+",
                                                    models.F("achievement__2"),
                                                ),
                                                "+",
                                                models.F("achievement__3"),
                                            ),
                                            "+",
                                            models.F("achievement__4"),
                                        ),
                                    ),
                                    ("overall__len", 5),
                                    (
                                        "valid__gte",
                                        django.db.models.expressions.CombinedExpression(
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
                                                "+",
                                                models.F("overall__3"),
                                            ),
                                            "+",
                                            models.F("overall__4"),
                                        ),
                                    ),
                                    ("dining__len", 3),
                                    (
                                        "valid__gte",
                                        django.db.models.expressions.CombinedExpression(
                                            django.db.models.expressions.CombinedExpression(
                                                models.F("dining__0"), "+", models.F("dining__1")
                                            ),
                                            "+",
                                            models.F("dining__2"),
                                        ),
                                    ),
                                    ("gifts__len", 3),
                                    (
                                        "valid__gte",
                                        django.db.models.expressions.CombinedExpression(
                                            django.db.models.expressions.CombinedExpression(
                                                models.F("gifts__0"), "+", models.F("gifts__1")
                                            ),
                                            "+",
                                            models.F("gifts__2"),
                                        ),
                                    ),
                                    ("retinue__len", 3),
                                    (
                                        "valid__gte",
                                        django.db.models.expressions.CombinedExpression(
                                            django.db.models.expressions.CombinedExpression(
                                                models.F("retinue__0"), "+", models.F("retinue__1")
                                            ),
                                            "+",
                                            models.F("retinue__2"),
                                        ),
                                    ),
                                    ("burden__len", 3),
                                    (
                                        "valid__gte",
                                        django.db.models.expressions.CombinedExpression(
                                            django.db.models.expressions.CombinedExpression(
                                                models.F("burden__0"), "+", models.F("burden__1")
                                            ),
                                            "+",
                                            models.F("burden__2"),
                                        ),
                                    ),
                                ),
                                name="no_line_of_a_meeting_has_more_ticks_than_ballots",
                                violation_error_message="A line has more ticks than there are valid ballots.",
                            ),
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="DisciplineFinding",
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
                            "cadre",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="findings",
                                to="portal.cadre",
                                verbose_name="Cadre",
                            ),
                        ),
                        (
                            "organ",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="portal.organ",
                                verbose_name="organ concerned",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("dining", "Let themselves be treated to meals"),
                                    ("gifts", "Took gifts"),
                                    ("retinue", "Came with a retinue"),
                                    ("burden", "Was a burden to the masses"),
                                    ("other", "Other breach of work discipline"),
                                ],
                                max_length=8,
                                verbose_name="kind",
                            ),
                        ),
                        ("happened_on", models.DateField(verbose_name="day")),
                        (
                            "document",
                            models.CharField(max_length=60, verbose_name="document number"),
                        ),
                        (
                            "source",
                            models.CharField(
                                choices=[
                                    ("complaint", "Sealed complaint"),
                                    ("inspection", "Inspection"),
                                    ("other", "Other document"),
                                ],
                                max_length=10,
                                verbose_name="came from",
                            ),
                        ),
                        (
                            "reference",
                            models.CharField(max_length=60, verbose_name="reference number"),
                        ),
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
                            "recused",
                            models.ManyToManyField(related_name="+", to=settings.AUTH_USER_MODEL),
                        ),
                        (
                            "barred",
                            models.ManyToManyField(related_name="+", to=settings.AUTH_USER_MODEL),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["-happened_on", "-id"], name="finding_day"),
                            models.Index(fields=["cadre", "happened_on"], name="finding_cadre"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("document", "cadre", "organ", "kind", "happened_on"),
                                name="a_finding_is_recorded_once",
                                nulls_distinct=False,
                                violation_error_message="This finding is recorded already.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("document", ""), _negated=True),
                                    models.Q(("reference", ""), _negated=True),
                                ),
                                name="a_finding_has_document_and_reference",
                                violation_error_message="A finding stands on a document and its reference.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FindingLift",
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
                            "finding",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="lift",
                                to="evaluation.disciplinefinding",
                            ),
                        ),
                        (
                            "document",
                            models.CharField(max_length=60, verbose_name="document number"),
                        ),
                        ("reason", models.CharField(max_length=300, verbose_name="reason")),
                        ("lifted_on", models.DateField(verbose_name="day of the document")),
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
                                condition=models.Q(
                                    models.Q(("document", ""), _negated=True),
                                    models.Q(("reason", ""), _negated=True),
                                ),
                                name="a_finding_is_lifted_by_a_document_with_a_reason",
                            )
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="TurnoutNote",
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
                            "poll",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="turnout_notes",
                                to="evaluation.poll",
                            ),
                        ),
                        ("day", models.DateField()),
                        ("turnout", models.PositiveIntegerField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("poll", "day"), name="turnout_is_noted_once_a_day"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "turnout",
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("turnout"),
                                            "-",
                                            django.db.models.functions.math.Mod(
                                                models.F("turnout"), 5
                                            ),
                                        ),
                                    )
                                ),
                                name="turnout_is_noted_in_steps_of_five",
                            ),
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="Hint",
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
                            "poll",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="hints",
                                to="evaluation.poll",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("perfect", "Every ballot is perfect"),
                                    ("at_once", "All ballots came on one day"),
                                    ("same_words", "The same remark several times"),
                                    ("unit_differs", "The unit and the masses say opposite things"),
                                ],
                                max_length=12,
                            ),
                        ),
                        (
                            "appraised",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="evaluation.appraised",
                            ),
                        ),
                        ("n", models.PositiveIntegerField()),
                        ("found_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("poll", "kind", "appraised"),
                                name="a_hint_is_given_once",
                                nulls_distinct=False,
                            )
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="HintReview",
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
                            "hint",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="reviews",
                                to="evaluation.hint",
                            ),
                        ),
                        (
                            "found",
                            models.CharField(
                                max_length=300,
                                verbose_name="what was looked at, and what was found",
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
                            models.CheckConstraint(
                                condition=models.Q(("found", ""), _negated=True),
                                name="a_hint_is_answered_in_words",
                            )
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="HonourPool",
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
                            "cycle",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="pools",
                                to="evaluation.cycle",
                            ),
                        ),
                        (
                            "title",
                            models.CharField(max_length=60, verbose_name="title of the pool"),
                        ),
                        (
                            "purpose",
                            models.CharField(
                                choices=[
                                    ("grade", "Grade “excellent” of the year"),
                                    ("honour", "Honour"),
                                ],
                                max_length=6,
                                verbose_name="for",
                            ),
                        ),
                        (
                            "basis",
                            models.CharField(
                                choices=[
                                    ("usual", "Usual share"),
                                    ("special", "Larger share by a document"),
                                    ("other", "Another share by a document"),
                                ],
                                max_length=7,
                                verbose_name="share",
                            ),
                        ),
                        (
                            "percent",
                            models.DecimalField(
                                decimal_places=2, max_digits=5, verbose_name="per cent"
                            ),
                        ),
                        (
                            "basis_document",
                            models.CharField(
                                blank=True,
                                default="",
                                max_length=60,
                                verbose_name="document that allows this share",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "Nominations"),
                                    ("decided", "Decided by the meeting"),
                                    ("publicity", "Public notice"),
                                    ("final", "Final"),
                                    ("joined", "Joined to another pool"),
                                    ("given_up", "Given up"),
                                ],
                                default="open",
                                max_length=9,
                            ),
                        ),
                        (
                            "joined_to",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="joined",
                                to="evaluation.honourpool",
                            ),
                        ),
                        ("eligible", models.PositiveIntegerField(null=True)),
                        ("quota", models.PositiveIntegerField(null=True)),
                        (
                            "document",
                            models.CharField(
                                blank=True,
                                default="",
                                max_length=60,
                                verbose_name="document number",
                            ),
                        ),
                        ("decided_on", models.DateField(null=True)),
                        ("notice_from", models.DateField(null=True)),
                        ("notice_until", models.DateField(null=True)),
                        ("final_on", models.DateField(null=True)),
                        (
                            "written_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("made_on", models.DateField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(
                                    ("state__in", ["joined", "given_up"]), _negated=True
                                ),
                                fields=("cycle", "title"),
                                name="a_pool_has_its_own_title_in_a_cycle",
                                violation_error_message="There is a pool of this title already.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("percent__gt", 0), ("percent__lte", 50)),
                                name="a_share_lies_between_nothing_and_half",
                                violation_error_message="The share lies above 0 and up to 50 per cent.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("basis", "usual"),
                                    models.Q(("basis_document", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="another_share_rests_on_a_document",
                                violation_error_message="Write the number of the document that allows it.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("decided_on", None),
                                        ("document", ""),
                                        ("eligible", None),
                                        ("quota", None),
                                        ("state__in", ["open", "joined", "given_up"]),
                                    ),
                                    models.Q(
                                        ("decided_on__isnull", False),
                                        ("eligible__isnull", False),
                                        ("quota__isnull", False),
                                        ("state__in", ["decided", "publicity", "final"]),
                                        models.Q(("document", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="a_decided_pool_has_day_document_and_quota",
                                violation_error_message="Write the number of the document that decides it.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("quota", None),
                                    (
                                        "quota__lte",
                                        django.db.models.expressions.CombinedExpression(
                                            django.db.models.expressions.CombinedExpression(
                                                models.F("eligible"), "*", models.F("percent")
                                            ),
                                            "/",
                                            models.Value(100),
                                        ),
                                    ),
                                    _connector="OR",
                                ),
                                name="a_quota_is_no_more_than_its_share",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("notice_from", None),
                                        ("notice_until", None),
                                        models.Q(("state", "publicity"), _negated=True),
                                    ),
                                    models.Q(
                                        ("notice_until__gte", models.F("notice_from")),
                                        ("state__in", ["publicity", "final"]),
                                    ),
                                    _connector="OR",
                                ),
                                name="a_public_notice_has_its_days",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("final_on__isnull", False), ("state", "final")),
                                    models.Q(
                                        models.Q(("state", "final"), _negated=True),
                                        ("final_on", None),
                                    ),
                                    _connector="OR",
                                ),
                                name="a_final_pool_has_its_day",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("joined_to__isnull", False), ("state", "joined")),
                                    models.Q(
                                        models.Q(("state", "joined"), _negated=True),
                                        ("joined_to", None),
                                    ),
                                    _connector="OR",
                                ),
                                name="a_joined_pool_says_to_which",
                            ),
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="PoolPart",
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
                            "pool",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="parts",
                                to="evaluation.honourpool",
                            ),
                        ),
                        (
                            "subject",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("cadre", "Cadre"),
                                    ("team", "Work team"),
                                    ("branch", "Party branch"),
                                    ("organ", "Leading team of an organ"),
                                ],
                                default="",
                                max_length=8,
                            ),
                        ),
                        (
                            "scheme",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="evaluation.scheme",
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
                    ],
                ),
                migrations.CreateModel(
                    name="Honour",
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
                            "pool",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="honours",
                                to="evaluation.honourpool",
                            ),
                        ),
                        (
                            "appraised",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="honours",
                                to="evaluation.appraised",
                            ),
                        ),
                        ("year", models.PositiveSmallIntegerField()),
                        ("reason", models.CharField(max_length=300, verbose_name="reason")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("proposed", "Nominated"),
                                    ("chosen", "Chosen by the meeting"),
                                    ("not_chosen", "Not chosen"),
                                    ("notice", "Under public notice"),
                                    ("final", "Final"),
                                    ("withdrawn", "Nomination withdrawn"),
                                    ("objected", "Taken off after an objection"),
                                ],
                                default="proposed",
                                max_length=10,
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
                        ("proposed_at", models.DateTimeField()),
                        ("outcome", models.CharField(blank=True, default="", max_length=300)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["-year", "-id"], name="honour_year")],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state", "withdrawn"), _negated=True),
                                fields=("pool", "appraised"),
                                name="somebody_is_nominated_once_in_a_pool",
                                violation_error_message="They are nominated in this pool already.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("reason", ""), _negated=True),
                                name="a_nomination_has_a_reason",
                                violation_error_message="Write why they are nominated.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("state__in", ["withdrawn", "objected"]), _negated=True
                                    ),
                                    models.Q(("outcome", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="what_is_taken_off_has_a_reason",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PoolStep",
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
                            "pool",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="steps",
                                to="evaluation.honourpool",
                            ),
                        ),
                        (
                            "honour",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="steps",
                                to="evaluation.honour",
                            ),
                        ),
                        (
                            "move",
                            models.CharField(
                                choices=[
                                    ("made", "Pool made"),
                                    ("joined", "Pool joined"),
                                    ("given_up", "Pool given up"),
                                    ("nominated", "Nominated"),
                                    ("withdrawn", "Nomination withdrawn"),
                                    ("decided", "Decided by the meeting"),
                                    ("publicised", "Put under public notice"),
                                    ("objected", "Taken off after an objection"),
                                    ("finished", "Final"),
                                ],
                                max_length=10,
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
                        ("text", models.CharField(blank=True, default="", max_length=300)),
                    ],
                ),
                migrations.CreateModel(
                    name="Grade",
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
                            "appraised",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="grades",
                                to="evaluation.appraised",
                            ),
                        ),
                        (
                            "value",
                            models.CharField(
                                choices=[
                                    ("excellent", "Excellent"),
                                    ("competent", "Competent"),
                                    ("basically", "Basically competent"),
                                    ("incompetent", "Incompetent"),
                                ],
                                max_length=11,
                                verbose_name="grade",
                            ),
                        ),
                        (
                            "reason",
                            models.CharField(
                                blank=True, default="", max_length=300, verbose_name="reason"
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
                        ("proposed_at", models.DateTimeField()),
                        (
                            "document",
                            models.CharField(
                                blank=True,
                                default="",
                                max_length=60,
                                verbose_name="document number",
                            ),
                        ),
                        ("decided_on", models.DateField(null=True)),
                        ("replaced_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("replaced_at", None)),
                                fields=("appraised",),
                                name="somebody_has_one_grade_in_a_cycle",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("decided_on", None), ("document", "")),
                                    models.Q(
                                        ("decided_on__isnull", False),
                                        models.Q(("document", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="a_decided_grade_has_a_document",
                                violation_error_message="Write the number of the document that decides it.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("value__in", ["excellent", "competent"]),
                                    models.Q(("reason", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="a_lower_grade_has_a_reason",
                                violation_error_message="Write why.",
                            ),
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="MemberAppraisal",
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
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="portal.grassrootsunit",
                            ),
                        ),
                        (
                            "party_organization",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="member_appraisals",
                                to="portal.partyorganization",
                                verbose_name="Party organisation",
                            ),
                        ),
                        ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                        (
                            "held_on",
                            models.DateField(
                                blank=True, null=True, verbose_name="day of the meeting"
                            ),
                        ),
                        (
                            "expected",
                            models.PositiveSmallIntegerField(
                                blank=True, null=True, verbose_name="should attend"
                            ),
                        ),
                        (
                            "present",
                            models.PositiveSmallIntegerField(
                                blank=True, null=True, verbose_name="attended"
                            ),
                        ),
                        (
                            "valid",
                            models.PositiveSmallIntegerField(
                                blank=True, null=True, verbose_name="valid ballots"
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "Under way"),
                                    ("finished", "Decided by the organisation"),
                                ],
                                default="open",
                                max_length=8,
                            ),
                        ),
                        ("finished_on", models.DateField(null=True)),
                        (
                            "written_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("begun_on", models.DateField()),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["-year", "-id"], name="member_appraisal_year"),
                            models.Index(fields=["organ", "-year"], name="member_appraisal_organ"),
                            models.Index(
                                fields=["host_organ", "-year"], name="member_appraisal_host"
                            ),
                            models.Index(
                                fields=["county", "-year"], name="member_appraisal_county"
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("party_organization", "year"),
                                name="a_branch_appraises_its_members_once_a_year",
                                violation_error_message="This branch has its appraisal of the year already.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("present", None),
                                        ("present__lte", models.F("expected")),
                                        _connector="OR",
                                    ),
                                    models.Q(
                                        ("valid", None),
                                        ("valid__lte", models.F("present")),
                                        _connector="OR",
                                    ),
                                ),
                                name="no_more_attend_or_vote_than_should",
                                violation_error_message="No more attend than should, and no more ballots count than people attend.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("finished_on", None), ("state", "open")),
                                    models.Q(
                                        ("expected__isnull", False),
                                        ("finished_on__isnull", False),
                                        ("held_on__isnull", False),
                                        ("present__isnull", False),
                                        ("state", "finished"),
                                        ("valid__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="a_finished_member_appraisal_had_its_meeting",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MemberAppraisalStep",
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
                            "appraisal",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="steps",
                                to="evaluation.memberappraisal",
                            ),
                        ),
                        (
                            "move",
                            models.CharField(
                                choices=[
                                    ("begun", "Appraisal begun"),
                                    ("finished", "Decided by the organisation"),
                                    ("reopened", "Opened again"),
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
                        ("text", models.CharField(blank=True, default="", max_length=200)),
                    ],
                ),
                migrations.CreateModel(
                    name="AppraisedMember",
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
                            "appraisal",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="members",
                                to="evaluation.memberappraisal",
                            ),
                        ),
                        ("place", models.PositiveSmallIntegerField()),
                        ("name", models.CharField(max_length=40, verbose_name="name")),
                        (
                            "is_probationary",
                            models.BooleanField(default=False, verbose_name="probationary member"),
                        ),
                        (
                            "self_done",
                            models.BooleanField(default=False, verbose_name="self-appraisal done"),
                        ),
                        (
                            "peers",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.PositiveSmallIntegerField(), default=list, size=4
                            ),
                        ),
                        (
                            "ballots",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.PositiveSmallIntegerField(), default=list, size=4
                            ),
                        ),
                        (
                            "grade",
                            models.PositiveSmallIntegerField(
                                choices=[
                                    (1, "Outstanding"),
                                    (2, "Qualified"),
                                    (3, "Basically qualified"),
                                    (4, "Not qualified"),
                                ],
                                null=True,
                                verbose_name="grade of the organisation",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("appraisal", "place"), name="members_stand_in_their_order"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("is_probationary", False), ("grade", None), _connector="OR"
                                ),
                                name="a_probationary_member_gets_no_grade",
                                violation_error_message="Probationary members get no grade.",
                            ),
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="PaperBatch",
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
                            "poll",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="paper_batches",
                                to="evaluation.poll",
                            ),
                        ),
                        ("number", models.PositiveSmallIntegerField()),
                        (
                            "issued",
                            models.PositiveSmallIntegerField(verbose_name="ballots given out"),
                        ),
                        (
                            "sheets",
                            models.PositiveSmallIntegerField(verbose_name="ballots that came back"),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("first", "Being typed"),
                                    ("waiting", "Waits for the second person"),
                                    ("second", "Being typed again"),
                                    ("differs", "To be compared with the paper"),
                                    ("complete", "Complete"),
                                ],
                                default="first",
                                max_length=8,
                            ),
                        ),
                        (
                            "first_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "second_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("begun_at", models.DateTimeField()),
                        ("completed_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("poll", "number"),
                                name="paper_batches_of_a_poll_are_counted",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("issued__gte", models.F("sheets")), ("sheets__gte", 1)
                                ),
                                name="no_more_sheets_come_back_than_went_out",
                                violation_error_message="More ballots came back than were given out.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("second_by", models.F("first_by")), _negated=True
                                ),
                                name="two_people_type_a_batch",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        models.Q(("state", "complete"), _negated=True),
                                        ("completed_at", None),
                                    ),
                                    models.Q(
                                        ("completed_at__isnull", False),
                                        ("second_by__isnull", False),
                                        ("state", "complete"),
                                    ),
                                    _connector="OR",
                                ),
                                name="a_complete_batch_was_typed_twice",
                            ),
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="PaperEntry",
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
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="entries",
                                to="evaluation.paperbatch",
                            ),
                        ),
                        ("typing", models.PositiveSmallIntegerField()),
                        ("sheet", models.PositiveSmallIntegerField()),
                        (
                            "appraised",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="evaluation.appraised",
                            ),
                        ),
                        ("attitude", models.PositiveSmallIntegerField()),
                        ("style", models.PositiveSmallIntegerField()),
                        ("achievement", models.PositiveSmallIntegerField()),
                        ("overall", models.PositiveSmallIntegerField()),
                        ("dining", models.PositiveSmallIntegerField()),
                        ("gifts", models.PositiveSmallIntegerField()),
                        ("retinue", models.PositiveSmallIntegerField()),
                        ("burden", models.PositiveSmallIntegerField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("batch", "typing", "sheet", "appraised"),
                                name="a_sheet_is_typed_once_by_each",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("sheet__gte", 1),
                                    ("typing__in", (1, 2)),
                                    models.Q(("attitude__in", (1, 2, 3, 4, 5, 0, 9))),
                                    models.Q(("style__in", (1, 2, 3, 4, 5, 0, 9))),
                                    models.Q(("achievement__in", (1, 2, 3, 4, 5, 0, 9))),
                                    models.Q(("overall__in", (1, 2, 3, 4, 5, 0, 9))),
                                    models.Q(("dining__in", (1, 2, 3, 0, 9))),
                                    models.Q(("gifts__in", (1, 2, 3, 0, 9))),
                                    models.Q(("retinue__in", (1, 2, 3, 0, 9))),
                                    models.Q(("burden__in", (1, 2, 3, 0, 9))),
                                ),
                                name="what_is_typed_stands_on_the_form",
                            ),
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="PaperRemark",
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
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="remarks",
                                to="evaluation.paperbatch",
                            ),
                        ),
                        ("text", models.CharField(max_length=500)),
                    ],
                ),
                migrations.CreateModel(
                    name="Tally",
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
                            "appraised",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="tally",
                                to="evaluation.appraised",
                            ),
                        ),
                        ("issued", models.PositiveIntegerField()),
                        ("returned", models.PositiveIntegerField()),
                        ("valid", models.PositiveIntegerField()),
                        (
                            "attitude",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.PositiveIntegerField(), size=5
                            ),
                        ),
                        (
                            "style",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.PositiveIntegerField(), size=5
                            ),
                        ),
                        (
                            "achievement",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.PositiveIntegerField(), size=5
                            ),
                        ),
                        (
                            "overall",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.PositiveIntegerField(), size=5
                            ),
                        ),
                        (
                            "dining",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.PositiveIntegerField(), size=3
                            ),
                        ),
                        (
                            "gifts",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.PositiveIntegerField(), size=3
                            ),
                        ),
                        (
                            "retinue",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.PositiveIntegerField(), size=3
                            ),
                        ),
                        (
                            "burden",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.PositiveIntegerField(), size=3
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="ScoreEvidence",
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
                            "appraised",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="evidence",
                                to="evaluation.appraised",
                            ),
                        ),
                        ("indicator", models.CharField(db_collation="C", max_length=40)),
                        (
                            "met",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.BigIntegerField(), default=list, size=None
                            ),
                        ),
                        (
                            "missed",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.BigIntegerField(), default=list, size=None
                            ),
                        ),
                        ("value", models.DecimalField(decimal_places=2, max_digits=9, null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("appraised", "indicator"), name="evidence_is_frozen_once"
                            )
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="EvidenceDecision",
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
                            "appraised",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="decisions",
                                to="evaluation.appraised",
                            ),
                        ),
                        ("indicator", models.CharField(db_collation="C", max_length=40)),
                        ("record_id", models.BigIntegerField()),
                        (
                            "verdict",
                            models.CharField(
                                choices=[
                                    ("met", "Speaks for"),
                                    ("missed", "Speaks against"),
                                    ("left_out", "Does not count"),
                                ],
                                max_length=8,
                                verbose_name="what counts from now on",
                            ),
                        ),
                        ("value", models.DecimalField(decimal_places=2, max_digits=9, null=True)),
                        ("reason", models.CharField(max_length=300, verbose_name="reason")),
                        (
                            "appeal",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="decisions",
                                to="evaluation.appeal",
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
                            models.CheckConstraint(
                                condition=models.Q(("reason", ""), _negated=True),
                                name="a_decision_on_evidence_has_a_reason",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("record_id", 0), ("value__isnull", False)),
                                    models.Q(("record_id__gt", 0), ("value", None)),
                                    _connector="OR",
                                ),
                                name="an_amount_is_decided_by_its_value",
                            ),
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="Computation",
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
                            "cycle",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="computations",
                                to="evaluation.cycle",
                            ),
                        ),
                        ("number", models.PositiveSmallIntegerField()),
                        ("at", models.DateTimeField()),
                        ("rounding", models.CharField(db_collation="C", max_length=30)),
                        ("result_hash", models.CharField(db_collation="C", max_length=64)),
                        ("ranges", models.JSONField(default=dict)),
                        (
                            "asked_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("cycle", "number"),
                                name="computations_of_a_cycle_are_counted",
                            )
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="Score",
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
                            "computation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="scores",
                                to="evaluation.computation",
                            ),
                        ),
                        (
                            "appraised",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="scores",
                                to="evaluation.appraised",
                            ),
                        ),
                        ("total", models.DecimalField(decimal_places=2, max_digits=5, null=True)),
                        ("masses", models.DecimalField(decimal_places=2, max_digits=5, null=True)),
                        ("unit", models.DecimalField(decimal_places=2, max_digits=5, null=True)),
                        ("results", models.DecimalField(decimal_places=2, max_digits=5, null=True)),
                        (
                            "organisation",
                            models.DecimalField(decimal_places=2, max_digits=5, null=True),
                        ),
                        ("gates_met", models.BooleanField()),
                        ("lines", models.JSONField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("computation", "appraised"),
                                name="one_score_in_a_computation",
                            )
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="Appeal",
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
                            "appraised",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="appeals",
                                to="evaluation.appraised",
                            ),
                        ),
                        (
                            "indicator",
                            models.CharField(
                                blank=True, db_collation="C", default="", max_length=40
                            ),
                        ),
                        ("text", models.CharField(max_length=1000, verbose_name="what is wrong")),
                        (
                            "filed_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("filed_at", models.DateTimeField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("filed", "Waits for an answer"),
                                    ("upheld", "Upheld"),
                                    ("dismissed", "Not upheld"),
                                    ("withdrawn", "Taken back"),
                                ],
                                default="filed",
                                max_length=9,
                            ),
                        ),
                        (
                            "outcome",
                            models.CharField(
                                blank=True, default="", max_length=1000, verbose_name="answer"
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
                            models.Index(fields=["state", "-filed_at", "-id"], name="appeal_state"),
                            models.Index(fields=["-filed_at", "-id"], name="appeal_newest"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state", "filed")),
                                fields=("appraised",),
                                name="one_open_objection_of_somebody",
                                violation_error_message="An objection is open already.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("decided_at", None),
                                        ("decided_by", None),
                                        ("outcome", ""),
                                        ("state", "filed"),
                                    ),
                                    models.Q(
                                        ("decided_at__isnull", False),
                                        ("decided_by__isnull", False),
                                        ("state", "withdrawn"),
                                    ),
                                    models.Q(
                                        ("decided_at__isnull", False),
                                        ("decided_by__isnull", False),
                                        ("state__in", ["upheld", "dismissed"]),
                                        models.Q(("outcome", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="an_objection_is_decided_with_an_answer",
                                violation_error_message="Write what was decided and why.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="OrganAppraisal",
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
                            "appraised",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="words",
                                to="evaluation.appraised",
                            ),
                        ),
                        (
                            "side",
                            models.CharField(
                                choices=[
                                    ("unit", "Grassroots unit"),
                                    ("sending", "Sending organ"),
                                    ("host", "Host"),
                                ],
                                max_length=7,
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
                            "organ",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="portal.organ",
                            ),
                        ),
                        (
                            "attitude",
                            models.PositiveSmallIntegerField(
                                choices=[
                                    (1, "Good"),
                                    (2, "Fairly good"),
                                    (3, "Fair"),
                                    (4, "Poor"),
                                    (5, "Do not know"),
                                ],
                                verbose_name="attitude to work",
                            ),
                        ),
                        (
                            "style",
                            models.PositiveSmallIntegerField(
                                choices=[
                                    (1, "Good"),
                                    (2, "Fairly good"),
                                    (3, "Fair"),
                                    (4, "Poor"),
                                    (5, "Do not know"),
                                ],
                                verbose_name="style of work",
                            ),
                        ),
                        (
                            "achievement",
                            models.PositiveSmallIntegerField(
                                choices=[
                                    (1, "Good"),
                                    (2, "Fairly good"),
                                    (3, "Fair"),
                                    (4, "Poor"),
                                    (5, "Do not know"),
                                ],
                                verbose_name="results of work",
                            ),
                        ),
                        (
                            "overall",
                            models.PositiveSmallIntegerField(
                                choices=[
                                    (1, "Good"),
                                    (2, "Fairly good"),
                                    (3, "Fair"),
                                    (4, "Poor"),
                                    (5, "Do not know"),
                                ],
                                verbose_name="all in all",
                            ),
                        ),
                        (
                            "remark",
                            models.CharField(
                                blank=True, default="", max_length=300, verbose_name="reason"
                            ),
                        ),
                        (
                            "via",
                            models.CharField(
                                choices=[
                                    ("account", "In the portal"),
                                    ("link", "By one-time link"),
                                    ("paper", "On paper"),
                                ],
                                max_length=7,
                            ),
                        ),
                        ("given_at", models.DateTimeField()),
                        (
                            "noted_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("replaced_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("replaced_at", None)),
                                fields=("appraised", "side", "unit", "organ"),
                                name="a_side_has_one_word_on_somebody",
                                nulls_distinct=False,
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("organ", None), ("side", "unit"), ("unit__isnull", False)
                                    ),
                                    models.Q(
                                        models.Q(("side", "unit"), _negated=True),
                                        ("organ__isnull", False),
                                        ("unit", None),
                                    ),
                                    _connector="OR",
                                ),
                                name="a_word_comes_from_a_unit_or_an_organ",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("noted_by", None), ("side", "unit"), ("via", "link")),
                                    models.Q(
                                        models.Q(("via", "link"), _negated=True),
                                        ("noted_by__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="a_word_has_somebody_who_wrote_it_down",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("remark", ""), _negated=True),
                                    models.Q(
                                        models.Q(("attitude", 4), _negated=True),
                                        models.Q(("style", 4), _negated=True),
                                        models.Q(("achievement", 4), _negated=True),
                                        models.Q(("overall", 4), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="a_poor_word_has_a_reason",
                            ),
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="UnitLink",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=uuid.uuid4,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        (
                            "cycle",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="unit_links",
                                to="evaluation.cycle",
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
                        ("digest", models.CharField(db_collation="C", max_length=64, unique=True)),
                        ("expires_on", models.DateField()),
                        (
                            "made_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("made_at", models.DateTimeField()),
                        ("used_at", models.DateTimeField(null=True)),
                        ("revoked_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("revoked_at", None), ("used_at", None)),
                                fields=("cycle", "unit"),
                                name="a_unit_has_one_live_link",
                            )
                        ]
                    },
                ),
                migrations.CreateModel(
                    name="UnitLetter",
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
                            "link",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="letter",
                                to="evaluation.unitlink",
                            ),
                        ),
                        ("sealed", models.TextField()),
                        (
                            "received_at",
                            models.DateTimeField(db_default=portal.models.clock.DatabaseClock()),
                        ),
                        ("taken_at", models.DateTimeField(null=True)),
                        ("is_lost", models.BooleanField(db_default=False)),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("taken_at", None), ("sealed", ""), _connector="OR"
                                ),
                                name="a_letter_taken_over_is_not_kept",
                            )
                        ]
                    },
                ),
            ]
        ),
        migrations.RunSQL(ASK),
        migrations.RunSQL(VOTE),
        migrations.RunSQL(BALLOT_RIGHTS),
        migrations.RunSQL(LINKS),
        migrations.RunSQL(STEP_RIGHTS),
    ]
