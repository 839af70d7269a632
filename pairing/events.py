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
    }
)
