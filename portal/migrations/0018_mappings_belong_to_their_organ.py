"""How headings were matched belongs to the organ of whoever said so."""

import django.db.models.deletion
from django.db import migrations, models

TO_THEIR_ORGANS = """
UPDATE portal_importmapping m SET organ_id = u.organ_id FROM portal_user u WHERE u.id = m.set_by_id;
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0017_stamps_of_storing"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="importmapping",
            name="headings_are_matched_once_for_a_kind",
        ),
        migrations.AddField(
            model_name="importmapping",
            name="organ",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="portal.organ",
            ),
        ),
        migrations.RunSQL(TO_THEIR_ORGANS, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="importmapping",
            constraint=models.UniqueConstraint(
                condition=models.Q(("organ__isnull", False)),
                fields=("kind", "fingerprint", "organ"),
                name="headings_are_matched_once_for_a_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="importmapping",
            constraint=models.UniqueConstraint(
                condition=models.Q(("organ", None)),
                fields=("kind", "fingerprint", "set_by"),
                name="headings_are_matched_once_by_a_person",
            ),
        ),
    ]
