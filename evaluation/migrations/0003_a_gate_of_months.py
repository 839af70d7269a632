from django.db import migrations, models

# Drafts ask for months from now on: days of a stay are not computed any more. What was published
# stays as it was published.
DRAFTS = """
DELETE FROM evaluation_schemegate g USING evaluation_scheme s
WHERE s.id = g.scheme_id AND s.state = 'draft' AND g.gate = 'stay_days'
"""


class Migration(migrations.Migration):
    dependencies = [("evaluation", "0002_hand_overs")]

    operations = [
        migrations.AlterField(
            model_name="schemegate",
            name="gate",
            field=models.CharField(
                choices=[
                    ("stay_months", "Months of the stay that met the norm"),
                    ("stay_days", "Days at the place of the stay"),
                    ("findings", "Verified discipline findings"),
                ],
                max_length=12,
                verbose_name="threshold",
            ),
        ),
        migrations.RunSQL(DRAFTS, migrations.RunSQL.noop),
    ]
