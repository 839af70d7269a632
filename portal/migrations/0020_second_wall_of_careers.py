"""Who must be kept apart, and the careers of staff, stand behind the second wall (docs/adr/0084)."""

from django.db import migrations

from portal.migrations._walls import among, either, holds, lowered, organ_reached, raised

WALLS = {
    "portal_avoidancepair": f"""EXISTS (SELECT FROM portal_cadre one
        WHERE one.id IN (cadre_id, other_id)
        AND {organ_reached("one.organ_id", "manage_people")})""",
    "portal_experience": either(
        among("cadre_id", "cadre"),
        # Whoever ends a stay writes it into the career.
        holds("manage_stays"),
        f"""EXISTS (SELECT FROM portal_cadre one WHERE one.id = cadre_id
        AND {organ_reached("one.organ_id", "manage_people", "nominate")})""",
    ),
}


class Migration(migrations.Migration):
    dependencies = [("portal", "0019_second_wall_of_office")]

    operations = [migrations.RunSQL(raised(WALLS), lowered(WALLS))]
