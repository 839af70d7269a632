"""Inspections, plans, supervision, practices, papers, requests for data, complaints about the portal
and lists of what is destroyed stand behind the second wall (docs/adr/0084)."""

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
    organ_reached,
    placed,
    raised,
    under,
)

ABOUT = """LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
"""

# Inspections that the reader reads whole: by a role, or by name.
WHOLE = f"""
CREATE FUNCTION oversight_wall_whole() RETURNS SETOF bigint
{ABOUT}
DECLARE
    cadres bigint[] := portal_wall('cadre');
    persons bigint[] := portal_wall('person');
BEGIN
    RETURN QUERY
        SELECT i.id FROM oversight_inspection i
        WHERE i.organ_id IN (SELECT portal_wall_organs('read_inspections', 'lead_inspections'))
           OR i.head_id = ANY (cadres) OR i.approver_id = ANY (cadres)
           OR i.written_by_id = ANY (persons)
        UNION
        SELECT m.inspection_id FROM oversight_inspection_members m WHERE m.cadre_id = ANY (cadres);
END $$;
"""

# Inspections whose facts are checked with an organ that the reader answers for; nobody inspected
# knows of one before.
TOLD = f"""
CREATE FUNCTION oversight_wall_told() RETURNS SETOF bigint
{ABOUT}
DECLARE
    organs bigint[] := ARRAY(SELECT portal_wall_organs('answer_inspections'));
BEGIN
    RETURN QUERY
        SELECT o.inspection_id FROM oversight_inspectedorgan o
        WHERE o.organ_id = ANY (organs) AND o.asked_on IS NOT NULL
        UNION
        SELECT i.id FROM oversight_inspection i
        WHERE i.state NOT IN (
                'draft', 'submitted', 'approved', 'frozen', 'drawn', 'on_site', 'cancelled')
          AND (EXISTS (SELECT FROM oversight_finding f
                       WHERE f.inspection_id = i.id AND f.organ_id = ANY (organs))
               OR EXISTS (SELECT FROM oversight_rectificationnotice n
                          WHERE n.inspection_id = i.id AND n.organ_id = ANY (organs)));
END $$;
"""

# Plans on which an organ is heard that the reader reports for.
HEARD = f"""
CREATE FUNCTION oversight_wall_heard() RETURNS SETOF bigint
{ABOUT}
DECLARE
    organs bigint[] := ARRAY(SELECT portal_wall_organs('report_progress'));
BEGIN
    RETURN QUERY
        SELECT p.id FROM oversight_workplan p
        WHERE p.state = 'heard' AND EXISTS (
            SELECT FROM oversight_planitem i WHERE i.plan_id = p.id AND (
                i.lead_organ_id = ANY (organs) OR EXISTS (
                    SELECT FROM oversight_planitem_organs o
                    WHERE o.planitem_id = i.id AND o.organ_id = ANY (organs))));
END $$;
"""

# The organ of the account, and those of its grants: of a grant its own, else that of its holder.
OWN_ORGANS = f"""
CREATE FUNCTION oversight_wall_own_organs() RETURNS SETOF bigint
{ABOUT}
DECLARE
    persons bigint[] := portal_wall('person');
    lent text[] := portal_wall_roles('lent');
    reader bigint;
    day date;
BEGIN
    IF persons IS NULL THEN
        RETURN;
    END IF;
    reader := split_part(current_setting('portal.reader'), ' ', 1);
    day := split_part(current_setting('portal.reader'), ' ', 2);
    RETURN QUERY
        SELECT u.organ_id FROM portal_user u WHERE u.id = reader AND u.organ_id IS NOT NULL
        UNION
        SELECT coalesce(g.organ_id, holder.organ_id)
        FROM portal_rolegrant g JOIN portal_user holder ON holder.id = g.user_id
        WHERE g.user_id = ANY (persons) AND (g.user_id = reader OR g.role = ANY (lent))
          AND g.starts_on <= day AND (g.ends_on IS NULL OR g.ends_on >= day)
          AND coalesce(g.organ_id, holder.organ_id) IS NOT NULL;
END $$;
"""

# Papers that the reader's organ received, or is asked to countersign.
PAPERS = f"""
CREATE FUNCTION oversight_wall_papers() RETURNS SETOF bigint
{ABOUT}
BEGIN
    RETURN QUERY
        SELECT r.paper_id FROM oversight_paper_recipients r
        JOIN oversight_paper p ON p.id = r.paper_id
        WHERE p.state IN ('issued', 'archived', 'withdrawn')
          AND r.organ_id IN (SELECT oversight_wall_own_organs())
        UNION
        SELECT c.paper_id FROM oversight_papercountersign c
        WHERE c.organ_id IN (SELECT portal_wall_organs('sign_papers'));
END $$;
"""

# As `area_reach` in oversight/models/fields.py: the area of a row, and its organ, lie in a grant.
IN_AREA = f"""
CREATE FUNCTION oversight_wall_in_area(
    of_area bigint, of_organ bigint, VARIADIC permissions text[]
) RETURNS boolean
{ABOUT}
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
        LEFT JOIN portal_organ top ON top.id = g.organ_id
        LEFT JOIN portal_division place ON place.id = g.division_id
        LEFT JOIN portal_organ o ON o.id = of_organ
        LEFT JOIN portal_division d ON d.id = of_area
        WHERE g.role = ANY (holding)
          AND g.starts_on <= day AND (g.ends_on IS NULL OR g.ends_on >= day)
          AND (g.user_id = reader OR g.role = ANY (lent) AND g.user_id IN (
              SELECT s.principal_id FROM portal_standin s
              WHERE s.stand_in_id = reader AND s.starts_on <= day
                AND (s.ends_on IS NULL OR s.ends_on >= day)))
          AND (g.organ_id IS NULL OR o.path >= top.path AND o.path < top.path || '~')
          AND (g.division_id IS NULL OR d.path >= place.path AND d.path < place.path || '~'));
END $$;
"""

FUNCTIONS = (
    "oversight_wall_whole()",
    "oversight_wall_told()",
    "oversight_wall_heard()",
    "oversight_wall_own_organs()",
    "oversight_wall_papers()",
    "oversight_wall_in_area(bigint, bigint, text[])",
)
IS_WHOLE = listed_by("inspection_id", "oversight_wall_whole")
IS_TOLD = listed_by("inspection_id", "oversight_wall_told")
# Of the organ's own part alone.
OF_THE_INSPECTED = both(organ_reached("organ_id", "answer_inspections"), IS_TOLD)
INSPECTIONS = {
    "oversight_inspection": either(
        listed_by("id", "oversight_wall_whole"), listed_by("id", "oversight_wall_told")
    ),
    "oversight_inspectionstep": either(
        IS_WHOLE, both(organ_reached("about_id", "answer_inspections"), IS_TOLD)
    ),
    "oversight_inspectedorgan": either(IS_WHOLE, OF_THE_INSPECTED),
    "oversight_inspectedrow": IS_WHOLE,
    "oversight_inspectionnote": either(IS_WHOLE, OF_THE_INSPECTED),
    "oversight_finding": either(IS_WHOLE, OF_THE_INSPECTED),
    "oversight_rectificationnotice": either(IS_WHOLE, OF_THE_INSPECTED),
    "oversight_objection": under("oversight_finding", "finding_id"),
}
PLANS = {
    "oversight_workplan": either(
        # In force all staff reads them, of the organs above their own.
        both(IN_WORK, "state IN ('issued', 'summed_up', 'archived')"),
        organ_reached("organ_id", "manage_plans", "read_plans"),
        listed_by("id", "oversight_wall_heard"),
    ),
    "oversight_planstep": under("oversight_workplan", "plan_id"),
    "oversight_planitem": under("oversight_workplan", "plan_id"),
    "oversight_itemstep": under("oversight_planitem", "item_id"),
    "oversight_quarternote": under("oversight_planitem", "item_id"),
}
SUPERVISION = {
    "oversight_supervisionentry": either(
        placed(),
        among("leader_id", "cadre"),
        among("official_id", "cadre"),
        organ_reached("organ_id", "decide_supervision"),
        organ_reached("lead_organ_id", "report_progress"),
        f"""EXISTS (SELECT FROM oversight_supervisionentry_organs helping
        WHERE helping.supervisionentry_id = oversight_supervisionentry.id
          AND {organ_reached("helping.organ_id", "report_progress")})""",
    ),
    "oversight_entryground": under("oversight_supervisionentry", "entry_id"),
    "oversight_entrystep": under("oversight_supervisionentry", "entry_id"),
}
PRACTICES = {
    "oversight_practice": either(
        placed(),
        among("written_by_id", "person"),
        both(IN_WORK, "state IN ('spread', 'making', 'rule')"),
    ),
    "oversight_practicestep": under("oversight_practice", "practice_id"),
    "oversight_practicetrial": under("oversight_practice", "practice_id"),
    "oversight_practicerule": under("oversight_practice", "practice_id"),
}
PAPER = {
    "oversight_paper": either(
        *(among(f"{one}_by_id", "person") for one in ("written", "checked", "signed")),
        organ_reached("organ_id", "draft_papers", "check_papers", "sign_papers"),
        listed_by("id", "oversight_wall_papers"),
    ),
    "oversight_papercountersign": under("oversight_paper", "paper_id"),
    "oversight_paperstep": under("oversight_paper", "paper_id"),
}
ASKED = {
    "oversight_datarequest": either(
        both(IN_WORK, "state <> 'draft'"), listed_by("organ_id", "oversight_wall_own_organs")
    ),
    "oversight_datarequeststep": under("oversight_datarequest", "request_id"),
    "oversight_requestitem": under("oversight_datarequest", "request_id"),
    "oversight_unadmittedrequest": "oversight_wall_in_area(area_id, organ_id, 'admit_requests')",
    "oversight_portalcomplaint": either(
        "author_id = (SELECT portal_wall_self())",
        "oversight_wall_in_area(area_id, organ_id, 'receive_complaints')",
    ),
    "oversight_complaintstep": under("oversight_portalcomplaint", "complaint_id"),
}
DESTRUCTION = {
    "oversight_destructionlist": organ_reached(
        "organ_id", "appraise_records", "approve_destruction"
    ),
    "oversight_destructionitem": under("oversight_destructionlist", "list_id"),
    "oversight_destructionstep": under("oversight_destructionlist", "list_id"),
}
WALLS = INSPECTIONS | PLANS | SUPERVISION | PRACTICES | PAPER | ASKED | DESTRUCTION
RAISED = (
    WHOLE
    + TOLD
    + HEARD
    + OWN_ORGANS
    + PAPERS
    + IN_AREA
    + "".join(map(asked_by, FUNCTIONS))
    + raised(WALLS)
)
LOWERED = lowered(WALLS) + "".join(f"DROP FUNCTION {one};\n" for one in reversed(FUNCTIONS))


class Migration(migrations.Migration):
    dependencies = [("oversight", "0005_second_wall")]

    operations = [
        migrations.RunSQL(RAISED, LOWERED),
        *by_name("inspection", "finding", "workplan", "planitem", "supervisionentry", "paper"),
    ]
