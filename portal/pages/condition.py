"""The state of the portal in the office's words: one line for each part of the background work.
Apps add lines in `ready()`. The numbers come from the monitoring (portal/run/measures.py), and a
line calls for attention where its alert fires (deploy/alerts.yml; a test compares them).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.roles import Permission as P
from portal.run.measures import MANY, NEVER, value
from portal.text import Text

# (measure, *labels) → more than this calls for attention.
LIMITS = {
    ("portal_jobs_oldest_waiting_seconds", "long"): 600,
    ("portal_jobs_oldest_waiting_seconds", "sending"): 1800,
    ("portal_reminders_undelivered", "failed"): 10,
    ("portal_figure_deltas",): 20_000,
    ("portal_backup_age_seconds",): 129_600,
}
# Less than this calls for attention.
FLOORS = {("portal_worker_alive",): 1, ("portal_disk_free_bytes",): 5_000_000_000}


@dataclass(frozen=True)
class Line:
    """One line. `says(at)` returns (sentence, whether all is well, what to do)."""

    title: Text
    says: Callable
    # URL name of the page with details, and the permissions that open it.
    url_name: str = ""
    permissions: tuple = ()


LINES: list[Line] = []
UNKNOWN = gettext_lazy("This cannot be seen at the moment.")
OPERATORS = gettext_lazy("Tell whoever operates the portal.")


def add(*lines):
    LINES.extend(lines)


def exceeds(*measure):
    """Return whether a number is beyond its limit or cannot be read."""
    number = value(*measure)
    if measure in FLOORS:
        return number is None or number < FLOORS[measure]
    return number is None or number > LIMITS[measure]


def count(*measure):
    number = value(*measure)
    return 0 if number is None else int(number)


def _background(at):
    if exceeds("portal_worker_alive"):
        said = _("Nothing has run for more than a minute: exports, reminders and figures rest.")
        return said, False, OPERATORS
    return _("It is at work."), True, ""


def _exports(at):
    waiting = value("portal_jobs", "queued")
    if waiting is None:
        return UNKNOWN, False, OPERATORS
    said = _("%(running)d being made, %(waiting)d waiting.") % {
        "running": count("portal_jobs", "running"),
        "waiting": waiting,
    }
    if failed := count("portal_jobs", "failed"):
        said = f"{said} {_('%(n)d did not succeed since yesterday.') % {'n': failed}}"
    if exceeds("portal_jobs_oldest_waiting_seconds", "long"):
        late = _("The oldest has waited for %(time)s.") % {
            "time": span(value("portal_jobs_oldest_waiting_seconds", "long"))
        }
        return f"{said} {late}", False, OPERATORS
    return said, True, ""


def _reminders(at):
    waiting, failed = (value("portal_reminders_undelivered", one) for one in ("waiting", "failed"))
    if waiting is None or failed is None:
        return UNKNOWN, False, OPERATORS
    if exceeds("portal_jobs_oldest_waiting_seconds", "sending"):
        late = _("Messages have not gone out for %(time)s; %(n)d wait.") % {
            "time": span(value("portal_jobs_oldest_waiting_seconds", "sending")),
            "n": waiting,
        }
        return late, False, OPERATORS
    said = _("They go out.") if not waiting else _("%(n)d are about to go out.") % {"n": waiting}
    if failed:
        lost = _("%(n)d could not be delivered since yesterday.") % {"n": failed}
        said = f"{said} {lost}"
    if exceeds("portal_reminders_undelivered", "failed"):
        return said, False, _("See for whom and why; an address may be wrong.")
    return said, True, ""


def _figures(at):
    waiting = value("portal_figure_deltas")
    if waiting is None:
        return UNKNOWN, False, OPERATORS
    if exceeds("portal_figure_deltas"):
        more = "+" if waiting >= MANY else ""
        said = _("Behind by %(n)s changes; records themselves are complete.") % {
            "n": f"{int(waiting)}{more}"
        }
        return said, False, OPERATORS
    return _("Up to date."), True, ""


def _backup(at):
    age = value("portal_backup_age_seconds")
    if age is None:
        return UNKNOWN, False, OPERATORS
    if age == NEVER:
        said = _("None has been made by the portal itself.")
        return said, False, _("Ask whoever operates the portal whether another backup is made.")
    made = timezone.localtime(at - timedelta(seconds=age))
    said = _("The last was made %(at)s.") % {"at": formats.date_format(made, "DATETIME_FORMAT")}
    return said, not exceeds("portal_backup_age_seconds"), OPERATORS


def _space(at):
    free = value("portal_disk_free_bytes")
    if free is None:
        return UNKNOWN, False, OPERATORS
    said = _("%(n)d GB left for photos, exports and imports.") % {"n": free / 1_000_000_000}
    return said, not exceeds("portal_disk_free_bytes"), OPERATORS


def span(seconds):
    """Return an approximate duration in words."""
    minutes = int(seconds or 0) // 60
    if minutes < 120:
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    hours = minutes // 60
    if hours < 48:
        return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    return ngettext("%(n)d day", "%(n)d days", hours // 24) % {"n": hours // 24}


def lines_for(user, *, at):
    """[{title, said, is_well, advice, url}] as of this moment."""
    rows = []
    for line in LINES:
        said, is_well, advice = line.says(at)
        opens = line.url_name and any(user.holds(one) for one in line.permissions)
        rows.append(
            {
                "title": line.title,
                "said": said,
                "is_well": is_well,
                "advice": "" if is_well else advice,
                "url_name": line.url_name if opens else "",
            }
        )
    return rows


add(
    Line(gettext_lazy("Work in the background"), _background),
    Line(gettext_lazy("Exports and imports"), _exports, "jobs", (P.SEE_PEOPLE, P.MANAGE_ACCOUNTS)),
    Line(gettext_lazy("Reminders"), _reminders, "sendings", (P.MANAGE_ACCOUNTS, P.MANAGE_PEOPLE)),
    Line(gettext_lazy("Figures of the dashboard"), _figures),
    Line(gettext_lazy("Backup"), _backup),
    Line(gettext_lazy("Room for files"), _space),
)
