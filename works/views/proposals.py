"""Proposals of the workers' congress: the record, and the part of a matter's page."""

from django.shortcuts import get_object_or_404, render
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from outreach.models import Matter
from portal.pages.side_list import Area
from portal.pages.web import page_or_part
from portal.records.seen import sees
from portal.records.steps import history
from works.acts.proposals import PROPOSALS, crumbs, visible_proposal
from works.models import CongressProposal


@require_safe
def proposal(request, pk):
    user, proposal = request.user, visible_proposal(request.user, pk)
    merged = CongressProposal.objects.visible_to(user).filter(merged_into=proposal)
    context = {
        "proposal": proposal,
        "sees_matter": sees(user, Matter, proposal.matter_id),
        "sees_other": sees(user, CongressProposal, proposal.merged_into_id),
        "merged": merged.order_by("pk"),
        "steps": history(proposal),
        "acts": PROPOSALS.buttons(user, proposal),
        "crumbs": [Area.GOING_DOWN.crumb, *crumbs(proposal)],
    }
    return render(request, "works/proposal.html", context)


@require_safe
def proposal_of_matter(request, pk):
    """A part of a matter's page: the proposal that it came from."""
    user = request.user
    matter = get_object_or_404(Matter.objects.visible_to(user), pk=pk)
    context = {
        "matter": matter,
        "proposal": CongressProposal.objects.visible_to(user).filter(matter=matter).first(),
        "crumbs": [
            (matter.number_label, matter.get_absolute_url()),
            (pgettext("proposals", "The proposal behind it"), ""),
        ],
    }
    page, part = "works/proposal_of_matter.html", "works/_proposal_of_matter.html"
    return page_or_part(request, page, part, context)
