"""Phones, their entries and photos stand behind the second wall (docs/adr/0084). What is kept of an
entry lies behind a policy of its own already."""

from django.db import migrations

from portal.migrations._walls import (
    by_name,
    either,
    holds,
    lowered,
    mine,
    organ_of_account,
    raised,
    under,
)

KEEPS = ("manage_people", "reset_passwords")


def of_owner():
    """Whoever it belongs to, who looks after them, and who keeps the portal running."""
    return either(mine("owner_id"), holds("manage_accounts"), organ_of_account("owner_id", *KEEPS))


WALLS = {
    "sync_device": of_owner(),
    "sync_entry": of_owner(),
    "sync_part": under("sync_entry", "entry_id"),
}


class Migration(migrations.Migration):
    dependencies = [
        ("sync", "0002_fetching_needs_the_pin"),
        ("portal", "0019_second_wall_of_office"),
    ]

    operations = [
        migrations.RunSQL(raised(WALLS), lowered(WALLS)),
        *by_name("device", "entry"),
    ]
