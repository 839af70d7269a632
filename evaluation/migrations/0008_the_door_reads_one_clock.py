"""The functions of the door read the clock of the database."""

from django.db import migrations, models

import portal.models.clock

READ = """
DO $$
DECLARE
    one record;
BEGIN
    FOR one IN SELECT oid FROM pg_proc
               WHERE proname LIKE 'door%' AND pronamespace = 'public'::regnamespace
    LOOP
        EXECUTE regexp_replace(
            pg_get_functiondef(one.oid), 'clock_timestamp\\(\\)|now\\(\\)', 'portal_clock()', 'g');
    END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("evaluation", "0007_polls_broken_off_and_default_marks"),
        ("outreach", "0021_the_door_reads_one_clock"),
        ("pairing", "0009_counts_answered_by_indexes"),
        ("portal", "0016_one_clock_for_the_database"),
    ]

    operations = [
        migrations.RunSQL(READ, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="unitletter",
            name="received_at",
            field=models.DateTimeField(db_default=portal.models.clock.DatabaseClock()),
        ),
    ]
