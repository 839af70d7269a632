"""The yearly check: opening it, and the answers of the hosts."""

from django.db import transaction
from django.utils import timezone

from pairing.models import WeakCheck, WeakCheckReport
from pairing.rules import weak as rules
from portal.models import GrassrootsUnit, Organ
from portal.records import audit
from portal.tools.locking import locked
from portal.tools.saving import change, keep
from portal.trust.access import require


@transaction.atomic
def open_check(*, year, area, answer_by, document, by, at):
    require(rules.may_open_check(by))
    require(rules.may_check_area(by, area))
    check = WeakCheck(
        year=year, area=area, answer_by=answer_by, document=document, opened_by=by, opened_at=at
    )
    keep(check)
    units = GrassrootsUnit.objects.current(timezone.localdate(at))
    if area is not None:
        units = units.filter(division__path__startswith=area.path)
    hosts = Organ.objects.filter(pk__in=units.values("host_organ"))
    WeakCheckReport.objects.bulk_create(
        WeakCheckReport(check_made=check, organ=host) for host in hosts.order_by("sort_order", "pk")
    )
    audit.record("weak_check.opened", on=check, by=by, fields=["year", "area"], values=[year])
    return check


@transaction.atomic
def answer_check(*, report, by, at):
    """Enter that the host has finished. Without cases it is a nil report (零报告)."""
    report = locked(report, "organ__division", "check_made")
    require(rules.may_answer_check(by, report))
    change(report, reported_by=by, reported_at=at)
    audit.record("weak_check.answered", on=report.check_made, by=by, values=[report.organ_id])
    return report
