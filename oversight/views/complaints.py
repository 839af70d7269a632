"""Complaints about the portal: the page, also by query code."""

from django.contrib import messages
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from oversight.actions import complaints as actions
from oversight.acts.complaints import COMPLAINTS, crumbs, visible_complaint
from oversight.forms.complaints import CodeForm, RatingForm
from oversight.rules import complaints as rules
from portal.pages.side_list import Area
from portal.pages.web import form_page, posted
from portal.records.steps import history
from portal.trust import wall

# Limit of wrong codes for each user and hour.
MOST_TRIES, HOUR = 20, 3600


@require_safe
def complaint(request, pk):
    user, complaint = request.user, visible_complaint(request.user, pk)
    context = {
        "complaint": complaint,
        "is_recipient": rules.receives(user, complaint),
        "steps": history(complaint),
        "acts": COMPLAINTS.buttons(user, complaint),
        "crumbs": [Area.EVALUATION.crumb, *crumbs(complaint)],
    }
    return render(request, "oversight/complaint.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def by_code(request):
    """Look up a complaint by code. Of the user, only the number of wrong codes is kept."""
    here = _("By query code")
    form = CodeForm(posted(request), label_suffix="")
    if form.is_valid():
        found = _found(request, form.cleaned_data["code"])
        if found is not None:
            return _shown(request, found, form.cleaned_data["code"])
        form.add_error("code", _("There is no complaint of this code."))
    return form_page(
        request, form, title=here, submit_label=_("Look it up"), crumbs=crumbs(None, here)
    )


@require_POST
def rate_by_code(request):
    form = RatingForm(request.POST, user=request.user)
    if not form.is_valid():
        return _again(request)
    return _done(request, actions.rate_by_code, rating=form.cleaned_data["rating"])


@require_POST
def consent_by_code(request):
    return _done(request, actions.consent_by_code, agrees=request.POST.get("agrees") == "yes")


def _done(request, action, **given):
    code = request.POST.get("code", "")[:30]
    if _found(request, code) is None:
        return _again(request)
    try:
        found = action(code=code, at=timezone.now(), **given)
    except (PermissionDenied, ValidationError) as refusal:
        messages.error(request, str(getattr(refusal, "message", refusal)))
        found = actions.of_code(code)
    return _shown(request, found, code)


def _again(request):
    here = _("By query code")
    form = CodeForm({"code": ""}, label_suffix="")
    return form_page(
        request, form, title=here, submit_label=_("Look it up"), crumbs=crumbs(None, here)
    )


def _found(request, code):
    tries = f"complaint-tries:{request.user.pk}"
    if cache.get(tries, 0) >= MOST_TRIES:
        raise PermissionDenied(_("Too many wrong codes; try again in an hour."))
    found = actions.of_code(code)
    if found is None:
        cache.add(tries, 0, HOUR)
        cache.incr(tries)
    return found


def _shown(request, complaint, code):
    with wall.as_system(actions.BY_CODE):
        steps = list(complaint.steps.order_by("-at", "-pk"))
    context = {
        "complaint": complaint,
        "code": code,
        "steps": steps,
        "rating": RatingForm(user=request.user) if rules.can_be_rated(complaint) else None,
        "may_consent": bool(rules.can_be_consented(complaint)),
        "crumbs": crumbs(None, _("By query code")),
    }
    return render(request, "oversight/complaint_of_code.html", context)
