"""A column in the statistics of enterprises: the number of talks, and never their people."""

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from portal.sheets.statistics import OF_ENTERPRISES, Column, register_columns
from works.models import Talk


def _talks(layout, period):
    rows = Talk.objects.standing().filter(talked_on__range=(period.first, period.last))
    counted = layout.of(rows).order_by().values_list(layout.key).annotate(n=Count("pk"))
    return {key: (n,) for key, n in counted}


register_columns(
    Column(
        "talks",
        137,
        "谈心谈话",
        _("Heart-to-heart talks"),
        unit="人次",
        only_in=OF_ENTERPRISES,
    ),
    count=_talks,
    # Readers of the sheet learn nothing of a single talk.
    touched=lambda layout, period, key, since, limit: [],
)
