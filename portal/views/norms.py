"""Norms with their basis, and the calendar of working days."""

from django.contrib import messages
from django.db.models import Count
from django.db.models.functions import ExtractYear
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from portal import parameters as norms
from portal import rules
from portal.actions import norms as actions
from portal.days import workdays as calendar
from portal.forms.staff import CalendarForm, NormForm, carried_out
from portal.models import PolicyParameter, WorkingDay
from portal.pages.asked import whole_number
from portal.pages.side_list import Area
from portal.pages.web import form_page, posted
from portal.trust.access import require

require_form = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def parameters(request):
    """Every norm with the value that counts today, its basis and what was set before."""
    require(rules.may_see_people(request.user))
    today = request.user.today
    text = request.GET.get("q", "").strip()[:60]
    history = {}
    for row in PolicyParameter.objects.select_related("set_by").order_by("-valid_from", "-pk"):
        history.setdefault(row.code, []).append(row)
    rows = []
    for code, norm in norms.NORMS.items():
        if text and text.lower() not in f"{code} {norm.title}".lower():
            continue
        dated = history.get(code, [])
        current = next((row for row in dated if row.valid_from <= today), None)
        rows.append(
            {
                "code": code,
                "norm": norm,
                "value": current.value if current else norm.value,
                "basis": current.basis if current else norm.basis,
                "valid_from": current.valid_from if current else None,
                "coming": [row for row in dated if row.valid_from > today],
                "history": dated,
            }
        )
    context = {
        "rows": rows,
        "text": text,
        "may_set": rules.may_set_norms(request.user),
        "crumbs": [Area.ADMINISTRATION.crumb, (_("Norms"), "")],
    }
    return render(request, "portal/parameters.html", context)


@require_form
def set_parameter(request, code):
    require(rules.may_set_norms(request.user))
    norm = norms.NORMS.get(code)
    if norm is None:
        raise Http404
    form = NormForm(
        posted(request),
        user=request.user,
        code=code,
        initial={
            "value": norms.text(code, on=request.user.today),
            "valid_from": request.user.today,
        },
    )
    if carried_out(form, actions.set_norm, code=code, by=request.user):
        return redirect("parameters")
    return form_page(
        request,
        form,
        title=norm.title,
        intro=_("The portal's own value: %(value)s %(unit)s (%(basis)s).")
        % {"value": norm.value, "unit": norm.unit, "basis": norm.basis},
        submit_label=_("Set"),
        cancel_url=reverse("parameters"),
        crumbs=[(_("Norms"), reverse("parameters")), (norm.title, "")],
    )


@require_safe
def workdays(request):
    """The days of a year that differ from the built-in calendar, and which years are published."""
    require(rules.may_see_people(request.user))
    today = request.user.today
    year = whole_number(request.GET.get("year", "")) or 0
    year = year if 2000 <= year <= 2100 else today.year
    days = WorkingDay.objects.filter(day__year=year).select_related("set_by").order_by("day")
    uploaded = dict(
        WorkingDay.objects.annotate(year=ExtractYear("day"))
        .order_by("year")
        .values_list("year")
        .annotate(n=Count("pk"))
    )
    shown = sorted({today.year - 1, today.year, today.year + 1, year, *uploaded})
    context = {
        "year": year,
        "years": [
            {
                "year": one,
                "current": one == year,
                "published": calendar.is_published(one),
                "uploaded": uploaded.get(one, 0),
            }
            for one in shown
        ],
        "days": days,
        "published": calendar.is_published(year),
        "calendar_gap": calendar.unpublished_year_near(today),
        "may_set": rules.may_set_norms(request.user),
        "crumbs": [Area.ADMINISTRATION.crumb, (_("Working days"), "")],
    }
    return render(request, "portal/workdays.html", context)


@require_form
def upload_workdays(request):
    require(rules.may_set_norms(request.user))
    form = CalendarForm(
        posted(request), request.FILES if request.method == "POST" else None, user=request.user
    )
    count = carried_out(form, actions.upload_workdays, by=request.user)
    if count:
        messages.info(
            request,
            ngettext("%(n)s day was taken over.", "%(n)s days were taken over.", count)
            % {"n": count},
        )
        year = form.cleaned_data["days"][-1][0].year
        return redirect(f"{reverse('workdays')}?year={year}")
    return form_page(
        request,
        form,
        title=_("Upload a calendar"),
        intro=_(
            "The days off and the make-up workdays of a year, as the State Council publishes "
            "them. Only days that differ from Monday to Friday are needed. A day that stands "
            "here already gets its new meaning."
        )
        + " "
        + _("Deadlines that are already set keep their date."),
        submit_label=_("Upload"),
        cancel_url=reverse("workdays"),
        crumbs=[(_("Working days"), reverse("workdays")), (_("Upload a calendar"), "")],
    )
