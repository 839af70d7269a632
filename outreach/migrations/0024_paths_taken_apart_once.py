"""The policies of households and of who looks after units take a path apart once for each row: four
times made a list of a province's units some 50 ms slower."""

from django.db import migrations

from portal.migrations._walls import (
    among,
    changed,
    either,
    listed,
    near_unit,
    organ_reached,
    unit_met,
    unit_reached,
)


def named_by(tables):
    """Whether a row that the reader reads names the household."""
    return f"EXISTS (SELECT FROM {tables} WHERE naming.household_id = outreach_household.id)"


def walls(reached):
    """Conditions of 0022, with this way to ask whether a grant reaches the unit."""
    return {
        "outreach_household": either(
            reached("unit_id"),
            listed("unit_id", "outreach_wall_units"),
            named_by("outreach_visit_households naming"),
            named_by("outreach_condolencerecipient naming"),
            named_by(
                """outreach_campaignunit_households naming
        JOIN outreach_campaignunit plan ON plan.id = naming.campaignunit_id""",
            ),
            named_by("pairing_pairing naming"),
            named_by("pairing_helpneed naming"),
        ),
        # Who looks after which village is known in the county.
        "outreach_contactarea": either(
            among("cadre_id", "cadre"),
            reached("unit_id"),
            near_unit("unit_id"),
            f"""EXISTS (SELECT FROM portal_cadre cadre WHERE cadre.id = cadre_id
        AND {organ_reached("cadre.organ_id", "manage_people", "record_for_others")})""",
        ),
    }


class Migration(migrations.Migration):
    dependencies = [("outreach", "0023_counts_of_a_category")]

    operations = [migrations.RunSQL(changed(walls(unit_met)), changed(walls(unit_reached)))]
