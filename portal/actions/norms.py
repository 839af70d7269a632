"""Norms as dated rows, and calendar days that override the library's."""

from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portal import parameters, rules
from portal.actions.noting import note
from portal.days import workdays
from portal.models import PolicyParameter, WorkingDay
from portal.places.levels import level_of
from portal.roles import Permission
from portal.trust.access import require

_note = partial(note, Permission.SET_PARAMETERS)


@transaction.atomic
def set_norm(
    *, code, value, basis, valid_from, by, organ=None, division=None, level="", staff_kind=""
):
    """Set a value from a day on, with its basis; earlier rows stay readable.

    An organ, area, level or kind of staff limits it to these.
    """
    scope = {"organ": organ, "division": division, "level": level, "staff_kind": staff_kind}
    require(rules.may_set_norms_for(by, organ, division))
    _refuse_scope(code, by, **scope)
    parameter = PolicyParameter(
        code=code, value=value, basis=basis, valid_from=valid_from, set_by=by, **scope
    )
    parameter.full_clean(exclude=["unit"])
    same = PolicyParameter.objects.filter(code=code, **scope)
    newest = same.order_by("-valid_from", "-pk").first()
    if newest and newest.valid_from > valid_from:
        words = _("A value from %(day)s on is set already; choose a later day.")
        raise ValidationError({"valid_from": words % {"day": newest.valid_from}})
    parameter.save()
    _note("norm.set", parameter, by, [code], [code, value, valid_from, parameter.scope])
    transaction.on_commit(parameters.forget)
    return parameter


def _refuse_scope(code, by, *, organ, division, level, staff_kind):
    norm = parameters.NORMS[code]
    if not norm.scoped and (organ or division or level):
        raise ValidationError(_("This norm holds alike everywhere."))
    if not norm.of_staff and staff_kind:
        raise ValidationError(_("This norm does not differ by kind of staff."))
    if organ and organ.ended_on and organ.ended_on <= by.today:
        raise ValidationError({"organ": _("This organ has ended; choose its successor.")})
    if organ and division and not parameters.lies_in(organ.division, division.path):
        raise ValidationError({"division": _("The organ does not lie in this area.")})
    if organ and level and level_of(organ) != level:
        raise ValidationError({"level": _("The organ is not of this level.")})


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
