"""Year-end closing: open matters are listed as carried over; they do not change."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from outreach.models import CarriedMatter, Matter, YearClosing
from outreach.models.closings import open_at_the_end_of
from outreach.rules import years as rules
from portal.records import audit
from portal.sheets.statistics import Subject
from portal.tools.locking import lock_name, locked
from portal.tools.saving import change, keep
from portal.trust import privacy
from portal.trust.access import require

BATCH = 5_000


@transaction.atomic
def close_year(*, subject, year, by, at):
    """List every matter of the subject that was open at the end of the year."""
    require(rules.may_close_year(by, subject))
    lock_name(f"closing {year}")
    if timezone.localdate(at).year <= year:
        raise ValidationError({"year": _("A year is closed when it is over.")})
    of = {name: getattr(subject, name) for name in ("division", "organ", "is_hosted")}
    closing = YearClosing(year=year, count=0, closed_by=by, closed_at=at, **of)
    keep(closing)
    _carry_over(open_at_the_end_of(year, subject.of(Matter.objects.all())), closing)
    carried = CarriedMatter.objects.filter(year=year)
    change(closing, count=subject.of(carried, at="matter__").count())
    audit.record("year.closed", by, closing, ["carried"], [year, closing.count])
    return closing


def _carry_over(matters, closing):
    # Matters carried over by a narrower closing stay with it.
    rows = (
        CarriedMatter(closing=closing, year=closing.year, matter_id=pk)
        for pk in matters.order_by("pk").values_list("pk", flat=True)
    )
    CarriedMatter.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)


@transaction.atomic
def undo_closing(*, closing, reason, by, at):
    """Undo a closing: delete its list, but keep the closing with the reason. Matters in the scope
    of other closings of the year move to their lists."""
    lock_name(f"closing {closing.year}")
    closing = locked(closing)
    require(rules.may_undo_closing(by, closing))
    listed = list(closing.carried.values_list("matter", flat=True))
    closing.carried.all().delete()
    others = YearClosing.objects.filter(year=closing.year, undone_at=None).exclude(pk=closing.pk)
    for other in others.order_by("pk"):
        left = Subject.of_record(other).of(Matter.objects.filter(pk__in=listed))
        _carry_over(left, other)
    change(closing, undone_by=by, undone_at=at, reason=privacy.mask_ids(reason.strip()))
    audit.record("year.closing_undone", by, closing, ["carried"], [closing.year, closing.count])
    return closing
