"""Receptions: list, record, planning, making known, registering who came, print, sheet."""

import uuid

from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from outreach.actions import receptions as actions
from outreach.actions.matters import DifferentContent
from outreach.filters.receptions import TABS, in_tab, receptions_at
from outreach.forms.receptions import (
    AnnounceReceptionForm,
    PartyForm,
    ReceptionDayForm,
    ReceptionMatterForm,
    ReceptionMatters,
)
from outreach.ledgers.receptions import RECEPTION_LEDGER
from outreach.models import Matter, ReceptionDay
from outreach.rules import receptions as rules
from portal import ledgers, parameters
from portal.access import Decision, Permission, require
from portal.asked import whole_number
from portal.seen import seen
from portal.side_list import Area
from portal.text_forms import ReasonForm
from portal.web import (
    Sort,
    counted,
    exact_total,
    form_page,
    listed,
    page_or_part,
    posted,
    sheet_page,
)

NEWEST = Sort(gettext_lazy("newest first"), "held_on")
SOONEST = Sort(gettext_lazy("soonest first"), "held_on", descending=False)
SORTS = {"planned": SOONEST, "announced": SOONEST}
PARTS = "matters"


@require_safe
def receptions(request):
    user = request.user
    filtered, tab = receptions_at(user, request.GET)
    rows = filtered.qs if filtered.form.is_valid() else filtered.queryset.none()
    planned = counted(in_tab(rows, "planned"), up_to=999)[0]
    if tab is None:
        tab = "planned" if planned else "all"
    shown = in_tab(rows, tab)
    if count := exact_total(request, shown):
        return count
    sort = SORTS.get(tab, NEWEST)
    context = {
        **listed(request, shown.for_list(), sort),
        "filter": filtered,
        "tab": tab,
        "tabs": [
            {"code": code, "label": label, "current": code == tab,
             "count": planned if code == "planned" else None}
            for code, label in TABS.items()
        ],
        "sorts": [(tab, sort)],
        "sort": sort,
        "may_export": user.holds(Permission.EXPORT),
        "may_plan": user.holds(Permission.HOLD_RECEPTIONS),
        "crumbs": [Area.STAYS.crumb, (_("Reception days"), "")],
    }  # fmt: skip
    return page_or_part(
        request, "outreach/receptions.html", "outreach/_reception_rows.html", context
    )


@seen
def _visible(user):
    return ReceptionDay.objects.visible_to(user).select_related(
        "leader", "organ", "unit", "planned_by", "announced_by", "held_by", "cancelled_by"
    )


def _title(reception):
    return f"{reception.held_on} {reception.leader.name}"


def _crumbs(reception, here):
    return [
        (_("Reception days"), reverse("outreach:receptions")),
        (_title(reception), reception.get_absolute_url()),
        (here, ""),
    ]


@require_safe
def reception(request, pk):
    user, reception = request.user, _visible(request.user, pk)
    seen = set(Matter.objects.visible_to(user).filter(reception=reception).values_list(
        "pk", flat=True
    ))  # fmt: skip
    items = reception.items.select_related(
        "matter__unit", "matter__township", "matter__lead_organ", "matter__lead_official"
    ).order_by("pk")
    # Who received people knows what they brought, also where the matter went to others.
    shown = [one for one in items if one.matter_id in seen or rules.is_leader(user, reception)]
    reads_who = bool(rules.may_read_visitors(user, reception))
    for item in shown:
        item.reception = reception
        item.is_open = item.matter_id in seen
        item.shown_visitors = reads_who and rules.may_read_who(user, item) and item.visitors
    context = {
        "reception": reception,
        "items": shown,
        "acts": _acts(user, reception),
        "crumbs": [
            Area.STAYS.crumb, (_("Reception days"), reverse("outreach:receptions")),
            (_title(reception), ""),
        ],
    }  # fmt: skip
    return render(request, "outreach/reception.html", context)


def _acts(user, reception):
    acts = [
        ("announce_reception", _("Make it known"), rules.may_announce_reception,
         {"primary": True}),
        ("register_at_reception", _("Register who came"), rules.may_register_at,
         {"primary": True}),
        ("hold_reception", _("Note as held"), rules.may_hold_reception, {"post": True}),
        ("edit_reception", _("Change the plan"), rules.may_change_reception, {}),
        ("cancel_reception", _("Cancel it"), rules.may_cancel_reception, {}),
    ]  # fmt: skip
    shown = []
    for name, label, rule, more in acts:
        decision = rule(user, reception)
        if decision or not isinstance(decision, rules.NotYours | rules.NotNow):
            url = reverse(f"outreach:{name}", args=[reception.pk])
            shown.append({"label": label, "decision": decision, "url": url, **more})
    return shown


# --- Planning, making known, cancelling --------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def new_reception(request):
    require(rules.may_plan_reception(request.user))
    form = ReceptionDayForm(
        posted(request), user=request.user, initial={"starts_at": "09:00", "ends_at": "11:30"}
    )
    if form.is_bound and form.is_valid():
        reception = actions.plan_reception(by=request.user, at=timezone.now(), **form.content())
        return redirect(reception)
    here = _("Plan a reception")
    crumbs = [(_("Reception days"), reverse("outreach:receptions")), (here, "")]
    return _form_page(request, form, here, reverse("outreach:receptions"), crumbs)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_reception(request, pk):
    reception = _visible(request.user, pk)
    require(rules.may_change_reception(request.user, reception))
    names = ("duties", "held_on", "starts_at", "ends_at", "place", "theme", "form", "leader",
             "unit", "organ")  # fmt: skip
    initial = {name: getattr(reception, name) for name in names}
    form = ReceptionDayForm(posted(request), user=request.user, initial=initial)
    if form.is_bound and form.is_valid():
        actions.change_reception(
            reception=reception, by=request.user, at=timezone.now(), **form.content()
        )
        return redirect(reception)
    here = _("Change the plan")
    return _form_page(request, form, here, reception.get_absolute_url(), _crumbs(reception, here))


def _form_page(request, form, title, cancel_url, crumbs):
    days = parameters.number("reception.notice_days", on=request.user.today)
    return form_page(
        request, form, title=title, cancel_url=cancel_url, crumbs=crumbs,
        submit_label=_("Keep and look at it"),
        intro=_("It is made known at least %(days)s days before; then it can be printed for the "
                "wall.") % {"days": days},
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def announce_reception(request, pk):
    reception = _visible(request.user, pk)
    require(rules.may_announce_reception(request.user, reception))
    is_late = rules.is_late(reception, request.user.today)
    form = AnnounceReceptionForm(posted(request), user=request.user, is_late=is_late)
    if form.is_bound and form.is_valid():
        actions.announce_reception(
            reception=reception, by=request.user, at=timezone.now(),
            late_reason=form.cleaned_data.get("late_reason", ""),
        )  # fmt: skip
        return redirect(reception)
    here = _("Make it known")
    days = parameters.number("reception.notice_days", on=request.user.today)
    intro = _("From now on it is not changed any more; print the notice and put it up.")
    if is_late:
        intro = _(
            "It should have been made known %(days)s days before. Say why it was not; the reason "
            "is kept."
        ) % {"days": days}
    return form_page(
        request, form, title=here, submit_label=here, intro=intro,
        cancel_url=reception.get_absolute_url(), crumbs=_crumbs(reception, here),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def cancel_reception(request, pk):
    reception = _visible(request.user, pk)
    require(rules.may_cancel_reception(request.user, reception))
    form = ReasonForm(posted(request), user=request.user)
    if form.is_bound and form.is_valid():
        actions.cancel_reception(
            reception=reception, by=request.user, at=timezone.now(),
            reason=form.cleaned_data["reason"],
        )  # fmt: skip
        return redirect(reception)
    here = _("Cancel it")
    return form_page(
        request, form, title=here, submit_label=here,
        intro=_("It stays in the list with the reason. Put a word up where the notice hung."),
        cancel_url=reception.get_absolute_url(), crumbs=_crumbs(reception, here),
    )  # fmt: skip


# --- The day -----------------------------------------------------------------------------------


@require_POST
def hold_reception(request, pk):
    reception = _visible(request.user, pk)
    actions.hold_reception(reception=reception, by=request.user, at=timezone.now())
    return redirect(reception)


@require_http_methods(["GET", "HEAD", "POST"])
def register_at_reception(request, pk):
    """One party and what it brought, in one form."""
    user, reception = request.user, _visible(request.user, pk)
    require(rules.may_register_at(user, reception))
    data = request.POST if request.method == "POST" else None
    if data is not None and "add_matter" in data:
        data = data.copy()
        n = whole_number(data.get(f"{PARTS}-TOTAL_FORMS", "")) or 0
        data[f"{PARTS}-TOTAL_FORMS"] = str(min(10, n + 1))
    initial = {"key": uuid.uuid4()}
    form = PartyForm(data, user=user, initial=initial)
    parts = ReceptionMatters(data, prefix=PARTS, form_kwargs={"user": user})
    status = 200
    if request.method == "POST" and "add_matter" in request.POST:
        # Shown again without judging it yet.
        form._errors, parts._errors, parts._non_form_errors = {}, [], parts.error_class()
        form.cleaned_data = {}
        for part in parts.forms:
            part._errors = {}
    elif request.method == "POST":
        if form.is_valid() & parts.is_valid() and _registered(request, reception, form, parts):
            return redirect(reception)
        status = 422
    context = {
        "reception": reception,
        "form": form,
        "parts": parts,
        "blank_part": ReceptionMatterForm(prefix=f"{PARTS}-__prefix__", user=user),
        "crumbs": _crumbs(reception, _("Register who came")),
    }
    return render(request, "outreach/register_at_reception.html", context, status=status)


def _registered(request, reception, form, parts):
    """Whether something was registered; the reason stands at the form otherwise."""
    key = form.cleaned_data["key"]
    reported = []
    for n, part in enumerate(parts.forms):
        found = None if part.is_conduct else part.reported()
        if found:
            unit, opinion, matter = found
            # The same key each time the form is sent: sending twice registers once.
            reported.append((unit, opinion, {"client_key": uuid.uuid5(key, str(n)), **matter}))
    conduct = parts.conduct_reports()
    if not reported and not conduct:
        form.add_error(None, _("Write down at least one matter; who only asked the way is none."))
        return False
    try:
        actions.register_at_reception(
            reception=reception, by=request.user, at=timezone.now(), reported=reported,
            visitors=form.cleaned_data["visitors"], conduct_reports=conduct,
        )  # fmt: skip
    except (ValidationError, DifferentContent) as problem:
        form.add_error(None, getattr(problem, "messages", [str(problem)])[0])
        return False
    return True


# --- On paper ----------------------------------------------------------------------------------


@require_safe
def reception_notice(request, pk):
    """接访公告: one page in large type for the wall."""
    reception = _visible(request.user, pk)
    return sheet_page(request, "outreach/slips/reception_notice.html", {"reception": reception})


@require_POST
def export_receptions(request):
    if not request.user.holds(Permission.EXPORT):
        require(Decision(_("Your roles do not export ledgers.")))
    filters = {k: v for k, v in request.POST.items() if k != "csrfmiddlewaretoken" and v}
    return redirect(ledgers.start_export(RECEPTION_LEDGER, filters=filters, by=request.user))
