"""What the audit calls the acts of evaluation."""

from django.utils.translation import gettext_lazy as _

from portal.events import describe

describe(
    {
        "scheme.written": _("Draft of a scheme written"),
        "scheme.changed": _("Draft of a scheme changed"),
        "scheme.indicators_set": _("Indicators of a draft set"),
        "scheme.gates_set": _("Thresholds of a draft set"),
        "scheme.published": _("Scheme published"),
        "scheme.version_begun": _("New version of a scheme begun"),
        "scheme.withdrawn": _("Scheme no longer used"),
        "scheme.dropped": _("Draft of a scheme thrown away"),
        "cycle.opened": _("Cycle of appraisal opened"),
        "cycle.changed": _("Plan of a cycle changed"),
        "cycle.gathered": _("Appraised of a cycle gathered"),
        "cycle.started": _("Collecting of a cycle begun"),
        "cycle.closed": _("Ballots of a cycle closed"),
        "cycle.computed": _("Scores of a cycle computed"),
        "cycle.recomputed": _("Scores of a cycle computed anew"),
        "cycle.published": _("Scores of a cycle published"),
        "cycle.finished": _("Cycle of appraisal made final"),
        "cycle.cancelled": _("Cycle of appraisal broken off"),
        "appraised.left_out": _("Somebody left out of a cycle"),
        "appraised.taken_in": _("Somebody left out taken into a cycle again"),
    }
)
