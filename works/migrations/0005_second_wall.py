"""Proposals of the workers' congress and talks stand behind the second wall (docs/adr/0084). Whoever
reads the visits of an organ counts its talks, so that their places open them here; nobody but
the two, whoever typed it and the host reads one (`Talk.objects.visible_to`)."""

from django.db import migrations

from portal.migrations._walls import among, by_name, either, lowered, placed, raised, under

WALLS = {
    "works_congressproposal": either(placed(), among("collected_by_id", "person")),
    "works_congressstep": under("works_congressproposal", "proposal_id"),
    "works_talk": either(
        placed(),
        among("cadre_id", "cadre"),
        among("other_id", "cadre"),
        among("typed_by_id", "person"),
        among("organ_id", "handling"),
    ),
}


class Migration(migrations.Migration):
    dependencies = [("works", "0004_steps_taken_back"), ("portal", "0017_second_wall")]

    operations = [
        migrations.RunSQL(raised(WALLS), lowered(WALLS)),
        *by_name("congressproposal", "talk"),
    ]
