"""The sentence shown after a move: what was done, and who does what next."""

from django.utils.translation import gettext as _

from outreach.models import MatterAssignment
from outreach.models.matters import Status
from outreach.moves import DONE
from portal.days.words import short_day
from portal.duties import todo
from portal.pages.acts import UNDO


def told(matter, move, *, on):
    """“MQ2026-0312: Assigned. Next: Water Office signs for it by 12-02.”"""
    said = {"number": matter.number_label, "done": DONE[move], "next": next_step(matter, on=on)}
    return _("%(number)s: %(done)s. Next: %(next)s.") % said


def mark(matter, row=""):
    """Return the tag of a message that offers to take the move back. `row` is the place in the
    to-do list from which the move was opened, and to which the user returns."""
    words = [UNDO, "outreach:take_back", str(matter.pk)]
    place = todo.At.read(row)
    return " ".join([*words, str(place)] if place else words)


def next_step(matter, *, on, sign_due_on=None):
    """Say who does what next, and by when. Passing `sign_due_on` saves a query."""
    lead = matter.lead_organ.label if matter.lead_organ_id else ""
    due = short_day(matter.due_on, on=on)
    match matter.status:
        case Status.REGISTERED:
            return _("the host takes it up or passes it up")
        case Status.ESCALATED:
            return _("the desk assigns it")
        case Status.ASSIGNED:
            return _("%(organ)s signs for it by %(day)s") % {
                "organ": lead,
                "day": short_day(sign_due_on or _sign_due_on(matter), on=on),
            }
        case Status.IN_PROGRESS:
            return _("%(organ)s handles it by %(day)s") % {"organ": lead, "day": due}
        case Status.PROPOSED:
            return _("a second person confirms or refuses it")
        case Status.REPORTED:
            return _("somebody else reviews the result")
        case Status.AWAITING_WORD:
            return _("whoever raised it is asked")
        case Status.SUSPENDED:
            return _("it is taken up again once it can go on")
        case Status.TWICE_UNSATISFIED:
            return _("it is reviewed, then decided")
    return _("nothing, it is closed")


def _sign_due_on(matter):
    lead = MatterAssignment.objects.live().filter(matter=matter, part=MatterAssignment.Part.LEAD)
    return lead.values_list("sign_due_on", flat=True).first()
