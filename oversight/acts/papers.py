"""Acts on an official paper."""

from operator import attrgetter

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from oversight.actions import papers as actions
from oversight.forms import papers as forms
from oversight.models import Paper
from oversight.rules import papers as rules
from portal.acts.undoing import taking_back
from portal.models.text import shown
from portal.pages.acts import Act, Acts, crumbs_under
from portal.pages.text_forms import ReasonForm
from portal.records.seen import seen

TYPED = (
    *("kind", "title", "addressed", "body", "basis", "demands", "due_on", "reply_how"),
    *("review_how", "copied", "annexes", "series", "organ"),
)


@seen
def visible_paper(user):
    return Paper.objects.visible_to(user).select_related(
        "organ__division", "written_by__organ", "checked_by", "signed_by", "corrects"
    )


crumbs = crumbs_under(_("Official papers"), "oversight:papers", lambda paper: shown(paper.title))


def _as_written(user, paper):
    asked = [one.organ for one in paper.countersigns.select_related("organ").order_by("pk")]
    recipients = list(paper.recipients.order_by("sort_order", "pk"))
    more = {"recipients": recipients, "countersigners": asked}
    return {name: getattr(paper, name) for name in TYPED} | more


PAPERS = Acts(
    "oversight",
    "paper",
    "papers/<int:pk>/",
    visible_paper,
    crumbs,
    listing="oversight:papers",
    starts=(
        Act(
            "new_paper",
            pgettext_lazy("papers", "Draft a paper"),
            rules.may_draft_papers,
            actions.draft_paper,
            forms.PaperForm,
            "papers/new/",
            submit=_("Keep and look at it"),
            audit={"paper.drafted": _("Official paper drafted")},
            undo="drop_paper",
        ),
        Act(
            "new_quarterly",
            _("Draft the circular of a quarter"),
            rules.may_draft_quarterly,
            actions.draft_quarterly,
            forms.QuarterForm,
            "papers/quarter/",
            submit=_("Count and draft"),
            intro=_("The figures are counted now; you edit the text afterwards."),
            undo="drop_paper",
        ),
    ),
    acts=(
        Act(
            "sign_paper",
            pgettext_lazy("papers", "Sign it"),
            rules.may_sign_paper,
            actions.sign_paper,
            forms.WordForm,
            "sign/",
            intro=attrgetter("title"),
            primary=True,
            audit={"paper.signed": _("Official paper signed")},
        ),
        Act(
            "countersign_paper",
            pgettext_lazy("papers", "Countersign it"),
            rules.may_countersign_paper,
            actions.countersign_paper,
            forms.WordForm,
            "countersign/",
            intro=attrgetter("title"),
            primary=True,
            audit={"paper.cosigned": _("Official paper countersigned")},
        ),
        Act(
            "check_paper",
            pgettext_lazy("papers", "Note as checked"),
            rules.may_check_paper,
            actions.check_paper,
            forms.WordForm,
            "check/",
            intro=attrgetter("title"),
            primary=True,
            audit={"paper.checked": _("Official paper checked")},
        ),
        Act(
            "number_paper",
            pgettext_lazy("papers", "Enter its number"),
            rules.may_number_paper,
            actions.number_paper,
            forms.NumberForm,
            "number/",
            about=True,
            primary=True,
            audit={"paper.numbered": _("Number of an official paper entered")},
        ),
        Act(
            "issue_paper",
            pgettext_lazy("papers", "Issue it"),
            rules.may_issue_paper,
            actions.issue_paper,
            path="issue/",
            confirm=_("Its organs read it from now on. Issue it?"),
            primary=True,
            audit={
                "paper.issued": _("Official paper issued"),
                "paper.corrected": _("Official paper withdrawn for a correction"),
            },
        ),
        Act(
            "submit_paper",
            pgettext_lazy("papers", "Hand it in to be checked"),
            rules.may_submit_paper,
            actions.submit_paper,
            path="submit/",
            audit={"paper.submitted": _("Official paper handed in")},
            undo="take_back_paper",
        ),
        Act(
            "change_paper",
            pgettext_lazy("papers", "Edit it"),
            rules.may_change_paper,
            actions.change_paper,
            forms.PaperForm,
            "edit/",
            about=True,
            initial=_as_written,
            submit=_("Keep and look at it"),
            audit={"paper.edited": _("Official paper edited")},
        ),
        Act(
            "take_back_paper",
            pgettext_lazy("papers", "Take it back"),
            rules.may_take_back_paper,
            actions.take_back_paper,
            path="take-back/",
            audit={"paper.taken_back": _("Official paper taken back to be edited")},
        ),
        Act(
            "send_back_paper",
            pgettext_lazy("papers", "Send it back"),
            rules.may_send_back_paper,
            actions.send_back_paper,
            ReasonForm,
            "send-back/",
            audit={"paper.sent_back": _("Official paper sent back")},
        ),
        Act(
            "correct_paper",
            _("Draft a correction"),
            rules.may_correct_paper,
            actions.correct_paper,
            path="correct/",
        ),
        Act(
            "withdraw_paper",
            pgettext_lazy("papers", "Withdraw it"),
            rules.may_withdraw_paper,
            actions.withdraw_paper,
            ReasonForm,
            "withdraw/",
            intro=_("Its organs still see it, marked as withdrawn, with the reason."),
            audit={"paper.withdrawn": _("Official paper withdrawn")},
        ),
        Act(
            "archive_paper",
            pgettext_lazy("papers", "Put it into the archive"),
            rules.may_archive_paper,
            actions.archive_paper,
            path="archive/",
            audit={"paper.archived": _("Official paper archived")},
            undo="take_back_paper_step",
        ),
        Act(
            "drop_paper",
            pgettext_lazy("papers", "Discard the draft"),
            rules.may_drop_paper,
            actions.drop_paper,
            path="drop/",
            confirm=_("The draft goes for good. Discard it?"),
            then=lambda _paper, _none: "oversight:papers",
            audit={"paper.dropped": _("Draft of an official paper discarded")},
        ),
        taking_back("take_back_paper_step", "paper.step_undone", lock=actions.locked_paper),
    ),
)
