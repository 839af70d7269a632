"""Nominations of a batch of stays: list, record, qualifying several."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from outreach.actions import batches as actions
from outreach.acts.batches import batch_crumbs, visible_batch
from outreach.acts.nominations import NOMINATIONS, alone, visible_nomination
from outreach.filters.batches import NOMINATION_TABS, NominationFilter, nominations_in
from outreach.models import Nomination
from outreach.models.batches import BatchState, NominationState
from outreach.placing import obstacles as placing
from outreach.rules import batches as rules
from outreach.views.batches import OFFICIAL
from portal import parameters
from portal.choosing import three_gates
from portal.pages.web import Sort, exact_total, listed, page_or_part, tabbed
from portal.records.steps import history
from portal.tools.asked import whole_number
from portal.trust import wall
from portal.trust.access import NotYours, require

CADRE_FIELDS = ("cadre__organ__sort_order", "cadre__organ_id", "cadre__sort_order")
NOMINATION_ORDER = Sort(OFFICIAL, CADRE_FIELDS, descending=False)


# Not a Listing: the URL names the batch.
@require_safe
def nominations(request, pk):
    user, batch = request.user, visible_batch(request.user, pk)
    keeps = rules.keeps(user, batch)
    tab = request.GET.get("tab")
    if tab not in NOMINATION_TABS:
        tab = "open" if keeps else "all"
    rows = nominations_in(tab, Nomination.objects.visible_to(user).filter(batch=batch))
    filtered = NominationFilter(request.GET, queryset=rows, user=user)
    rows = filtered.qs if filtered.form.is_valid() else rows.none()
    if count := exact_total(request, rows):
        return count
    context = {
        **listed(request, rows.for_list(), NOMINATION_ORDER),
        **tabbed(filtered, tab, NOMINATION_TABS, NOMINATION_ORDER),
        "batch": batch,
        "keeps": keeps,
        "may_nominate": rules.may_nominate(user, batch),
        "may_place": rules.may_place(user, batch),
        "may_judge_many": keeps
        and tab == "open"
        and batch.state in {BatchState.NOMINATING, BatchState.PROPOSING},
        "crumbs": batch_crumbs(batch, (_("Nominations"), "")),
    }
    if keeps:
        _show_hints(batch, context["page"], user.today)
    return page_or_part(
        request, "outreach/nominations.html", "outreach/_nomination_rows.html", context
    )


def _show_hints(batch, page, on):
    """Adds the office's hints to the rows of one page."""
    named = Nomination.objects.filter(pk__in=[n.pk for n in page])
    pool = placing.Pool(batch, on=on, nominations=named)
    pool.read_experience()
    least = parameters.number("grassroots_min_months", on=on)
    for row in page:
        row.about = pool.about(pool.by_nomination[row.pk])
        row.hint = three_gates.hint(pool.by_nomination[row.pk].cadre, pool.today, least=least)


@require_safe
def nomination(request, pk):
    user, nomination = request.user, visible_nomination(request.user, pk)
    batch = nomination.batch
    keeps = rules.keeps(user, batch)
    pool, own = alone(nomination, user.today)
    placements = nomination.placements.select_related("place__unit", "placed_by", "ended_by")
    context = {
        "nomination": nomination,
        "batch": batch,
        "keeps": keeps,
        "about": pool.about(own) if keeps else (),
        "hint": three_gates.hint(own.cadre, pool.today) if keeps else None,
        "steps": history(nomination),
        "placements": placements.order_by("-pk") if keeps else (),
        "acts": NOMINATIONS.buttons(user, nomination),
        "crumbs": batch_crumbs(
            batch,
            (_("Nominations"), reverse("outreach:nominations", args=[batch.pk])),
            (nomination.cadre.name, ""),
        ),
    }
    return render(request, "outreach/nomination.html", context)


@require_POST
def qualify_many(request, pk):
    """Qualify the nominations ticked on the list, each by the rule for a single one."""
    batch = visible_batch(request.user, pk)
    if not rules.keeps(request.user, batch):
        require(NotYours(_("The programme office keeps this batch.")))
    chosen = [n for n in map(whole_number, request.POST.getlist("chosen")) if n is not None]
    rows = Nomination.objects.filter(batch=batch, pk__in=chosen, state=NominationState.OPEN)
    with wall.as_system("an act, after its rule"):
        judged = actions.judge_nominations(
            batch=batch,
            nominations=list(rows.select_related("batch").order_by("pk")),
            by=request.user,
            at=timezone.now(),
            state=NominationState.QUALIFIED,
        )
    words = ngettext("%(n)s cadre is qualified.", "%(n)s cadres are qualified.", len(judged))
    messages.success(request, words % {"n": len(judged)})
    return redirect("outreach:nominations", pk=batch.pk)
