"""Joint activities of partnered branches: list, page, entering, correcting, voiding, sheet."""

import uuid

from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from outreach.actions.matters import DifferentContent
from pairing.actions import joint_activities as actions
from pairing.filters.joint_activities import TABS, activities_at, in_tab
from pairing.forms.joint_activities import ActivityForm, CorrectActivityForm
from pairing.ledgers.joint_activities import ACTIVITY_LEDGER
from pairing.models import JointActivity
from pairing.rules import joint_activities as rules
from pairing.views import partnerships as of_partnership
from portal import files, ledgers
from portal.access import Decision, NotNow, NotYours, Permission, require
from portal.forms import kept_files
from portal.seen import seen
from portal.side_list import Area
from portal.staff_forms import refuse
from portal.text_forms import ReasonForm
from portal.web import (
    Sort,
    download,
    exact_total,
    form_page,
    listed,
    page_or_part,
    posted,
    posted_with_files,
)

NEWEST = Sort(gettext_lazy("newest first"), "held_on")


@require_safe
def joint_activities(request):
    user = request.user
    filtered, tab = activities_at(user, request.GET)
    rows = filtered.qs if filtered.form.is_valid() else filtered.queryset.none()
    shown = in_tab(rows, tab)
    if count := exact_total(request, shown):
        return count
    context = {
        **listed(request, shown.for_list(), NEWEST),
        "filter": filtered,
        "tab": tab,
        "tabs": [
            {"code": code, "label": label, "current": code == tab} for code, label in TABS.items()
        ],
        "sorts": [("", NEWEST)],
        "sort": NEWEST,
        "may_export": user.holds(Permission.EXPORT),
        "crumbs": [
            Area.PAIRING.crumb, (_("Co-building"), reverse("pairing:partnerships")),
            (_("Joint activities"), ""),
        ],
    }  # fmt: skip
    return page_or_part(
        request, "pairing/joint_activities.html", "pairing/_joint_activity_rows.html", context
    )


@require_safe
def pairing_activities(request, pk):
    """The part of a pairing's page; without script its link leads to the partnership."""
    pairing = of_partnership.visible(request.user, pk)
    if not request.headers.get("HX-Request"):
        return redirect(of_partnership.address_of(pairing))
    held = pairing.joint_activities.standing().defer("search").order_by("-held_on", "-pk")
    context = {
        "pairing": pairing,
        "done": JointActivity.objects.done_together([pairing]).get(pairing.pk, (0, 0)),
        "activities": held[: of_partnership.SHOWN_ACTIVITIES],
        "may_record": rules.may_record_activity(request.user, pairing),
    }
    return render(request, "pairing/_activities.html", context)


@seen
def _visible(user):
    rows = JointActivity.objects.visible_to(user).for_list()
    return rows.select_related("recorded_by", "voided_by")


def _crumbs(activity, here=""):
    above = of_partnership.crumbs_of(activity.pairing, activity.theme)
    if not here:
        return above
    return [*above[:-1], (activity.theme, activity.get_absolute_url()), (here, "")]


@require_safe
def joint_activity(request, pk):
    user, activity = request.user, _visible(request.user, pk)
    acts = []
    for name, label, rule in (
        ("correct_joint_activity", _("Correct"), rules.may_correct_activity),
        ("void_joint_activity", _("Void it"), rules.may_void_activity),
    ):
        decision = rule(user, activity)
        if decision or not isinstance(decision, NotYours | NotNow):
            url = reverse(f"pairing:{name}", args=[activity.pk])
            acts.append({"label": label, "decision": decision, "url": url})
    context = {
        "activity": activity,
        "partnership_url": of_partnership.address_of(activity.pairing),
        "photos": activity.photos.order_by("pk"),
        "acts": acts,
        "crumbs": _crumbs(activity),
    }
    return render(request, "pairing/joint_activity.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_joint_activity(request, pk):
    user, pairing = request.user, of_partnership.visible(request.user, pk)
    require(rules.may_record_activity(user, pairing))
    form = ActivityForm(
        *posted_with_files(request), user=user, pairing=pairing,
        initial={"client_key": uuid.uuid4(), "held_on": user.today},
    )  # fmt: skip
    if form.is_bound and form.is_valid():
        activity = _recorded(user, pairing, form)
        if activity:
            return redirect(activity)
    here = _("Enter a joint activity")
    return form_page(
        request, form, title=here, submit_label=_("Enter"),
        intro=_("What, when, where and how many came. Nobody's name."),
        cancel_url=of_partnership.address_of(pairing),
        crumbs=of_partnership.crumbs_of(pairing, here),
    )  # fmt: skip


def _recorded(user, pairing, form):
    """The activity; None where the reason stands at the form."""
    try:
        with kept_files(form.cleaned_data["photos"], user) as kept:
            activity, is_new = actions.record_activity(
                pairing=pairing, by=user, at=timezone.now(), photos=kept, **form.content()
            )
            if not is_new:
                # Sent twice: the activity has these photos already.
                files.drop(kept)
    except (ValidationError, PermissionDenied, DifferentContent) as problem:
        _say(form, problem)
        return None
    return activity


def _say(form, problem):
    if isinstance(problem, ValidationError):
        refuse(form, problem)
    else:
        form.add_error(None, str(problem))


@require_http_methods(["GET", "HEAD", "POST"])
def correct_joint_activity(request, pk):
    user, activity = request.user, _visible(request.user, pk)
    require(rules.may_correct_activity(user, activity))
    initial = {name: getattr(activity, name) for name in actions.FIELDS}
    form = CorrectActivityForm(
        posted(request), user=user, pairing=activity.pairing,
        initial=initial | {"deeds": "\n".join(activity.deeds)},
    )  # fmt: skip
    if form.is_bound and form.is_valid():
        try:
            actions.correct_activity(activity=activity, by=user, **form.content())
        except (ValidationError, PermissionDenied) as problem:
            _say(form, problem)
        else:
            return redirect(activity)
    here = _("Correct")
    return form_page(
        request, form, title=here, submit_label=_("Save"),
        cancel_url=activity.get_absolute_url(), crumbs=_crumbs(activity, here),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def void_joint_activity(request, pk):
    user, activity = request.user, _visible(request.user, pk)
    require(rules.may_void_activity(user, activity))
    form = ReasonForm(posted(request), user=user)
    if form.is_bound and form.is_valid():
        actions.void_activity(
            activity=activity, by=user, at=timezone.now(), reason=form.cleaned_data["reason"]
        )
        return redirect(activity)
    here = _("Void it")
    return form_page(
        request, form, title=here, submit_label=here,
        intro=_("It stays to be seen with the reason, and is counted nowhere any more."),
        cancel_url=activity.get_absolute_url(), crumbs=_crumbs(activity, here),
    )  # fmt: skip


@require_safe
def joint_activity_photo(request, pk, attachment_pk):
    activity = _visible(request.user, pk)
    photo = get_object_or_404(activity.photos, pk=attachment_pk)
    return download(photo.file.open("rb"), f"{photo.pk}.jpg", photo.content_type)


@require_POST
def export_joint_activities(request):
    if not request.user.holds(Permission.EXPORT):
        require(Decision(_("Your roles do not export ledgers.")))
    filters = {k: v for k, v in request.POST.items() if k != "csrfmiddlewaretoken" and v}
    return redirect(ledgers.start_export(ACTIVITY_LEDGER, filters=filters, by=request.user))
