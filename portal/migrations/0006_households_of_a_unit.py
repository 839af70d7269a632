from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("portal", "0005_jobs_with_a_page")]

    operations = [
        migrations.AddField(
            model_name="grassrootsunit",
            name="household_count",
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name="households"),
        )
    ]
