from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("portal", "0004_name_on_the_seal")]

    operations = [
        migrations.AddField(
            model_name="grassrootsunit",
            name="household_count",
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name="households"),
        )
    ]
