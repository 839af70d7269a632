"""Labels of the nouns of sync in the audit, and its words without an act."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.events import describe, name_nouns

name_nouns(
    {
        "device": pgettext_lazy("noun", "Enrolled phone"),
        "entry": pgettext_lazy("noun", "Entry of a phone"),
    }
)
describe(
    {
        "device.enrolled": _("Phone enrolled"),
        "device.renewed": _("Phone set up again with a new PIN"),
        "device.backup_taken_in": _("Backup file of a phone taken in"),
        "entry.accepted": _("Entry of a phone carried out"),
        "entry.held": _("Entry of a phone waits for the one before it"),
        "entry.differs": _("Entry of a phone differs from one of the same number"),
        "entry.quarantined": _("Entry of a phone to be looked at"),
        "entry.fault": _("Entry of a phone met an error of the portal"),
        "entry.dropped": _("Entry of a phone dropped"),
        "entry.expired": _("Entry of a phone kept long enough and deleted"),
        "entry.read": _("Entry of a phone read by the office"),
    }
)
