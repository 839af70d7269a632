"""Which slips decide, what the others add, and how both look at the door."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# As in migration 0017, and: whether the word by this slip decides, whether its holder said how it is
# already, and whether a contact waits for a call.
SLIPS = """
CREATE OR REPLACE FUNCTION door_slip(wanted text, digest text) RETURNS jsonb
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


class Migration(migrations.Migration):
    dependencies = [
        ("outreach", "0023_moments_are_said"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SlipRemark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
            ],
        ),
        migrations.RemoveConstraint(
            model_name="doormessage",
            name="a_message_kept_or_refused_says_why",
        ),
        migrations.AddField(
            model_name="matterslip",
            name="closes_round",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AlterField(
            model_name="doormessage",
            name="hold",
            field=models.CharField(
                blank=True,
                choices=[
                    ("overflow", "Very many messages by one card on one day"),
                    ("trap", "A field that people do not see was filled in"),
                    ("different", "Another content under the key of an earlier message"),
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
        migrations.AlterField(
            model_name="doormessage",
            name="reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("overflow", "Very many messages by one card on one day"),
                    ("trap", "A field that people do not see was filled in"),
                    ("different", "Another content under the key of an earlier message"),
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
        migrations.AlterField(
            model_name="doormessage",
            name="state",
            field=models.CharField(
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
        migrations.AddIndex(
            model_name="doormessage",
            index=models.Index(
                condition=models.Q(("state", "waiting")), fields=["id"], name="door_waiting"
            ),
        ),
        migrations.AddConstraint(
            model_name="doormessage",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["held", "refused", "waiting"]), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="a_message_kept_or_refused_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="matterslip",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("closes_round", None), ("made_by__isnull", False), _connector="OR"
                ),
                name="a_slip_that_closes_names_its_printer",
            ),
        ),
        migrations.AddField(
            model_name="slipremark",
            name="read_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="slipremark",
            name="slip",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="remarks",
                to="outreach.matterslip",
            ),
        ),
        migrations.AddIndex(
            model_name="slipremark",
            index=models.Index(
                condition=models.Q(("read_at", None)),
                fields=["said_at", "id"],
                name="remark_unread",
            ),
        ),
        migrations.AddConstraint(
            model_name="slipremark",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), ("word", ""), _negated=True),
                name="a_remark_says_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="slipremark",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("read_at", None), ("read_by", None)),
                    models.Q(("read_at__isnull", False), ("read_by__isnull", False)),
                    _connector="OR",
                ),
                name="a_remark_is_read_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="slipremark",
            constraint=models.UniqueConstraint(
                condition=models.Q(("word", ""), _negated=True),
                fields=("slip", "round"),
                name="one_word_of_a_slip_for_each_result",
            ),
        ),
        migrations.RunSQL(SLIPS, migrations.RunSQL.noop),
    ]
