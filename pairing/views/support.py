"""Items of help: list, record with its word, forms, slip, and promised against delivered."""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from outreach.door import codes
from pairing import delivery
from pairing.actions import support as actions
from pairing.filters.support import STANDINGS, DeliveryFilter, SupportFilter
from pairing.forms.support import FinishForm, HearWordForm, PromiseForm
from pairing.ledgers.support import SUPPORT_LEDGER
from pairing.models import Pairing, SupportItem, SupportRemark
from pairing.rules import support as rules
from portal import asked, ledgers
from portal.access import Decision, Permission, require
from portal.forms import kept_files
from portal.seen import seen
from portal.side_list import Area
from portal.text_forms import ReasonForm
from portal.web import (
    Sort,
    download,
    exact_total,
    form_page,
    listed,
    page_or_part,
    posted,
    posted_with_files,
    qr,
    sheet_page,
)

RECENT = Sort(gettext_lazy("promised last first"), "promised_on")
# Further orders only where their column is never empty and an index has its rows in order.
DUE = Sort(gettext_lazy("due soonest first"), "promised_for", descending=False)
DONE = Sort(gettext_lazy("done last first"), "done_on")
FURTHER = {"promised": ("due", DUE), "overdue": ("due", DUE), "done": ("done", DONE)}
# A longer sheet is nobody's to read on paper; the ledger holds every row.
MOST_PRINTED = 1_000


def _reads_list(user):
    return user.holds(Permission.READ_PAIRINGS) or user.holds(Permission.RECORD_SUPPORT)


def _may_read(user):
    if not _reads_list(user):
        require(Decision(_("Items of help are open to those who help, host or keep pairings.")))


def _list_crumb(user):
    """Who sees one item by their own pairing alone has no list to go back to."""
    return (_("Items of help"), reverse("pairing:support_items") if _reads_list(user) else "")


def _with_standing(items, today):
    for item in items:
        item.standing = "overdue" if item.is_overdue(today) else item.state
        item.standing_label = STANDINGS[item.standing]


@require_safe
def support_items(request):
    user = request.user
    _may_read(user)
    visible = SupportItem.objects.visible_to(user)
    filtered = SupportFilter(request.GET, queryset=visible, user=user)
    rows = filtered.qs if filtered.form.is_valid() else visible.none()
    if count := exact_total(request, rows):
        return count
    state = request.GET.get("state", "")
    sorts = {"recent": RECENT}
    if state in FURTHER:
        code, one = FURTHER[state]
        sorts[code] = one
    sort = sorts.get(request.GET.get("sort"), RECENT)
    shown = listed(request, rows.for_list(), sort)
    _with_standing(shown["page"], request.user.today)
    context = {
        **shown,
        "filter": filtered,
        "sorts": [*sorts.items()],
        "sort": sort,
        "tabs": [
            {"code": code, "label": label, "current": code == state.replace("all", "")}
            for code, label in {"": _("All"), **STANDINGS}.items()
            if code != "all"
        ],
        "may_export": user.holds(Permission.EXPORT),
        "crumbs": [Area.PAIRING.crumb, (_("Items of help"), "")],
    }  # fmt: skip
    return page_or_part(
        request, "pairing/support_items.html", "pairing/_support_rows.html", context
    )


@require_POST
def export_support(request):
    if not request.user.holds(Permission.EXPORT):
        require(Decision(_("Your roles do not export ledgers.")))
    filters = {k: v for k, v in request.POST.items() if k != "csrfmiddlewaretoken" and v}
    return redirect(ledgers.start_export(SUPPORT_LEDGER, filters=filters, by=request.user))


@seen
def _pairing(user):
    return Pairing.objects.visible_to(user).for_list()


@require_safe
def pairing_items(request, pk):
    """The items of one pairing: a part of its page, or a page of its own."""
    pairing = _pairing(request.user, pk)
    rows = SupportItem.objects.visible_to(request.user).filter(pairing=pairing)
    shown = listed(request, rows.for_list(), RECENT)
    _with_standing(shown["page"], request.user.today)
    context = {
        **shown,
        "pairing": pairing,
        "promising": rules.may_promise(request.user, pairing),
        "shows_promising": _is_shown(rules.may_promise(request.user, pairing)),
        "crumbs": [
            Area.PAIRING.crumb, (pairing.helped_label, pairing.get_absolute_url()),
            (_("Items of help"), ""),
        ],
    }  # fmt: skip
    return page_or_part(
        request, "pairing/pairing_items.html", "pairing/_pairing_items.html", context
    )


@seen
def _visible(user):
    return (
        SupportItem.objects.visible_to(user)
        .for_list()
        .select_related(
            "pairing__helper_branch", "pairing__organ", "pairing__unit", "need", "noted_by"
        )
    )


def _crumbs(request, item, here):
    return [_list_crumb(request.user), (item.what, item.get_absolute_url()), (here, "")]


@require_safe
def support_item(request, pk):
    user, item = request.user, _visible(request.user, pk)
    _with_standing([item], user.today)
    remarks = list(
        SupportRemark.objects.visible_to(user)
        .filter(slip__item=item)
        .select_related("read_by")
        .order_by("said_at", "pk")
    )
    context = {
        "item": item,
        "steps": item.steps.select_related("by__organ", "for_cadre").order_by("-at", "-pk"),
        "words": item.words.select_related("asked_by__organ").order_by("-asked_at", "-pk"),
        "files": item.evidence.order_by("pk"),
        "acts": _acts(user, item),
        "slip": rules.may_print_slip(user, item),
        "deciding_slip": rules.may_print_deciding_slip(user, item),
        "remarks": remarks,
        "last_remark": max((r.pk for r in remarks), default=None),
        "has_unread_remarks": any(r.read_at is None for r in remarks),
        "crumbs": [Area.PAIRING.crumb, _list_crumb(request.user), (item.what, "")],
    }
    return render(request, "pairing/support_item.html", context)


def _is_shown(decision):
    return decision or not isinstance(decision, rules.NotYours | rules.NotNow)


def _acts(user, item):
    acts = [
        ("finish_support", _("It is done"), rules.may_finish, {"primary": True}),
        ("hear_support", _("Note what they say"), rules.may_hear_word, {}),
        ("change_support", _("Change the promise"), rules.may_change_promise, {}),
        ("drop_support", _("Drop it with a reason"), rules.may_drop, {}),
        ("undo_support", _("It is not done after all"), rules.may_take_back_done,
         {"post": True, "confirm": _("Take “done” back? It stands as promised again.")}),
    ]  # fmt: skip
    shown = []
    for name, label, rule, more in acts:
        decision = rule(user, item)
        if _is_shown(decision):
            url = reverse(f"pairing:{name}", args=[item.pk])
            shown.append({"label": label, "decision": decision, "url": url, **more})
    return shown


# --- Promising, done, dropped -------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def promise_support(request, pk):
    user, pairing = request.user, _pairing(request.user, pk)
    require(rules.may_promise(user, pairing))
    form = PromiseForm(posted(request), user=user, pairing=pairing)
    if form.is_bound and form.is_valid():
        return redirect(
            actions.promise_item(pairing=pairing, by=user, at=timezone.now(), **form.content())
        )
    here = _("Promise help")
    items_url = reverse("pairing:pairing_items", args=[pk])
    return form_page(
        request, form, title=here, submit_label=_("Promise it"), cancel_url=items_url,
        intro=_("%(helper)s helps %(helped)s.")
        % {"helper": pairing.helper_label, "helped": pairing.helped_label},
        crumbs=[_list_crumb(request.user), (pairing.helped_label, items_url), (here, "")],
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def change_support(request, pk):
    user, item = request.user, _visible(request.user, pk)
    require(rules.may_change_promise(user, item))
    names = ("kind", "what", "amount", "source", "promised_for", "need")
    form = PromiseForm(
        posted(request), user=user, pairing=item.pairing, item=item,
        initial={name: getattr(item, name) for name in names},
    )  # fmt: skip
    if form.is_bound and form.is_valid():
        actions.change_promise(item=item, by=user, at=timezone.now(), **form.content())
        return redirect(item)
    here = _("Change the promise")
    return form_page(
        request, form, title=here, submit_label=_("Keep"), cancel_url=item.get_absolute_url(),
        intro=_("What it was before stands among its steps."), crumbs=_crumbs(request, item, here),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def finish_support(request, pk):
    user, item = request.user, _visible(request.user, pk)
    require(rules.may_finish(user, item))
    form = FinishForm(
        *posted_with_files(request), user=user, item=item,
        initial={"done_on": user.today},
    )  # fmt: skip
    if form.is_bound and form.is_valid():
        with kept_files(form.cleaned_data["evidence"], user) as kept:
            actions.finish_item(
                item=item, by=user, at=timezone.now(), evidence=kept, **form.content()
            )
        return redirect(item)
    here = _("It is done")
    return form_page(
        request, form, title=here, submit_label=_("Note it as done"),
        cancel_url=item.get_absolute_url(), crumbs=_crumbs(request, item, here),
        intro=_("Whether it helped, the helped side says: the host or the office asks them, or "
                "they say it by their slip."),
    )  # fmt: skip


@require_POST
def undo_support(request, pk):
    item = actions.take_back_done(
        item=_visible(request.user, pk), by=request.user, at=timezone.now()
    )
    return redirect(item)


@require_http_methods(["GET", "HEAD", "POST"])
def drop_support(request, pk):
    user, item = request.user, _visible(request.user, pk)
    require(rules.may_drop(user, item))
    form = ReasonForm(posted(request), user=user)
    if form.is_bound and form.is_valid():
        actions.drop_item(item=item, by=user, at=timezone.now(), reason=form.cleaned_data["reason"])
        return redirect(item)
    here = _("Drop it with a reason")
    return form_page(
        request, form, title=here, submit_label=_("Drop it"), cancel_url=item.get_absolute_url(),
        intro=_("It stays in the list as dropped; those who were promised it hear the reason."),
        crumbs=_crumbs(request, item, here),
    )  # fmt: skip


@require_safe
def support_file(request, pk, attachment_pk):
    item = _visible(request.user, pk)
    attachment = get_object_or_404(item.evidence, pk=attachment_pk)
    return download(attachment.file.open("rb"), attachment.name, attachment.content_type)


# --- The word of the helped side ----------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def hear_support(request, pk):
    user, item = request.user, _visible(request.user, pk)
    require(rules.may_hear_word(user, item))
    form = HearWordForm(posted(request), user=user, item=item)
    if form.is_bound and form.is_valid():
        actions.hear_word(item=item, by=user, at=timezone.now(), **form.content())
        return redirect(item)
    here = _("Note what they say")
    return form_page(
        request, form, title=here, submit_label=_("Keep"), cancel_url=item.get_absolute_url(),
        intro=_("%(what)s. Ask %(helped)s: was it done, and did it help? Write it as it was said.")
        % {"what": item.what, "helped": item.pairing.helped_label},
        crumbs=_crumbs(request, item, here),
    )  # fmt: skip


@require_POST
def read_support_remarks(request, pk):
    item = _visible(request.user, pk)
    last = asked.whole_number(request.POST.get("last", "")) or 0
    actions.read_remarks(item=item, by=request.user, at=timezone.now(), last=last)
    return redirect(item)


@require_POST
def support_slip(request, pk):
    """A slip with number and query code, which are shown on this print and never again."""
    item = _visible(request.user, pk)
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
    """(items, filter, by, query): this year's promises unless the address says other days."""
    user, query = request.user, request.GET.copy()
    _may_read(user)
    if not query.get("due_from") and not query.get("due_to"):
        year = user.today.year
        query["due_from"], query["due_to"] = f"{year}-01-01", f"{year}-12-31"
    by = query.pop("by", ["kind"])[0]
    visible = SupportItem.objects.visible_to(user)
    filtered = DeliveryFilter(query, queryset=visible, user=user)
    items = filtered.qs if filtered.form.is_valid() else visible.none()
    return items, filtered, by if by in delivery.BY else "kind"


def _linked(lines, filtered, by):
    """[(label, numbers, address of the list that holds them)]."""
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
        "tabs": [
            {"code": code, "label": label, "current": code == by}
            for code, label in delivery.BY.items()
        ],
        "crumbs": [Area.PAIRING.crumb, (_("Promised and delivered"), "")],
    }  # fmt: skip
    return page_or_part(
        request, "pairing/support_delivery.html", "pairing/_delivery_rows.html", context
    )


@require_safe
def support_delivery_print(request):
    items, filtered, by = _delivery(request)
    if by == "kind":
        lines = delivery.by_kind(items, on=request.user.today)
    else:
        places = delivery.places_of(items, by).order_by(*delivery.OFFICIAL[by].order())
        places = list(places[: MOST_PRINTED + 1])
        if len(places) > MOST_PRINTED:
            messages.warning(
                request,
                _("More than %(n)s lines: narrow it to an area, or export the items.")
                % {"n": MOST_PRINTED},
            )
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
