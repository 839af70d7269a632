"""What a person may do with an import: first check the person, then the state of the import."""

from django.utils.translation import gettext as _

from portal import imports
from portal.imports import workbook
from portal.trust.access import Decision, only


def may_import(user, kind):
    return only(
        kind.is_used and any(user.holds(permission) for permission in kind.permissions),
        _("Your roles may not import “%(kind)s”.") % {"kind": kind.label},
        Decision,
    )


def may_match_headings(user, batch):
    decision = _in_state(batch, "UNMAPPED CHECKED")
    kind = imports.REGISTRY[batch.kind]
    if decision and all(workbook.is_template(kind, one["headings"]) for one in batch.taken_sheets):
        return Decision(_("These are the headings of the template; their meaning is fixed."))
    return decision


def may_choose_sheets(user, batch):
    return _in_state(batch, "UNMAPPED CHECKED")


def may_say_values(user, batch):
    return _in_state(batch, "CHECKED")


def may_accept_import(user, batch):
    return _in_state(batch, "CHECKED") and only(
        batch.good_count,
        _("No row is in order; correct the workbook and upload it again."),
        Decision,
    )


def may_discard_import(user, batch):
    return _in_state(batch, "UNMAPPED CHECKED REFUSED")


def may_undo_import(user, batch):
    return _in_state(batch, "ACCEPTED")


def _in_state(batch, names):
    return only(
        batch.stands in [batch.State[name] for name in names.split()],
        _("Not possible while the import is “%(state)s”.") % {"state": batch.stands.label},
        Decision,
    )
