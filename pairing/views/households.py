"""The record of a household that is helped: open to its dated pairing, and to the host."""

from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from outreach.models import Visit
from pairing.actions import households as actions
from pairing.forms.pairings import DifficultyForm
from pairing.models import Pairing
from pairing.models.households import helped_by_or_hosted_by
from pairing.rules import pairings as rules
from pairing.views.pairings import VISITS_SHOWN, visit_form_url
from portal.access import require
from portal.seen import seen
from portal.side_list import Area
from portal.web import add_errors, form_page, posted


@seen
def _household(user):
    return helped_by_or_hosted_by(user).select_related("unit__host_organ", "unit__division")


def _crumbs(household, *more):
    here = f"{household.unit.name} {household.serial}"
    return [
        Area.PAIRING.crumb,
        (here, "" if not more else _address(household)),
        *[(label, "") for label in more],
    ]


def _address(household):
    return reverse("pairing:helped_household", args=[household.pk])


def _record(request, household, difficulties=None):
    """`difficulties` stands on the page once somebody asked for it, and not before."""
    user = request.user
    pairings = list(
        Pairing.objects.visible_to(user)
        .running(user.today)
        .filter(household=household)
        .for_list()
        .order_by("starts_on", "pk")
    )
    counted = [one.contacts().values("pk") for one in pairings]
    visits = Visit.objects.none()
    for pks in counted:
        visits |= Visit.objects.visible_to(user).filter(pk__in=pks)
    context = {
        "household": household,
        "pairings": pairings,
        "difficulties": difficulties,
        "revealing": rules.may_read_difficulties(user, household),
        "noting": rules.may_note_difficulty(user, household),
        "visits": visits.for_list().order_by("-visited_on", "-pk")[:VISITS_SHOWN],
        "visit_url": visit_form_url(household.unit_id, [household.pk]),
        "crumbs": _crumbs(household),
    }
    return render(request, "pairing/helped_household.html", context)


@require_safe
def helped_household(request, pk):
    return _record(request, _household(request.user, pk))


@require_POST
def reveal_difficulties(request, pk):
    """The kinds of difficulty, once, with an audit entry; never in a list."""
    household = _household(request.user, pk)
    found = actions.reveal_difficulties(household=household, by=request.user)
    return _record(request, household, found)


@require_http_methods(["GET", "HEAD", "POST"])
def note_difficulty(request, pk):
    household = _household(request.user, pk)
    require(rules.may_note_difficulty(request.user, household))
    form = DifficultyForm(posted(request), user=request.user)
    if form.is_bound and form.is_valid():
        try:
            actions.note_difficulty(
                household=household, by=request.user, at=timezone.now(), **form.cleaned_data
            )
        except ValidationError as problem:
            add_errors(form, problem)
        else:
            return redirect("pairing:helped_household", pk=household.pk)
    here = _("Note a difficulty")
    return form_page(
        request, form, title=here, submit_label=_("Note it"),
        intro=_("A kind of help that it is entitled to; no reasons, no illness by name."),
        cancel_url=_address(household), crumbs=_crumbs(household, here),
    )  # fmt: skip


@require_POST
def drop_difficulty(request, pk, category):
    household = _household(request.user, pk)
    actions.drop_difficulty(household=household, category=category, by=request.user)
    return redirect("pairing:helped_household", pk=household.pk)
