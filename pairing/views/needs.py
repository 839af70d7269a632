"""Needs and offers: lists, records, noting, renewing, closing, offering."""

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pairing.actions import needs as actions
from pairing.filters.needs import (
    NEED_TABS,
    OFFER_TABS,
    NeedFilter,
    OfferFilter,
    needs_in,
    offers_in,
)
from pairing.forms.needs import NeedForm, OfferForm, RenewNeedForm
from pairing.ledgers.needs import UNMET_LEDGER
from pairing.models import HelpNeed, HelpResource, Pairing, SupportItem
from pairing.models.needs import NeedState
from pairing.rules import needs as rules
from portal import ledgers
from portal.access import Decision, NotNow, NotYours, Permission, require
from portal.models import Organ
from portal.models.people import Skill
from portal.seen import seen
from portal.side_list import Area
from portal.staff_forms import carried_out
from portal.web import Sort, counted, exact_total, form_page, listed, page_or_part, posted, tabbed

require_form = require_http_methods(["GET", "HEAD", "POST"])

OLDEST = Sort(gettext_lazy("oldest first"), "noted_on", descending=False)
NEWEST = Sort(gettext_lazy("newest first"), "noted_on")
SORTS = {"oldest": OLDEST, "newest": NEWEST}
OFFICIAL = Sort(gettext_lazy("official order"), ("organ__sort_order", "organ_id"), descending=False)


# --- Needs -------------------------------------------------------------------------------------


@require_safe
def help_needs(request):
    user = request.user
    require(rules.may_read_needs(user))
    tab = request.GET.get("tab")
    tab = tab if tab in NEED_TABS else "open"
    filtered = NeedFilter(request.GET, queryset=needs_in(tab, user), user=user)
    rows = filtered.qs if filtered.form.is_valid() else filtered.queryset.none()
    if count := exact_total(request, rows):
        return count
    # What waits longest stands first while somebody should still do something about it.
    default = "oldest" if tab in {"open", "run_out"} else "newest"
    sort = SORTS.get(request.GET.get("sort"), SORTS[default])
    tabs = tabbed(filtered, tab, NEED_TABS, sort)
    for one in tabs["tabs"]:
        if one["code"] == "run_out":
            one["count"] = counted(needs_in("run_out", user), up_to=999)[0]
    context = {
        **listed(request, rows.for_list(), sort),
        **tabs,
        "sorts": list(SORTS.items()),
        "today": user.today,
        "may_note": rules.may_note_needs(user),
        "may_export": user.holds(Permission.EXPORT) and tab == "open",
        "may_read_offers": rules.may_read_offers(user),
        "export_filters": [
            (k, v) for k, v in request.GET.items() if k in filtered.form.fields and v
        ],
        "crumbs": [Area.PAIRING.crumb, (_("Needs for help"), "")],
    }
    _name(context["page"], user)
    return page_or_part(request, "pairing/help_needs.html", "pairing/_help_need_rows.html", context)


def _name(needs, user):
    """Say whose household it is to those alone who may know it: of all rows in one query."""
    personal = [need for need in needs if need.household_id]
    own = set()
    if personal:
        running = Pairing.objects.open_to(user, user.today)
        own = set(
            running.filter(household__in=[need.household_id for need in personal])
            .values_list("household", flat=True)
        )  # fmt: skip
    for need in needs:
        need.may_name = need.household_id in own or user.holds(Permission.NOTE_HELP_NEEDS, on=need)


@seen
def _visible(user):
    return HelpNeed.objects.visible_to(user).select_related(
        "unit", "township", "organ", "host_organ", "household", "noted_by", "closed_by"
    )


def _need_crumbs(need, *here):
    return [
        (_("Needs for help"), reverse("pairing:help_needs")),
        (f"{need.unit.name} · {need.get_kind_display()}", need.get_absolute_url()),
        *here,
    ]


@require_safe
def help_need(request, pk):
    user, need = request.user, _visible(request.user, pk)
    need.may_name = rules.may_read_name(user, need)
    helped = {"household": need.household} if need.household_id else {
        "unit": need.unit, "household": None, "level": "unit"
    }  # fmt: skip
    helping = Pairing.objects.visible_to(user).running(user.today).filter(**helped)
    context = {
        "need": need,
        "standing": need.standing(user.today),
        "expertise": [Skill(code).label for code in need.expertise],
        # What is done about it, from the items themselves.
        "items": SupportItem.objects.visible_to(user).filter(need=need).select_related("organ")
        .order_by("-promised_on", "-pk"),
        "helping": helping.select_related("organ", "cadre").order_by("-starts_on", "-pk"),
        "acts": _acts(user, need, [
            ("renew_help_need", _("Renew"), rules.may_renew_need,
             {"primary": need.has_run_out(user.today)}),
            ("meet_help_need", _("It is met"), rules.may_close_need,
             {"post": True, "confirm": _("Close this need as met? It is not opened again.")}),
            ("withdraw_help_need", _("No longer needed"), rules.may_close_need,
             {"post": True, "confirm": _("Close this need? It is not opened again.")}),
        ]),
        "crumbs": [*_need_crumbs(need)[:1], (need.unit.name, "")],
    }  # fmt: skip
    return render(request, "pairing/help_need.html", context)


def _acts(user, record, acts):
    shown = []
    for name, label, rule, more in acts:
        decision = rule(user, record)
        if decision or not isinstance(decision, NotYours | NotNow):
            url = reverse(f"pairing:{name}", args=[record.pk])
            shown.append({"label": label, "decision": decision, "url": url, **more})
    return shown


@require_form
def new_help_need(request):
    require(rules.may_note_needs(request.user))
    form = NeedForm(posted(request), user=request.user)
    need = carried_out(form, actions.note_need, by=request.user, at=timezone.now())
    if need:
        return redirect(need)
    here = _("Note a need")
    return form_page(
        request, form, title=here, submit_label=_("Note it"),
        intro=_("What a unit needs, or of which kind of help a household is in need. It stands "
                "until its last day and is then looked at again."),
        cancel_url=reverse("pairing:help_needs"),
        crumbs=[(_("Needs for help"), reverse("pairing:help_needs")), (here, "")],
    )  # fmt: skip


@require_form
def renew_help_need(request, pk):
    need = _visible(request.user, pk)
    require(rules.may_renew_need(request.user, need))
    form = RenewNeedForm(posted(request), user=request.user, initial={"urgency": need.urgency})
    if carried_out(form, actions.renew_need, need=need, by=request.user, at=timezone.now()):
        return redirect(need)
    here = _("Renew")
    return form_page(
        request, form, title=f"{need.unit.name} · {need.get_kind_display()}", submit_label=here,
        intro=_("You have looked at it again and it is still needed."),
        cancel_url=need.get_absolute_url(), crumbs=_need_crumbs(need, (here, "")),
    )  # fmt: skip


@require_POST
def meet_help_need(request, pk):
    need = _visible(request.user, pk)
    actions.close_need(need=need, by=request.user, at=timezone.now(), state=NeedState.MET)
    return redirect(need)


@require_POST
def withdraw_help_need(request, pk):
    need = _visible(request.user, pk)
    actions.close_need(need=need, by=request.user, at=timezone.now(), state=NeedState.WITHDRAWN)
    return redirect(need)


@require_POST
def export_help_needs(request):
    if not request.user.holds(Permission.EXPORT):
        require(Decision(_("Your roles do not export ledgers.")))
    filters = {k: v for k, v in request.POST.items() if k != "csrfmiddlewaretoken" and v}
    return redirect(ledgers.start_export(UNMET_LEDGER, filters=filters, by=request.user))


# --- Offers ------------------------------------------------------------------------------------


@require_safe
def help_resources(request):
    user = request.user
    require(rules.may_read_offers(user))
    tab = "past" if request.GET.get("tab") == "past" else "on"
    filtered = OfferFilter(request.GET, queryset=offers_in(tab, user), user=user)
    rows = filtered.qs if filtered.form.is_valid() else filtered.queryset.none()
    if count := exact_total(request, rows):
        return count
    context = {
        **listed(request, rows.for_list(), OFFICIAL),
        **tabbed(filtered, tab, OFFER_TABS, OFFICIAL),
        "may_offer": rules.may_offer_help(user),
        "crumbs": [
            (_("Needs for help"), reverse("pairing:help_needs")), (_("Offers of help"), ""),
        ],
    }  # fmt: skip
    return page_or_part(
        request, "pairing/help_resources.html", "pairing/_help_resource_rows.html", context
    )


@seen
def _visible_offer(user):
    return HelpResource.objects.visible_to(user).select_related("organ__division", "noted_by")


def _offer_crumbs(resource, *here):
    return [
        (_("Offers of help"), reverse("pairing:help_resources")),
        (f"{resource.organ.label} · {resource.get_kind_display()}", resource.get_absolute_url()),
        *here,
    ]


@require_safe
def help_resource(request, pk):
    user, resource = request.user, _visible_offer(request.user, pk)
    helping = Pairing.objects.visible_to(user).running(user.today)
    context = {
        "resource": resource,
        "is_on_offer": resource.is_on_offer(user.today),
        "expertise": [Skill(code).label for code in resource.expertise],
        "helping_count": helping.filter(organ=resource.organ, level="unit").count(),
        "acts": _acts(user, resource, [
            ("edit_help_resource", _("Change the offer"), rules.may_change_offer, {}),
            ("withdraw_help_resource", _("Withdraw the offer"), rules.may_change_offer,
             {"post": True, "confirm": _("Withdraw this offer? Pairings that stand go on.")}),
        ]),
        "crumbs": [*_offer_crumbs(resource)[:1], (resource.organ.label, "")],
    }  # fmt: skip
    return render(request, "pairing/help_resource.html", context)


@require_form
def new_help_resource(request):
    require(rules.may_offer_help(request.user))
    form = OfferForm(posted(request), user=request.user, initial=_own_organ(request.user))
    resource = carried_out(form, actions.offer_help, by=request.user, at=timezone.now())
    if resource:
        return redirect(resource)
    here = _("Offer help")
    return form_page(
        request, form, title=here, submit_label=_("Offer it"),
        intro=_("What the organ can truly give: policy, information, funds, technology, talent. "
                "The programme office brings it together with what is needed."),
        cancel_url=reverse("pairing:help_resources"),
        crumbs=[(_("Offers of help"), reverse("pairing:help_resources")), (here, "")],
    )  # fmt: skip


def _own_organ(user):
    """The one organ that somebody liaises for stands in the form already."""
    grants = user.grants_with(Permission.OFFER_HELP)
    organs = {grant.organ_id for grant in grants}
    if len(organs) == 1 and None not in organs:
        return {"organ": Organ.objects.get(pk=organs.pop())}
    return {}


@require_form
def edit_help_resource(request, pk):
    resource = _visible_offer(request.user, pk)
    require(rules.may_change_offer(request.user, resource))
    names = ("kind", "what", "capacity", "amount", "expertise", "until")
    form = OfferForm(
        posted(request), user=request.user, resource=resource,
        initial={name: getattr(resource, name) for name in names},
    )  # fmt: skip
    if carried_out(
        form, actions.change_offer, resource=resource, by=request.user, at=timezone.now()
    ):
        return redirect(resource)
    here = _("Change the offer")
    return form_page(
        request, form, title=here, submit_label=_("Keep"),
        intro=_("Pairings that stand go on as they are."),
        cancel_url=resource.get_absolute_url(), crumbs=_offer_crumbs(resource, (here, "")),
    )  # fmt: skip


@require_POST
def withdraw_help_resource(request, pk):
    resource = _visible_offer(request.user, pk)
    actions.withdraw_offer(resource=resource, by=request.user, at=timezone.now())
    return redirect(resource)
