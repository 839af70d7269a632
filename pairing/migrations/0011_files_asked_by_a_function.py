"""Whether a file is added to something that its reader reads, a function asks, table by table: the
statements in it are planned once for a connection. As conditions of the policy they were planned
with each statement about files, with the policies of all these tables (docs/adr/0084)."""

from django.db import migrations

from portal.migrations._walls import OPEN, either, mine

# The commonest first.
ADDED_TO = (
    "outreach_matterstep_attachments",
    "outreach_visit_photos",
    "outreach_notice_attachments",
    "pairing_jointactivity_photos",
    "pairing_supportitem_evidence",
)
# With the rights of whoever asks, so that the policies of these tables hold in it.
ADDED = "".join(
    f"""
    IF EXISTS (SELECT FROM public.{table} added WHERE added.attachment_id = file) THEN
        RETURN true;
    END IF;"""
    for table in ADDED_TO
)
FUNCTION = f"""
CREATE FUNCTION portal_wall_file(file bigint) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN{ADDED}
    RETURN false;
END $$;
"""


def asked(condition):
    let_in = either(OPEN, mine("added_by_id"), condition)
    return f"ALTER POLICY wall ON portal_attachment USING (\n    {let_in});\n"


BEFORE = either(
    *(
        f"EXISTS (SELECT FROM {table} added WHERE added.attachment_id = portal_attachment.id)"
        for table in ADDED_TO
    )
)


class Migration(migrations.Migration):
    dependencies = [("pairing", "0010_second_wall_of_records")]

    operations = [
        migrations.RunSQL(
            FUNCTION + asked("portal_wall_file(id)"),
            asked(BEFORE) + "DROP FUNCTION portal_wall_file(bigint);\n",
        )
    ]
