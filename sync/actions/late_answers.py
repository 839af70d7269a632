"""Delete quarantined answers of a questionnaire when it is stripped.

Research promises that nothing remains by which an answer could be traced to a household.
"""

from portal.tools.locking import locked_many
from portal.trust import privacy
from research.models import DrawnUnit
from research.rules.answers import too_late
from sync.actions import entries
from sync.kinds import answers
from sync.models import Entry, KeptEntry
from sync.models.entries import KEPT, Cause


def forget(questionnaire, *, at):
    """Drop entries with answers to this questionnaire that were never accepted."""
    _drop(DrawnUnit.objects.filter(sample__questionnaire=questionnaire), at)


def forget_stripped(*, at):
    """Do the same for all stripped questionnaires: answers from a revoked phone are quarantined
    before any rule is asked. Requires a transaction."""
    _drop(DrawnUnit.objects.filter(sample__questionnaire__stripped_at__isnull=False), at)


def _drop(drawn, at):
    waiting = Entry.objects.filter(kind=answers.CODE, state__in=KEPT)
    waiting = locked_many(waiting)
    with privacy.opened(entries=[entry.pk for entry in waiting]):
        kept = KeptEntry.objects.filter(entry__in=waiting).select_related("entry")
        about = {one.entry.pk: str(one.written.get("about")) for one in kept}
    asked = [int(one) for one in about.values() if one.isdecimal() and len(one) < 19]
    found = {str(pk) for pk in drawn.filter(pk__in=asked).values_list("pk", flat=True)}
    for entry in waiting:
        if about.get(entry.pk) in found:
            entries.end(entry, cause=Cause.EXPIRED, at=at, said=[too_late()])
