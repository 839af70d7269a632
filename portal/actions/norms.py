"""Norms and the calendar: dated rows beside the old ones, days that override the library."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portal import parameters, rules
from portal.days import workdays
from portal.models import PolicyParameter, WorkingDay
from portal.roles import Permission
from portal.trust import audit
from portal.trust.access import require


@transaction.atomic
def set_norm(*, code, value, basis, valid_from, by):
    """A new value from a day on, with its basis; earlier rows stay to be read."""
    require(rules.may_set_norms(by))
    parameter = PolicyParameter(
        code=code, value=value, basis=basis, valid_from=valid_from, set_by=by
    )
    parameter.full_clean(exclude=["unit"])
    newest = PolicyParameter.objects.filter(code=code).order_by("-valid_from", "-pk").first()
    if newest and newest.valid_from > valid_from:
        raise ValidationError(
            {
                "valid_from": _("A value from %(day)s on is set already; choose a later day.")
                % {"day": newest.valid_from}
            }
        )
    parameter.save()
    audit.record(
        "norm.set",
        on=parameter,
        by=by,
        principal=by.principal_for(Permission.SET_PARAMETERS),
        fields=[code],
        values=[code, value, valid_from],
    )
    transaction.on_commit(parameters.forget)
    return parameter


@transaction.atomic
def upload_workdays(*, days, by):
    """Take over published days; a day that stands already gets its new meaning."""
    require(rules.may_set_norms(by))
    rows = {
        day: WorkingDay(day=day, is_working=is_working, note=note, set_by=by)
        for day, is_working, note in days
    }
    WorkingDay.objects.bulk_create(
        rows.values(),
        update_conflicts=True,
        unique_fields=["day"],
        update_fields=["is_working", "note", "set_by"],
    )
    audit.record(
        "workdays.uploaded",
        by=by,
        principal=by.principal_for(Permission.SET_PARAMETERS),
        fields=sorted({str(day.year) for day in rows}),
        values=days,
    )
    transaction.on_commit(workdays.forget)
    return len(rows)
