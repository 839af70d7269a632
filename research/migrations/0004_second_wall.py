"""Topics, fieldwork, reports, problems, suggestions, home notes and free texts of answers stand behind
the second wall (docs/adr/0084)."""

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
    organ_reached,
    placed,
    raised,
    under,
)

ABOUT = """LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
"""

# Topics that the reader reads whole: by a role, or by name.
SEEN = f"""
CREATE FUNCTION research_wall_seen() RETURNS SETOF bigint
{ABOUT}
DECLARE
    cadres bigint[] := portal_wall('cadre');
    persons bigint[] := portal_wall('person');
BEGIN
    RETURN QUERY
        SELECT t.id FROM research_researchtopic t
        WHERE t.lead_organ_id IN (SELECT portal_wall_organs('read_research', 'decide_research'))
           OR t.leader_id = ANY (cadres) OR t.written_by_id = ANY (persons)
        UNION
        SELECT m.researchtopic_id FROM research_researchtopic_members m
        WHERE m.cadre_id = ANY (cadres);
END $$;
"""

# Topics of which the reader reads a result: the published report, a problem or a suggestion that
# was given to them.
RESULTS = f"""
CREATE FUNCTION research_wall_results() RETURNS SETOF bigint
{ABOUT}
DECLARE
    cadres bigint[] := portal_wall('cadre');
    organs bigint[] := portal_wall('handling');
    is_in_work boolean := portal_wall('person') IS NOT NULL;
BEGIN
    RETURN QUERY
        SELECT r.topic_id FROM research_researchreport r
        WHERE r.published_at IS NOT NULL AND is_in_work
        UNION
        SELECT p.topic_id FROM research_foundproblem p
        WHERE p.responsible_organ_id = ANY (organs) OR p.person_id = ANY (cadres)
        UNION
        SELECT a.topic_id FROM research_advice a
        WHERE a.addressed_to_id = ANY (organs) AND a.state <> 'raised';
END $$;
"""

# Batches of these topics, and those with which the reader goes.
BATCHES = f"""
CREATE FUNCTION research_wall_batches() RETURNS SETOF bigint
{ABOUT}
DECLARE
    cadres bigint[] := portal_wall('cadre');
BEGIN
    RETURN QUERY
        SELECT b.id FROM research_researchbatch b
        WHERE b.topic_id IN (SELECT research_wall_seen())
        UNION
        SELECT p.researchbatch_id FROM research_researchbatch_people p
        WHERE p.cadre_id = ANY (cadres);
END $$;
"""

# Batches of which the host of a place in the reader's reach was told.
TOLD = f"""
CREATE FUNCTION research_wall_told() RETURNS SETOF bigint
{ABOUT}
DECLARE
    provinces bigint[] := portal_wall('province');
    cities bigint[] := portal_wall('city');
    counties bigint[] := portal_wall('county');
    townships bigint[] := portal_wall('township');
    organs bigint[] := portal_wall('organ');
    hosts bigint[] := portal_wall('host');
BEGIN
    RETURN QUERY
        SELECT DISTINCT u.batch_id FROM research_batchunit u
        WHERE u.told_at IS NOT NULL AND (
            u.host_organ_id = ANY (hosts) OR u.organ_id = ANY (organs)
            OR u.township_id = ANY (townships) OR u.county_id = ANY (counties)
            OR u.city_id = ANY (cities) OR u.province_id = ANY (provinces));
END $$;
"""

# Questionnaires that the reader sees.
QUESTIONNAIRES = f"""
CREATE FUNCTION research_wall_questionnaires() RETURNS SETOF bigint
{ABOUT}
DECLARE
    persons bigint[] := portal_wall('person');
    own bigint := (SELECT u.organ_id FROM portal_user u WHERE u.id = portal_wall_self());
BEGIN
    RETURN QUERY
        SELECT q.id FROM research_questionnaire q
        WHERE q.organ_id IN (SELECT portal_wall_organs('read_research', 'decide_research'))
           OR q.topic_id IN (SELECT research_wall_seen())
           OR q.written_by_id = ANY (persons)
           OR persons IS NOT NULL
              AND (q.state = 'published' OR q.state = 'trial' AND q.organ_id = own);
END $$;
"""

# Samples that the reader sees, of which those that are read whole.
SAMPLES = f"""
CREATE FUNCTION research_wall_samples(whole boolean) RETURNS SETOF bigint
{ABOUT}
DECLARE
    persons bigint[] := portal_wall('person');
    cadres bigint[] := portal_wall('cadre');
BEGIN
    RETURN QUERY
        SELECT s.id FROM research_sample s
        LEFT JOIN research_questionnaire q ON q.id = s.questionnaire_id
        LEFT JOIN research_researchbatch b ON b.id = s.batch_id
        WHERE s.organ_id IN (SELECT portal_wall_organs('read_research', 'decide_research'))
           OR q.topic_id IN (SELECT research_wall_seen())
           OR b.topic_id IN (SELECT research_wall_seen())
           OR q.written_by_id = ANY (persons)
           OR NOT whole AND persons IS NOT NULL AND q.state = 'published'
        UNION
        SELECT d.sample_id FROM research_drawnunit d
        WHERE NOT whole AND d.asked_by_id = ANY (cadres);
END $$;
"""

FUNCTIONS = (
    "research_wall_seen()",
    "research_wall_results()",
    "research_wall_batches()",
    "research_wall_told()",
    "research_wall_questionnaires()",
    "research_wall_samples(boolean)",
)
TOPIC_SEEN = listed_by("topic_id", "research_wall_seen")
BATCH_KNOWN = listed_by("batch_id", "research_wall_batches")


def of_batch(function):
    listed = listed_by("b.id", function)
    return f"id IN (SELECT b.topic_id FROM research_researchbatch b WHERE {listed})"


OF_QUESTIONNAIRE = f"""EXISTS (SELECT FROM research_questionnaireversion version
        WHERE version.id = version_id
          AND {listed_by("version.questionnaire_id", "research_wall_questionnaires")})"""


WALLS = {
    # A batch, a result or a report names its topic.
    "research_researchtopic": either(
        organ_reached("lead_organ_id", "read_research", "decide_research"),
        among("leader_id", "cadre"),
        among("written_by_id", "person"),
        listed_by("id", "research_wall_seen"),
        listed_by("id", "research_wall_results"),
        of_batch("research_wall_batches"),
        of_batch("research_wall_told"),
    ),
    "research_topicstep": TOPIC_SEEN,
    "research_batchunit": either(
        both("told_at IS NOT NULL", placed()),
        BATCH_KNOWN,
        # Reports and problems are looked for by the places of their topic.
        "batch_id IN (SELECT b.id FROM research_researchbatch b"
        f" WHERE {listed_by('b.topic_id', 'research_wall_results')})",
    ),
    # A host reads why it was called off.
    "research_batchstep": either(
        BATCH_KNOWN, both("move = 'cancelled'", listed_by("batch_id", "research_wall_told"))
    ),
    "research_researchactivity": either(
        BATCH_KNOWN, among("conducted_by_id", "cadre"), among("written_by_id", "person")
    ),
    # The author, never a stand-in; and the office that it was given to.
    "research_homenote": either(
        "author_id IN (SELECT c.id FROM portal_cadre c WHERE c.user_id = portal_wall_self())",
        both(
            "given_at IS NOT NULL",
            f"""EXISTS (SELECT FROM portal_cadre author WHERE author.id = author_id
        AND {organ_reached("author.organ_id", "check_research")})""",
        ),
    ),
    "research_researchreport": either(TOPIC_SEEN, both(IN_WORK, "published_at IS NOT NULL")),
    "research_researchreportstep": f"""EXISTS (
        SELECT FROM research_researchreport report WHERE report.id = report_id
          AND {listed_by("report.topic_id", "research_wall_seen")})""",
    "research_foundproblem": either(
        TOPIC_SEEN, among("responsible_organ_id", "handling"), among("person_id", "cadre")
    ),
    "research_foundproblemstep": under("research_foundproblem", "problem_id"),
    "research_advice": either(
        TOPIC_SEEN, both("state <> 'raised'", among("addressed_to_id", "handling"))
    ),
    "research_advicestep": under("research_advice", "advice_id"),
    "research_questionnairestep": listed_by("questionnaire_id", "research_wall_questionnaires"),
    "research_trial": OF_QUESTIONNAIRE,
    "research_answertext": OF_QUESTIONNAIRE,
    "research_microdatarequest": either(
        mine("asked_by_id"),
        f"""EXISTS (SELECT FROM research_questionnaire q WHERE q.id = questionnaire_id
        AND {organ_reached("q.organ_id", "decide_research")})""",
    ),
    "research_samplestep": "sample_id IN (SELECT research_wall_samples(false))",
    "research_drawnunitstep": f"""EXISTS (
        SELECT FROM research_drawnunit drawn WHERE drawn.id = drawn_id AND (
            {among("drawn.asked_by_id", "cadre")}
            OR drawn.sample_id IN (SELECT research_wall_samples(true))))""",
}
RAISED = (
    SEEN
    + RESULTS
    + BATCHES
    + TOLD
    + QUESTIONNAIRES
    + SAMPLES
    + "".join(map(asked_by, FUNCTIONS))
    + raised(WALLS)
)
LOWERED = lowered(WALLS) + "".join(f"DROP FUNCTION {one};\n" for one in reversed(FUNCTIONS))


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0018_second_wall_of_own"),
        ("research", "0003_steps_taken_back"),
    ]

    operations = [migrations.RunSQL(RAISED, LOWERED), *by_name("researchtopic")]
