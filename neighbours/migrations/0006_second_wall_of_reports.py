"""Reports of Party organisations to communities stand behind the second wall, with what is written
about them (docs/adr/0084)."""

from django.db import migrations

from portal.migrations._walls import (
    by_name,
    either,
    lowered,
    near,
    organ_reached,
    placed,
    raised,
    under,
)

WALLS = {
    "neighbours_branchreport": either(placed(), organ_reached("organ_id", "offer_help"), near()),
    "neighbours_branchreportstep": under("neighbours_branchreport", "report_id"),
    "neighbours_quarterline": under("neighbours_branchreport", "report_id"),
}


class Migration(migrations.Migration):
    dependencies = [
        ("neighbours", "0005_second_wall"),
        ("portal", "0019_second_wall_of_office"),
    ]

    operations = [
        migrations.RunSQL(raised(WALLS), lowered(WALLS)),
        *by_name("branchreport"),
    ]
