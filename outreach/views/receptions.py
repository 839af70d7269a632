"""Receptions: record, registering visitors, notice."""

import uuid

from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from outreach.actions import receptions as actions
from outreach.actions.matters import DifferentContent
from outreach.acts.receptions import RECEPTIONS, crumbs, visible_reception
from outreach.forms.receptions import PartyForm, ReceptionMatterForm, ReceptionMatters
from outreach.models import Matter
from outreach.rules import receptions as rules
from portal.pages.side_list import Area
from portal.pages.text_forms import tell_masked
from portal.pages.web import posted, sheet_page
from portal.tools.asked import whole_number
from portal.trust import wall
from portal.trust.access import require

PARTS = "matters"


@require_safe
def reception(request, pk):
    user, reception = request.user, visible_reception(request.user, pk)
    matters = Matter.objects.visible_to(user).filter(reception=reception)
    seen = set(matters.values_list("pk", flat=True))
    items = reception.items.select_related(
        "matter__unit",
        "matter__township",
        "matter__host_organ",
        "matter__lead_organ",
        "matter__lead_official",
    ).order_by("pk")
    with wall.as_system("what people brought to a reception"):
        items = list(items)
    # The leader knows what people brought, also where the matter went to others.
    shown = [one for one in items if one.matter_id in seen or rules.is_leader(user, reception)]
    reads_who = bool(rules.may_read_visitors(user, reception))
    for item in shown:
        item.reception = reception
        item.is_open = item.matter_id in seen
        item.shown_visitors = reads_who and rules.may_read_who(user, item) and item.visitors
    context = {
        "reception": reception,
        "items": shown,
        "acts": RECEPTIONS.buttons(user, reception),
        "crumbs": [Area.STAYS.crumb, *crumbs(reception)],
    }
    return render(request, "outreach/reception.html", context)


# --- The day -----------------------------------------------------------------------------------


# Not an Act: several matters in one form.
@require_http_methods(["GET", "HEAD", "POST"])
def register_at_reception(request, pk):
    """One group of visitors and its matters, in one form."""
    user, reception = request.user, visible_reception(request.user, pk)
    require(rules.may_register_at(user, reception))
    data = posted(request)
    if data is not None and "add_matter" in data:
        data = data.copy()
        n = whole_number(data.get(f"{PARTS}-TOTAL_FORMS", "")) or 0
        data[f"{PARTS}-TOTAL_FORMS"] = str(min(10, n + 1))
    form = PartyForm(data, user=user, initial={"key": uuid.uuid4()})
    parts = ReceptionMatters(data, prefix=PARTS, form_kwargs={"user": user})
    status = 200
    if request.method == "POST" and "add_matter" in request.POST:
        # Shown again without validation.
        form._errors, parts._errors, parts._non_form_errors = {}, [], parts.error_class()
        form.cleaned_data = {}
        for part in parts.forms:
            part._errors = {}
    elif request.method == "POST":
        if form.is_valid() & parts.is_valid() and _registered(request, reception, form, parts):
            tell_masked(request, *parts)
            return redirect(reception)
        status = 422
    context = {
        "reception": reception,
        "form": form,
        "parts": parts,
        "blank_part": ReceptionMatterForm(prefix=f"{PARTS}-__prefix__", user=user),
        "crumbs": crumbs(reception, _("Register who came")),
    }
    return render(request, "outreach/register_at_reception.html", context, status=status)


def _registered(request, reception, form, parts):
    """Register the matters; return False with an error on the form if nothing was registered."""
    key = form.cleaned_data["key"]
    reported = []
    for n, part in enumerate(parts.forms):
        found = None if part.is_conduct else part.reported()
        if found:
            unit, opinion, matter = found
            # Keys are derived from the form's key, so resending it registers nothing twice.
            reported.append((unit, opinion, {"client_key": uuid.uuid5(key, str(n)), **matter}))
    conduct = parts.conduct_reports()
    if not reported and not conduct:
        form.add_error(
            None, _("Write down at least one matter; visitors who only asked the way do not count.")
        )
        return False
    try:
        with wall.as_system("an act, after its rule"):
            actions.register_at_reception(
                reception=reception,
                by=request.user,
                at=timezone.now(),
                reported=reported,
                visitors=form.cleaned_data["visitors"],
                conduct_reports=conduct,
            )
    except (ValidationError, DifferentContent) as problem:
        form.add_error(None, getattr(problem, "messages", [str(problem)])[0])
        return False
    return True


# --- On paper ----------------------------------------------------------------------------------


@require_safe
def reception_notice(request, pk):
    """接访公告: one page in large type for the wall."""
    reception = visible_reception(request.user, pk)
    return sheet_page(request, "outreach/slips/reception_notice.html", {"reception": reception})
