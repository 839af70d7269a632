"""What appraisals have already counted, for the rules of lower apps."""

from django.db.models import Q

from evaluation.models import Appraised
from evaluation.models.cycles import CycleState
from evaluation.models.schemes import Subject
from outreach.stay_days import last_of
from portal.trust import wall


def is_month_counted(stay, month):
    """Whether a cycle that covers this month of a stay has frozen its data."""
    people = Q(cadre=stay.cadre_id) | Q(subject=Subject.TEAM, unit=stay.unit_id)
    day = last_of(month)
    of_cycle = Q(cycle__starts_on__lte=day, cycle__ends_on__gte=day, cycle__data_at__isnull=False)
    counted = Appraised.objects.filter(people, of_cycle)
    with wall.as_system("whether a month was counted"):
        return counted.exclude(cycle__state=CycleState.CANCELLED).exists()
