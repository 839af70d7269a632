"""Duty on a hand-over to the personnel side: its receipt."""

from django.utils.translation import gettext_lazy as _

from evaluation.models import HandOver
from portal.duties.duty import Duty, OrganReach, Told, item, oldest, register
from portal.duties.reminders import Noun, names_of
from portal.pages.side_list import Area
from portal.roles import Permission as P

register(
    Area.EVALUATION,
    Noun("hand_over", names_of(HandOver, "recipient"), "evaluation:print_hand_over"),
    Duty(
        code="receipt_to_note",
        title=_("Hand-overs to the personnel side without a receipt"),
        act=_("Note the receipt"),
        records=lambda on: HandOver.objects.without_receipt(),
        whose=OrganReach(P.MANAGE_EVALUATION, to="cycle__organ"),
        load=lambda rows: rows.select_related("cycle"),
        item=item(
            "cycle.title", "recipient", "evaluation:note_receipt", page="evaluation:print_hand_over"
        ),
        sort=oldest("handed_at"),
        told=Told(_("The receipt of a hand-over is still to be noted"), "hand_over"),
    ),
    use="evaluation",
)
