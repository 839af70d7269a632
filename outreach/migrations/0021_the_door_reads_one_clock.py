"""What comes in by the door is dated by the clock of the database."""

from django.db import migrations, models

import portal.models.clock


class Migration(migrations.Migration):
    dependencies = [
        ("outreach", "0020_counts_answered_by_indexes"),
        ("portal", "0016_one_clock_for_the_database"),
    ]

    operations = [
        migrations.AlterField(
            model_name="doormessage",
            name="received_at",
            field=models.DateTimeField(db_default=portal.models.clock.DatabaseClock()),
        ),
        migrations.AlterField(
            model_name="doortry",
            name="at",
            field=models.DateTimeField(db_default=portal.models.clock.DatabaseClock()),
        ),
    ]
