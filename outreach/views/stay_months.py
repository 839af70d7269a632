"""The month of a stay, the page on which the host attests many at once, and leave."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from outreach.actions import stay_months as actions
from outreach.forms.stay_months import (
    AttestForm,
    CorrectMonthForm,
    DayNoteForm,
    DecideLeaveForm,
    LeaveForm,
    MonthForm,
    ReturnForm,
    WorkForm,
)
from outreach.ledgers.stays import MONTH_LEDGER
from outreach.models import Leave, Stay
from outreach.models.stay_months import unattested
from outreach.rules import stay_months as rules
from outreach.stay_days import days_of, last_of, month_of, month_to_attest, tallies, tally
from outreach.views.stays import act_page, crumbs, start_export, visible_stay
from portal import parameters
from portal.access import NotNow, NotYours, Permission, reach
from portal.asked import whole_number
from portal.days import short_day
from portal.seen import seen
from portal.web import Sort, listed, posted, sheet_page

OFFICIAL = Sort(
    gettext_lazy("official order"),
    ("host_organ__sort_order", "host_organ_id", "unit__sort_order"),
    descending=False,
)
LEAVE_ORDER = Sort(gettext_lazy("newest first"), "starts_on")
MONTH_TABS = {
    "open": gettext_lazy("To attest"),
    "attested": gettext_lazy("Attested"),
    "all": gettext_lazy("All stays of the month"),
}
LEAVE_TABS = {
    "waiting": gettext_lazy("To be decided"),
    "away": gettext_lazy("On leave today"),
    "all": gettext_lazy("All leave"),
}


# --- Many at once ------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def stay_months(request):
    """All stays of a month on one page; whoever attests touches exceptions only."""
    asked = MonthForm(request.GET)
    asked.is_valid()
    month = asked.cleaned_data.get("month") or month_to_attest(request.user.today)
    if request.method == "POST":
        return _attest(request, month)
    return _month_page(request, month)


def _stays_of(user, month):
    return Stay.objects.visible_to(user).within(month, last_of(month))


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
    found = tallies(list(shown["page"]), [month])
    lines = []
    for stay in shown["page"]:
        counted, row, notes = found[stay.pk, month]
        decision = rules.may_attest(user, stay, month, row)
        form = (bound or {}).get(stay.pk) or AttestForm(
            prefix=f"s{stay.pk}", initial={"chosen": True}
        )
        lines.append({"stay": stay, "tally": counted, "row": row, "notes": notes,
                      "decision": decision, "form": form})  # fmt: skip
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
        "norm": parameters.number("posting.days_per_month", on=last_of(month)),
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
    chosen = [pk for pk, form in forms.items() if form.is_valid() and form.cleaned_data["chosen"]]
    if not problems and not chosen:
        problems = [_("Tick the stays whose month you attest.")]
    if not problems:
        try:
            actions.attest_months(
                months=[(found[pk], month, forms[pk].exceptions(), "") for pk in chosen],
                by=user, at=timezone.now(),
            )  # fmt: skip
        except ValidationError as problem:
            problems = problem.messages
        except PermissionDenied as refusal:
            problems = [str(refusal)]
        else:
            return redirect(f"{reverse('outreach:stay_months')}?month={month}&tab=attested")
    return _month_page(request, month, bound=forms, problems=problems, status=422)


@require_POST
def export_stay_months(request):
    return start_export(MONTH_LEDGER, request)


# --- One month of one stay ---------------------------------------------------------------------


def _month(request, pk, year, month):
    stay = visible_stay(request.user, pk)
    if not (1 <= month <= 12 and stay.starts_on.year <= year <= stay.last_day.year):
        raise Http404
    first = request.user.today.replace(year=year, month=month, day=1)
    if not days_of(stay, first):
        raise Http404
    return stay, first


@require_safe
def stay_month(request, pk, year, month):
    stay, first = _month(request, pk, year, month)
    user = request.user
    counted, row, notes = tally(stay, first)
    last = last_of(first)
    at = [stay.pk, first.year, first.month]
    acts = [
        ("note_days", _("Note an exception"), rules.may_note_days),
        ("write_stay_work", _("Write the main work"), rules.may_note_days),
        ("correct_stay_month", _("Correct the attested month"), rules.may_correct_month),
    ]
    shown = []
    for name, label, rule in acts:
        decision = rule(user, stay, first, row)
        if decision or not isinstance(decision, NotYours | NotNow):
            shown.append({"label": label, "decision": decision,
                          "url": reverse(f"outreach:{name}", args=at),
                          "primary": name == "note_days"})  # fmt: skip
    attest = rules.may_attest(user, stay, first, row)
    if attest or not isinstance(attest, NotYours):
        url = f"{reverse('outreach:stay_months')}?month={first}"
        shown.insert(0, {"label": _("Attest the months"), "decision": attest, "url": url})
    context = {
        "stay": stay,
        "month": first,
        "tally": counted,
        "row": row,
        "notes": notes,
        "leaves": stay.leaves.granted()
        .filter(starts_on__lte=last, last_day__gte=first)
        .order_by("starts_on"),
        "acts": shown,
        "crumbs": crumbs(stay, date_format(first, "YEAR_MONTH_FORMAT")),
    }
    return render(request, "outreach/stay_month.html", context)


def _month_act(request, pk, year, month, *, rule, form_class, act, title, intro="", initial=None):
    stay, first = _month(request, pk, year, month)
    _counted, row, _notes = tally(stay, first)
    form = form_class(posted(request), user=request.user, initial=initial(row) if initial else None)

    def run(*, stay, by, at, **given):
        more = {} if act is actions.write_work else {"at": at}
        act(stay=stay, month=first, by=by, **more, **given)

    response = act_page(
        request, stay, rule=lambda user, stay: rule(user, stay, first, row), form=form, act=run,
        title=title, intro=intro, submit=_("Keep it"),
    )  # fmt: skip
    if response.status_code == 302:
        return redirect("outreach:stay_month", stay.pk, first.year, first.month)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def note_days(request, pk, year, month):
    return _month_act(
        request, pk, year, month, rule=rules.may_note_days, form_class=DayNoteForm,
        act=actions.note_days, title=_("Note an exception"),
        intro=_("Only what differs: nobody signs in and no days are listed."),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def write_stay_work(request, pk, year, month):
    return _month_act(
        request, pk, year, month, rule=rules.may_note_days, form_class=WorkForm,
        act=actions.write_work, title=_("Write the main work"),
        initial=lambda row: {"work": row.work if row else ""},
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def correct_stay_month(request, pk, year, month):
    return _month_act(
        request, pk, year, month, rule=rules.may_correct_month, form_class=CorrectMonthForm,
        act=actions.correct_month, title=_("Correct the attested month"),
        intro=_("What was attested stays; the correction stands beside it with its reason."),
    )  # fmt: skip


# --- Leave -------------------------------------------------------------------------------------


@require_safe
def leaves(request):
    user = request.user
    tab = request.GET.get("tab")
    tab = tab if tab in LEAVE_TABS else "waiting"
    rows = Leave.objects.visible_to(user)
    if tab == "waiting":
        rows = rows.waiting()
    elif tab == "away":
        rows = rows.away_on(user.today)
    rows = rows.select_related("stay__cadre", "stay__unit", "stay__township", "decided_by")
    context = {
        **listed(request, rows, LEAVE_ORDER),
        "tab": tab,
        "tabs": [(code, label, code == tab) for code, label in LEAVE_TABS.items()],
        "crumbs": [(_("Stays"), reverse("outreach:stays")), (pgettext("stays", "Leave"), "")],
    }
    for leave in context["page"]:
        leave.may_decide = rules.may_decide_leave(user, leave)
    return render(request, "outreach/leaves.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def ask_leave(request, pk):
    stay = visible_stay(request.user, pk)
    most = parameters.number("posting.leave_township_max_days", on=request.user.today)
    return act_page(
        request, stay, rule=rules.may_ask_leave, act=actions.ask_leave,
        form=LeaveForm(posted(request), user=request.user), title=_("Ask for leave"),
        intro=_("Up to %(n)s days the host decides, longer the programme office.") % {"n": most},
    )  # fmt: skip


@seen
def _visible_leave(user):
    return Leave.objects.visible_to(user).select_related(
        "stay__cadre__user",
        "stay__unit",
        "stay__township",
        "stay__organ",
        "asked_by",
        "decided_by__organ",
        "returned_by",
    )


def _leave_act(request, leave, *, rule, form, act, title, intro=""):
    return act_page(
        request, leave.stay, rule=lambda user, _stay: rule(user, leave), form=form,
        act=lambda *, stay, **given: act(leave=leave, **given) and None,
        title=title, intro=intro,
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def decide_leave(request, pk):
    leave = _visible_leave(request.user, pk)
    facts = {
        "name": leave.stay.cadre.name, "kind": leave.get_kind_display(),
        "first": short_day(leave.starts_on, on=request.user.today),
        "last": short_day(leave.ends_on, on=request.user.today),
        "days": leave.days, "stand_by": leave.stand_by,
    }  # fmt: skip
    return _leave_act(
        request, leave, rule=rules.may_decide_leave,
        form=DecideLeaveForm(posted(request), user=request.user), act=actions.decide_leave,
        title=_("Decide on leave"),
        intro=_("%(name)s: %(kind)s, %(first)s – %(last)s, %(days)s days; %(stand_by)s stands by.")
        % facts,
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def note_return(request, pk):
    leave = _visible_leave(request.user, pk)
    return _leave_act(
        request, leave, rule=rules.may_note_return,
        form=ReturnForm(posted(request), user=request.user), act=actions.note_return,
        title=_("Back from leave"),
    )  # fmt: skip


@require_POST
def withdraw_leave(request, pk):
    leave = _visible_leave(request.user, pk)
    actions.withdraw_leave(leave=leave, by=request.user, at=timezone.now())
    return redirect(leave.stay)


@require_safe
def leave_sheet(request, pk):
    """请销假审批单."""
    leave = _visible_leave(request.user, pk)
    return sheet_page(request, "outreach/slips/leave.html", {"leave": leave, "stay": leave.stay})
