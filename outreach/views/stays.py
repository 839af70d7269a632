"""Stays: list, record, publishing, changing, ending, handing over, and what is printed of them."""

from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from outreach.actions import stay_reports as report_actions
from outreach.actions import stays as actions
from outreach.filters.stays import TABS, StayFilter, in_tab
from outreach.forms.stay_reports import OpinionForm
from outreach.forms.stays import (
    CancelStayForm,
    ChangeEndForm,
    CompleteStayForm,
    EndStayForm,
    HandOverForm,
    ReplaceStayForm,
    StayForm,
)
from outreach.ledgers.stays import STAY_LEDGER
from outreach.models import Matter, Stay, StayHandover, StayOpinion, StayReport
from outreach.rules import stay_months as month_rules
from outreach.rules import stay_reports as report_rules
from outreach.rules import stays as rules
from outreach.stay_days import month_of, months_of, tallies, year_so_far
from portal import ledgers, parameters
from portal.access import Decision, NotNow, NotYours, Permission, require
from portal.seen import seen
from portal.side_list import Area
from portal.web import (
    Sort,
    add_errors,
    exact_total,
    form_page,
    listed,
    page_or_part,
    posted,
    sheet_page,
)

NEWEST = Sort(gettext_lazy("newest first"), "starts_on")
SORTS = {
    "to_begin": Sort(gettext_lazy("by first day"), "starts_on", descending=False),
    "ending": Sort(gettext_lazy("by last day"), "ends_on", descending=False),
}
# So many months stand on the page of a stay; each older one has its page.
MONTHS_SHOWN = 6


@require_safe
def stays(request):
    user = request.user
    tab = request.GET.get("tab")
    tab = tab if tab in TABS else "running"
    visible = in_tab(Stay.objects.visible_to(user), tab, on=user.today)
    filtered = StayFilter(request.GET, queryset=visible, user=user)
    rows = filtered.qs if filtered.form.is_valid() else filtered.queryset.none()
    if count := exact_total(request, rows):
        return count
    sort = SORTS.get(tab, NEWEST)
    context = {
        **listed(request, rows.for_list(), sort),
        "filter": filtered,
        "tab": tab,
        "tabs": [(code, label, code == tab) for code, label in TABS.items()],
        "sorts": [(tab, sort)],
        "sort": sort,
        "may_export": user.holds(Permission.EXPORT) and user.holds(Permission.READ_STAYS),
        "may_publish": user.holds(Permission.MANAGE_STAYS),
        "reads": user.holds(Permission.READ_STAYS),
        "crumbs": [Area.STAYS.crumb, (_("Stays"), "")],
    }
    return page_or_part(request, "outreach/stays.html", "outreach/_stay_rows.html", context)


@seen
def visible_stay(user):
    return Stay.objects.visible_to(user).select_related(
        "cadre__user",
        "cadre__organ",
        "unit__host_organ",
        "unit__division",
        "township",
        "organ",
        "host_organ",
        "replaces__cadre",
    )


def crumbs(stay, *more):
    return [
        (_("Stays"), reverse("outreach:stays")),
        (f"{stay.cadre.name} · {stay.unit.name}", stay.get_absolute_url() if more else ""),
        *[(label, "") for label in more],
    ]


@require_safe
def stay(request, pk):
    user, stay = request.user, visible_stay(request.user, pk)
    today = user.today
    months = months_of(stay, today) if stay.starts_on <= today else []
    this_year = [month for month in months if month.year == today.year]
    found = tallies([stay], {*months[:MONTHS_SHOWN], *this_year})
    successor = Stay.objects.visible_to(user).filter(replaces=stay).select_related("cadre").first()
    context = {
        "stay": stay,
        "steps": stay.steps.select_related("by__organ").order_by("-at", "-pk"),
        "months": [(month, *found[stay.pk, month][:2]) for month in months[:MONTHS_SHOWN]],
        "older_months": months[MONTHS_SHOWN:],
        "year": year_so_far(stay, found, month_of(today)),
        "leaves": _leaves(user, stay),
        "reports": StayReport.objects.visible_to(user).filter(stay=stay).order_by("-created_at"),
        "opinions": newest_opinions(stay),
        "handovers": stay.handovers.select_related("successor").order_by("-on", "-pk"),
        "successor": successor,
        "acts": _acts(user, stay),
        "crumbs": crumbs(stay),
    }
    return render(request, "outreach/stay.html", context)


def _leaves(user, stay):
    leaves = list(stay.leaves.select_related("decided_by").order_by("-starts_on", "-pk"))
    for leave in leaves:
        leave.stay = stay
        leave.may_decide = month_rules.may_decide_leave(user, leave)
        leave.may_withdraw = month_rules.may_withdraw_leave(user, leave)
        leave.may_return = month_rules.may_note_return(user, leave)
    return leaves


def newest_opinions(stay):
    """[opinion] in the order of the sheet, the newest of each part."""
    rows = stay.opinions.select_related("by", "organ").order_by("part", "-at", "-pk")
    newest = {one.part: one for one in rows.distinct("part")}
    return [newest[part] for part in StayOpinion.Part if part in newest]


def _acts(user, stay):
    """What this reader may do, and what not with its reason."""
    acts = [
        ("ask_leave", _("Ask for leave"), month_rules.may_ask_leave, {"primary": True}),
        ("new_stay_report", _("Write a stay report"), report_rules.may_write_report, {}),
        ("stay_opinion", _("Fill in the sheet at the end"), report_rules.may_give_opinion, {}),
        ("change_stay_end", _("Change the planned end"), rules.may_change_end, {}),
        ("complete_stay", _("Complete it: the term is over"), rules.may_complete, {}),
        ("end_stay", _("End it early or recall the cadre"), rules.may_end_stay, {}),
        ("replace_stay", _("Replace by somebody else"), rules.may_replace, {}),
        ("hand_over_stay", _("Hand the work over"), rules.may_hand_over, {}),
        ("cancel_stay", _("Cancel before it begins"), rules.may_cancel, {}),
    ]
    shown = []
    for name, label, rule, more in acts:
        decision = rule(user, stay)
        if decision or not isinstance(decision, NotYours | NotNow):
            url = reverse(f"outreach:{name}", args=[stay.pk])
            shown.append({"label": label, "decision": decision, "url": url, **more})
    return shown


# --- Acts --------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def new_stay(request):
    user = request.user
    if not user.holds(Permission.MANAGE_STAYS):
        require(Decision(_("The programme office publishes stays.")))
    form = StayForm(posted(request), user=user)
    if form.is_bound and form.is_valid():
        try:
            stay = actions.publish_stay(by=user, at=timezone.now(), **form.cleaned_data)
        except ValidationError as problem:
            add_errors(form, problem)
        else:
            return redirect(stay)
    here = _("Publish a stay")
    return form_page(
        request, form, title=here, submit_label=_("Publish"),
        cancel_url=reverse("outreach:stays"),
        crumbs=[(_("Stays"), reverse("outreach:stays")), (here, "")],
        intro=_("For a single stay that a document approves; batches are planned apart."),
    )  # fmt: skip


def act_page(request, stay, *, rule, form, act, title, submit="", intro="", keys=None):
    """One act on one stay: the rule, the form, the action, back to the stay."""
    require(rule(request.user, stay))
    if form.is_bound and form.is_valid():
        given = {k: v for k, v in form.cleaned_data.items() if k != "numbers"}
        try:
            done = act(stay=stay, by=request.user, at=timezone.now(), **(keys or {}), **given)
        except ValidationError as problem:
            add_errors(form, problem)
        else:
            return redirect(done if isinstance(done, Stay) else stay)
    return form_page(
        request, form, title=title, submit_label=submit or title, intro=intro,
        cancel_url=stay.get_absolute_url(), crumbs=crumbs(stay, title),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def change_stay_end(request, pk):
    stay = visible_stay(request.user, pk)
    return act_page(
        request, stay, rule=rules.may_change_end, act=actions.change_end,
        form=ChangeEndForm(posted(request), user=request.user, stay=stay,
                           initial={"ends_on": stay.ends_on}),
        title=_("Change the planned end"),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def end_stay(request, pk):
    stay = visible_stay(request.user, pk)
    return act_page(
        request, stay, rule=rules.may_end_stay, act=actions.end_stay,
        form=EndStayForm(posted(request), user=request.user, stay=stay,
                         initial={"on": request.user.today}),
        title=_("End it early or recall the cadre"), submit=_("End the stay"),
        intro=_("What the cadre leaves there is handed over afterwards, on the page of the stay."),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def complete_stay(request, pk):
    stay = visible_stay(request.user, pk)
    months = parameters.number("posting.experience_months", on=stay.ends_on)
    return act_page(
        request, stay, rule=rules.may_complete, act=actions.complete_stay,
        form=CompleteStayForm(posted(request), user=request.user),
        title=_("Complete it: the term is over"), submit=_("Complete the stay"),
        intro=_("From %(n)s months on it stands in the cadre's record as grassroots experience.")
        % {"n": months},
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def cancel_stay(request, pk):
    stay = visible_stay(request.user, pk)
    return act_page(
        request, stay, rule=rules.may_cancel, act=actions.cancel_stay,
        form=CancelStayForm(posted(request), user=request.user),
        title=_("Cancel before it begins"), submit=_("Cancel the stay"),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def replace_stay(request, pk):
    stay = visible_stay(request.user, pk)
    return act_page(
        request, stay, rule=rules.may_replace, act=actions.replace_stay,
        form=ReplaceStayForm(posted(request), user=request.user, stay=stay,
                             initial={"ends_on": stay.ends_on}),
        title=_("Replace by somebody else"), submit=_("Replace and hand over"),
        intro=_("Open matters and contact areas there pass to the successor on the first day."),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def hand_over_stay(request, pk):
    stay = visible_stay(request.user, pk)
    return act_page(
        request, stay, rule=rules.may_hand_over, act=actions.hand_over,
        form=HandOverForm(posted(request), user=request.user, stay=stay),
        title=_("Hand the work over"), submit=_("Hand over"),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def stay_opinion(request, pk):
    stay = visible_stay(request.user, pk)
    require(report_rules.may_give_opinion(request.user, stay))
    parts = report_rules.parts_open_to(request.user, stay)
    return act_page(
        request, stay, rule=report_rules.may_give_opinion, act=report_actions.give_opinion,
        form=OpinionForm(posted(request), user=request.user, parts=parts),
        title=_("Fill in the sheet at the end"), submit=_("Keep it"),
    )  # fmt: skip


# --- Paper -------------------------------------------------------------------------------------


@require_safe
def stay_appraisal(request, pk):
    """期满考核鉴定表."""
    stay = visible_stay(request.user, pk)

    def context():
        said = {one.part: one for one in newest_opinions(stay)}
        return {
            "stay": stay,
            "parts": [
                (heading, said.get(part))
                for heading, part in (
                    ("主要工作", "work"), ("群众评议", "people"),
                    ("乡镇（管理单位）意见", "host"), ("派出单位意见", "organ"),
                    ("组织部门意见", "office"),
                )
            ],
            "handover": stay.handovers.select_related("successor").order_by("-on", "-pk").first(),
        }  # fmt: skip

    return sheet_page(request, "outreach/slips/stay_appraisal.html", context)


@require_safe
def handover_sheet(request, pk):
    """移交清单: what passed, as it stands today; matters as far as the reader sees them."""
    handover = get_object_or_404(
        StayHandover.objects.visible_to(request.user).select_related(
            "stay__cadre", "stay__unit", "stay__township", "stay__organ", "successor__organ", "by"
        ),
        pk=pk,
    )
    passed = handover.cares.values("matter")
    context = {
        "handover": handover,
        "stay": handover.stay,
        "matters": Matter.objects.visible_to(request.user)
        .filter(pk__in=passed)
        .select_related("lead_organ")
        .order_by("registered_on", "pk"),
        "matter_count": handover.cares.count(),
        "areas": handover.areas.select_related("unit").order_by("pk"),
        "promises": [one for one in handover.promises.splitlines() if one.strip()],
        "things": [one for one in handover.things.splitlines() if one.strip()],
    }
    return sheet_page(request, "outreach/slips/handover.html", context)


def start_export(ledger, request):
    if not (request.user.holds(Permission.EXPORT) and request.user.holds(Permission.READ_STAYS)):
        require(Decision(_("Your roles do not export ledgers.")))
    filters = {k: v for k, v in request.POST.items() if k != "csrfmiddlewaretoken" and v}
    return redirect(ledgers.start_export(ledger, filters=filters, by=request.user))


@require_POST
def export_stays(request):
    return start_export(STAY_LEDGER, request)
