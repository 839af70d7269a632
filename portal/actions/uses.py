"""What an office uses: switched by new dated rows; records stay."""

from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from portal import parameters, rules, uses
from portal.actions.noting import note
from portal.models import Organ, PolicyParameter
from portal.records import audit
from portal.roles import Permission
from portal.trust.access import require
from portal.uses import CODES, OFF, ON, USES

_note = partial(note, Permission.SET_PARAMETERS)
# The basis stored if none is given.
OWN_CHOICE = "本单位选定"
FIRST_CHOICE = "初始安装：先用走访和台账"


@transaction.atomic
def choose_uses(*, codes, by, basis=""):
    """Switch these uses on and all others off from today; return the codes that changed.

    The first choice writes a row for every use, even if nothing changes.
    """
    require(rules.may_set_norms(by))
    wanted, on = set(codes), set(USES) - uses.off()
    for code in on - wanted:
        if why := uses.in_the_way(code):
            raise ValidationError(why)
    changed = [code for code in USES if (code in wanted) != (code in on)]
    is_first = not uses.chosen_count()
    rows = PolicyParameter.objects.bulk_create(
        PolicyParameter(
            code=f"{CODES}{code}",
            value=ON if code in wanted else OFF,
            basis=basis or OWN_CHOICE,
            valid_from=by.today,
            set_by=by,
        )
        for code in USES
        if is_first or code in changed
    )
    for row in rows:
        code = row.code.removeprefix(CODES)
        if code in changed:
            event = "use.switched_on" if code in wanted else "use.switched_off"
            _note(event, row, by, [row.code], [row.code, row.value, row.valid_from])
    if is_first and not changed:
        _note("use.left_as_is", None, by, [CODES], sorted(wanted))
    transaction.on_commit(parameters.forget)
    return changed


def start_with_minimal_uses(*, by, at):
    """Start a fresh installation with visits and the ledger; the office switches on more (first
    day). If organs exist already, all stays on."""
    if Organ.objects.exists():
        return
    day = timezone.localdate(at)
    PolicyParameter.objects.bulk_create(
        PolicyParameter(code=f"{CODES}{code}", value=OFF, basis=FIRST_CHOICE, valid_from=day)
        for code in USES
    )
    audit.record("use.switched_off", by=by, values=sorted(USES))
    transaction.on_commit(parameters.forget)
