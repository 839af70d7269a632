"""Files, and messages of the villager's door that wait for a person, stand behind the second wall: a
file is read by whoever reads what it is added to (docs/adr/0084)."""

from django.db import migrations

from portal.migrations._walls import either, lowered, mine, organ_reached, raised

# Where files are added to records: {table: its column of the file is `attachment_id`}.
ADDED_TO = (
    "outreach_visit_photos",
    "outreach_matterstep_attachments",
    "outreach_notice_attachments",
    "pairing_jointactivity_photos",
    "pairing_supportitem_evidence",
)
KEPT = ("host_matters", "manage_people")
WALLS = {
    "portal_attachment": either(
        mine("added_by_id"),
        *(
            f"EXISTS (SELECT FROM {table} added WHERE added.attachment_id = portal_attachment.id)"
            for table in ADDED_TO
        ),
    ),
    "outreach_doormessage": f"""state = 'held' AND kind <> 'conduct' AND (
    EXISTS (
        SELECT FROM outreach_contactcard card
        JOIN outreach_contactarea area ON area.id = card.area_id
        JOIN portal_grassrootsunit unit ON unit.id = area.unit_id
        WHERE card.id = card_id AND {organ_reached("unit.host_organ_id", *KEPT)})
    OR EXISTS (
        SELECT FROM outreach_matterslip slip JOIN outreach_matter matter ON matter.id = slip.matter_id
        WHERE slip.id = slip_id AND {organ_reached("matter.host_organ_id", *KEPT)})
    OR EXISTS (
        SELECT FROM pairing_supportslip slip JOIN pairing_supportitem item ON item.id = slip.item_id
        WHERE slip.number = slip_number AND slip.code_digest = outreach_doormessage.code_digest))""",
}


class Migration(migrations.Migration):
    dependencies = [
        ("outreach", "0019_second_wall_of_drafts"),
        ("pairing", "0007_visits_of_a_point"),
        ("portal", "0018_second_wall_of_own"),
    ]

    operations = [migrations.RunSQL(raised(WALLS), lowered(WALLS))]
