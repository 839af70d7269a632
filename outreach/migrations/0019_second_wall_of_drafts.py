"""Drafts of visits stand behind the second wall (docs/adr/0084)."""

from django.db import migrations

from portal.migrations._walls import lowered, mine, raised

WALLS = {"outreach_visitdraft": mine("owner_id")}


class Migration(migrations.Migration):
    dependencies = [
        ("outreach", "0018_second_wall_of_festivals"),
        ("portal", "0018_second_wall_of_own"),
    ]

    operations = [migrations.RunSQL(raised(WALLS), lowered(WALLS))]
