"""Who is appraised, with all words, grades, honours, objections and findings, stands behind the second
wall (docs/adr/0084)."""

from django.db import migrations

from portal.migrations._walls import (
    IN_WORK,
    among,
    asked_by,
    both,
    by_name,
    either,
    listed_by,
    lowered,
    mine,
    placed,
    raised,
    under,
)

# Whether a grant of the reader has one of these permissions, wherever.
HOLDS = """
CREATE FUNCTION evaluation_wall_holds(VARIADIC permissions text[]) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    said text := current_setting('portal.reader', true);
    lent text[] := portal_wall_roles('lent');
    reader bigint;
    day date;
    holding text[];
BEGIN
    IF said IS NULL OR said !~ '^[0-9]' THEN
        RETURN false;
    END IF;
    reader := split_part(said, ' ', 1);
    day := split_part(said, ' ', 2);
    holding := ARRAY(SELECT unnest(portal_wall_roles(one)) FROM unnest(permissions) one);
    RETURN EXISTS (
        SELECT FROM portal_rolegrant g
        WHERE g.role = ANY (holding)
          AND g.starts_on <= day AND (g.ends_on IS NULL OR g.ends_on >= day)
          AND (g.user_id = reader OR g.role = ANY (lent) AND g.user_id IN (
              SELECT s.principal_id FROM portal_standin s
              WHERE s.stand_in_id = reader AND s.starts_on <= day
                AND (s.ends_on IS NULL OR s.ends_on >= day)))
    );
END $$;
"""

# Cycles of organs whose evaluation the reader reads or manages.
HELD = """
CREATE FUNCTION evaluation_wall_held() RETURNS SETOF bigint
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    RETURN QUERY
        SELECT c.id FROM evaluation_cycle c
        WHERE c.organ_id IN (SELECT portal_wall_organs('read_evaluation', 'manage_evaluation'));
END $$;
"""

# These, and cycles of somebody or some unit that the reader's grants reach. Each alternative is
# answered by an index: there are few cycles and very many appraised.
CYCLES = """
CREATE FUNCTION evaluation_wall_cycles() RETURNS SETOF bigint
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    cadres bigint[] := portal_wall('cadre');
    organs bigint[] := portal_wall('organ');
    hosts bigint[] := portal_wall('host');
    townships bigint[] := portal_wall('township');
    counties bigint[] := portal_wall('county');
    cities bigint[] := portal_wall('city');
    provinces bigint[] := portal_wall('province');
BEGIN
    RETURN QUERY
        SELECT c.id FROM evaluation_cycle c
        WHERE c.id IN (SELECT evaluation_wall_held())
           OR EXISTS (SELECT FROM evaluation_appraised a
                      WHERE a.cadre_id = ANY (cadres) AND a.cycle_id = c.id)
           OR EXISTS (SELECT FROM evaluation_appraised a
                      WHERE a.organ_id = ANY (organs) AND a.cycle_id = c.id)
           OR EXISTS (SELECT FROM evaluation_appraised a
                      WHERE a.host_organ_id = ANY (hosts) AND a.cycle_id = c.id)
           OR EXISTS (SELECT FROM evaluation_appraised a
                      WHERE a.township_id = ANY (townships) AND a.cycle_id = c.id)
           OR EXISTS (SELECT FROM evaluation_appraised a
                      WHERE a.county_id = ANY (counties) AND a.cycle_id = c.id)
           OR (cities IS NOT NULL OR provinces IS NOT NULL) AND EXISTS (
                SELECT FROM evaluation_appraised a WHERE a.cycle_id = c.id
                  AND (a.city_id = ANY (cities) OR a.province_id = ANY (provinces)))
           OR EXISTS (
                SELECT FROM evaluation_poll p WHERE p.cycle_id = c.id
                  AND (p.organ_id = ANY (organs) OR p.host_organ_id = ANY (hosts)
                       OR p.township_id = ANY (townships) OR p.county_id = ANY (counties)
                       OR p.city_id = ANY (cities) OR p.province_id = ANY (provinces)));
END $$;
"""

# Whether an honour is or was under public notice: a list that all staff reads names them.
HONOURED = """
CREATE FUNCTION evaluation_is_honoured(appraised bigint) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM evaluation_honour h
        WHERE h.appraised_id = appraised AND h.state IN ('notice', 'final'));
END $$;
"""

RIGHTS = "".join(
    map(
        asked_by,
        (
            "evaluation_wall_holds(text[])",
            "evaluation_wall_held()",
            "evaluation_wall_cycles()",
            "evaluation_is_honoured(bigint)",
        ),
    )
)


def holds(*permissions):
    """Asked once for a statement."""
    asked = ", ".join(f"'{one}'" for one in permissions)
    return f"(SELECT evaluation_wall_holds({asked}))"


HELD_CYCLE = listed_by("cycle_id", "evaluation_wall_held")
KEEPS = holds("manage_evaluation")
COUNTS = holds("count_ballots", "manage_evaluation")
# What is written about somebody is read more narrowly than that they are appraised.
OF_APPRAISED = f"""EXISTS (SELECT FROM evaluation_appraised one WHERE one.id = appraised_id AND (
    {
    either(
        placed("one"),
        among("one.cadre_id", "cadre"),
        listed_by("one.cycle_id", "evaluation_wall_held"),
    )
}))"""


def of_poll(joined, key):
    """Whether it belongs to a poll in the reader's reach."""
    return f"""EXISTS (SELECT FROM {joined} WHERE {key} AND (
    {either(placed("poll"), listed_by("poll.cycle_id", "evaluation_wall_held"))}))"""


ON_A_POLL = of_poll(
    "evaluation_poll_appraised slip JOIN evaluation_poll poll ON poll.id = slip.poll_id",
    "slip.appraised_id = evaluation_appraised.id",
)
# The person concerned, never a stand-in; and recipients who are neither of that organ nor stepped
# aside.
FINDING = either(
    "cadre_id IN (SELECT c.id FROM portal_cadre c WHERE c.user_id = portal_wall_self())",
    both(
        holds("record_findings"),
        *(
            f"""NOT EXISTS (SELECT FROM evaluation_disciplinefinding_{name} apart
            WHERE apart.disciplinefinding_id = evaluation_disciplinefinding.id
              AND apart.user_id = (SELECT portal_wall_self()))"""
            for name in ("barred", "recused")
        ),
    ),
)
WALLS = {
    # Lists of honours name them to all staff, and sums of ballots are those of whole polls.
    "evaluation_cycle": IN_WORK,
    "evaluation_honourpool": IN_WORK,
    "evaluation_poll": IN_WORK,
    "evaluation_cyclestep": listed_by("cycle_id", "evaluation_wall_cycles"),
    "evaluation_appraised": either(
        placed(),
        among("cadre_id", "cadre"),
        HELD_CYCLE,
        both(COUNTS, ON_A_POLL),
        both(IN_WORK, "evaluation_is_honoured(id)"),
    ),
    "evaluation_organappraisal": OF_APPRAISED,
    "evaluation_unitletter": both(
        COUNTS,
        """EXISTS (
        SELECT FROM evaluation_unitlink link JOIN evaluation_appraised one
            ON one.cycle_id = link.cycle_id AND one.unit_id = link.unit_id
        WHERE link.id = link_id)""",
    ),
    "evaluation_evidencedecision": OF_APPRAISED,
    "evaluation_appeal": either(mine("filed_by_id"), OF_APPRAISED),
    "evaluation_grade": OF_APPRAISED,
    "evaluation_honour": either(both(IN_WORK, "state IN ('notice', 'final')"), OF_APPRAISED),
    "evaluation_poolstep": both(
        holds("manage_evaluation", "give_organisation_word"),
        f"""EXISTS (SELECT FROM evaluation_honourpool pool
        WHERE pool.id = pool_id AND {listed_by("pool.cycle_id", "evaluation_wall_cycles")})""",
    ),
    "evaluation_handover": both(KEEPS, HELD_CYCLE),
    "evaluation_ballotcomment": both(COUNTS, of_poll("evaluation_poll poll", "poll.id = poll_id")),
    "evaluation_paperremark": both(
        COUNTS,
        of_poll(
            "evaluation_paperbatch batch JOIN evaluation_poll poll ON poll.id = batch.poll_id",
            "batch.id = batch_id",
        ),
    ),
    "evaluation_hintreview": both(
        KEEPS,
        of_poll(
            "evaluation_hint hint JOIN evaluation_poll poll ON poll.id = hint.poll_id",
            "hint.id = hint_id",
        ),
    ),
    "evaluation_memberappraisal": placed(),
    "evaluation_memberappraisalstep": under("evaluation_memberappraisal", "appraisal_id"),
    "evaluation_appraisedmember": under("evaluation_memberappraisal", "appraisal_id"),
    "evaluation_disciplinefinding": FINDING,
    "evaluation_findinglift": under("evaluation_disciplinefinding", "finding_id"),
}
RAISED = HOLDS + HELD + CYCLES + HONOURED + RIGHTS + raised(WALLS)
LOWERED = (
    lowered(WALLS)
    + """
DROP FUNCTION evaluation_is_honoured(bigint);
DROP FUNCTION evaluation_wall_cycles();
DROP FUNCTION evaluation_wall_held();
DROP FUNCTION evaluation_wall_holds(text[]);
"""
)


class Migration(migrations.Migration):
    dependencies = [("evaluation", "0006_closing_lists"), ("portal", "0018_second_wall_of_own")]

    operations = [migrations.RunSQL(RAISED, LOWERED), *by_name("appraised")]
