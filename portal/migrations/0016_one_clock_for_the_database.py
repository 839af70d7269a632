"""What the database itself calls now, so that a test can set it as it sets Python's clock."""

from django.db import migrations

# Not a parameter of the door's functions: the door faces the internet and must not be able to
# choose the day on which a slip or a card is looked at.
CLOCK = """
CREATE FUNCTION portal_clock() RETURNS timestamptz LANGUAGE sql STABLE
AS $$ SELECT clock_timestamp() $$;
"""


class Migration(migrations.Migration):
    dependencies = [("portal", "0015_a_matching_leaves_its_lines")]

    operations = [migrations.RunSQL(CLOCK, "DROP FUNCTION portal_clock()")]
