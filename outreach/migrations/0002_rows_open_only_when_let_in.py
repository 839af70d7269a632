"""Row-level security on what is one person's alone, or one matter's alone (P3)."""

from django.db import migrations

ENABLE = """
ALTER TABLE outreach_reflection ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_reflection ON outreach_reflection
    USING (owner_id = nullif(current_setting('portal.user_id', true), '')::bigint);

ALTER TABLE outreach_mattercontact ENABLE ROW LEVEL SECURITY;
CREATE POLICY opened_matter ON outreach_mattercontact
    USING (matter_id = ANY (string_to_array(
        nullif(current_setting('portal.matter_id', true), ''), ',')::bigint[]));
"""

DISABLE = """
DROP POLICY own_reflection ON outreach_reflection;
ALTER TABLE outreach_reflection DISABLE ROW LEVEL SECURITY;
DROP POLICY opened_matter ON outreach_mattercontact;
ALTER TABLE outreach_mattercontact DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("outreach", "0001_initial")]

    operations = [migrations.RunSQL(ENABLE, DISABLE)]
