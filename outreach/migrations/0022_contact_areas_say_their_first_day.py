"""The first day of a contact area is said by whoever arranges it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("outreach", "0021_the_door_reads_one_clock"),
    ]

    operations = [
        migrations.AlterField(
            model_name="contactarea",
            name="starts_on",
            field=models.DateField(verbose_name="from"),
        ),
    ]
