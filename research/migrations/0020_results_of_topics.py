import datetime

import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("research", "0001_research"),
    ]

    operations = [
        migrations.AddField(
            model_name="advice",
            name="raised_on",
            field=models.DateField(default=datetime.date(2026, 1, 1)),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="foundproblem",
            name="found_on",
            field=models.DateField(default=datetime.date(2026, 1, 1)),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="researchreport",
            name="search",
            field=django.contrib.postgres.search.SearchVectorField(editable=False, null=True),
        ),
        migrations.AlterField(
            model_name="topicstep",
            name="move",
            field=models.CharField(
                choices=[
                    ("submitted", "Submitted for decision"),
                    ("sent_back", "Sent back to be changed"),
                    ("approved", "Approved"),
                    ("changed", "Plan changed"),
                    ("begun", "Begun"),
                    ("reported", "Report handed in for review"),
                    ("concluded", "Concluded"),
                    ("followed", "Use of its results followed"),
                    ("archived", "Archived"),
                    ("stopped", "Broken off"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddIndex(
            model_name="advice",
            index=models.Index(fields=["-raised_on", "-id"], name="advice_day"),
        ),
        migrations.AddIndex(
            model_name="advice",
            index=models.Index(
                condition=models.Q(("look_back_on__isnull", False)),
                fields=["look_back_on", "id"],
                name="advice_look_back",
            ),
        ),
        migrations.AddIndex(
            model_name="foundproblem",
            index=models.Index(fields=["-found_on", "-id"], name="found_problem_day"),
        ),
        migrations.AddIndex(
            model_name="foundproblem",
            index=models.Index(
                condition=models.Q(("matter", None), ("settled_on", None)),
                fields=["due_on", "id"],
                name="found_problem_due",
            ),
        ),
        migrations.AddIndex(
            model_name="researchreport",
            index=models.Index(
                condition=models.Q(("published_at__isnull", False)),
                fields=["-published_at", "-id"],
                name="research_library",
            ),
        ),
        migrations.AddIndex(
            model_name="researchreport",
            index=django.contrib.postgres.indexes.GinIndex(
                fastupdate=True, fields=["search"], name="research_report_search"
            ),
        ),
        migrations.AddConstraint(
            model_name="foundproblem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("person", None), ("responsible_organ", None)),
                    models.Q(("due_on__isnull", False), ("responsible_organ__isnull", False)),
                    _connector="OR",
                ),
                name="a_problem_is_given_to_an_organ_until_a_day",
                violation_error_message="Say until when.",
            ),
        ),
        migrations.AddConstraint(
            model_name="foundproblem",
            constraint=models.CheckConstraint(
                condition=models.Q(("matter", None), ("settled_on", None), _connector="OR"),
                name="a_problem_in_the_ledger_is_settled_there",
            ),
        ),
    ]
