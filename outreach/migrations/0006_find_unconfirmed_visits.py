"""The index by which every page finds the visits that wait for its reader."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    # Built while visits go on being written; after a failure drop it and run this again.
    atomic = False

    dependencies = [("outreach", "0005_visits_entered_for_leaders")]

    operations = [
        AddIndexConcurrently(
            model_name="visit",
            index=models.Index(
                condition=Q(confirmation="waiting") | Q(confirmation="refused"),
                fields=["author", "typed_by"],
                name="visit_unconfirmed",
            ),
        )
    ]
