"""Helpers shared by pages of evaluation."""

from django.shortcuts import redirect
from django.utils.translation import gettext as _

from portal.pages.web import page_or_part
from portal.roles import Permission
from portal.sheets import ledgers
from portal.trust.access import Decision, require


def own_page(request, name, context):
    """evaluation/<name>.html, or evaluation/_<name>.html as a part of another page."""
    return page_or_part(request, f"evaluation/{name}.html", f"evaluation/_{name}.html", context)


def require_export(user):
    if not user.holds(Permission.EXPORT):
        require(Decision(_("Your roles may not export ledgers.")))


def start_sheet(request, ledger, filters):
    return redirect(ledgers.start_export(ledger, filters=filters, by=request.user))
