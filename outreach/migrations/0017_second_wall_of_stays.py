"""What is written about stays stands behind the second wall: reports, opinions, handings over and leave
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

# Stays for whose cadre the reader stands in during a leave of today.
STAYS = """
CREATE FUNCTION outreach_wall_stays() RETURNS bigint[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    cadres bigint[] := portal_wall('cadre');
    day date;
BEGIN
    IF cadres IS NULL THEN
        RETURN NULL;
    END IF;
    day := split_part(current_setting('portal.reader'), ' ', 2);
    RETURN ARRAY(
        SELECT l.stay_id FROM outreach_leave l
        WHERE l.stand_in_id = ANY (cadres) AND l.approved AND l.withdrawn_at IS NULL
          AND day BETWEEN l.starts_on AND l.last_day
    );
END $$;
"""


def of_stay(*own):
    """Of the stay that it names; `own` lets in others before."""
    let_in = either(
        placed("stay"),
        among("stay.cadre_id", "cadre"),
        "stay.id = ANY ((SELECT outreach_wall_stays())::bigint[])",
    )
    there = f"""EXISTS (SELECT 1 FROM outreach_stay stay WHERE stay.id = stay_id AND (
    {let_in}))"""
    return either(*own, there)


WALLS = {
    "outreach_stayreport": of_stay(),
    "outreach_reportstep": under("outreach_stayreport", "report_id"),
    "outreach_suggestion": under("outreach_stayreport", "report_id"),
    "outreach_stayopinion": of_stay(),
    "outreach_stayhandover": of_stay(among("successor_id", "cadre")),
    "outreach_leave": of_stay(among("stand_in_id", "cadre")),
}
RAISED = STAYS + asked_by("outreach_wall_stays()") + raised(WALLS)
LOWERED = lowered(WALLS) + "DROP FUNCTION outreach_wall_stays();\n"


class Migration(migrations.Migration):
    dependencies = [("outreach", "0016_second_wall")]

    operations = [migrations.RunSQL(RAISED, LOWERED), *by_name("stayreport", "stayhandover")]
