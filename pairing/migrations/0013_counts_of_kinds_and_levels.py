"""Indexes that hold each column that the policies of items and pairings compare."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models import Q

_BELOW = "city county township unit organ host_organ"
_PLACE = f"province {_BELOW}"
_OF_AN_ITEM = f"{_PLACE} pairing".split()


class Migration(migrations.Migration):
    # Built while items go on being written; after a failure drop it and run this again.
    atomic = False

    dependencies = [("pairing", "0012_second_wall_of_helpers")]

    operations = [
        AddIndexConcurrently(
            model_name="pairing",
            index=models.Index(
                fields=["level", "-starts_on", "-id"],
                include=f"{_PLACE} cadre apprentice state".split(),
                name="pairing_level",
            ),
        ),
        RemoveIndexConcurrently(model_name="pairing", name="pairing_ending_province"),
        AddIndexConcurrently(
            model_name="pairing",
            index=models.Index(
                condition=Q(state="agreed"),
                fields=["province", "ends_on", "id"],
                include=f"{_BELOW} cadre apprentice level starts_on".split(),
                name="pairing_ending_province",
            ),
        ),
        RemoveIndexConcurrently(model_name="supportitem", name="support_due"),
        AddIndexConcurrently(
            model_name="supportitem",
            index=models.Index(
                condition=Q(state="promised"),
                fields=["promised_for", "id"],
                include=_OF_AN_ITEM,
                name="support_due",
            ),
        ),
        RemoveIndexConcurrently(model_name="supportitem", name="support_kind"),
        AddIndexConcurrently(
            model_name="supportitem",
            index=models.Index(
                fields=["kind", "-promised_on", "-id"],
                include=_OF_AN_ITEM,
                name="support_kind",
            ),
        ),
        RemoveIndexConcurrently(model_name="supportitem", name="support_done_of_day"),
        AddIndexConcurrently(
            model_name="supportitem",
            index=models.Index(
                condition=Q(state="done"),
                fields=["-promised_on", "-id"],
                include=_OF_AN_ITEM,
                name="support_done_of_day",
            ),
        ),
    ]
