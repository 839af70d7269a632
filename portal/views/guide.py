"""The help page, the table of keys, and the first steps of an empty installation."""

from django.conf import settings
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

import portal
from portal import parameters
from portal.actions import accounts as actions
from portal.models import Organ, RoleGrant
from portal.pages import first_day as road
from portal.roles import ROLES, Role
from portal.trust.access import Decision, require


@require_safe
def help_page(request):
    """The chapters of the reader's roles first, then what concerns everybody."""
    user = request.user
    office = parameters.text("programme.office_name", on=user.today)
    chapters = [
        {
            "role": role,
            "title": role.label,
            "sentence": row.sentence,
            "template": f"help/{role}.html",
            "held": role in user.roles,
        }
        for role, row in ROLES.items()
    ]
    context = {
        "own_chapters": [one for one in chapters if one["held"]],
        "other_chapters": [one for one in chapters if not one["held"]],
        "office": office,
        "office_phone": _phone(office, user.today),
        "liaisons": _liaisons(user),
        "first_day": road.is_for(user),
        "is_set_up": road.is_over(),
        "practice_address": settings.PRACTICE_ADDRESS,
        "version": portal.__version__,
        "crumbs": [(_("Help"), "")],
    }
    return render(request, "portal/help.html", context)


def _phone(office, today):
    """Return the phone of the organ that has the office's name."""
    named = Organ.objects.called_exactly(office, on=today).exclude(phone="")
    return named.values_list("phone", flat=True).first() or ""


def _liaisons(user):
    """(name, phone) of liaisons in the user's own organ or one above it; they help to sign in."""
    if user.organ is None:
        return []
    held = RoleGrant.objects.running(user.today).filter(
        role=Role.LIAISON, organ__in=user.organ.ancestor_ids, user__is_active=True
    )
    held = held.order_by("user__name", "pk")
    return held.values_list("user__name", "user__cadre__public_phone")[:5]


@require_safe
def keys(request):
    """The table of keys alone, for the window that the question mark opens."""
    return render(request, "portal/keys.html")


def _require_first_day(user):
    if not road.is_for(user):
        require(Decision(_("The first day is arranged by the administrators and the office.")))


@require_safe
def first_day(request):
    _require_first_day(request.user)
    context = {
        # No longer the start page, but it still shows what is missing.
        "is_over": road.is_over(),
        "is_nation": settings.MODE == "nation",
        "practice_address": settings.PRACTICE_ADDRESS,
        "road": road.steps_for(request.user),
        "crumbs": [(_("Help"), reverse("help")), (pgettext("installation", "First day"), "")],
    }
    return render(request, "portal/first_day.html", context)


@require_POST
def hide_first_day(request):
    _require_first_day(request.user)
    actions.hide_first_day(by=request.user)
    return redirect("home")
