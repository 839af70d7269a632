from django.db import migrations

# As in 0001, and `word_pending` beside `pending`: an erasure that waits for its call-back is no
# word that was received. The rights stay with the function.
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
                      'lead', s.facts ->> 'lead') ORDER BY s.at, s.id), '[]'::jsonb)
                  FROM outreach_matterstep s WHERE s.matter_id = matter.id)
    ) INTO answer;
    RETURN answer;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("outreach", "0001_version_0_1")]

    operations = [migrations.RunSQL(SLIPS)]
