"""Pairings, what they give, needs, offers, contact points, lifted problems, weak organisations and rounds
of matching stand behind the second wall themselves (docs/adr/0084)."""

from django.db import migrations

from portal.migrations._walls import (
    among,
    asked_by,
    by_name,
    either,
    holds,
    listed,
    lowered,
    near_place,
    organ_reached,
    placed,
    raised,
    under,
)


def asking(name, body):
    return f"""
CREATE FUNCTION {name}() RETURNS bigint[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    cadres bigint[] := portal_wall('cadre');
    organs bigint[] := portal_wall('organ');
BEGIN
    RETURN ARRAY({body});
END $$;
"""


FUNCTIONS = {
    # Pairings of the reader.
    "pairing_wall_pairings": """
        SELECT p.id FROM pairing_pairing p
        WHERE p.cadre_id = ANY (cadres) OR p.apprentice_id = ANY (cadres)""",
    # Households and units that the reader helps, and units that the reader's organs help.
    "pairing_wall_households": """
        SELECT p.household_id FROM pairing_pairing p
        WHERE p.cadre_id = ANY (cadres) AND p.household_id IS NOT NULL""",
    "pairing_wall_units": """
        SELECT p.unit_id FROM pairing_pairing p
        WHERE (p.cadre_id = ANY (cadres) OR p.organ_id = ANY (organs)) AND p.household_id IS NULL""",
}
WALLS = {
    "pairing_pairing": either(
        placed(), among("cadre_id", "cadre"), among("apprentice_id", "cadre")
    ),
    "pairing_supportitem": either(placed(), listed("pairing_id", "pairing_wall_pairings")),
    "pairing_helpneed": either(
        placed(),
        listed("household_id", "pairing_wall_households"),
        f"household_id IS NULL AND {listed('unit_id', 'pairing_wall_units')}",
    ),
    "pairing_helpresource": organ_reached("organ_id", "offer_help", "manage_pairings"),
    "pairing_contactpoint": either(
        placed(), among("leader_id", "cadre"), among("recorder_id", "cadre")
    ),
    "pairing_prominentproblem": either(
        placed(), among("official_id", "cadre"), among("organ_id", "handling")
    ),
    "pairing_weakorganizationcase": either(placed(), listed("id", "pairing_wall_cases")),
    "pairing_matchinground": either(
        organ_reached("organ_id", "manage_pairings"),
        f"{holds('manage_pairings')} AND ({near_place('area_id')})",
    ),
    "pairing_roundstep": under("pairing_matchinground", "round_id"),
    "pairing_proposedmatch": """EXISTS (
        SELECT FROM pairing_matchingproposal proposal
        JOIN pairing_matchinground round ON round.id = proposal.round_id
        WHERE proposal.id = proposal_id)""",
    "pairing_matchchange": under("pairing_proposedmatch", "match_id"),
}
RAISED = (
    "".join(asking(name, body) for name, body in FUNCTIONS.items())
    + "".join(asked_by(f"{name}()") for name in FUNCTIONS)
    + raised(WALLS)
)
LOWERED = lowered(WALLS) + "".join(f"DROP FUNCTION {name}();\n" for name in FUNCTIONS)


class Migration(migrations.Migration):
    dependencies = [
        ("pairing", "0009_second_wall"),
        ("portal", "0019_second_wall_of_office"),
    ]

    operations = [
        migrations.RunSQL(RAISED, LOWERED),
        *by_name(
            *("pairing", "supportitem", "helpneed", "helpresource", "contactpoint"),
            *("prominentproblem", "weakorganizationcase", "matchinground"),
        ),
    ]
