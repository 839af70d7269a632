"""Visits and matters, with all that is written about them, stand behind the second wall: a row is
read by whose grants of the day reach its stored place or organ, and by whoever has to do with it
(docs/adr/0084)."""

from django.db import migrations

from portal.migrations._walls import (
    among,
    asked_by,
    by_name,
    either,
    lowered,
    placed,
    raised,
    under,
)

# Visits with which the reader went.
VISITS = """
CREATE FUNCTION outreach_wall_visits() RETURNS bigint[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    cadres bigint[] := portal_wall('cadre');
BEGIN
    RETURN ARRAY(SELECT c.visit_id FROM outreach_visitcompanion c WHERE c.cadre_id = ANY (cadres));
END $$;
"""

# Matters that an assignment, an open call, a care, the lead or an open instruction gives to the
# reader.
MATTERS = """
CREATE FUNCTION outreach_wall_matters() RETURNS bigint[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    persons bigint[] := portal_wall('person');
    cadres bigint[] := portal_wall('cadre');
    organs bigint[] := portal_wall('handling');
BEGIN
    RETURN ARRAY(
        SELECT a.matter_id FROM outreach_matterassignment a
        WHERE a.organ_id = ANY (organs) AND a.ended_at IS NULL
        UNION
        SELECT f.matter_id FROM outreach_followup f
        WHERE f.caller_id = ANY (persons) AND f.answered_at IS NULL AND f.given_up_at IS NULL
        UNION
        SELECT c.matter_id FROM outreach_mattercare c
        WHERE c.cadre_id = ANY (cadres) AND c.ended_at IS NULL
        UNION
        SELECT m.id FROM outreach_matter m WHERE m.lead_official_id = ANY (cadres)
        UNION
        SELECT o.matter_id FROM outreach_supervisionorder o
        WHERE o.leader_id = ANY (persons) AND o.settled_at IS NULL
    );
END $$;
"""

# A fact of the campaign, whoever looks at it: whether a standing visit to the unit was ticked for it.
REACHED = """
CREATE FUNCTION outreach_is_reached(campaign bigint, unit bigint) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM outreach_visit_campaigns ticked
        JOIN outreach_visit visit ON visit.id = ticked.visit_id
        WHERE ticked.campaign_id = campaign AND visit.unit_id = unit AND visit.voided_at IS NULL
    );
END $$;
"""

RIGHTS = "".join(
    map(
        asked_by,
        (
            "outreach_wall_visits()",
            "outreach_wall_matters()",
            "outreach_is_reached(bigint, bigint)",
        ),
    )
)

OWN = among("cadre_id", "cadre")
WALLS = {
    "outreach_visit": either(
        placed(),
        among("typed_by_id", "person"),
        among("author_id", "cadre"),
        "id = ANY ((SELECT outreach_wall_visits())::bigint[])",
    ),
    "outreach_visitcompanion": under("outreach_visit", "visit_id", OWN),
    "outreach_visit_households": under("outreach_visit", "visit_id"),
    "outreach_visit_photos": under("outreach_visit", "visit_id"),
    "outreach_visitnote": under("outreach_visit", "visit_id"),
    "outreach_visitstep": under("outreach_visit", "visit_id"),
    "outreach_matter": either(
        placed(),
        among("typed_by_id", "person"),
        among("registered_by_id", "cadre"),
        among("lead_organ_id", "handling"),
        "id = ANY ((SELECT outreach_wall_matters())::bigint[])",
    ),
    "outreach_matterside": under("outreach_matter", "matter_id"),
    "outreach_matterassignment": under(
        "outreach_matter", "matter_id", among("organ_id", "handling")
    ),
    "outreach_matterstep": under("outreach_matter", "matter_id"),
    "outreach_matterstep_attachments": under("outreach_matterstep", "matterstep_id"),
    "outreach_matterbefore": under("outreach_matterstep", "step_id"),
    "outreach_mattercare": under("outreach_matter", "matter_id", OWN),
    "outreach_matterrequest": under("outreach_matter", "matter_id"),
    "outreach_supervisionorder": under(
        "outreach_matter", "matter_id", among("leader_id", "person")
    ),
    "outreach_followup": under("outreach_matter", "matter_id", among("caller_id", "person")),
    "outreach_followuptry": under("outreach_followup", "follow_up_id"),
    "outreach_slipremark": """EXISTS (
        SELECT 1 FROM outreach_matterslip slip
        JOIN outreach_matter parent ON parent.id = slip.matter_id
        WHERE slip.id = slip_id)""",
}
BACK = """
DROP FUNCTION outreach_is_reached(bigint, bigint);
DROP FUNCTION outreach_wall_visits();
DROP FUNCTION outreach_wall_matters();
"""


class Migration(migrations.Migration):
    dependencies = [("outreach", "0015_encrypted_reflections"), ("portal", "0017_second_wall")]

    operations = [
        migrations.RunSQL(
            VISITS + MATTERS + REACHED + RIGHTS + raised(WALLS), lowered(WALLS) + BACK
        ),
        *by_name(
            *("visit", "matter", "matterassignment", "matterstep", "mattercare"),
            *("matterrequest", "supervisionorder", "followup"),
        ),
    ]
