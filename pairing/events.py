"""What the audit calls the acts of this app."""

from django.utils.translation import gettext_lazy as _

from pairing.models import CaseStep
from portal.events import describe

describe(
    {
        "weak_check.opened": _("Yearly check of Party organisations opened"),
        "weak_check.answered": _("Yearly check of Party organisations answered"),
        **{f"weak_case.{move}": move.label for move in CaseStep.Move},
        "weak_case.looked_at": _("Transformed Party organisation looked at"),
        "weak_case.reviewed": _("Monthly review of a weak Party organisation"),
        "weak_case.support_named": _("Helper of a weak Party organisation named"),
        "weak_case.support_ended": _("Helper of a weak Party organisation ended"),
        "weak_case.secretary_named": _("Plan printed with the secretary's name"),
        "weak_case.secretaries_exported": _("Register exported with the secretaries' names"),
        "weak_item.added": _("Item of a plan added"),
        "weak_item.progressed": _("Progress of an item of a plan"),
        "weak_item.done": _("Item of a plan written off"),
        "weak_item.dropped": _("Item of a plan dropped"),
    }
)
