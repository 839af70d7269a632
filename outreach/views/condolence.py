"""Festival visits: campaigns, their lists and notices, objections, approval, visits, sheets."""

from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q, Sum
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from outreach.actions import condolence as actions
from outreach.filters.condolence import TABS, RecipientFilter, in_tab
from outreach.forms.condolence import (
    ApproveForm,
    BudgetForm,
    CampaignForm,
    DecisionForm,
    DeliveryForm,
    ObjectionForm,
    PublishForm,
    RecipientForm,
)
from outreach.ledgers import condolence as sheets
from outreach.models import (
    CondolenceCampaign,
    CondolenceObjection,
    CondolenceRecipient,
    CondolenceVisit,
    PublishedList,
)
from outreach.models.condolence import (
    DELIVERING,
    CampaignState,
    RecipientCategory,
)
from outreach.rules import condolence as rules
from portal import ledgers
from portal.access import Decision, Permission, require
from portal.asked import whole_number
from portal.models import GrassrootsUnit
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

BY_FESTIVAL = Sort(gettext_lazy("by festival"), "festival_on")
NEWEST = Sort(gettext_lazy("newest first"), "put_forward_at")
# Units of one campaign that its page names; the others stand in the list of recipients.
UNITS_SHOWN = 100


# --- Campaigns ----------------------------------------------------------------------------------


@require_safe
def condolence(request):
    user = request.user
    require(rules.may_see_campaigns(user))
    rows = CondolenceCampaign.objects.visible_to(user)
    tab = "closed" if request.GET.get("tab") == "closed" else "running"
    closed = Q(state=CampaignState.CLOSED)
    shown = rows.filter(closed if tab == "closed" else ~closed)
    context = {
        **listed(request, shown.for_list(), BY_FESTIVAL),
        "tab": tab,
        "tabs": [("running", _("Running")), ("closed", _("Closed"))],
        "opening": rules.may_open_campaign(user),
        "crumbs": _start(_("Festival visits")),
    }
    standing = Count("pk", filter=Q(removed_at=None))
    made = CondolenceVisit.objects.standing().filter(recipient=OuterRef("pk"))
    numbers = {
        pk: (on_list, visited)
        for pk, on_list, visited in CondolenceRecipient.objects.visible_to(user)
        .filter(campaign__in=[one.pk for one in context["page"]])
        .order_by()
        .values_list("campaign")
        .annotate(n=standing, visited=Count("pk", filter=Q(Exists(made), removed_at=None)))
    }
    for one in context["page"]:
        one.on_list, one.visited = numbers.get(one.pk, (0, 0))
    return render(request, "outreach/condolence.html", context)


def _start(here):
    return [Area.STAYS.crumb, (here, "")]


def _crumbs(campaign, here=""):
    crumbs = [(_("Festival visits"), reverse("outreach:condolence"))]
    if not here:
        return [*crumbs, (campaign.label, "")]
    return [*crumbs, (campaign.label, campaign.get_absolute_url()), (here, "")]


@seen
def _campaign(user):
    return CondolenceCampaign.objects.visible_to(user).select_related(
        "organ__division", "division", "opened_by"
    )


def _with_form(request, form, act, *, back, **page):
    """One form, one act: 422 with everything typed when the act finds something wrong. An act
    that leads elsewhere than back returns the address."""
    if form.is_bound and form.is_valid():
        try:
            with transaction.atomic():
                result = act(form)
        except ValidationError as problem:
            _show(form, problem)
        else:
            return redirect(result if isinstance(result, str) else back)
    return form_page(request, form, cancel_url=back, **page)


def _show(form, problem):
    errors = problem.error_dict if hasattr(problem, "error_dict") else {None: problem.error_list}
    for name, found in errors.items():
        form.add_error(name if name in form.fields else None, found)


@require_http_methods(["GET", "HEAD", "POST"])
def new_condolence(request):
    user = request.user
    require(rules.may_open_campaign(user))
    today = user.today
    initial = {
        "year": request.GET.get("year") or today.year + (today.month >= 11),
        "festival": request.GET.get("festival", ""),
        "objection_phone": user.organ.phone,
    }
    form = CampaignForm(posted(request), user=user, initial=initial)
    here = _("Open festival visits")
    return _with_form(
        request, form,
        lambda form: actions.open_campaign(
            by=user, at=timezone.now(), **form.content()
        ).get_absolute_url(),
        back=reverse("outreach:condolence"), title=here, submit_label=_("Open"),
        crumbs=[(_("Festival visits"), reverse("outreach:condolence")), (here, "")],
    )  # fmt: skip


def _to_decide(user, campaign, objections):
    """Objections, each with whether the reader may decide it; empty where it is not theirs."""
    for one in objections:
        one.campaign = campaign
        decision = rules.may_decide(user, one)
        one.deciding = None if isinstance(decision, rules.NotYours | rules.NotNow) else decision
    return objections


@require_safe
def condolence_campaign(request, pk):
    user, campaign = request.user, _campaign(request.user, pk)
    today = user.today
    rows = CondolenceRecipient.objects.visible_to(user).filter(campaign=campaign)
    standing = rows.standing()
    objections = (
        CondolenceObjection.objects.visible_to(user)
        .filter(campaign=campaign)
        .select_related("recipient", "unit", "entered_by", "decided_by")
        .order_by("-received_on", "-pk")
    )
    lists = {one.unit_id: one for one in PublishedList.objects.filter(campaign=campaign)}
    context = {
        "campaign": campaign,
        "budget": _budget(campaign),
        "categories": _categories(campaign, standing),
        "standards": campaign.standards.all(),
        "units": _units(campaign, standing, lists, today),
        "units_shown": UNITS_SHOWN,
        "list_url": _list_url(campaign, "standing"),
        "objections": _to_decide(user, campaign, objections),
        "steps": campaign.steps.select_related("by", "on_behalf_of").order_by("-at", "-pk"),
        "acts": _acts(user, campaign),
        "may_export": user.holds(Permission.EXPORT),
        "printing": rules.may_print_register(user, campaign),
        "crumbs": _crumbs(campaign),
    }
    return render(request, "outreach/condolence_campaign.html", context)


def _list_url(campaign, tab, **more):
    query = urlencode({"tab": tab, "campaign": campaign.pk, **more})
    return f"{reverse('outreach:condolence_recipients')}?{query}"


def _budget(campaign):
    """Planned, listed and delivered by source, the sums counted and never typed."""
    delivered = dict(
        CondolenceVisit.objects.standing()
        .filter(recipient__campaign=campaign)
        .order_by()
        .values_list("recipient__source")
        .annotate(sum=Sum(F("amount") + F("goods_value")))
    )
    lines = [
        {"label": source.label, "planned": planned, "used": used,
         "delivered": delivered.get(source, 0), "left": planned - used}
        for source, (planned, used) in rules.used_of_budget(campaign).items()
        if planned or used
    ]  # fmt: skip
    names = ("planned", "used", "delivered", "left")
    return {"lines": lines, "total": {name: sum(one[name] for one in lines) for name in names}}


def _categories(campaign, standing):
    counts = {
        category: (n, value)
        for category, n, value in standing.order_by()
        .values_list("category")
        .annotate(n=Count("pk"), value=Sum(F("amount") + F("goods_value")))
    }
    visited = dict(
        in_tab("visited", standing).order_by().values_list("category").annotate(n=Count("pk"))
    )
    return [
        {
            "label": category.label, "n": counts[category][0], "value": counts[category][1],
            "visited": visited.get(category, 0),
            "url": _list_url(campaign, "standing", category=category),
            "visited_url": _list_url(campaign, "visited", category=category),
        }
        for category in RecipientCategory
        if category in counts
    ]  # fmt: skip


def _units(campaign, standing, lists, today):
    """Each unit in official order with its numbers, its board sheet and its public page."""
    made = CondolenceVisit.objects.standing().filter(recipient=OuterRef("pk"))
    counts = {
        unit: (n, visited)
        for unit, n, visited in standing.order_by()
        .values_list("unit")
        .annotate(n=Count("pk"), visited=Count("pk", filter=Q(Exists(made))))
    }
    units = (
        GrassrootsUnit.objects.filter(pk__in=counts)
        .select_related("host_organ")
        .order_by("host_organ__sort_order", "host_organ", "sort_order", "pk")
    )
    return [
        {
            "unit": unit, "n": counts[unit.pk][0], "visited": counts[unit.pk][1],
            "url": _list_url(campaign, "standing", unit=unit.pk),
            "board": campaign.notice_runs(today)
            and reverse("outreach:condolence_board", args=[campaign.pk, unit.pk]),
            "public": campaign.notice_runs(today) and unit.pk in lists
            and public_address(lists[unit.pk]),
        }
        for unit in units[:UNITS_SHOWN]
    ]  # fmt: skip


def public_address(published):
    """Where the villagers' door shows a list; whole only where that door has its own name."""
    base = getattr(settings, "PUBLIC_BASE_URL", "").rstrip("/")
    return base + reverse("published_list", args=[published.token], urlconf="outreach.door.urls")


def _acts(user, campaign):
    """What this reader may do, and what not with its reason."""
    listing = campaign.state == CampaignState.LISTING
    acts = [
        ("put_forward", _("Put somebody forward"), rules.may_list, {"primary": listing}),
        ("condolence_budget", _("Budget and standards"), rules.may_change_budget, {}),
        ("publish_condolence", _("Begin the public notice"), rules.may_publish_list, {}),
        ("object_to_list", _("Enter an objection"), rules.may_object, {}),
        ("end_condolence_notice", _("End the notice"), rules.may_end_notice, {"post": True}),
        ("approve_condolence", _("Approve the list"), rules.may_approve, {"primary": True}),
        ("send_back_condolence", _("Send the list back"), rules.may_send_back, {}),
        ("close_condolence", _("Close the campaign"), rules.may_close,
         {"post": True, "confirm": _("Close this campaign?")}),
    ]  # fmt: skip
    shown = []
    for name, label, rule, more in acts:
        decision = rule(user, campaign)
        if decision or not isinstance(decision, rules.NotYours | rules.NotNow):
            url = reverse(f"outreach:{name}", args=[campaign.pk])
            shown.append({"label": label, "decision": decision, "url": url, **more})
    return shown


@require_http_methods(["GET", "HEAD", "POST"])
def condolence_budget(request, pk):
    user, campaign = request.user, _campaign(request.user, pk)
    require(rules.may_change_budget(user, campaign))
    initial = {"objection_phone": campaign.objection_phone}
    initial |= {f"budget_{one.source}": one.amount for one in campaign.budgets.all()}
    initial |= {f"standard_{one.category}": one.amount for one in campaign.standards.all()}
    here = _("Budget and standards")
    return _with_form(
        request, BudgetForm(posted(request), user=user, initial=initial),
        lambda form: actions.change_budget(campaign=campaign, by=user, **form.content()),
        back=campaign.get_absolute_url(), title=here, submit_label=_("Save"),
        crumbs=_crumbs(campaign, here),
        intro=_("A standard is what each recipient of a category is given; empty where it varies."),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def publish_condolence(request, pk):
    user, campaign = request.user, _campaign(request.user, pk)
    require(rules.may_publish_list(user, campaign))
    initial = {"last_on": actions.earliest_end(user.today)}
    here = _("Begin the public notice")
    return _with_form(
        request, PublishForm(posted(request), user=user, initial=initial),
        lambda form: actions.publish_list(
            campaign=campaign, by=user, at=timezone.now(), **form.cleaned_data
        ),
        back=campaign.get_absolute_url(), title=here, submit_label=_("Begin"),
        crumbs=_crumbs(campaign, here),
        intro=_(
            "Each unit's list hangs out with masked names and categories, without reasons. Nobody "
            "is put forward while it does. The public pages are gone after the last day."
        ),
    )  # fmt: skip


@require_POST
def end_condolence_notice(request, pk):
    campaign = _campaign(request.user, pk)
    actions.end_notice(campaign=campaign, by=request.user, at=timezone.now())
    return redirect(campaign)


@require_http_methods(["GET", "HEAD", "POST"])
def send_back_condolence(request, pk):
    user, campaign = request.user, _campaign(request.user, pk)
    require(rules.may_send_back(user, campaign))
    here = _("Send the list back")
    return _with_form(
        request, ReasonForm(posted(request), user=user),
        lambda form: actions.send_back(
            campaign=campaign, by=user, at=timezone.now(), reason=form.cleaned_data["reason"]
        ),
        back=campaign.get_absolute_url(), title=here, submit_label=here,
        crumbs=_crumbs(campaign, here),
        intro=_("Recipients can be put forward again; the list then hangs out anew."),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def approve_condolence(request, pk):
    user, campaign = request.user, _campaign(request.user, pk)
    require(rules.may_approve(user, campaign))
    here = _("Approve the list")
    standing = campaign.recipients.standing()
    intro = _("%(n)s recipients, %(value)s yuan. Visits begin once it is approved.") % {
        "n": standing.count(),
        "value": standing.aggregate(sum=Sum(F("amount") + F("goods_value")))["sum"],
    }
    return _with_form(
        request, ApproveForm(posted(request), user=user),
        lambda form: actions.approve_list(
            campaign=campaign, by=user, at=timezone.now(), **form.cleaned_data
        ),
        back=campaign.get_absolute_url(), title=here, submit_label=_("Approve"), intro=intro,
        crumbs=_crumbs(campaign, here),
    )  # fmt: skip


@require_POST
def close_condolence(request, pk):
    campaign = _campaign(request.user, pk)
    actions.close_campaign(campaign=campaign, by=request.user, at=timezone.now())
    return redirect(campaign)


# --- Recipients ---------------------------------------------------------------------------------


@require_safe
def condolence_recipients(request):
    user = request.user
    require(rules.may_see_campaigns(user))
    tab = request.GET.get("tab")
    tab = tab if tab in TABS else "standing"
    visible = CondolenceRecipient.objects.visible_to(user)
    filtered = RecipientFilter(request.GET, queryset=in_tab(tab, visible), user=user)
    rows = filtered.qs if filtered.form.is_valid() else filtered.queryset.none()
    if count := exact_total(request, rows):
        return count
    waiting = counted(in_tab("waiting", visible.filter(campaign__state__in=DELIVERING)), 999)[0]
    context = {
        **listed(request, rows.for_list(), NEWEST),
        "filter": filtered,
        "tab": tab,
        "tabs": [
            {"code": code, "label": label, "current": code == tab,
             "count": waiting if code == "waiting" else None}
            for code, label in TABS.items()
        ],
        "sorts": [(tab, NEWEST)],
        "sort": NEWEST,
        "may_export": user.holds(Permission.EXPORT),
        "crumbs": [
            (_("Festival visits"), reverse("outreach:condolence")), (_("Recipients"), ""),
        ],
    }  # fmt: skip
    return page_or_part(
        request, "outreach/condolence_recipients.html", "outreach/_condolence_rows.html", context
    )


@require_http_methods(["GET", "HEAD", "POST"])
def put_forward(request, pk):
    user, campaign = request.user, _campaign(request.user, pk)
    require(rules.may_list(user, campaign))

    def act(form):
        given = form.content()
        decision = rules.may_list(user, campaign, given["unit"])
        if not decision:
            raise ValidationError({"unit": decision.refusal})
        actions.put_forward(campaign=campaign, by=user, at=timezone.now(), **given)
        if form.cleaned_data["another"]:
            address = reverse("outreach:put_forward", args=[campaign.pk])
            return f"{address}?unit={given['unit'].pk}"
        return None

    unit = whole_number(request.GET.get("unit", ""))
    initial = {"unit": unit and GrassrootsUnit.objects.filter(pk=unit).first()}
    initial["another"] = bool(unit)
    here = _("Put somebody forward")
    return _with_form(
        request, RecipientForm(posted(request), user=user, initial=initial), act,
        back=campaign.get_absolute_url(), title=here, submit_label=_("Put on the list"),
        crumbs=_crumbs(campaign, here),
        intro=_("%(campaign)s. No ID number, bank number or illness; they are kept nowhere here.")
        % {"campaign": campaign.label},
    )  # fmt: skip


@seen
def _recipient(user):
    return CondolenceRecipient.objects.visible_to(user).select_related(
        "campaign__organ__division",
        "unit__division",
        "unit__host_organ",
        "organ",
        "put_forward_by",
        "removed_by",
    )


@require_safe
def condolence_recipient(request, pk):
    return _record(request, _recipient(request.user, pk))


@require_POST
def reveal_recipient(request, pk):
    """The name, once, with an audit entry; never in a list."""
    recipient = _recipient(request.user, pk)
    name = actions.reveal_name(recipient=recipient, by=request.user)
    return _record(request, recipient, name=name)


def _record(request, recipient, name=""):
    user = request.user
    listing = user.holds(Permission.LIST_RECIPIENTS, on=recipient)
    visits = recipient.visits.select_related(
        "first_cadre__organ", "second_cadre__organ", "entered_by", "voided_by", "diary"
    ).order_by("-pk")
    context = {
        "recipient": recipient,
        "campaign": recipient.campaign,
        "name": name,
        "revealing": rules.may_read_name(user, recipient),
        "sees_reason": listing,
        "visits": [
            {"visit": one, "voiding": rules.may_void_visit(user, one),
             "diary": one.diary_id
             and type(one.diary).objects.visible_to(user).filter(pk=one.diary_id).exists()}
            for one in visits
        ],
        "objections": _to_decide(
            user,
            recipient.campaign,
            CondolenceObjection.objects.visible_to(user)
            .filter(recipient=recipient)
            .select_related("recipient", "unit", "decided_by"),
        ),
        "acts": _recipient_acts(user, recipient),
        "crumbs": _crumbs(recipient.campaign, recipient.label),
    }  # fmt: skip
    return render(request, "outreach/condolence_recipient.html", context)


def _recipient_acts(user, recipient):
    acts = [
        ("enter_condolence_visit", _("Enter the visit"),
         rules.may_enter_visit(user, recipient), {"primary": True}),
        ("object_to_recipient", _("Enter an objection"),
         rules.may_object(user, recipient.campaign, recipient), {}),
        ("remove_recipient", _("Remove from the list"), rules.may_remove(user, recipient), {}),
    ]  # fmt: skip
    return [
        {"label": label, "decision": decision, "url": reverse(f"outreach:{name}",
                                                             args=[recipient.pk]), **more}
        for name, label, decision, more in acts
        if decision or not isinstance(decision, rules.NotYours | rules.NotNow)
    ]  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def remove_recipient(request, pk):
    user, recipient = request.user, _recipient(request.user, pk)
    require(rules.may_remove(user, recipient))
    here = _("Remove from the list")
    return _with_form(
        request, ReasonForm(posted(request), user=user),
        lambda form: actions.remove_recipient(
            recipient=recipient, by=user, at=timezone.now(), reason=form.cleaned_data["reason"]
        ),
        back=recipient.get_absolute_url(), title=here, submit_label=here,
        intro=recipient.label, crumbs=_crumbs(recipient.campaign, here),
    )  # fmt: skip


# --- Objections ---------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def object_to_list(request, pk):
    campaign = _campaign(request.user, pk)
    return _objection_page(request, campaign, None, campaign.get_absolute_url())


@require_http_methods(["GET", "HEAD", "POST"])
def object_to_recipient(request, pk):
    recipient = _recipient(request.user, pk)
    return _objection_page(request, recipient.campaign, recipient, recipient.get_absolute_url())


def _objection_page(request, campaign, recipient, back):
    user = request.user
    require(rules.may_object(user, campaign, recipient))

    def act(form):
        given = form.content()
        if "unit" in given and not campaign.takes_in(given["unit"]):
            raise ValidationError({"unit": _("This unit has no list in this campaign.")})
        actions.enter_objection(
            campaign=campaign, recipient=recipient, by=user, at=timezone.now(), **given
        )

    here = _("Enter an objection")
    return _with_form(
        request, ObjectionForm(posted(request), user=user, recipient=recipient), act,
        back=back, title=here, submit_label=_("Enter"), crumbs=_crumbs(campaign, here),
        intro=recipient.label if recipient else campaign.label,
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def decide_objection(request, pk):
    user = request.user
    objection = get_object_or_404(
        CondolenceObjection.objects.visible_to(user).select_related(
            "campaign__organ__division", "recipient"
        ),
        pk=pk,
    )
    require(rules.may_decide(user, objection))
    here = _("Decide the objection")
    return _with_form(
        request, DecisionForm(posted(request), user=user, objection=objection),
        lambda form: actions.decide_objection(
            objection=objection, by=user, at=timezone.now(), **form.content()
        ),
        back=objection.campaign.get_absolute_url(), title=here, submit_label=here,
        crumbs=_crumbs(objection.campaign, here), intro=objection.text,
    )  # fmt: skip


# --- Visits -------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def enter_condolence_visit(request, pk):
    user, recipient = request.user, _recipient(request.user, pk)
    require(rules.may_enter_visit(user, recipient))

    def act(form):
        given, at = form.content(), timezone.now()
        actions.enter_visit(recipient=recipient, by=user, at=at, **given)
        as_listed = {"amount": None, "goods": None, "goods_value": None}
        for other in form.cleaned_data.get("along") or ():
            actions.enter_visit(recipient=other, by=user, at=at, **(given | as_listed))

    here = _("Enter the visit")
    return _with_form(
        request, DeliveryForm(posted(request), user=user, recipient=recipient), act,
        back=recipient.get_absolute_url(), title=here, submit_label=_("Enter"),
        crumbs=_crumbs(recipient.campaign, here),
        intro=_("%(recipient)s: %(value)s yuan on the list. The recipient signs on paper.")
        % {"recipient": recipient.label, "value": recipient.value},
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def void_condolence_visit(request, pk):
    user = request.user
    visible = CondolenceRecipient.objects.visible_to(user)
    visit = get_object_or_404(
        CondolenceVisit.objects.filter(recipient__in=visible).select_related("recipient__campaign"),
        pk=pk,
    )
    require(rules.may_void_visit(user, visit))
    here = _("Void the visit")
    return _with_form(
        request, ReasonForm(posted(request), user=user),
        lambda form: actions.void_visit(
            visit=visit, by=user, at=timezone.now(), reason=form.cleaned_data["reason"]
        ),
        back=visit.recipient.get_absolute_url(), title=here, submit_label=here,
        intro=_("It stays as a row, and the recipient waits for a visit again."),
        crumbs=_crumbs(visit.recipient.campaign, here),
    )  # fmt: skip


# --- Sheets -------------------------------------------------------------------------------------


@require_safe
def condolence_board(request, pk, unit_pk):
    """公示榜 of one unit: masked names and categories, no reasons, the phone in large type."""
    campaign = _campaign(request.user, pk)
    if not campaign.notice_runs(request.user.today):
        require(Decision(_("No public notice runs; the board sheet is printed while it does.")))
    published = get_object_or_404(
        PublishedList.objects.prefetch_related("rows"), campaign=campaign, unit=unit_pk
    )
    context = {
        "campaign": campaign,
        "published": published,
        "rows": published.rows.order_by("pk"),
        "has_standards": any(row.standard for row in published.rows.all()),
    }
    return sheet_page(request, "outreach/slips/condolence_board.html", context)


@require_POST
def print_condolence_register(request, pk):
    """花名册 for signatures, with the names of the reader's own units; one audit entry."""
    user, campaign = request.user, _campaign(request.user, pk)
    require(rules.may_print_register(user, campaign))
    rows = sheets.register_for_signatures(campaign=campaign, by=user)
    context = {
        "campaign": campaign,
        "rows": rows,
        "total": sum(row["recipient"].value for row in rows),
    }
    return sheet_page(request, "outreach/slips/condolence_register.html", context)


@require_POST
def export_condolence(request, name):
    """花名册 or its summary of the rows that the list's address shows, written by a worker."""
    if not request.user.holds(Permission.EXPORT):
        require(Decision(_("Your roles do not export ledgers.")))
    ledger = sheets.REGISTER if name == "register" else sheets.SUMMARY
    filters = {k: v for k, v in request.POST.items() if k not in {"csrfmiddlewaretoken"} and v}
    return redirect(ledgers.start_export(ledger, filters=filters, by=request.user))
