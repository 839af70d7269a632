"""Tickets of the hotline, which no relation opens, and summons stand behind the second wall
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

# Summons that call an organ for which the reader handles matters.
SUMMONS = """
CREATE FUNCTION neighbours_wall_summons() RETURNS bigint[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    organs bigint[] := portal_wall('handling');
BEGIN
    RETURN ARRAY(
        SELECT s.summons_id FROM neighbours_summonedorgan s WHERE s.organ_id = ANY (organs));
END $$;
"""

WALLS = {
    "neighbours_hotlineticket": placed(),
    "neighbours_hotlineverdict": under("neighbours_hotlineticket", "ticket_id"),
    "neighbours_summons": either(
        placed(), "id = ANY ((SELECT neighbours_wall_summons())::bigint[])"
    ),
    "neighbours_summonedorgan": under(
        "neighbours_summons", "summons_id", among("organ_id", "handling")
    ),
    "neighbours_summonsstep": under("neighbours_summons", "summons_id"),
}
RAISED = SUMMONS + asked_by("neighbours_wall_summons()") + raised(WALLS)
LOWERED = lowered(WALLS) + "DROP FUNCTION neighbours_wall_summons();\n"


class Migration(migrations.Migration):
    dependencies = [("neighbours", "0004_steps_taken_back"), ("portal", "0017_second_wall")]

    operations = [
        migrations.RunSQL(RAISED, LOWERED),
        *by_name("hotlineticket", "summons", "summonedorgan"),
    ]
