"""Year-end closing: open matters are listed as carried over; they do not change."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from outreach.models import CarriedMatter, Matter, YearClosing
from outreach.models.closings import open_at_the_end_of
from outreach.rules import years as rules
from portal.records import audit
from portal.tools.saving import change, keep
from portal.trust.access import require

BATCH = 5_000


@transaction.atomic
def close_year(*, subject, year, by, at):
    """List every matter of the subject that was open at the end of the year."""
    require(rules.may_close_year(by, subject))
    if timezone.localdate(at).year <= year:
        raise ValidationError({"year": _("A year is closed when it is over.")})
    of = {name: getattr(subject, name) for name in ("division", "organ", "is_hosted")}
    closing = YearClosing(year=year, count=0, closed_by=by, closed_at=at, **of)
    keep(closing)
    open_then = open_at_the_end_of(year, subject.of(Matter.objects.all()))
    # Matters carried over by a narrower closing stay with it.
    rows = (
        CarriedMatter(closing=closing, year=year, matter_id=pk)
        for pk in open_then.order_by("pk").values_list("pk", flat=True)
    )
    CarriedMatter.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)
    carried = CarriedMatter.objects.filter(year=year)
    change(closing, count=subject.of(carried, at="matter__").count())
    audit.record("year.closed", by, closing, ["carried"], [year, closing.count])
    return closing
