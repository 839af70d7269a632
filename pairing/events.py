"""What the audit calls the acts of this app."""

from django.utils.translation import gettext_lazy as _

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
    }
)
