"""Norms with their basis, and the calendar of working days."""

from django.contrib import messages
from django.db.models import Count
from django.db.models.functions import ExtractYear
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from portal import parameters as norms
from portal import rules, uses
from portal.actions import norms as actions
from portal.days import workdays as calendar
from portal.forms.staff import CalendarForm, NormForm, carried_out
from portal.models import PolicyParameter, WorkingDay
from portal.pages.side_list import Area
from portal.pages.web import posted, posted_with_files
from portal.tools.asked import whole_number
from portal.trust.access import require
from portal.views.pieces import ask, require_form


@require_safe
def parameters(request):
    """Every norm with today's value, its basis and its earlier values."""
    require(rules.may_see_people(request.user))
    today, off = request.user.today, uses.off()
    text = request.GET.get("q", "").strip()[:60]
    history = {}
    rows = PolicyParameter.objects.select_related("set_by", "organ", "division")
    for row in rows.order_by("-valid_from", "-pk"):
        history.setdefault(row.code, []).append(row)
    context = {
        "rows": [
            _as_set(code, norm, history.get(code, []), today)
            for code, norm in norms.NORMS.items()
            if uses.of_norm(code) not in off and text.lower() in f"{code} {norm.title}".lower()
        ],
        "text": text,
        "may_set": rules.may_set_norms(request.user),
        "crumbs": [Area.ADMINISTRATION.crumb, (_("Norms"), "")],
    }
    return render(request, "portal/parameters.html", context)


def _as_set(code, norm, dated, today):
    of_all = [row for row in dated if not row.scope]
    current = _current(of_all, today)
    return {
        "code": code,
        "norm": norm,
        "value": norms.shown((current or norm).value, norm),
        "own_value": norms.shown(norm.value, norm),
        "basis": (current or norm).basis,
        "valid_from": current and current.valid_from,
        "limited": _limited(norm, dated, today),
        "coming": [row for row in dated if row.valid_from > today],
        "history": [(row, norms.shown(row.value, norm)) for row in dated],
    }


def _current(dated, today):
    return next((row for row in dated if row.valid_from <= today), None)


def _limited(norm, dated, today):
    """Return [(row, value)] in force for each organ, area, level or kind of staff with a separate
    value."""
    by_scope = {}
    for row in dated:
        if row.scope:
            by_scope.setdefault(row.scope, []).append(row)
    found = [_current(rows, today) for rows in by_scope.values()]
    return [(row, norms.shown(row.value, norm)) for row in found if row]


@require_form
def set_parameter(request, code):
    require(rules.may_set_norms(request.user))
    norm = norms.NORMS.get(code)
    if norm is None or not uses.is_on(uses.of_norm(code)):
        raise Http404
    today = request.user.today
    initial = {"value": norms.text(code, on=today), "valid_from": today}
    form = NormForm(posted(request), user=request.user, code=code, initial=initial)
    if carried_out(form, actions.set_norm, code=code, by=request.user):
        return redirect("parameters")
    own = vars(norm) | {"value": norm.choices.get(norm.value, norm.value)}
    intro = _("The portal's own value: %(value)s %(unit)s (%(basis)s).") % own
    return ask(request, form, norm.title, _("Set"), (_("Norms"), "parameters"), intro=intro)


@require_safe
def workdays(request):
    """Days of a year that differ from the built-in calendar, and the published years."""
    require(rules.may_see_people(request.user))
    today = request.user.today
    year = whole_number(request.GET.get("year", "")) or 0
    year = year if 2000 <= year <= 2100 else today.year
    days = WorkingDay.objects.filter(day__year=year).select_related("set_by").order_by("day")
    by_year = WorkingDay.objects.annotate(year=ExtractYear("day")).order_by("year")
    uploaded = dict(by_year.values_list("year").annotate(n=Count("pk")))
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
    form = CalendarForm(*posted_with_files(request), user=request.user)
    if n := carried_out(form, actions.upload_workdays, by=request.user):
        said = ngettext("%(n)s day was taken over.", "%(n)s days were taken over.", n)
        messages.info(request, said % {"n": n})
        year = form.cleaned_data["days"][-1][0].year
        return redirect(f"{reverse('workdays')}?year={year}")
    what = _(
        "The days off and the make-up workdays of a year, as the State Council publishes "
        "them. Only days that differ from Monday to Friday are needed. A day that stands "
        "here already gets its new meaning."
    )
    intro = f"{what}{_(' Existing deadlines keep their dates.')}"
    above = (_("Working days"), "workdays")
    return ask(request, form, _("Upload a calendar"), _("Upload"), above, intro=intro)
