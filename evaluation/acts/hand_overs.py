"""Acts on hand-overs: handing over a cycle, noting the receipt."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from evaluation.actions import hand_overs
from evaluation.acts.cycles import crumbs, visible_cycle
from evaluation.forms.hand_overs import HandOverForm, ReceiptForm
from evaluation.models import HandOver
from evaluation.rules import hand_overs as rules
from portal.pages.acts import Act, Acts
from portal.records.seen import seen


@seen
def visible_hand_over(user):
    return HandOver.objects.visible_to(user).for_list()


def of_cycle(cycle):
    return reverse("evaluation:hand_overs", args=[cycle.pk])


HANDING_OVER = Acts(
    "evaluation",
    "cycle",
    "cycles/<int:pk>/",
    visible_cycle,
    crumbs,
    address=of_cycle,
    acts=(
        Act(
            "hand_over_cycle",
            _("Hand over to the personnel side"),
            rules.may_hand_over,
            hand_overs.hand_over,
            HandOverForm,
            "hand-over/new/",
            submit=_("Note the hand-over"),
            intro=_(
                "The reference sheet of the final cycle, in the official order and without a "
                "ranking. The portal keeps its fingerprint. Print the receipt, have it signed, and "
                "note it here."
            ),
            primary=True,
            then=lambda cycle, _made: of_cycle(cycle),
            audit={"cycle.handed_over": _("Results of a cycle handed over")},
        ),
    ),
)
HAND_OVERS = Acts(
    "evaluation",
    "hand_over",
    "hand-overs/<int:pk>/",
    visible_hand_over,
    crumbs,
    page=lambda hand_over: hand_over.cycle,
    address=of_cycle,
    acts=(
        Act(
            "note_receipt",
            _("Note the receipt"),
            rules.may_note_receipt,
            hand_overs.note_receipt,
            ReceiptForm,
            "receipt/",
            intro=lambda hand_over: (
                _("Handed to %(recipient)s. Rows: %(n)s.")
                % {"recipient": hand_over.recipient, "n": hand_over.row_count}
            ),
            primary=True,
            audit={"cycle.receipt_noted": _("Receipt of a hand-over noted")},
        ),
    ),
)
