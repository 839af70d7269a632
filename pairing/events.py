"""What the audit calls the acts of this app."""

from django.utils.translation import gettext_lazy as _

from pairing.models import CaseStep
from portal.events import describe

describe(
    {
        "contact_point.arranged": _("Contact point arranged"),
        "contact_point.changed": _("Arrangement of a contact point changed"),
        "contact_point.ended": _("Contact point ended"),
        "contact_point.passed_on": _("Contact point passed on by a reorganisation"),
        "problem.lifted": _("Problem lifted to a lead official"),
        "problem.noted": _("Progress of a prominent problem noted"),
        "problem.official_changed": _("Lead official of a problem changed"),
        "problem.solved": _("Prominent problem noted as solved"),
        "problem.handed_back": _("Prominent problem handed back"),
        "problem.passed_on": _("Prominent problem passed on by a reorganisation"),
        "partnership.agreed": _("Two Party branches paired"),
        "partnership.plan_changed": _("What two branches agreed on changed"),
        "partnership.passed_on": _("Partnership followed its Party organisation"),
        "joint_activity.recorded": _("Joint activity entered"),
        "joint_activity.corrected": _("Joint activity corrected"),
        "joint_activity.voided": _("Joint activity voided"),
        "support.promised": _("Help promised"),
        "support.changed": _("Promise of help changed"),
        "support.done": _("Help noted as done"),
        "support.undone": _("“Done” of an item of help taken back"),
        "support.dropped": _("Item of help dropped with a reason"),
        "support.word_heard": _("Word of the helped side noted"),
        "support.slip_printed": _("Slip of an item of help printed"),
        "help_need.met": _("Need closed as met"),
        "help_need.reopened": _("Need open again"),
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
