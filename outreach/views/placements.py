"""Proposals and placements of a batch."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from outreach.actions import batches as actions
from outreach.acts.batches import batch_crumbs, visible_batch
from outreach.acts.placements import visible_proposal
from outreach.filters.batches import PlacementFilter
from outreach.forms.batches import PlaceCadreForm
from outreach.models import BatchPlace, Nomination, Placement
from outreach.models.batches import BatchState
from outreach.placing import obstacles as placing
from outreach.placing import proposals
from outreach.rules import batches as rules
from outreach.views.batches import PLACEMENT_ORDER, require_form
from portal.models import GrassrootsUnit
from portal.pages.web import exact_total, form_page, listed, page_or_part, posted, tabbed
from portal.tools.asked import whole_number
from portal.trust import wall
from portal.trust.access import require


# Not a Listing: the URL names batch and proposal.
@require_safe
def proposal(request, pk, proposal_pk):
    """Show the progress of the computation, and later its lines with reasons, and the empty
    places."""
    proposal = visible_proposal(request.user, pk, proposal_pk)
    batch = proposal.batch
    page = "outreach/proposal.html"
    crumbs = batch_crumbs(batch, (_("Proposal"), ""))
    context = {"proposal": proposal, "batch": batch, "crumbs": crumbs}
    if proposal.finished_at is None:
        context["job"] = proposal.job
        return page_or_part(request, page, "outreach/_proposal_progress.html", context)
    if request.headers.get("HX-Target") == "proposal":
        # Polling ends: htmx loads the whole page instead of the part.
        return HttpResponse(headers={"HX-Refresh": "true"})
    joined = ("place__unit__host_organ", "nomination__cadre__organ", "other_place__unit")
    rows = proposal.lines.select_related(*joined, "other_nomination__cadre")
    text = request.GET.get("q", "").strip()[:60]
    if text:
        units = GrassrootsUnit.objects.named_like(text).values("pk")
        named = rows.filter(nomination__cadre__name__startswith=text)
        rows = named | rows.filter(place__unit__in=units)
    if count := exact_total(request, rows):
        return count
    context |= {
        **listed(request, rows, PLACEMENT_ORDER),
        "text": text,
        "gaps": _gaps(proposal),
        "is_stale": batch.state == BatchState.PROPOSING and _is_stale(proposal, request.user),
        "may_take_over": rules.may_take_over(request.user, proposal),
        "may_propose": rules.may_propose(request.user, batch),
    }
    for line in context["page"]:
        line.why = _why(line)
    return render(request, page, context)


def _is_stale(proposal, user):
    return proposals.stale(proposal, placing.Pool(proposal.batch, on=user.today))


def _why(line):
    return [(proposals.WORDS[code], points) for code, points in line.facts]


def _gaps(proposal):
    """[(place, number of empty seats, [(reason, how many)])]"""
    places = BatchPlace.objects.select_related("unit__host_organ")
    places = places.in_bulk([gap["place"] for gap in proposal.gaps])

    def named(gap):
        reasons = [(proposals.WORDS[code], n) for code, n in gap["reasons"]]
        return places[gap["place"]], gap["missing"], reasons

    return [named(gap) for gap in proposal.gaps]


# Not a Listing: the URL names the batch.
@require_safe
def placements(request, pk):
    user, batch = request.user, visible_batch(request.user, pk)
    require(rules.may_see_proposal(user, batch))
    tab = "ended" if request.GET.get("tab") == "ended" else "standing"
    rows = Placement.objects.filter(batch=batch)
    rows = rows.exclude(ended_at=None) if tab == "ended" else rows.filter(ended_at=None)
    filtered = PlacementFilter(request.GET, queryset=rows, user=user)
    rows = filtered.qs if filtered.form.is_valid() else rows.none()
    if count := exact_total(request, rows):
        return count
    rows = rows.select_related(
        "place__unit__host_organ", "nomination__cadre__organ", "line", "placed_by", "ended_by"
    )
    tabs = {"standing": _("As it stands"), "ended": _("Changed by hand, earlier")}
    context = {
        **listed(request, rows, PLACEMENT_ORDER),
        **tabbed(filtered, tab, tabs, PLACEMENT_ORDER),
        "batch": batch,
        "may_place": rules.may_place(user, batch),
        "crumbs": batch_crumbs(batch, (_("Who goes where"), "")),
    }
    for row in context["page"]:
        row.reasons = _why(row.line) if row.line else []
    return page_or_part(
        request, "outreach/placements.html", "outreach/_placement_rows.html", context
    )


def _named_nomination(request, batch):
    number = whole_number(request.GET.get("nomination") or request.POST.get("nomination") or "")
    rows = Nomination.objects.filter(batch=batch).select_related("cadre__organ")
    return get_object_or_404(rows, pk=number) if number is not None else None


# Not an Act: htmx checks the choice while the user types.
@require_form
def place_cadre(request, pk):
    """Place a cadre by hand; the page shows which rules the choice would break."""
    batch = visible_batch(request.user, pk)
    require(rules.may_place(request.user, batch))
    nomination = _named_nomination(request, batch)
    if nomination is None:
        messages.warning(request, _("Choose first whom to place."))
        return redirect(f"{reverse('outreach:nominations', args=[batch.pk])}?tab=qualified")
    placed = Placement.objects.filter(nomination=nomination, ended_at=None)
    form = PlaceCadreForm(posted(request), user=request.user, batch=batch, nomination=nomination)
    checked = None
    if form.is_bound and form.is_valid():
        leads = form.cleaned_data.get("leads", False)
        checked = _checked(request.user, batch, nomination, form.place, leads)
        if "check" not in request.POST and checked["seen"] == request.POST.get("seen", ""):
            try:
                with wall.as_system("an act, after its rule"):
                    actions.place_by_hand(
                        nomination=nomination,
                        place=form.place,
                        by=request.user,
                        at=timezone.now(),
                        why=form.cleaned_data["why"],
                        leads=leads,
                    )
            except ValidationError as problem:
                form.add_error(None, problem)
            else:
                return redirect("outreach:placements", pk=batch.pk)
    way = (_("Who goes where"), reverse("outreach:placements", args=[batch.pk]))
    context = {
        "batch": batch,
        "nomination": nomination,
        "now": placed.select_related("place__unit__host_organ").first(),
        "checked": checked,
        "crumbs": batch_crumbs(batch, way, (nomination.cadre.name, "")),
    }
    return form_page(request, form, template="outreach/place_cadre.html", **context)


@require_safe
def check_placement(request, pk):
    """The part of the page with the objections to the present choice, for htmx."""
    batch = visible_batch(request.user, pk)
    require(rules.may_place(request.user, batch))
    nomination = _named_nomination(request, batch)
    form = None
    if nomination:
        form = PlaceCadreForm(request.GET, user=request.user, batch=batch, nomination=nomination)
        form.is_valid()
    checked = None
    if place := getattr(form, "place", None):
        leads = bool(request.GET.get("leads"))
        checked = _checked(request.user, batch, nomination, place, leads)
    return render(request, "outreach/_placement_check.html", {"checked": checked})


def _checked(user, batch, nomination, place, leads):
    """Objections at the new place, and at the place that the cadre leaves."""
    pool = placing.Pool(batch, on=user.today)
    own = pool.by_nomination.get(nomination.pk)
    if own is None:
        hard = placing.Objection("state", _("This cadre is not qualified for the batch."), True)
        return {"place": place, "hard": [hard], "soft": [], "seen": ""}
    teams = placing.teams(batch)
    place = pool.by_place[place.pk]
    there = [one for one in teams.get(place.pk, []) if one.nomination_id != own.pk]
    known = pool.by_nomination
    team = [known[one.nomination_id] for one in there if one.nomination_id in known]
    found = pool.against(own, place, team)
    soft = [o for o in found if not o.is_hard]
    leader = next((one for one in there if one.is_leader), None)
    if leads and leader:
        words = _("%(name)s, who leads there, becomes a member.")
        soft.append(placing.Objection("leader", words % {"name": leader.nomination.cadre.name}))
    soft += _left_behind(pool, own, place, teams)
    hard = [o for o in found if o.is_hard]
    seen = "" if not soft else f"{place.pk}:{','.join(sorted(o.code for o in soft))}"
    return {"place": place, "hard": hard, "soft": soft, "seen": seen}


def _left_behind(pool, nomination, place, teams):
    for old_pk, team in teams.items():
        one = next((o for o in team if o.nomination_id == nomination.pk), None)
        if one is None or old_pk == place.pk or old_pk not in pool.by_place:
            continue
        old, left = pool.by_place[old_pk], len(team) - 1
        if left < old.least:
            words = ngettext(
                "%(place)s keeps %(n)s cadre; it needs %(least)s.",
                "%(place)s keeps %(n)s cadres; it needs %(least)s.",
                left,
            )
            named = {"place": old.unit.name, "n": left, "least": old.least}
            yield placing.Objection("left_size", words % named)
        elif one.is_leader and old.wanted > 1:
            words = _("The team of %(place)s loses its leader.")
            yield placing.Objection("left_leader", words % {"place": old.unit.name})
