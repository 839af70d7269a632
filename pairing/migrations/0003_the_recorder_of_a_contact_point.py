"""Who enters the visits of a leader to a contact point is named there."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("pairing", "0002_support_remarks_are_read"),
        ("portal", "0002_choices_of_roles"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="contactpoint",
            name="recorder",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="portal.cadre",
                verbose_name="enters visits for the leader",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactpoint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("recorder", None),
                    models.Q(("recorder", models.F("leader")), _negated=True),
                    _connector="OR",
                ),
                name="a_leader_does_not_enter_visits_for_themselves",
                violation_error_message="Leaders write their own visits; name somebody else here.",
            ),
        ),
    ]
