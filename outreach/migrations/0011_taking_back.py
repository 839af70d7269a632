import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# As in 0002 and 0007; a step that was taken back, and its taking back, are not told to the raiser.
SLIPS = """
CREATE OR REPLACE FUNCTION door_slip(wanted text, digest text) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    slip outreach_matterslip;
    matter outreach_matter;
    answer jsonb;
    asked boolean;
    said boolean;
    word_pending boolean;
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
    SELECT EXISTS (
        SELECT FROM outreach_doormessage m
        WHERE m.slip_number = wanted AND m.code_digest = digest AND m.kind = 'word'
          AND m.state IN ('new', 'held')
    ) INTO word_pending;
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
                   AND NOT EXISTS (SELECT FROM outreach_matterstep t WHERE t.takes_back_id = s.id)
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
        'asks', asked AND NOT said AND NOT word_pending,
        'word_pending', word_pending,
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
                      'imported', s.facts ? 'import', 'told_on', s.facts ->> 'day',
                      'lead', s.facts ->> 'lead') ORDER BY s.at, s.id), '[]'::jsonb)
                  FROM outreach_matterstep s
                  WHERE s.matter_id = matter.id AND s.takes_back_id IS NULL
                    AND NOT EXISTS (SELECT FROM outreach_matterstep t WHERE t.takes_back_id = s.id))
    ) INTO answer;
    RETURN answer;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("outreach", "0010_elsewhere"),
        ("portal", "0008_norms_by_place"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="MatterBefore",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sealed", models.TextField()),
                ("until", models.DateTimeField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="yearclosing",
            name="a_year_is_closed_once",
        ),
        migrations.AddField(
            model_name="followup",
            name="corrects",
            field=models.OneToOneField(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="corrected_by",
                to="outreach.followup",
            ),
        ),
        migrations.AddField(
            model_name="followup",
            name="reason",
            field=models.CharField(blank=True, db_default="", default="", max_length=200),
        ),
        migrations.AddField(
            model_name="matterstep",
            name="takes_back",
            field=models.OneToOneField(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="taken_back_by",
                to="outreach.matterstep",
            ),
        ),
        migrations.AddField(
            model_name="meetingdecision",
            name="reason",
            field=models.CharField(blank=True, db_default="", default="", max_length=200),
        ),
        migrations.AddField(
            model_name="meetingdecision",
            name="withdrawn_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="meetingdecision",
            name="withdrawn_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="yearclosing",
            name="reason",
            field=models.CharField(blank=True, db_default="", default="", max_length=200),
        ),
        migrations.AddField(
            model_name="yearclosing",
            name="undone_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="yearclosing",
            name="undone_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="followup",
            name="kind",
            field=models.CharField(
                choices=[
                    ("word", "Call-back"),
                    ("sample", "Sample call-back"),
                    ("second", "Asked again"),
                ],
                default="word",
                max_length=6,
            ),
        ),
        migrations.AddConstraint(
            model_name="followup",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("corrects__isnull", False), ("kind", "second")),
                    models.Q(models.Q(("kind", "second"), _negated=True), ("corrects", None)),
                    _connector="OR",
                ),
                name="only_a_second_word_corrects",
            ),
        ),
        migrations.AddConstraint(
            model_name="meetingdecision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("withdrawn_at", None), ("withdrawn_by", None)),
                    models.Q(("withdrawn_at__isnull", False), ("withdrawn_by__isnull", False)),
                    _connector="OR",
                ),
                name="withdrawn_decision_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="yearclosing",
            constraint=models.UniqueConstraint(
                condition=models.Q(("undone_at", None)),
                fields=("year", "division", "organ", "is_hosted"),
                name="a_year_is_closed_once",
                nulls_distinct=False,
                violation_error_message="This year is closed already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="yearclosing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("undone_at", None), ("undone_by", None)),
                    models.Q(("undone_at__isnull", False), ("undone_by__isnull", False)),
                    _connector="OR",
                ),
                name="undone_closing_whole",
            ),
        ),
        migrations.AddField(
            model_name="matterbefore",
            name="step",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="before",
                to="outreach.matterstep",
            ),
        ),
        migrations.AddIndex(
            model_name="matterbefore",
            index=models.Index(fields=["until"], name="matter_before_until"),
        ),
        migrations.RunSQL(SLIPS, migrations.RunSQL.noop),
    ]
