"""Requests of persons about what is kept of them stand behind the second wall (docs/adr/0084)."""

from django.db import migrations

from portal.migrations._walls import lowered, organ_reached, raised

WALLS = {
    "oversight_privacyrequest": organ_reached(
        "organ_id", "appraise_records", "approve_destruction"
    ),
}


class Migration(migrations.Migration):
    dependencies = [
        ("oversight", "0004_privacy_requests"),
        ("portal", "0018_second_wall_of_own"),
    ]

    operations = [migrations.RunSQL(raised(WALLS), lowered(WALLS))]
