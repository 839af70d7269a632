"""The hand-overs of a cycle, a part of its page; the receipt to print."""

from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from evaluation.acts.cycles import crumbs, visible_cycle
from evaluation.acts.hand_overs import HAND_OVERS, HANDING_OVER, of_cycle, visible_hand_over
from evaluation.ledgers.results import PERSONNEL_REFERENCE, fingerprint
from evaluation.models import HandOver
from evaluation.rules import hand_overs as rules
from evaluation.views.parts import own_page
from portal.pages.web import sheet_page
from portal.roles import Permission as P
from portal.trust.access import require


@require_safe
def hand_overs(request, pk):
    user, cycle = request.user, visible_cycle(request.user, pk)
    require(rules.may_see_hand_overs(user, cycle))
    rows = list(HandOver.objects.visible_to(user).filter(cycle=cycle).for_list().order_by("-pk"))
    for row in rows:
        # Reuse the cycle already loaded, with its organ and what the rule reads.
        row.cycle = cycle
        row.act = HAND_OVERS.button("note_receipt", user, row)
    context = {
        "cycle": cycle,
        "hand_overs": rows,
        "acts": HANDING_OVER.buttons(user, cycle),
        "may_export": user.holds(P.READ_SCORES) and user.holds(P.EXPORT),
        "crumbs": crumbs(cycle, _("Hand-over to the personnel side")),
    }
    return own_page(request, "hand_overs", context)


@require_safe
def print_hand_over(request, pk):
    """The receipt, which says whether the sheet is unchanged since the hand-over."""
    hand_over = visible_hand_over(request.user, pk)
    require(rules.may_see_hand_overs(request.user, hand_over.cycle))

    def context():
        now, _n = fingerprint(hand_over.cycle)
        return {
            "hand_over": hand_over,
            "sheet": PERSONNEL_REFERENCE.title,
            "is_same": now == hand_over.fingerprint,
            "back_url": of_cycle(hand_over.cycle),
        }

    return sheet_page(request, "evaluation/slips/hand_over.html", context)
