"""Acts on hints: recording what a reviewer found."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from evaluation.actions import hints
from evaluation.forms.hints import ReviewForm
from evaluation.models import Hint
from evaluation.rules import hints as rules
from portal.pages.acts import Act, Acts
from portal.pages.side_list import Area
from portal.records.seen import seen


@seen
def _hints(user):
    return Hint.objects.visible_to(user).for_list()


def _hints_of_cycle(hint):
    return reverse("evaluation:cycle_hints", args=[hint.poll.cycle_id])


def _crumbs(hint, _label):
    here = hint.get_kind_display()
    return [Area.EVALUATION.crumb, (_("Hints"), _hints_of_cycle(hint)), (here, "")]


def _what_to_do(hint):
    about = [hint.poll.unit.name, hint.appraised.name if hint.appraised else ""]
    return _(
        "%(about)s: %(sentence)s It can have good reasons. Look at the poll, ask those who"
        " held it, and write down what you found; no score changes by that."
    ) % {"about": " · ".join(filter(None, about)), "sentence": hint.sentence}


HINTS = Acts(
    "evaluation",
    "hint",
    "hints/<int:pk>/",
    _hints,
    _crumbs,
    address=_hints_of_cycle,
    acts=(
        Act(
            "review_hint",
            _("Record what was found"),
            rules.may_review,
            hints.review,
            ReviewForm,
            title=lambda hint: hint.get_kind_display(),
            submit=_("Keep"),
            intro=_what_to_do,
            audit={"hint.reviewed": _("Hint looked at")},
        ),
    ),
)
