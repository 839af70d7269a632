"""Acts on a proposal for a batch of stays, and on a cadre who is placed in it."""

from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from outreach.actions import batches as actions
from outreach.acts.batches import batch_crumbs, visible_batch
from outreach.forms import batches as forms
from outreach.models import Placement
from outreach.rules import batches as rules
from portal.pages.acts import Act, Acts
from portal.trust.access import require


def visible_proposal(user, pk, proposal_pk):
    batch = visible_batch(user, pk)
    require(rules.may_see_proposal(user, batch))
    proposal = get_object_or_404(batch.proposals.select_related("job__owner"), pk=proposal_pk)
    proposal.batch = batch
    return proposal


def _gives_way(proposal):
    standing = proposal.batch.placements.filter(ended_at=None).count()
    words = ngettext(
        "%(n)s placement that stands now gives way to the proposal.",
        "%(n)s placements that stand now give way to the proposal.",
        standing,
    )
    return words % {"n": standing} if standing else ""


def _left_out(proposal, n):
    words = ngettext(
        "%(n)s cadre could not be placed as proposed any more.",
        "%(n)s cadres could not be placed as proposed any more.",
        n,
    )
    return [(messages.WARNING, words % {"n": n} if n else "")]


PROPOSALS = Acts(
    "outreach",
    "proposal",
    "batches/<int:pk>/proposals/<int:proposal_pk>/",
    visible_proposal,
    lambda proposal, label: batch_crumbs(
        proposal.batch, (_("Proposal"), proposal.get_absolute_url()), (label, "")
    ),
    keys=lambda proposal: [proposal.batch_id, proposal.pk],
    acts=(
        Act(
            "take_over",
            _("Take over the proposal"),
            rules.may_take_over,
            actions.take_over_proposal,
            forms.TakeOverForm,
            "take-over/",
            about=True,
            crumb=pgettext_lazy("batches", "Take over"),
            submit=pgettext_lazy("batches", "Take it over"),
            intro=_gives_way,
            audit={"batch.taken_over": _("Proposal for a batch taken over")},
            then=lambda proposal, _n: reverse("outreach:placements", args=[proposal.batch_id]),
            said=_left_out,
        ),
    ),
)


def _placement(user, pk, placement_pk):
    batch = visible_batch(user, pk)
    rows = Placement.objects.filter(batch=batch).select_related("nomination__cadre", "place__unit")
    placement = get_object_or_404(rows, pk=placement_pk)
    placement.batch = batch
    return placement


def _out_of(placement):
    names = {"name": placement.nomination.cadre.name, "place": placement.place.unit.name}
    return _("Take %(name)s out of %(place)s") % names


PLACEMENTS = Acts(
    "outreach",
    "placement",
    "batches/<int:pk>/placements/<int:placement_pk>/",
    _placement,
    lambda placement, label: batch_crumbs(
        placement.batch,
        (_("Who goes where"), placement.get_absolute_url()),
        (placement.nomination.cadre.name, ""),
    ),
    keys=lambda placement: [placement.batch_id, placement.pk],
    acts=(
        Act(
            "take_out_placement",
            _("Take off"),
            lambda user, placement: rules.may_place(user, placement.batch),
            actions.take_out_placement,
            forms.WhyForm,
            "take-out/",
            title=_out_of,
        ),
    ),
)
