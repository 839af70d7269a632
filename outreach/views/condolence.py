"""Festival visits: campaigns, their recipients, sheets."""

from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Count, Exists, F, OuterRef, Q, Sum
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from outreach.actions import condolence as actions
from outreach.acts.condolence import (
    CAMPAIGNS,
    RECIPIENTS,
    crumbs,
    visible_campaign,
    visible_recipient,
)
from outreach.ledgers import condolence as sheets
from outreach.models import (
    CondolenceObjection,
    CondolenceRecipient,
    CondolenceStandard,
    CondolenceVisit,
    PublishedList,
    Visit,
)
from outreach.models.condolence import RecipientCategory
from outreach.rules import condolence as rules
from portal.models import GrassrootsUnit
from portal.pages.acts import is_shown
from portal.pages.side_list import Area
from portal.pages.web import sheet_page
from portal.records.seen import seen_by, values_of
from portal.records.steps import history
from portal.roles import Permission
from portal.tools.prepared import Once, Prepared, among
from portal.trust.access import Decision, require

# Most units named on the page of a campaign; the list of recipients has all of them.
UNITS_SHOWN = 100


def _to_decide(user, campaign, objections):
    """Set `deciding` on each objection: the decision for the button, or None if there is no
    button."""
    for one in objections:
        one.campaign = campaign
        decision = rules.may_decide(user, one)
        one.deciding = decision if is_shown(decision) else None
    return objections


_DELIVERED = Prepared(
    lambda campaign: (
        CondolenceVisit.objects.standing()
        .filter(recipient__campaign=campaign)
        .order_by()
        .values_list("recipient__source")
        .annotate(sum=Sum(F("amount") + F("goods_value")))
    ),
    campaign=-1,
)
_STANDARDS = Prepared(
    lambda campaign: CondolenceStandard.objects.filter(campaign=campaign), campaign=-1
)
_LISTS = Prepared(
    lambda campaign: PublishedList.objects.filter(campaign=campaign).values_list("unit", "token"),
    campaign=-1,
)
_UNITS = Once(
    lambda: (
        GrassrootsUnit.objects.filter(among("pk", "units"))
        .select_related("host_organ")
        .order_by("host_organ__sort_order", "host_organ", "sort_order", "pk")[:UNITS_SHOWN]
    )
)


def _visited():
    made = CondolenceVisit.objects.standing().filter(recipient=OuterRef("pk"))
    return Count("pk", filter=Q(Exists(made)))


@values_of("campaign")
def _by_category(user):
    """(category, recipients on the list, yuan, visited)"""
    rows = CondolenceRecipient.objects.visible_to(user).standing().order_by()
    value = Sum(F("amount") + F("goods_value"))
    return rows.values_list("category").annotate(n=Count("pk"), value=value, visited=_visited())


@values_of("campaign")
def _by_unit(user):
    """(unit, recipients on the list, visited)"""
    rows = CondolenceRecipient.objects.visible_to(user).standing().order_by()
    return rows.values_list("unit").annotate(n=Count("pk"), visited=_visited())


@seen_by("campaign")
def _objections(user):
    rows = CondolenceObjection.objects.visible_to(user)
    rows = rows.select_related("recipient", "unit", "entered_by", "decided_by")
    return rows.order_by("-received_on", "-pk")


@require_safe
def condolence_campaign(request, pk):
    user, campaign = request.user, visible_campaign(request.user, pk)
    today = user.today
    context = {
        "campaign": campaign,
        "budget": _budget(campaign),
        "categories": _categories(user, campaign),
        "standards": _STANDARDS.rows(campaign=pk),
        "units": _units(user, campaign, today),
        "units_shown": UNITS_SHOWN,
        "list_url": _list_url(campaign, "standing"),
        "objections": _to_decide(user, campaign, _objections(user, pk)),
        "steps": history(campaign, "on_behalf_of"),
        "acts": CAMPAIGNS.buttons(user, campaign),
        "may_export": user.holds(Permission.EXPORT),
        "printing": rules.may_print_register(user, campaign),
        "crumbs": [Area.STAYS.crumb, *crumbs(campaign)],
    }
    return render(request, "outreach/condolence_campaign.html", context)


def _list_url(campaign, tab, **more):
    query = urlencode({"tab": tab, "campaign": campaign.pk, **more})
    return f"{reverse('outreach:condolence_recipients')}?{query}"


def _budget(campaign):
    """Yuan planned, listed and delivered for each source, and their totals."""
    delivered = dict(_DELIVERED.tuples(campaign=campaign.pk))
    lines = [
        {
            "label": source.label,
            "planned": planned,
            "used": used,
            "delivered": delivered.get(source, 0),
            "left": planned - used,
        }
        for source, (planned, used) in rules.used_of_budget(campaign).items()
        if planned or used
    ]
    names = ("planned", "used", "delivered", "left")
    return {"lines": lines, "total": {name: sum(one[name] for one in lines) for name in names}}


def _categories(user, campaign):
    counts = {category: numbers for category, *numbers in _by_category(user, [campaign.pk])}
    return [
        {
            "label": category.label,
            "n": counts[category][0],
            "value": counts[category][1],
            "visited": counts[category][2],
            "url": _list_url(campaign, "standing", category=category),
            "visited_url": _list_url(campaign, "visited", category=category),
        }
        for category in RecipientCategory
        if category in counts
    ]


def _units(user, campaign, today):
    """Units in official order, each with its counts, board sheet and public page."""
    counts = {unit: (n, visited) for unit, n, visited in _by_unit(user, [campaign.pk])}
    runs = campaign.notice_runs(today)
    tokens = dict(_LISTS.tuples(campaign=campaign.pk)) if runs else {}
    return [
        {
            "unit": unit,
            "n": counts[unit.pk][0],
            "visited": counts[unit.pk][1],
            "url": _list_url(campaign, "standing", unit=unit.pk),
            "board": runs and reverse("outreach:condolence_board", args=[campaign.pk, unit.pk]),
            "public": unit.pk in tokens and public_address(tokens[unit.pk]),
        }
        for unit in (_UNITS.rows(units=list(counts)) if counts else [])
    ]


def public_address(token):
    """Address of a published list at the villagers' door; absolute if PUBLIC_BASE_URL is set."""
    base = getattr(settings, "PUBLIC_BASE_URL", "").rstrip("/")
    return base + reverse("published_list", args=[token], urlconf="outreach.door.urls")


# --- Recipients ---------------------------------------------------------------------------------


@require_safe
def condolence_recipient(request, pk):
    return _record(request, visible_recipient(request.user, pk))


@require_POST
def reveal_recipient(request, pk):
    """Show the full name on this page and record it in the audit."""
    recipient = visible_recipient(request.user, pk)
    name = actions.reveal_name(recipient=recipient, by=request.user)
    return _record(request, recipient, name=name)


def _record(request, recipient, name=""):
    user = request.user
    visits = recipient.visits.select_related(
        "first_cadre__organ", "second_cadre__organ", "entered_by", "voided_by", "diary"
    ).order_by("-pk")
    objections = CondolenceObjection.objects.visible_to(user).filter(recipient=recipient)
    objections = objections.select_related("recipient", "unit", "decided_by")
    diaries = Visit.objects.visible_to(user)
    context = {
        "recipient": recipient,
        "campaign": recipient.campaign,
        "name": name,
        "revealing": rules.may_read_name(user, recipient),
        "sees_reason": user.holds(Permission.LIST_RECIPIENTS, on=recipient),
        "visits": [
            {
                "visit": one,
                "voiding": rules.may_void_visit(user, one),
                "diary": one.diary_id and diaries.filter(pk=one.diary_id).exists(),
            }
            for one in visits
        ],
        "objections": _to_decide(user, recipient.campaign, objections),
        "acts": RECIPIENTS.buttons(user, recipient),
        "crumbs": crumbs(recipient.campaign, recipient.label),
    }
    return render(request, "outreach/condolence_recipient.html", context)


# --- Sheets -------------------------------------------------------------------------------------


@require_safe
def condolence_board(request, pk, unit_pk):
    """公示榜 of one unit: masked names and categories, no reasons, the phone in large type."""
    campaign = visible_campaign(request.user, pk)
    if not campaign.notice_runs(request.user.today):
        require(
            Decision(
                _("There is no public notice now; the board sheet can be printed only during one.")
            )
        )
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
    user, campaign = request.user, visible_campaign(request.user, pk)
    require(rules.may_print_register(user, campaign))
    rows = sheets.register_for_signatures(campaign=campaign, by=user)
    total = sum(row["recipient"].value for row in rows)
    context = {"campaign": campaign, "rows": rows, "total": total}
    return sheet_page(
        request,
        "outreach/slips/condolence_register.html",
        context,
        about=campaign,
        at=timezone.now(),
    )
