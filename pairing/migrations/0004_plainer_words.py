from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("pairing", "0003_the_recorder_of_a_contact_point"),
    ]

    operations = [
        migrations.AlterField(
            model_name="pairing",
            name="ending",
            field=models.CharField(
                blank=True,
                choices=[
                    ("term", "At the end of the term"),
                    ("solved", "The difficulty is over"),
                    ("changed", "Hand over to somebody else"),
                    ("other", "For another reason"),
                ],
                default="",
                max_length=8,
                verbose_name="how it ended",
            ),
        ),
    ]
