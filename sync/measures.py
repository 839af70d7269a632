"""Measures of phone entries (portal/run/measures.py), and their line on the condition page."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.pages import condition
from portal.roles import Permission as P
from portal.run.measures import Measure, add, age_of, value

# Each state is covered by a partial index with few other rows.
add(
    Measure(
        "portal_phone_entries",
        "Entries of phones that were not carried out, by what holds them up.",
        "SELECT state, count(entry.id) FROM"
        " unnest(ARRAY['differs', 'quarantined', 'held', 'fault']) AS state"
        " LEFT JOIN (SELECT id, sync_entry.state AS of_entry FROM sync_entry"
        " WHERE sync_entry.state IN ('differs', 'quarantined')"
        " OR sync_entry.state IN ('held', 'fault')) AS entry ON of_entry = state GROUP BY state",
        labels=("state",),
    ),
    Measure(
        "portal_phone_faults_oldest_seconds",
        "Since when the oldest entry has met an error of the portal.",
        "SELECT " + age_of("min(received_at)") + " FROM sync_entry WHERE state = 'fault'",
    ),
)

FAULTS = ("portal_phone_entries", "fault")
condition.LIMITS[FAULTS] = 0


def _phones(at):
    faults = value(*FAULTS)
    if faults is None:
        return condition.UNKNOWN, False, condition.OPERATORS
    asked = sum(condition.count("portal_phone_entries", one) for one in ("differs", "quarantined"))
    said = []
    if asked:
        said.append(_("%(n)d wait for their authors to decide.") % {"n": asked})
    if held := condition.count("portal_phone_entries", "held"):
        said.append(_("%(n)d wait for an entry that comes before them.") % {"n": held})
    if faults:
        said.append(_("%(n)d met an error of the portal and are tried again.") % {"n": faults})
    is_well = not condition.exceeds(*FAULTS)
    return " ".join(said) or _("None is waiting."), is_well, condition.OPERATORS


condition.add(
    condition.Line(gettext_lazy("Entries of phones"), _phones, "sync:entries", (P.MANAGE_PEOPLE,))
)
