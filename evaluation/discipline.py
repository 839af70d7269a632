"""Verified findings of a period that no later document lifted."""

from collections import Counter
from dataclasses import replace

from django.db.models import Q

from evaluation.appraisal.freezing import measured
from evaluation.models import DisciplineFinding
from evaluation.models.schemes import Subject
from portal.trust import wall


def findings_of(appraised, first, last):
    """{appraised id: number of findings from first to last, as of now}, without zeros.

    Returns only numbers: readers of a score learn that a gate is not met, not why.
    """
    people = [replace(measured(one), from_day=first, to_day=last) for one in appraised]
    standing = DisciplineFinding.objects.filter(lift=None)
    return dict(Counter(pk for pk, _finding in _against(people, standing)))


def standing_against(people, at):
    """Yield (appraised id, finding id) for findings on the days of people, as known at a moment,
    for `evaluation.appraisal.measuring.FINDINGS`.

    A cadre or leader of a team has their own findings, an organ those about the organ itself.
    """
    stood = DisciplineFinding.objects.filter(Q(lift=None) | Q(lift__at__gt=at), recorded_at__lte=at)
    return _against(people, stood)


def _against(people, stood):
    by_cadre, by_organ = {}, {}
    for one in people:
        if one.subject == Subject.ORGAN:
            by_organ.setdefault(one.organ, []).append(one)
        elif one.cadre is not None:
            by_cadre.setdefault(one.cadre, []).append(one)
    for about, found in (
        (by_cadre, stood.filter(cadre__in=by_cadre).values_list("cadre", "pk", "happened_on")),
        (
            by_organ,
            stood.filter(cadre=None, organ__in=by_organ).values_list("organ", "pk", "happened_on"),
        ),
    ):
        # Readers of a score learn the number of findings and open none.
        with wall.as_system("findings that a gate counts"):
            rows = list(found)
        for whose, finding, day in rows:
            for one in about[whose]:
                if one.from_day <= day <= one.to_day:
                    yield one.id, finding
