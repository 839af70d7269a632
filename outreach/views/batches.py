"""Batches of stays: record, places, moves, publishing."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from outreach.actions import batches as actions
from outreach.acts.batches import BATCHES, batch_crumbs, visible_batch
from outreach.filters.batches import PLACE_TABS, PlaceFilter, places_in
from outreach.forms.batches import OptionalWhyForm, ReopenForm, WhyForm
from outreach.models import BatchPlace, Nomination, Placement, StayBatch
from outreach.models.batches import BatchState, NominationState
from outreach.placing import obstacles as placing
from outreach.rules import batches as rules
from portal.forms.staff import carried_out
from portal.pages.acts import is_shown
from portal.pages.web import (
    Sort,
    exact_total,
    form_page,
    listed,
    page_or_part,
    posted,
    sheet_page,
    tabbed,
)
from portal.records.steps import history
from portal.trust import wall
from portal.trust.access import Decision, require

require_form = require_http_methods(["GET", "HEAD", "POST"])

OFFICIAL = gettext_lazy("official order")
UNIT_FIELDS = ("unit__host_organ__sort_order", "unit__host_organ_id", "unit__sort_order")
PLACE_ORDER = Sort(OFFICIAL, UNIT_FIELDS, descending=False)
PLACEMENT_ORDER = Sort(
    OFFICIAL, (*(f"place__{name}" for name in UNIT_FIELDS), "place_id"), descending=False
)
# Incomplete places named on the page of the batch; the total is shown as well.
NAMED = 12

MOVES = {
    "open": (gettext_lazy("Open for nomination"), rules.may_open),
    "close": (gettext_lazy("Close nomination"), rules.may_close),
    "reopen": (gettext_lazy("Open for nomination again"), rules.may_reopen),
    "take_up_again": (gettext_lazy("Take up again after the decision"), rules.may_take_up_again),
    "give_up": (gettext_lazy("Give the batch up"), rules.may_give_up),
}

FORMS = {"open": OptionalWhyForm, "close": OptionalWhyForm, "reopen": ReopenForm}
INTROS = {
    "open": gettext_lazy("The organs of the area see the places and nominate until the day set."),
    "close": gettext_lazy("Nobody nominates any more; then it is chosen who goes where."),
    "reopen": gettext_lazy("What was placed so far stays as it is."),
    "take_up_again": gettext_lazy("The decision stays among the steps; decide anew afterwards."),
    "give_up": gettext_lazy("The batch stays on the list with its reason; no stay comes of it."),
}


@require_safe
def batch(request, pk):
    user = request.user
    batch = visible_batch(user, pk)
    keeps = rules.keeps(user, batch)
    visible = Nomination.objects.visible_to(user).filter(batch=batch)
    nominated = visible.exclude(state=NominationState.WITHDRAWN)
    newest = batch.proposals.select_related("job").order_by("-pk").first() if keeps else None
    weak = placing.weak_teams(batch) if keeps and batch.state == BatchState.PROPOSING else []
    context = {
        "batch": batch,
        "keeps": keeps,
        "numbers": _numbers(batch, nominated, keeps),
        "proposal": newest,
        "weak": weak[:NAMED],
        "weak_count": len(weak),
        "steps": history(batch),
        "acts": _acts(user, batch),
        "crumbs": BATCHES.crumbs(batch),
    }
    return render(request, "outreach/batch.html", context)


def _numbers(batch, nominated, keeps):
    """[(words, number, address)]; an organ counts its own nominations."""
    counted = StayBatch.objects.with_counts().get(pk=batch.pk)
    places = reverse("outreach:batch_places", args=[batch.pk])
    nominations = reverse("outreach:nominations", args=[batch.pk])
    numbers = [
        (_("Places"), counted.place_count, places),
        (_("Cadres wanted"), counted.seat_count, places),
        (_("Nominated"), nominated.count(), f"{nominations}?tab=all"),
        (_("Qualified"), nominated.qualified().count(), f"{nominations}?tab=qualified"),
    ]
    if keeps:
        placements = reverse("outreach:placements", args=[batch.pk])
        numbers.append((_("Placed"), counted.placed_count, placements))
    return numbers


def _acts(user, batch):
    shown = BATCHES.buttons(user, batch)
    for code, (label, rule) in MOVES.items():
        if is_shown(decision := rule(user, batch)):
            url = reverse("outreach:move_batch", args=[batch.pk, code])
            primary = code in {"open", "close"}
            shown.append({"label": label, "decision": decision, "url": url, "primary": primary})
    return shown


# Not Acts: the five moves share one URL pattern, which names the move.
@require_form
def move_batch(request, pk, move):
    batch = get_object_or_404(StayBatch.objects.visible_to(request.user), pk=pk)
    if move not in MOVES:
        require(Decision(_("There is no such act.")))
    label, rule = MOVES[move]
    require(rule(request.user, batch))
    given = {"batch": batch} if move == "reopen" else {}
    form = FORMS.get(move, WhyForm)(posted(request), user=request.user, **given)
    moved = carried_out(
        form, actions.move_batch, batch=batch, code=move, by=request.user, at=timezone.now()
    )
    if moved:
        return redirect(batch)
    return form_page(
        request,
        form,
        title=_(": ").join([str(label), str(batch.title)]),
        intro=INTROS[move],
        submit_label=label,
        cancel_url=batch.get_absolute_url(),
        crumbs=batch_crumbs(batch, (label, "")),
    )


# Not a Listing: the URL names the batch.
@require_safe
def batch_places(request, pk):
    user, batch = request.user, visible_batch(request.user, pk)
    keeps = rules.keeps(user, batch)
    # Only the office sees placements and empty places.
    tabs = PLACE_TABS if keeps else {"all": PLACE_TABS["all"]}
    tab = request.GET.get("tab")
    tab = tab if tab in tabs else "all"
    rows = places_in(tab, BatchPlace.objects.filter(batch=batch))
    filtered = PlaceFilter(request.GET, queryset=rows, user=user)
    rows = filtered.qs if filtered.form.is_valid() else rows.none()
    if count := exact_total(request, rows):
        return count
    rows = rows.select_related("unit__host_organ", "unit__division", "continuity", "taken_out_by")
    if keeps:
        rows = rows.prefetch_related(_standing_team())
    context = {
        **listed(request, rows, PLACE_ORDER),
        **tabbed(filtered, tab, tabs, PLACE_ORDER),
        "batch": batch,
        "keeps": keeps,
        "may_change": rules.may_change_places(user, batch),
        "crumbs": batch_crumbs(batch, (_("Places"), "")),
    }
    return page_or_part(
        request, "outreach/batch_places.html", "outreach/_batch_place_rows.html", context
    )


def _standing_team():
    standing = Placement.objects.filter(ended_at=None).select_related("nomination__cadre")
    return Prefetch("placements", queryset=standing.order_by("-is_leader", "pk"), to_attr="team")


@require_safe
def batch_notice(request, pk):
    """通知: names and units in official order, without hints and avoidances."""
    batch = visible_batch(request.user, pk)
    require(rules.may_print_notice(request.user, batch))
    placed = Placement.objects.filter(batch=batch, ended_at=None)
    placed = placed.select_related("place__unit__host_organ", "nomination__cadre__organ")
    context = {
        "batch": batch,
        "placements": placed.order_by(*PLACEMENT_ORDER.fields, "-is_leader", "pk"),
    }
    return sheet_page(request, "outreach/slips/batch.html", context)


# Not an Act: the page lists obstacles with links, and nothing is typed.
@require_form
def publish_batch(request, pk):
    """Publish all stays of a batch, or none and list the obstacles."""
    user, batch = request.user, visible_batch(request.user, pk)
    require(rules.may_publish(user, batch))
    status = 200
    if request.method == "POST":
        try:
            with wall.as_system("an act, after its rule"):
                published = actions.publish_batch(batch=batch, by=user, at=timezone.now())
        except actions.InTheWay as problem:
            in_the_way, status = problem.reasons, 422
        except PermissionDenied as refusal:
            messages.error(request, str(refusal))
            return redirect(batch)
        else:
            n = len(published)
            words = ngettext("%(n)s stay was published.", "%(n)s stays were published.", n)
            messages.success(request, words % {"n": n})
            return redirect(batch)
    else:
        in_the_way = placing.obstacles(batch, on=user.today)
    context = {
        "batch": batch,
        "in_the_way": in_the_way,
        "placed_count": batch.placements.filter(ended_at=None).count(),
        "weak_count": len(placing.weak_teams(batch)),
        "crumbs": batch_crumbs(batch, (_("Publish the stays"), "")),
    }
    return render(request, "outreach/publish_batch.html", context, status=status)
