"""What the audit calls the acts of evaluation."""

from django.utils.translation import gettext_lazy as _

from portal.events import describe

describe(
    {
        "poll.made": _("Polls of a cycle made"),
        "poll.roster_set": _("Size of a poll's roster entered"),
        "poll.drawn": _("Voters of a poll drawn"),
        "poll.substitutes_drawn": _("Substitutes for voters drawn"),
        "poll.opened": _("Poll opened"),
        "poll.codes_issued": _("Slips with codes printed"),
        "poll.codes_voided": _("Unused codes of a poll voided"),
        "poll.closed": _("Poll closed and counted"),
    }
)
