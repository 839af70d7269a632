from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("portal", "0003_paper_of_sheets")]

    operations = [
        migrations.AddField(
            model_name="organ",
            name="official_name",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                max_length=80,
                verbose_name="name on the seal",
            ),
        )
    ]
