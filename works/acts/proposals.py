"""Acts on proposals of the workers' congress."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from outreach.models.matters import Category
from portal.acts.undoing import taking_back
from portal.models.text import shown
from portal.pages.acts import Act, Acts, crumbs_under
from portal.pages.text_forms import ReasonForm
from portal.records.seen import seen
from works.actions import proposals as actions
from works.forms import proposals as forms
from works.models import CongressProposal
from works.rules import proposals as rules

WRITTEN = ("session", "title", "category", "text", "delegation", "seconders", "unit")


@seen
def visible_proposal(user):
    return CongressProposal.objects.visible_to(user).select_related(
        "organ__division",
        "host_organ",
        "unit__division",
        "unit__host_organ",
        "matter__lead_organ",
        "merged_into",
        "collected_by",
    )


crumbs = crumbs_under(
    _("Proposals of the workers' congress"),
    "works:proposals",
    lambda proposal: f"{proposal.number_label} {proposal.title}",
)


def _last_session(user, _none):
    """Prefill the session of the organ's newest proposal."""
    rows = CongressProposal.objects.filter(organ=user.organ_id).order_by("-created_at", "-pk")
    return {"session": rows.values_list("session", flat=True).first() or ""}


def _as_collected(user, proposal):
    return {name: getattr(proposal, name) for name in WRITTEN}


def _as_matter(user, proposal):
    return {
        "unit": proposal.unit,
        "title": shown(proposal.title),
        "category": proposal.category or Category.OTHER,
        "request_text": shown(proposal.text),
    }


PROPOSALS = Acts(
    "works",
    "proposal",
    "works/proposals/<int:pk>/",
    visible_proposal,
    crumbs,
    listing="works:proposals",
    starts=(
        Act(
            "collect_proposal",
            _("Collect a proposal"),
            rules.may_collect,
            actions.collect,
            forms.CollectForm,
            "works/proposals/new/",
            initial=_last_session,
            submit=_("Keep and look at it"),
            intro=_(
                "What is proposed and why. Nobody is named here; the proposer is asked for a "
                "name when it is given to be handled."
            ),
            audit={"congress.collected": _("Proposal of the workers' congress collected")},
            undo="withdraw_proposal",
        ),
    ),
    acts=(
        Act(
            "file_proposal",
            pgettext_lazy("proposals", "File it"),
            rules.may_file,
            actions.file,
            path="file/",
            primary=True,
            audit={"congress.filed": _("Proposal of the workers' congress filed")},
            undo="take_back_proposal_step",
        ),
        Act(
            "take_up_proposal",
            pgettext_lazy("proposals", "Give it to be handled"),
            rules.may_take_up,
            actions.take_up,
            forms.TakeUpForm,
            "take-up/",
            initial=_as_matter,
            primary=True,
            intro=_("It becomes a matter of the ledger in these words and is followed there."),
            audit={"congress.taken_up": _("Proposal of the workers' congress given to be handled")},
        ),
        Act(
            "refuse_proposal",
            pgettext_lazy("proposals", "Do not file it"),
            rules.may_refuse_to_file,
            actions.refuse_to_file,
            ReasonForm,
            "refuse/",
            audit={"congress.not_filed": _("Proposal of the workers' congress not filed")},
        ),
        Act(
            "merge_proposal",
            pgettext_lazy("proposals", "Merge it into another"),
            rules.may_merge,
            actions.merge,
            forms.MergeForm,
            "merge/",
            about=True,
            intro=_("The other one stands for both from then on."),
            audit={"congress.merged": _("Proposal of the workers' congress merged into another")},
        ),
        Act(
            "change_proposal",
            pgettext_lazy("proposals", "Change it"),
            rules.may_change,
            actions.change_proposal,
            forms.ChangeProposalForm,
            "edit/",
            about=True,
            initial=_as_collected,
            submit=_("Save"),
            audit={"congress.changed": _("Proposal of the workers' congress changed")},
        ),
        Act(
            "withdraw_proposal",
            pgettext_lazy("proposals", "Withdraw it"),
            rules.may_withdraw,
            actions.withdraw,
            ReasonForm,
            "withdraw/",
            audit={"congress.withdrawn": _("Proposal of the workers' congress withdrawn")},
        ),
        taking_back(
            "take_back_proposal_step",
            "congress.taken_back",
            lock=actions.locked_proposal,
            supervises=rules.supervises_step,
            noun="congress_proposal",
        ),
    ),
)
