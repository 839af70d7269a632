"""Contact cards, the villager's door, and the rights of the door's own role."""

import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import outreach.models.cards

# What is public of one card, as it is today; by the token of its QR code or by its number. Like the
# one below it runs with the owner's rights, so that the door can list no cards.
CARDS = """
CREATE FUNCTION door_card(wanted text) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    today date := (now() AT TIME ZONE 'Asia/Shanghai')::date;
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
BEGIN
    -- One at a time for each number, so that a hundred at once are counted like a hundred.
    PERFORM pg_advisory_xact_lock(hashtext('door_slip'), hashtext(wanted));
    IF (SELECT count(*) >= 10 FROM outreach_doortry
        WHERE number = wanted AND at > clock_timestamp() - interval '1 day') THEN
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
        INSERT INTO outreach_doortry (number, at) VALUES (wanted, clock_timestamp());
        RETURN jsonb_build_object('state', 'wrong');
    END IF;

    SELECT * INTO matter FROM outreach_matter m WHERE m.id = slip.matter_id;
    SELECT EXISTS (
        SELECT FROM outreach_followup f
        WHERE f.matter_id = matter.id AND f.kind = 'word' AND f.side_id IS NULL
          AND f.round = matter.reopen_count AND f.answered_at IS NULL AND f.given_up_at IS NULL
    ) AND matter.status = 'awaiting_word' INTO asked;
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
        'asks', asked AND NOT EXISTS (
            SELECT FROM outreach_doormessage m
            WHERE m.slip_number = wanted AND m.code_digest = digest AND m.kind = 'word'
              AND m.state IN ('new', 'held')),
        'has_contact', matter.confidentiality <> 'anonymous' AND matter.referred_to = '',
        'pending', EXISTS (
            SELECT FROM outreach_doormessage m
            WHERE m.slip_number = wanted AND m.code_digest = digest AND m.kind <> 'raise'
              AND m.state IN ('new', 'held')),
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
RIGHTS = """
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
TAKE_BACK = """
DO $$ BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'portal_door') THEN
    REVOKE ALL ON outreach_cardtext, outreach_doormessage FROM portal_door;
  END IF;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("outreach", "0016_festival_visits"),
        ("portal", "0010_excel_in"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CardText",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                        db_collation="C", default="zh-hans", max_length=8, verbose_name="language"
                    ),
                ),
                ("text", models.CharField(max_length=600, verbose_name="text")),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="ContactCard",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                (
                    "printed_on",
                    models.DateField(
                        default=django.utils.timezone.localdate, verbose_name="printed on"
                    ),
                ),
                (
                    "issued_on",
                    models.DateField(
                        default=django.utils.timezone.localdate, verbose_name="issued on"
                    ),
                ),
                ("revoked_on", models.DateField(null=True)),
                (
                    "revoke_reason",
                    models.CharField(blank=True, default="", max_length=200, verbose_name="reason"),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["-issued_on", "-id"], name="card_day"),
                ],
                "constraints": [
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
            name="DoorMessage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                ("slip_number", models.CharField(db_collation="C", db_default="", max_length=9)),
                ("code_digest", models.CharField(db_collation="C", db_default="", max_length=64)),
                ("sealed", models.TextField(db_default="")),
                (
                    "hold",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("overflow", "Very many messages by one card on one day"),
                            ("trap", "A field that people do not see was filled in"),
                            ("different", "Another content under the key of an earlier message"),
                            ("card_over", "The card is revoked, or its area has ended"),
                            ("not_asked", "No word is being asked for"),
                            ("no_contact", "No contact is kept of this matter"),
                            ("no_slip", "No slip has this number and code"),
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
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("new", "Received"),
                            ("applied", "Taken over"),
                            ("held", "Kept for a person to look at"),
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
                            ("different", "Another content under the key of an earlier message"),
                            ("card_over", "The card is revoked, or its area has ended"),
                            ("not_asked", "No word is being asked for"),
                            ("no_contact", "No contact is kept of this matter"),
                            ("no_slip", "No slip has this number and code"),
                            ("unreadable", "It could not be opened"),
                            ("trouble", "It could not be taken over; see the log"),
                            ("decided", "Refused by a person"),
                        ],
                        db_default="",
                        max_length=10,
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
                        condition=models.Q(("state", "held")),
                        fields=["-received_at", "-id"],
                        name="door_held",
                    ),
                    models.Index(
                        condition=models.Q(("slip_number", ""), _negated=True),
                        fields=["slip_number"],
                        name="door_slip_number",
                    ),
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
                            models.Q(("state__in", ["held", "refused"]), _negated=True),
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
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(db_collation="C", max_length=9)),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "indexes": [
                    models.Index(fields=["number", "at"], name="door_try"),
                ],
            },
        ),
        migrations.CreateModel(
            name="MatterSlip",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(db_collation="C", max_length=9)),
                ("code_digest", models.CharField(db_collation="C", max_length=64)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("number", "code_digest"), name="one_slip_of_a_number_and_code"
                    ),
                ],
            },
        ),
        migrations.RemoveConstraint(
            model_name="followup",
            name="an_answer_has_word_time_and_person",
        ),
        migrations.AlterField(
            model_name="matter",
            name="source",
            field=models.CharField(
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
        migrations.AlterField(
            model_name="matter",
            name="typed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="followup",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answered_at", None), ("answered_by", None), ("word", "")),
                    models.Q(
                        ("answered_at__isnull", False),
                        models.Q(
                            ("answered_by__isnull", False), ("method", "slip"), _connector="OR"
                        ),
                        models.Q(("word", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="an_answer_has_word_time_and_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="matter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("typed_by__isnull", False), ("source", "card"), _connector="OR"
                ),
                name="only_the_raiser_types_without_an_account",
            ),
        ),
        migrations.AddField(
            model_name="cardtext",
            name="changed_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="cardtext",
            name="division",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="portal.division",
                verbose_name="territory",
            ),
        ),
        migrations.AddField(
            model_name="contactcard",
            name="area",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="cards",
                to="outreach.contactarea",
                verbose_name="contact area",
            ),
        ),
        migrations.AddField(
            model_name="contactcard",
            name="issued_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="contactcard",
            name="revoked_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="doormessage",
            name="card",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="outreach.contactcard",
            ),
        ),
        migrations.AddField(
            model_name="doormessage",
            name="decided_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="matterslip",
            name="made_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="matterslip",
            name="matter",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="door_slips",
                to="outreach.matter",
            ),
        ),
        migrations.AddField(
            model_name="doormessage",
            name="slip",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="outreach.matterslip",
            ),
        ),
        migrations.AddConstraint(
            model_name="cardtext",
            constraint=models.UniqueConstraint(
                fields=("block", "language", "division"),
                name="one_text_of_a_block_language_and_territory",
                nulls_distinct=False,
                violation_error_message="This text exists already; change it.",
            ),
        ),
        migrations.AddIndex(
            model_name="contactcard",
            index=models.Index(
                condition=models.Q(("revoked_on", None)), fields=["area"], name="card_area_in_force"
            ),
        ),
        migrations.AddConstraint(
            model_name="contactcard",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("revoke_reason", ""), ("revoked_by", None), ("revoked_on", None)),
                    models.Q(
                        ("revoked_by__isnull", False),
                        ("revoked_on__isnull", False),
                        models.Q(("revoke_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="a_card_is_revoked_by_somebody_with_a_reason",
            ),
        ),
        migrations.AddIndex(
            model_name="doormessage",
            index=models.Index(fields=["card", "received_at"], name="door_card_day"),
        ),
        migrations.RunSQL(CARDS, "DROP FUNCTION door_card(text)"),
        migrations.RunSQL(SLIPS, "DROP FUNCTION door_slip(text, text)"),
        migrations.RunSQL(RIGHTS, TAKE_BACK),
    ]
