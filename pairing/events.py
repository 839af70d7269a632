"""Labels of audit events and nouns of pairing."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from pairing.models import CaseStep
from portal.events import describe, name_nouns

describe(
    {
        "contact_point.arranged": _("Contact point arranged"),
        "contact_point.passed_on": _("Contact point passed on by a reorganisation"),
        "problem.lifted": _("Problem lifted to a lead official"),
        "problem.passed_on": _("Prominent problem passed on by a reorganisation"),
        "partnership.passed_on": _("Partnership followed its Party organisation"),
        "support.word_heard": _("Word of the helped side noted"),
        "support.slip_printed": _("Slip of an item of help printed"),
        "support.words_added": _("Words on an item of help added by slip"),
        "support.words_read": _("Words on an item of help added by slip read"),
        "help_need.reopened": _("Need open again"),
        **{f"weak_case.{move}": move.label for move in CaseStep.Move},
        "weak_case.secretary_named": _("Plan printed with the secretary's name"),
        "weak_case.secretaries_exported": _("Register exported with the secretaries' names"),
        "help_need.met": _("Need for help met"),
        "matching.line_changed": _("Helper in a round of pairing changed by hand"),
        "matching.confirmed": _("Pairings of a round confirmed"),
        "pairing.agreed": _("Pairing agreed"),
        "pairing.year_planned": _("Plan of a year of a pairing written"),
        "pairing.passed_on": _("Pairing goes on after a reorganisation"),
        "household.difficulties_revealed": _("Difficulties of a household looked at"),
        "household.difficulty_dropped": _("Difficulty of a household erased"),
        "household.difficulties_exported": _("Sheet of pairings with difficulties made"),
    }
)

name_nouns(
    {
        "acceptance": pgettext_lazy("noun", "Acceptance"),
        "agreement": pgettext_lazy("noun", "Agreement"),
        "casesituation": pgettext_lazy("noun", "Situation of a case"),
        "casestep": pgettext_lazy("noun", "Step of a case"),
        "casesupport": pgettext_lazy("noun", "Who helps in a case"),
        "cobuildingplan": pgettext_lazy("noun", "Co-building content"),
        "contactpoint": pgettext_lazy("noun", "Contact point"),
        "contactpointstep": pgettext_lazy("noun", "Step of a contact point"),
        "followupcheck": pgettext_lazy("noun", "Follow-up check"),
        "helpneed": pgettext_lazy("noun", "Need for help"),
        "helpresource": pgettext_lazy("noun", "Offer of help"),
        "householdneed": pgettext_lazy("noun", "Difficulty of a household"),
        "itemprogress": pgettext_lazy("noun", "Progress of an item"),
        "jointactivity": pgettext_lazy("noun", "Joint activity"),
        "matchchange": pgettext_lazy("noun", "Change of a match"),
        "matchingproposal": pgettext_lazy("noun", "Proposal of pairing"),
        "matchinground": pgettext_lazy("noun", "Round of pairing"),
        "monthlyreview": pgettext_lazy("noun", "Monthly review"),
        "pairing": pgettext_lazy("noun", "Pairing"),
        "pairingstep": pgettext_lazy("noun", "Step of a pairing"),
        "problemmatter": pgettext_lazy("noun", "Matter of a prominent problem"),
        "problemstep": pgettext_lazy("noun", "Step of a prominent problem"),
        "prominentproblem": pgettext_lazy("noun", "Prominent problem"),
        "proposedmatch": pgettext_lazy("noun", "Proposed match"),
        "rectificationitem": pgettext_lazy("noun", "Rectification item"),
        "roundstep": pgettext_lazy("noun", "Step of a round"),
        "supportitem": pgettext_lazy("noun", "Item of help"),
        "supportremark": pgettext_lazy("noun", "Words on an item of help added by slip"),
        "supportslip": pgettext_lazy("noun", "Slip of an item of help"),
        "supportstep": pgettext_lazy("noun", "Step of an item of help"),
        "supportword": pgettext_lazy("noun", "Word of the helped side"),
        "weakcheck": pgettext_lazy("noun", "Yearly check"),
        "weakcheckreport": pgettext_lazy("noun", "Report of a yearly check"),
        "weakorganizationcase": pgettext_lazy("noun", "Weak organisation"),
        "yearplan": pgettext_lazy("noun", "Plan of a year"),
    }
)
