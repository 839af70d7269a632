"""What is written about pairings, help, contact points, lifted problems and weak organisations stands
behind the second wall (docs/adr/0084). The records themselves are counted and compared by whoever
may not read them, and stay before it."""

from django.db import migrations

from portal.migrations._walls import among, asked_by, either, lowered, placed, raised, under

# Cases for which the reader is named, or at a unit where the reader is stationed.
CASES = """
CREATE FUNCTION pairing_wall_cases() RETURNS bigint[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    cadres bigint[] := portal_wall('cadre');
BEGIN
    RETURN ARRAY(
        SELECT s.case_id FROM pairing_casesupport s WHERE s.cadre_id = ANY (cadres)
        UNION
        SELECT i.case_id FROM pairing_rectificationitem i WHERE i.cadre_id = ANY (cadres)
        UNION
        SELECT c.id FROM pairing_weakorganizationcase c
        JOIN outreach_stay stay ON stay.unit_id = c.unit_id
        WHERE stay.cadre_id = ANY (cadres)
    );
END $$;
"""


def there(tables, key, let_in):
    """Whether the record that the row belongs to is let in; `key` is its column of the row, under
    the name by which `let_in` and `tables` say the record."""
    return f"EXISTS (SELECT FROM {tables} WHERE {key} AND (\n    {let_in}))"


def own(row, *columns):
    return [among(f"{row}.{one}_id", "cadre") for one in columns]


OF_PAIRING = either(placed("pairing"), *own("pairing", "cadre", "apprentice"))
PAIRING = there("pairing_pairing pairing", "pairing.id = pairing_id", OF_PAIRING)


def of_item(key="item.id = item_id", tables="pairing_supportitem item"):
    joined = f"{tables} JOIN pairing_pairing pairing ON pairing.id = item.pairing_id"
    return there(joined, key, either(placed("item"), *own("pairing", "cadre", "apprentice")))


CASE = there(
    "pairing_weakorganizationcase one",
    "one.id = case_id",
    either(placed("one"), "one.id = ANY ((SELECT pairing_wall_cases())::bigint[])"),
)
WALLS = {
    "pairing_agreement": PAIRING,
    "pairing_yearplan": PAIRING,
    "pairing_cobuildingplan": PAIRING,
    "pairing_pairingstep": PAIRING,
    "pairing_jointactivity": PAIRING,
    "pairing_jointactivity_photos": under("pairing_jointactivity", "jointactivity_id"),
    "pairing_supportstep": of_item(),
    "pairing_supportword": of_item(),
    "pairing_supportitem_evidence": of_item("item.id = supportitem_id"),
    "pairing_supportremark": of_item(
        "slip.id = slip_id",
        "pairing_supportslip slip JOIN pairing_supportitem item ON item.id = slip.item_id",
    ),
    "pairing_contactpointstep": there(
        "pairing_contactpoint point",
        "point.id = point_id",
        either(placed("point"), *own("point", "leader", "recorder")),
    ),
    "pairing_problemstep": there(
        "pairing_prominentproblem problem",
        "problem.id = problem_id",
        either(
            placed("problem"),
            *own("problem", "official"),
            among("problem.organ_id", "handling"),
        ),
    ),
    "pairing_casestep": CASE,
    "pairing_rectificationitem": CASE,
    "pairing_itemprogress": under("pairing_rectificationitem", "item_id"),
    "pairing_monthlyreview": CASE,
    "pairing_acceptance": CASE,
    "pairing_followupcheck": CASE,
}
RAISED = CASES + asked_by("pairing_wall_cases()") + raised(WALLS)
LOWERED = lowered(WALLS) + "DROP FUNCTION pairing_wall_cases();\n"


class Migration(migrations.Migration):
    dependencies = [("pairing", "0008_second_wall_of_files")]

    operations = [migrations.RunSQL(RAISED, LOWERED)]
