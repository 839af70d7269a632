"""What stands against somebody in a period: verified findings that no later document lifted."""

from collections import Counter

from evaluation.models import Appraised, DisciplineFinding


def findings_of(appraised_ids, first, last):
    """{id of one appraised: findings of the days from first to last}; who has none is left out.

    Of a cadre (or the leader of a team) the cadre's own; of an organ those about the organ as such.
    Only numbers leave here: who reads a score learns that a gate is not met, not what was found.
    """
    standing = DisciplineFinding.objects.standing().filter(happened_on__range=(first, last))
    counts = {}
    people = Appraised.objects.filter(pk__in=appraised_ids, cadre__isnull=False)
    organs = Appraised.objects.filter(pk__in=appraised_ids, subject="organ")
    theirs = (
        (people, "cadre", standing.filter(cadre__isnull=False)),
        (organs, "organ", standing.filter(cadre=None)),
    )
    for rows, about, found in theirs:
        by_whom = Counter(found.order_by().values_list(about, flat=True))
        for pk, whose in rows.filter(**{f"{about}__in": by_whom}).values_list("pk", about):
            counts[pk] = by_whom[whose]
    return counts
