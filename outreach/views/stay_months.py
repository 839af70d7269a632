"""The month of a stay, attesting many months at once, and the leave sheet."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from outreach.actions import stay_months as actions
from outreach.acts.stay_months import MONTHS, visible_leave, visible_month
from outreach.acts.stays import crumbs
from outreach.forms.stay_months import AttestForm, MonthForm
from outreach.models import Stay
from outreach.models.stay_months import unattested
from outreach.rules import stay_months as rules
from outreach.stay_days import last_of, month_of, month_to_attest, months, norm_of
from portal.days import workdays
from portal.pages.web import Sort, listed, sheet_page
from portal.roles import Permission
from portal.tools.asked import whole_number
from portal.trust import wall
from portal.trust.access import NotYours, reach

UNIT_FIELDS = ("host_organ__sort_order", "host_organ_id", "unit__sort_order")
OFFICIAL = Sort(gettext_lazy("official order"), UNIT_FIELDS, descending=False)
MONTH_TABS = {
    "open": gettext_lazy("To attest"),
    "attested": gettext_lazy("Attested"),
    "all": gettext_lazy("All stays of the month"),
}

# --- Many at once ------------------------------------------------------------------------------


# Not an Act: the page has a form for each stay.
@require_http_methods(["GET", "HEAD", "POST"])
def stay_months(request):
    """All stays of a month on one page, with the host's word on each."""
    asked = MonthForm(request.GET)
    asked.is_valid()
    month = asked.cleaned_data.get("month") or month_to_attest(request.user.today)
    if request.method == "POST":
        return _attest(request, month)
    return _month_page(request, month)


def _stays_of(user, month):
    return Stay.objects.visible_to(user).monthly().within(month, last_of(month))


def _month_page(request, month, *, bound=None, problems=(), status=200):
    user = request.user
    attests = user.holds(Permission.ATTEST_STAYS)
    tab = request.GET.get("tab")
    tab = tab if tab in MONTH_TABS else "open" if attests else "all"
    rows = _stays_of(user, month)
    if tab == "open":
        rows = unattested(rows, month)
    elif tab == "attested":
        rows = rows.exclude(pk__in=unattested(rows, month).values("pk"))
    shown = listed(request, rows.for_list(), OFFICIAL)
    found = months(list(shown["page"]), [month])
    lines = []
    for stay in shown["page"]:
        facts = found[stay.pk, month]
        decision = rules.may_attest(user, stay, month, facts.word is not None)
        form = (bound or {}).get(stay.pk) or AttestForm(prefix=f"s{stay.pk}")
        lines.append({"stay": stay, "facts": facts, "decision": decision, "form": form})
    working = len(workdays.working_days(month, last_of(month)))
    context = {
        **shown,
        "lines": lines,
        "month": month,
        "before": month_of(month - timedelta(days=1)),
        "after": last_of(month) + timedelta(days=1),
        "has_after": last_of(month) < user.today,
        "tab": tab,
        "tabs": [(code, label, code == tab) for code, label in MONTH_TABS.items()],
        "open_count": sum(bool(line["decision"]) for line in lines),
        "problems": problems,
        "last_day": last_of(month),
        "too_early": attests and user.today < last_of(month),
        "may_export": user.holds(Permission.EXPORT) and user.holds(Permission.READ_STAYS),
        "norm": norm_of(month, working, working),
        "working": working,
        "crumbs": [(_("Stays"), reverse("outreach:stays")), (_("Months of stays"), "")],
    }
    return render(request, "outreach/stay_months.html", context, status=status)


def _attest(request, month):
    user = request.user
    sent = [number for one in request.POST.getlist("stay") if (number := whole_number(one))]
    rows = _stays_of(user, month).filter(reach(user, Permission.ATTEST_STAYS), pk__in=sent)
    found = {stay.pk: stay for stay in rows.for_list()}
    if not user.holds(Permission.ATTEST_STAYS):
        raise PermissionDenied(_("The host attests the month."))
    forms = {pk: AttestForm(request.POST, prefix=f"s{pk}") for pk in found}
    problems = [
        _(": ").join([found[pk].cadre.name, f"{form.fields[name].label} {errors[0]}"])
        for pk, form in forms.items()
        if not form.is_valid()
        for name, errors in form.errors.items()
    ]
    said = [form.said(found[pk], month) for pk, form in forms.items() if form.is_valid()]
    said = [one for one in said if one]
    if not problems and not said:
        problems = [_("Say of at least one stay whether the norm of the month is met.")]
    if not problems:
        try:
            with wall.as_system("an act, after its rule"):
                actions.attest_months(said=said, by=user, at=timezone.now())
        except ValidationError as problem:
            problems = problem.messages
        except PermissionDenied as refusal:
            problems = [str(refusal)]
        else:
            return redirect(f"{reverse('outreach:stay_months')}?month={month}&tab=attested")
    return _month_page(request, month, bound=forms, problems=problems, status=422)


@require_safe
def stay_month(request, pk, year, month):
    user, month = request.user, visible_month(request.user, pk, year, month)
    stay, first = month.stay, month.first
    acts = MONTHS.buttons(user, month)
    attest = rules.may_attest(user, stay, first, month.is_attested)
    if attest or not isinstance(attest, NotYours):
        url = f"{reverse('outreach:stay_months')}?month={first}"
        acts.insert(0, {"label": _("Attest the months"), "decision": attest, "url": url})
    leaves = stay.leaves.granted().filter(starts_on__lte=last_of(first), last_day__gte=first)
    context = {
        "stay": stay,
        "month": first,
        "facts": month.facts,
        "leaves": leaves.order_by("starts_on"),
        "acts": acts,
        "crumbs": crumbs(stay, date_format(first, "YEAR_MONTH_FORMAT")),
    }
    return render(request, "outreach/stay_month.html", context)


# --- Leave -------------------------------------------------------------------------------------


@require_safe
def leave_sheet(request, pk):
    """请销假审批单."""
    leave = visible_leave(request.user, pk)
    context = {"leave": leave, "stay": leave.stay}
    return sheet_page(request, "outreach/slips/leave.html", context, about=leave, at=timezone.now())
