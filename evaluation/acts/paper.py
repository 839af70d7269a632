"""Acts on batches of paper ballots: beginning, second typing, remarks, dropping."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from evaluation.actions import paper, paper_audits
from evaluation.acts.polls import visible_poll
from evaluation.forms.paper import BatchForm, DrawnSheetsForm, RemarksForm
from evaluation.forms.polls import SeedForm
from evaluation.models import PaperBatch
from evaluation.rules import paper as rules
from portal.pages.acts import Act, Acts
from portal.pages.text_forms import ReasonForm
from portal.records.seen import seen


@seen
def visible_batch(user):
    return PaperBatch.objects.visible_to(user).for_list()


def paper_of(poll):
    return reverse("evaluation:paper_of_poll", args=[poll.pk])


def batch_url(batch):
    return reverse("evaluation:paper_batch", args=[batch.pk])


def type_url(batch):
    return reverse("evaluation:type_paper", args=[batch.pk])


def title_of(batch):
    return _("Batch %(n)s") % {"n": batch.number}


def poll_crumbs(poll, *more):
    return [
        (_("Paper ballots"), reverse("evaluation:paper_polls")),
        (poll.unit.name, paper_of(poll) if more else ""),
        *[(label, "") for label in more],
    ]


def batch_crumbs(batch, *more):
    way = poll_crumbs(batch.poll, title_of(batch), *more)
    if more:
        way[2] = (title_of(batch), batch_url(batch))
    return way


PAPER = Acts(
    "evaluation",
    "poll",
    "polls/<int:pk>/paper/",
    visible_poll,
    poll_crumbs,
    address=paper_of,
    acts=(
        Act(
            "begin_paper",
            _("Type a batch of ballots"),
            rules.may_begin,
            paper.begin_batch,
            BatchForm,
            "new/",
            submit=_("Begin typing"),
            intro=_(
                "You type all sheets; then another person types them again without seeing yours."
            ),
            primary=True,
            then=lambda poll, batch: type_url(batch),
            audit={"paper.begun": _("Batch of paper ballots begun")},
            undo="batch.drop_paper",
        ),
        Act(
            "begin_paper_audit",
            _("Compare some sheets with the paper"),
            rules.may_begin_audit,
            paper_audits.begin_paper_audit,
            path="audit/",
            confirm=_(
                "Freeze the typed sheets? None is typed or deleted until the comparison is entered "
                "or ended."
            ),
            audit={"paper.frozen": _("Typed sheets frozen, to be compared with the paper")},
            undo="drop_paper_audit",
        ),
        Act(
            "throw_for_paper_audit",
            _("Enter the seed and draw the sheets"),
            rules.may_throw_for_audit,
            paper_audits.throw_for_paper_audit,
            SeedForm,
            "audit/seed/",
            submit=_("Draw"),
            intro=_(
                "The sheets are frozen and their list published. The seed is thrown now, in the "
                "presence of somebody from outside, and entered once."
            ),
            primary=True,
            audit={"paper.drawn": _("Sheets drawn, to be compared with the paper")},
        ),
        Act(
            "compare_drawn",
            _("Enter the comparison"),
            rules.may_compare_drawn,
            paper_audits.compare_drawn,
            DrawnSheetsForm,
            "audit/compared/",
            submit=_("Keep"),
            intro=_(
                "Compare each drawn sheet with what was typed of it, which the sheet to print "
                "shows. This is entered once."
            ),
            primary=True,
            audit={"paper.sample_compared": _("Drawn sheets compared with the paper")},
        ),
        Act(
            "drop_paper_audit",
            _("End the comparison"),
            rules.may_drop_audit,
            paper_audits.drop_paper_audit,
            ReasonForm,
            "audit/drop/",
            intro=_(
                "So that batches can be deleted and typed again. A new comparison needs a new seed."
            ),
            audit={"paper.sample_dropped": _("Comparison of sheets with the paper ended")},
        ),
    ),
)


def _what_second_typing_is(batch):
    words = _(
        "Type all %(n)s sheets again? The second typing is yours alone from now on, and this is "
        "not taken back."
    )
    return words % {"n": batch.sheets}


BATCHES = Acts(
    "evaluation",
    "batch",
    "paper/<int:pk>/",
    visible_batch,
    batch_crumbs,
    address=batch_url,
    acts=(
        Act("type_paper", _("Go on typing"), rules.may_type, None, primary=True),
        Act(
            "begin_second",
            _("Type it again"),
            rules.may_begin_again,
            paper.begin_second,
            path="again/",
            then=lambda batch, done: type_url(batch),
            confirm=_what_second_typing_is,
            audit={"paper.second_begun": _("Second typing of paper ballots begun")},
        ),
        Act(
            "compare_paper",
            _("Compare with the paper"),
            rules.may_compare,
            None,
            primary=True,
            audit={"paper.compared": _("Paper ballots compared with the paper")},
        ),
        Act(
            "paper_remarks",
            _("Remarks on the sheets"),
            rules.may_remark,
            paper.keep_remarks,
            RemarksForm,
            "remarks/",
            initial=lambda user, batch: {
                "remarks": "\n".join(batch.remarks.order_by("text").values_list("text", flat=True))
            },
            submit=_("Keep"),
            intro=_("They are shown together with those of the whole poll, never beside ticks."),
            audit={"paper.remarks_kept": _("Remarks of paper ballots written down")},
        ),
        Act(
            "drop_paper",
            _("Delete the batch"),
            rules.may_drop,
            paper.drop_batch,
            ReasonForm,
            "drop/",
            intro=_("The typed entries are erased. The paper can be typed again as a new batch."),
            then=lambda batch, done: paper_of(batch.poll),
            audit={"paper.dropped": _("Batch of paper ballots deleted")},
        ),
    ),
)
