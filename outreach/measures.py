"""Metrics of the villager's door (portal/run/measures.py), and its line on the page about the
portal's condition."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.pages import condition
from portal.roles import Permission as P
from portal.run.measures import Measure, add, age_of, value

add(
    Measure(
        "portal_door_messages",
        "Messages of the door: new, kept for a person to look at, waiting for a call-back.",
        "SELECT 'new', count(*) FROM outreach_doormessage WHERE state = 'new' UNION ALL"
        " SELECT 'held', count(*) FROM outreach_doormessage WHERE state = 'held' UNION ALL"
        " SELECT 'waiting', count(*) FROM outreach_doormessage WHERE state = 'waiting'",
        labels=("state",),
    ),
    Measure(
        "portal_door_oldest_new_seconds",
        "Since when the oldest message of the door has waited to be taken over.",
        "SELECT " + age_of("min(received_at)") + " FROM outreach_doormessage WHERE state = 'new'",
    ),
)

LATE = ("portal_door_oldest_new_seconds",)
condition.LIMITS[LATE] = 300


def _door(at):
    late = value(*LATE)
    if late is None:
        return condition.UNKNOWN, False, condition.OPERATORS
    if condition.exceeds(*LATE):
        said = _("Messages have waited for %(time)s to be taken over.") % {
            "time": condition.span(late)
        }
        return said, False, condition.OPERATORS
    if held := condition.count("portal_door_messages", "held"):
        said = _("They come in. %(n)d are kept for a person to look at.") % {"n": held}
        return said, True, ""
    return _("They come in."), True, ""


condition.add(
    condition.Line(
        gettext_lazy("Messages by contact card"),
        _door,
        "outreach:held_messages",
        (P.MANAGE_PEOPLE,),
    )
)
