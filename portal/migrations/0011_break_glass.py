import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import portal.roles


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0010_drafts_of_forms"),
    ]

    operations = [
        migrations.CreateModel(
            name="BreakGlass",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        blank=True, choices=portal.roles.role_choices, default="", max_length=10
                    ),
                ),
                ("ends_on", models.DateField(null=True)),
                ("reason", models.CharField(max_length=200, verbose_name="reason")),
                ("done_by", models.CharField(max_length=40, verbose_name="who was at the server")),
                ("at", models.DateTimeField()),
                ("seen_at", models.DateTimeField(null=True)),
                (
                    "seen_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("seen_by", models.F("user")), _negated=True),
                        name="an_opening_is_seen_by_somebody_else",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("seen_at", None), ("seen_by", None)),
                            models.Q(("seen_at__isnull", False), ("seen_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="an_opening_is_seen_at_a_moment",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reason", ""), _negated=True),
                            models.Q(("done_by", ""), _negated=True),
                        ),
                        name="an_opening_has_a_reason",
                    ),
                ],
            },
        ),
    ]
