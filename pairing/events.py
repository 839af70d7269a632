"""What the audit calls the acts of who helps whom."""

from django.utils.translation import gettext_lazy as _

from portal.events import describe

describe(
    {
        "pairing.agreed": _("Pairing agreed"),
        "pairing.agreement_signed": _("Agreement of a pairing entered"),
        "pairing.renewed": _("Pairing renewed"),
        "pairing.end_changed": _("Planned end of a pairing changed"),
        "pairing.cadre_changed": _("Cadre responsible for a pairing changed"),
        "pairing.ended": _("Pairing ended"),
        "pairing.cancelled": _("Pairing cancelled before it began"),
        "pairing.year_planned": _("Plan of a year of a pairing written"),
        "pairing.passed_on": _("Pairing goes on after a reorganisation"),
        "household.difficulties_revealed": _("Difficulties of a household looked at"),
        "household.difficulty_noted": _("Difficulty of a household noted"),
        "household.difficulty_dropped": _("Difficulty of a household erased"),
        "household.difficulties_exported": _("Sheet of pairings with difficulties made"),
    }
)
