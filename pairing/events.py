"""What the audit calls the acts of this app."""

from django.utils.translation import gettext_lazy as _

from portal.events import describe

describe(
    {
        "partnership.agreed": _("Two Party branches paired"),
        "partnership.plan_changed": _("What two branches agreed on changed"),
        "partnership.passed_on": _("Partnership followed its Party organisation"),
        "joint_activity.recorded": _("Joint activity entered"),
        "joint_activity.corrected": _("Joint activity corrected"),
        "joint_activity.voided": _("Joint activity voided"),
    }
)
