from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("portal", "0006_households_of_a_unit")]

    operations = [
        migrations.CreateModel(
            name="ShortLivedKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("purpose", models.CharField(db_collation="C", max_length=80, unique=True)),
                ("cipher", models.TextField()),
            ],
        )
    ]
