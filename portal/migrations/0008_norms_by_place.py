import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0007_short_lived_keys"),
    ]

    operations = [
        migrations.AddField(
            model_name="cadre",
            name="staff_kind",
            field=models.CharField(
                blank=True,
                choices=[
                    ("civil", "Civil servant"),
                    ("like", "Managed like a civil servant"),
                    ("public", "Staff of a public institution"),
                    ("soe", "Staff of a state-owned enterprise"),
                    ("selected", "Selected graduate"),
                    ("worker", "Worker in an organ"),
                    ("skilled", "Skilled worker"),
                ],
                db_default="",
                default="",
                max_length=8,
                verbose_name="kind of staff",
            ),
        ),
        migrations.AddField(
            model_name="policyparameter",
            name="division",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="portal.division",
                verbose_name="area",
            ),
        ),
        migrations.AddField(
            model_name="policyparameter",
            name="level",
            field=models.CharField(
                blank=True,
                choices=[
                    ("province", "Provincial organs"),
                    ("city", "Organs of a city"),
                    ("county", "County organs"),
                    ("township", "Townships and streets"),
                    ("group", "Headquarters of a group"),
                    ("second", "Subsidiaries (second level)"),
                    ("third", "Units of the third level"),
                ],
                db_default="",
                default="",
                max_length=8,
                verbose_name="level",
            ),
        ),
        migrations.AddField(
            model_name="policyparameter",
            name="organ",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="portal.organ",
                verbose_name="organ",
            ),
        ),
        migrations.AddField(
            model_name="policyparameter",
            name="staff_kind",
            field=models.CharField(
                blank=True,
                choices=[
                    ("civil", "Civil servant"),
                    ("like", "Managed like a civil servant"),
                    ("public", "Staff of a public institution"),
                    ("soe", "Staff of a state-owned enterprise"),
                    ("selected", "Selected graduate"),
                    ("worker", "Worker in an organ"),
                    ("skilled", "Skilled worker"),
                ],
                db_default="",
                default="",
                max_length=8,
                verbose_name="kind of staff",
            ),
        ),
    ]
