"""What the audit calls the acts of this app."""

from django.utils.translation import gettext_lazy as _

from portal.events import describe

describe(
    {
        "help_need.noted": _("Need for help noted"),
        "help_need.renewed": _("Need for help renewed"),
        "help_need.met": _("Need for help met"),
        "help_need.withdrawn": _("Need for help no longer needed"),
        "help.offered": _("Help offered"),
        "help.changed": _("Offer of help changed"),
        "help.withdrawn": _("Offer of help withdrawn"),
        "matching.begun": _("Round of pairing begun"),
        "matching.changed": _("Round of pairing changed"),
        "matching.given_up": _("Round of pairing given up"),
        "matching.line_changed": _("Helper in a round of pairing changed by hand"),
        "matching.confirmed": _("Pairings of a round confirmed"),
        "pairing.agreed": _("Pairing agreed"),
    }
)
