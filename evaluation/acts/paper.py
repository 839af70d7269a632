"""Acts on heaps of paper ballots: beginning, typing again, remarks, taking away."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from evaluation.actions import paper
from evaluation.acts.polls import visible_poll
from evaluation.forms.paper import BatchForm, RemarksForm
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
            rules.may_count,
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
