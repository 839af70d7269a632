"""The words for audit events. Each app adds those of its own actions; no contents here."""

from django.utils.translation import gettext_lazy as _

_WORDS = {}
# Events whose middle part is a name: job.ledger.asked.
_PATTERNS = {}


def describe(words):
    """Add `{event: words}`; an event like `job.*.asked` stands for all of that shape."""
    for event, said in words.items():
        (_PATTERNS if "*" in event else _WORDS)[event] = said


def say(event):
    """An event in plain words; one that nobody described is shown by its code."""
    if event in _WORDS:
        return _WORDS[event]
    first, _dot, rest = event.partition(".")
    return _PATTERNS.get(f"{first}.*.{rest.rpartition('.')[2]}", event)


def choices():
    """All described events, for a filter, in the order in which the apps named them."""
    return [*_WORDS.items(), *((code, words) for code, words in _PATTERNS.items())]


describe(
    {
        "account.signed_in": _("Signed in"),
        "account.password_changed": _("Changed the own password"),
        "account.locked": _("Account locked after wrong passwords"),
        "account.unlocked": _("Account unlocked"),
        "account.made": _("Account made"),
        "account.changed": _("Account corrected"),
        "account.ended": _("Account ended"),
        "account.reactivated": _("Account taken into use again"),
        "account.slip_made": _("One-time password printed"),
        "account.second_factor_set": _("Second factor set up"),
        "account.second_factor_removed": _("Second factor removed"),
        "account.second_factor_dropped": _("Second factor dropped on the server"),
        "ledger.exported": _("Sheet exported on the server"),
        "grant.given": _("Role given"),
        "grant.revoked": _("Role revoked"),
        "grant.passed_on": _("Role passed on by a reorganisation"),
        "reorganisation.merge": _("Reorganisation: merger"),
        "reorganisation.split": _("Reorganisation: division into several"),
        "reorganisation.rename": _("Reorganisation: new name"),
        "reorganisation.move": _("Reorganisation: move"),
        "reorganisation.transfer": _("Reorganisation: cadre transferred"),
        "stand_in.named": _("Stand-in named"),
        "stand_in.ended": _("Stand-in ended"),
        "cadre.added": _("Cadre added"),
        "cadre.changed": _("Cadre corrected"),
        "cadre.left": _("Cadre left"),
        "cadre.experience_added": _("Experience added"),
        "cadre.experience_dropped": _("Experience taken out"),
        "cadre.placing_changed": _("Spouse, home or expertise of a cadre entered"),
        "avoidance.added": _("Avoidance entered"),
        "avoidance.ended": _("Avoidance ended"),
        "organ.added": _("Organ added"),
        "organ.changed": _("Organ corrected"),
        "organ.ended": _("Organ ended"),
        "unit.added": _("Unit added"),
        "unit.changed": _("Unit corrected"),
        "unit.ended": _("Unit ended"),
        "units.added": _("Units made of all villages of a township"),
        "party_organization.added": _("Party organisation added"),
        "party_organization.changed": _("Party organisation corrected"),
        "party_organization.renamed": _("Party organisation renamed"),
        "party_organization.ended": _("Party organisation ended"),
        "party_organization.followed": _("Party organisation went along with its organ or unit"),
        "division.added": _("Division added"),
        "division.changed": _("Division corrected"),
        "division.ended": _("Division ended"),
        "backup.made": _("Backup made"),
        "backup.restored": _("Backup restored"),
        "divisions.loaded": _("National list of divisions loaded"),
        "norm.set": _("Norm set"),
        "workdays.uploaded": _("Calendar uploaded"),
        "reminders.told": _("People reminded"),
        "channel.set": _("Address for reminders set"),
        "channel.confirmed": _("Address for reminders confirmed"),
        "channel.removed": _("Address for reminders taken out"),
        "delivery.sent_again": _("Failed message sent again"),
        "edition.locked": _("Edition locked"),
        "edition.nothing_stated": _("Nil report made"),
        "edition.taken_in": _("Edition of an outside unit taken in"),
        "edition.downloaded": _("Sheet of an edition downloaded"),
        "heading.set": _("Heading of an official sheet set"),
        "monthly_sheet.asked": _("Monthly sheet asked for"),
        "monthly_sheet.ended": _("Monthly sheet ended"),
        "import.received": _("Workbook brought for import"),
        "import.matched": _("Headings of a workbook matched"),
        "import.accepted": _("Import taken over"),
        "import.discarded": _("Import thrown away"),
        "import.report_downloaded": _("Marked workbook downloaded"),
        "import.undone": _("Import undone"),
        "job.*.asked": _("Long work asked for"),
        "job.*.done": _("Long work done"),
        "job.*.downloaded": _("File of long work downloaded"),
    }
)
