"""The index of a matter's category holds each column that the policy compares."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

_OF_THE_WALL = (
    "province city county township unit organ host_organ lead_organ registered_by typed_by"
)


class Migration(migrations.Migration):
    # Built while matters go on being written; after a failure drop it and run this again.
    atomic = False

    dependencies = [("outreach", "0022_second_wall_of_places")]

    operations = [
        RemoveIndexConcurrently(model_name="matter", name="matter_category"),
        AddIndexConcurrently(
            model_name="matter",
            index=models.Index(
                fields=["category", "-registered_on", "-id"],
                include=_OF_THE_WALL.split(),
                name="matter_category",
            ),
        ),
    ]
