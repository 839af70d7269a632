"""What an enterprise made public stands behind the second wall: whoever works in the group or county
reads it (docs/adr/0084)."""

from django.db import migrations

from portal.migrations._walls import either, lowered, near, placed, raised

WALLS = {"works_disclosure": either(placed(), near())}


class Migration(migrations.Migration):
    dependencies = [("works", "0005_second_wall"), ("portal", "0019_second_wall_of_office")]

    operations = [migrations.RunSQL(raised(WALLS), lowered(WALLS))]
