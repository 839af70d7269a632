import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import portal.models.clock


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0008_norms_by_place"),
    ]

    operations = [
        migrations.AddField(
            model_name="importbatch",
            name="asked",
            field=models.JSONField(db_default=models.Value("[]", models.JSONField()), default=list),
        ),
        migrations.AddField(
            model_name="importbatch",
            name="known_count",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="importbatch",
            name="sheets",
            field=models.JSONField(db_default=models.Value("[]", models.JSONField()), default=list),
        ),
        migrations.AddField(
            model_name="importbatch",
            name="updates",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="importbatch",
            name="values",
            field=models.JSONField(db_default=models.Value("{}", models.JSONField()), default=dict),
        ),
        migrations.AddField(
            model_name="importproblem",
            name="sheet",
            field=models.CharField(blank=True, db_default="", default="", max_length=100),
        ),
        migrations.CreateModel(
            name="ImportChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("record_id", models.BigIntegerField()),
                ("before", models.JSONField()),
                ("after", models.JSONField()),
                (
                    "batch",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="changes",
                        to="portal.importbatch",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("batch", "record_id"), name="an_import_corrects_a_row_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportValue",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(db_collation="C", max_length=30)),
                ("column", models.CharField(db_collation="C", max_length=30)),
                ("said", models.CharField(db_collation="C", max_length=120)),
                ("means", models.CharField(max_length=120)),
                ("set_at", models.DateTimeField(db_default=portal.models.clock.DatabaseClock())),
                (
                    "organ",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.organ",
                    ),
                ),
                (
                    "set_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("organ__isnull", False)),
                        fields=("kind", "column", "said", "organ"),
                        name="a_value_has_one_meaning_for_a_kind",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("organ", None)),
                        fields=("kind", "column", "said", "set_by"),
                        name="a_value_has_one_meaning_by_a_person",
                    ),
                ],
            },
        ),
    ]
