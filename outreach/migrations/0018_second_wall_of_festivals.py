"""Lists of festival visits stand behind the second wall: who is on them, what was said against them
and who went (docs/adr/0084). Names lie behind a policy of their own already."""

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

# Recipients to whom the reader brought something.
RECIPIENTS = """
CREATE FUNCTION outreach_wall_recipients() RETURNS bigint[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    cadres bigint[] := portal_wall('cadre');
BEGIN
    RETURN ARRAY(
        SELECT v.recipient_id FROM outreach_condolencevisit v
        WHERE (v.first_cadre_id = ANY (cadres) OR v.second_cadre_id = ANY (cadres))
          AND v.voided_at IS NULL
    );
END $$;
"""

WALLS = {
    "outreach_condolencerecipient": either(
        placed(), "id = ANY ((SELECT outreach_wall_recipients())::bigint[])"
    ),
    "outreach_condolenceobjection": placed(),
    "outreach_condolencevisit": under(
        "outreach_condolencerecipient",
        "recipient_id",
        among("first_cadre_id", "cadre"),
        among("second_cadre_id", "cadre"),
    ),
}
RAISED = RECIPIENTS + asked_by("outreach_wall_recipients()") + raised(WALLS)
LOWERED = lowered(WALLS) + "DROP FUNCTION outreach_wall_recipients();\n"


class Migration(migrations.Migration):
    dependencies = [("outreach", "0017_second_wall_of_stays")]

    operations = [
        migrations.RunSQL(RAISED, LOWERED),
        *by_name("condolencerecipient", "condolencevisit"),
    ]
