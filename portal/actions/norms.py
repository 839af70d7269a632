"""Norms and the calendar: dated rows beside the old ones, days that override the library."""

from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portal import parameters, rules
from portal.actions.noting import note
from portal.days import workdays
from portal.models import PolicyParameter, WorkingDay
from portal.roles import Permission
from portal.trust.access import require

_note = partial(note, Permission.SET_PARAMETERS)


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
        words = _("A value from %(day)s on is set already; choose a later day.")
        raise ValidationError({"valid_from": words % {"day": newest.valid_from}})
    parameter.save()
    _note("norm.set", parameter, by, [code], [code, value, valid_from])
    transaction.on_commit(parameters.forget)
    return parameter


@transaction.atomic
def upload_workdays(*, days, by):
    """Store published days; a day that is stored already is replaced. Returns how many."""
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
    _note("workdays.uploaded", None, by, {str(day.year) for day in rows}, days)
    transaction.on_commit(workdays.forget)
    return len(rows)
