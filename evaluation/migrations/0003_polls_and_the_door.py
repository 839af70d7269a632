"""What is noted of a draw, and the two questions about ballots that the door may ask."""

from django.db import migrations, models

# What the slip of a code shows, for whoever has the code, and the key that its ballot is sealed
# for. A wrong code is counted, among all wrong ones of the hour: who tries them in bulk meets a
# limit that the door cannot raise. No code is tied to a try, and a right one leaves none.
ASK = """
CREATE FUNCTION door_ballot(wanted text) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    today date := (now() AT TIME ZONE 'Asia/Shanghai')::date;
    code evaluation_ballotcode;
    poll evaluation_poll;
    cycle evaluation_cycle;
BEGIN
    IF (SELECT count(*) >= 5000 FROM outreach_doortry
        WHERE number = 'ballot' AND at > clock_timestamp() - interval '1 hour') THEN
        RETURN jsonb_build_object('state', 'busy');
    END IF;
    SELECT * INTO code FROM evaluation_ballotcode c WHERE c.digest = wanted;
    IF NOT FOUND THEN
        INSERT INTO outreach_doortry (number, at) VALUES ('ballot', clock_timestamp());
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
    today date := (now() AT TIME ZONE 'Asia/Shanghai')::date;
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
RIGHTS = """
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


class Migration(migrations.Migration):
    dependencies = [
        ("evaluation", "0001_schemes_cycles_ballots_and_scores"),
        ("outreach", "0017_contact_cards_and_the_door"),
    ]

    operations = [
        migrations.AddField(
            model_name="poll", name="drawn_at", field=models.DateTimeField(null=True)
        ),
        migrations.AddField(
            model_name="poll", name="served_found", field=models.PositiveIntegerField(null=True)
        ),
        migrations.AddField(
            model_name="poll",
            name="served_digest",
            field=models.CharField(db_collation="C", default="", max_length=64),
        ),
        migrations.RunSQL(ASK, "DROP FUNCTION door_ballot(text)"),
        migrations.RunSQL(VOTE, "DROP FUNCTION door_vote(text, text)"),
        migrations.RunSQL(RIGHTS, migrations.RunSQL.noop),
    ]
