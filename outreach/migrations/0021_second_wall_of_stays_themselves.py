"""Stays themselves, their months and steps, and how a batch of stays comes about stand behind the
second wall (docs/adr/0084)."""

from django.db import migrations

from portal.migrations._walls import (
    among,
    by_name,
    either,
    holds,
    listed,
    lowered,
    mine,
    near_place,
    organ_reached,
    placed,
    raised,
    under,
)

OF_STAY = under("outreach_stay", "stay_id")
# The office that keeps a batch, and whoever it asks for nominations.
KEEPS = either(
    organ_reached("batch.organ_id", "manage_stays"),
    f"{holds('manage_stays')} AND ({near_place('batch.area_id')})",
)
WALLS = {
    "outreach_stay": either(
        placed(), among("cadre_id", "cadre"), listed("id", "outreach_wall_stays")
    ),
    "outreach_staystep": OF_STAY,
    "outreach_staymonth": OF_STAY,
    "outreach_monthword": under("outreach_staymonth", "month_id"),
    "outreach_daynote": under("outreach_staymonth", "month_id"),
    "outreach_staybatch": either(
        mine("created_by_id"),
        organ_reached("organ_id", "manage_stays"),
        f"""{holds("manage_stays", "nominate")} AND (area_id IS NULL
    OR {near_place("area_id")})""",
    ),
    "outreach_staybatchstep": under("outreach_staybatch", "batch_id"),
    "outreach_batchplace": under("outreach_staybatch", "batch_id"),
    "outreach_nomination": either(
        organ_reached("organ_id", "nominate"),
        f"""EXISTS (SELECT FROM outreach_staybatch batch WHERE batch.id = batch_id AND (
    {KEEPS}))""",
    ),
    "outreach_nominationstep": under("outreach_nomination", "nomination_id"),
    "outreach_proposedplacement": under("outreach_nomination", "nomination_id"),
    "outreach_placement": under("outreach_nomination", "nomination_id"),
}


class Migration(migrations.Migration):
    dependencies = [
        ("outreach", "0020_named_records"),
        ("portal", "0019_second_wall_of_office"),
    ]

    operations = [
        migrations.RunSQL(raised(WALLS), lowered(WALLS)),
        *by_name("stay", "staymonth", "staybatch", "nomination"),
    ]
