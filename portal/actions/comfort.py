"""Users' own settings of lists. Not audited: no record changes, and what users look for is
private."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portal.models import SavedFilter
from portal.models.comfort import FILTERS_KEPT
from portal.pages import lists
from portal.tools.locking import locked
from portal.tools.saving import keep


@transaction.atomic
def save_filter(*, page, name, query, by):
    """Save the filters of a list address; other parameters are dropped."""
    # Serialise saves from two windows of one user.
    locked(by)
    kept = lists.cleaned(page, query)
    if not kept:
        raise ValidationError(_("Nothing is filtered yet: choose a filter in the list first."))
    if SavedFilter.objects.filter(user=by, page=page).count() >= FILTERS_KEPT:
        raise ValidationError(
            _("%(n)s filters are kept on this list already; drop one first.") % {"n": FILTERS_KEPT}
        )
    saved = SavedFilter(user=by, page=page, name=name, query=kept)
    keep(saved)
    return saved


@transaction.atomic
def rename_filter(*, saved, name, by):
    locked(by)
    keep(saved, name=name)
    return saved


def drop_filter(*, saved):
    saved.delete()


@transaction.atomic
def choose_columns(*, page, codes, by):
    """Show these columns of a list; None restores the default."""
    user = locked(by)
    if codes is None:
        user.columns.pop(page, None)
    else:
        user.columns[page] = [c.code for c in lists.LISTS[page].columns if c.code in codes]
    user.save(update_fields=["columns"])
    return user.columns
