"""Items of help: list, record with its word, slip, and promised against delivered."""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from outreach.door import codes
from pairing import delivery
from pairing.actions import support as actions
from pairing.acts.support import ITEMS, list_crumb, visible_item, visible_pairing
from pairing.filters.support import ITEMS_AT, DeliveryFilter
from pairing.listings.support import COLUMNS, HELPED, RECENT, may_read, with_states
from pairing.models import SupportItem, SupportRemark
from pairing.rules import support as rules
from portal.pages.acts import is_shown
from portal.pages.renderer import drawn
from portal.pages.side_list import Area
from portal.pages.web import download, listed, page_or_part, qr, sheet_page
from portal.records.steps import history
from portal.tools import asked
from portal.trust.access import require

# Nobody reads a longer sheet on paper; the ledger has every row.
MOST_PRINTED = 1_000


@require_safe
def pairing_items(request, pk):
    """The items of one pairing, as part of its page or as a page."""
    pairing = visible_pairing(request.user, pk)
    promising = rules.may_promise(request.user, pairing)
    rows = SupportItem.objects.visible_to(request.user).filter(pairing=pairing)
    shown = listed(request, rows.for_list(), RECENT)
    with_states(shown["page"], request.user.today)
    columns = [one for one in COLUMNS if one is not HELPED]
    asked = ITEMS_AT.at(request.user, request.GET)
    context = {
        **shown,
        "pairing": pairing,
        "table": drawn("table.html", request, columns=columns, page=shown["page"], asked=asked),
        "promising": promising,
        "shows_promising": is_shown(promising),
    }
    here = (pairing.helped_label, pairing.get_absolute_url())
    context["crumbs"] = [Area.PAIRING.crumb, here, (_("Items of help"), "")]
    page, part = "pairing/pairing_items.html", "pairing/_pairing_items.html"
    return page_or_part(request, page, part, context)


@require_safe
def support_item(request, pk):
    user, item = request.user, visible_item(request.user, pk)
    with_states([item], user.today)
    remarks = SupportRemark.objects.visible_to(user).filter(slip__item=item)
    remarks = list(remarks.select_related("read_by").order_by("said_at", "pk"))
    context = {
        "item": item,
        "steps": history(item, "for_cadre"),
        "words": item.words.select_related("asked_by__organ").order_by("-asked_at", "-pk"),
        "files": item.evidence.order_by("pk"),
        "acts": ITEMS.buttons(user, item),
        "slip": rules.may_print_slip(user, item),
        "deciding_slip": rules.may_print_deciding_slip(user, item),
        "remarks": remarks,
        "last_remark": max((r.pk for r in remarks), default=None),
        "has_unread_remarks": any(r.read_at is None for r in remarks),
        "crumbs": [Area.PAIRING.crumb, list_crumb(user), (item.what, "")],
    }
    return render(request, "pairing/support_item.html", context)


@require_safe
def support_file(request, pk, attachment_pk):
    item = visible_item(request.user, pk)
    attachment = get_object_or_404(item.evidence, pk=attachment_pk)
    return download(attachment.file.open("rb"), attachment.name, attachment.content_type)


# --- The word of the helped side ----------------------------------------------------------------


@require_POST
def read_support_remarks(request, pk):
    # A view, not an act, since it is sent the last remark that was shown.
    item = visible_item(request.user, pk)
    last = asked.whole_number(request.POST.get("last", "")) or 0
    actions.read_remarks(item=item, by=request.user, at=timezone.now(), last=last)
    return redirect(item)


@require_POST
def support_slip(request, pk):
    """Show a slip with number and query code, once. A view, not an act, since it answers with the
    print."""
    item = visible_item(request.user, pk)
    number, code = actions.print_slip(item=item, by=request.user, at=timezone.now())
    printed = item.door_slips.get(number=number, code_digest=codes.digest(number, code))
    address = f"{settings.PUBLIC_BASE_URL}/slip/"
    context = {
        "decides": printed.decides,
        "item": item,
        "today": request.user.today,
        "slip_number": codes.in_groups(number),
        "slip_code": codes.in_groups(code),
        "door": address,
        "qr": qr(address),
    }
    response = sheet_page(request, "pairing/slips/support.html", context)
    response.headers["Cache-Control"] = "private, no-store"
    return response


# --- Promised against delivered -----------------------------------------------------------------


def _delivery(request):
    """(items, filter, by): this year's promises unless the address names other days."""
    user, query = request.user, request.GET.copy()
    require(may_read(user))
    if not query.get("due_from") and not query.get("due_to"):
        year = user.today.year
        query["due_from"], query["due_to"] = f"{year}-01-01", f"{year}-12-31"
    by = query.pop("by", ["kind"])[0]
    visible = SupportItem.objects.visible_to(user)
    filtered = DeliveryFilter(query, queryset=visible, user=user)
    items = filtered.qs if filtered.form.is_valid() else visible.none()
    return items, filtered, by if by in delivery.BY else "kind"


def _linked(lines, filtered, by):
    """[(label, numbers, address of the list of these items)]."""
    return [
        (label, numbers, _list_of(filtered, **{delivery.FILTER_OF[by]: key}))
        for key, label, numbers in lines
    ]


def _list_of(filtered, **more):
    kept = {name: filtered.data[name] for name in filtered.form.fields if filtered.data.get(name)}
    return f"{reverse('pairing:support_items')}?{urlencode(kept | more)}"


@require_safe
def support_delivery(request):
    items, filtered, by = _delivery(request)
    context = {"filter": filtered, "by": by, "total": delivery.total(items, on=request.user.today)}
    if by == "kind":
        lines = delivery.by_kind(items, on=request.user.today)
    else:
        places = listed(request, delivery.places_of(items, by), delivery.OFFICIAL[by])
        lines = delivery.of_places(items, by, places["page"], on=request.user.today)
        context |= {"page": places["page"], "places": places["total"]}
    days = [filtered.form.cleaned_data.get(name) for name in ("due_from", "due_to")]
    context |= {
        "lines": _linked(lines, filtered, by),
        "all_url": _list_of(filtered),
        "days": days,
        "tabs": [{"code": k, "label": v, "current": k == by} for k, v in delivery.BY.items()],
        "crumbs": [Area.PAIRING.crumb, (_("Promised and delivered"), "")],
    }
    page, part = "pairing/support_delivery.html", "pairing/_delivery_rows.html"
    return page_or_part(request, page, part, context)


@require_safe
def support_delivery_print(request):
    items, filtered, by = _delivery(request)
    if by == "kind":
        lines = delivery.by_kind(items, on=request.user.today)
    else:
        places = delivery.places_of(items, by).order_by(*delivery.OFFICIAL[by].order())
        places = list(places[: MOST_PRINTED + 1])
        if len(places) > MOST_PRINTED:
            said = _("More than %(n)s lines: narrow it to an area, or export the items.")
            messages.warning(request, said % {"n": MOST_PRINTED})
            return redirect(f"{reverse('pairing:support_delivery')}?{request.GET.urlencode()}")
        lines = delivery.of_places(items, by, places, on=request.user.today)
    context = {
        "lines": lines,
        "total": delivery.total(items, on=request.user.today),
        "by": by,
        "days": [filtered.form.cleaned_data.get(name) for name in ("due_from", "due_to")],
        "unit": request.user.organ,
        "today": request.user.today,
        "back_url": f"{reverse('pairing:support_delivery')}?{request.GET.urlencode()}",
    }
    return sheet_page(request, "pairing/slips/delivery.html", context)
