"""Who helps a weak organisation stands behind the second wall (docs/adr/0084)."""

from django.db import migrations

from portal.migrations._walls import among, lowered, raised, under

WALLS = {
    "pairing_casesupport": under(
        "pairing_weakorganizationcase", "case_id", among("cadre_id", "cadre")
    ),
}


class Migration(migrations.Migration):
    dependencies = [
        ("pairing", "0011_files_asked_by_a_function"),
        ("portal", "0020_second_wall_of_careers"),
    ]

    operations = [migrations.RunSQL(raised(WALLS), lowered(WALLS))]
