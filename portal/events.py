"""Words for audit events and their records. Each app adds its own."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

_WORDS = {}
# Events with a variable middle part: job.ledger.asked.
_PATTERNS = {}
# Model name → words for its records.
_NOUNS = {}


def describe(words):
    """Add `{event: words}`; `job.*.asked` describes all events of this form."""
    for event, said in words.items():
        (_PATTERNS if "*" in event else _WORDS)[event] = said


def say(event):
    """The words for an event; its code if it has none."""
    if event in _WORDS:
        return _WORDS[event]
    first, _dot, rest = event.partition(".")
    return _PATTERNS.get(f"{first}.*.{rest.rpartition('.')[2]}", event)


def name_nouns(words):
    """Add `{lower-case model name: words}`."""
    _NOUNS.update(words)


def noun(name):
    """The words for records of a model; the model's name if it has none."""
    return _NOUNS.get(name, name)


def choices():
    """All described events, for a filter, in the order of the apps."""
    return [*_WORDS.items(), *((code, words) for code, words in _PATTERNS.items())]


describe(
    {
        "account.signed_in": _("Signed in"),
        "account.password_changed": _("Changed own password"),
        "account.sign_in_failed": _("Sign-in with a wrong password"),
        "account.locked": _("Account locked after wrong passwords"),
        "account.made": _("Account created"),
        "account.reactivated": _("Account reactivated"),
        "account.slip_made": _("One-time password printed"),
        "account.second_factor_set": _("Second factor set up"),
        "account.second_factor_removed": _("Second factor removed"),
        "account.second_factor_dropped": _("Second factor dropped on the server"),
        "account.sessions_ended": _("Own sessions ended"),
        "break_glass.used": _("Account of an administrator opened on the server"),
        "ledger.exported": _("Sheet exported on the server"),
        "sheet.printed": _("Page with personal data printed"),
        "grant.passed_on": _("Role passed on by a reorganisation"),
        "reorganisation.merge": _("Reorganisation: merger"),
        "reorganisation.split": _("Reorganisation: division into several"),
        "reorganisation.rename": _("Reorganisation: new name"),
        "reorganisation.move": _("Reorganisation: move"),
        "reorganisation.transfer": _("Reorganisation: cadre transferred"),
        "cadre.added": _("Cadre added"),
        "cadre.experience_dropped": _("Experience removed"),
        "avoidance.ended": _("Avoidance ended"),
        "organ.added": _("Organ added"),
        "unit.added": _("Unit added"),
        "units.added": _("Units made of all villages of a township"),
        "party_organization.added": _("Party organisation added"),
        "party_organization.changed": _("Party organisation corrected"),
        "party_organization.renamed": _("Party organisation renamed"),
        "party_organization.ended": _("Party organisation ended"),
        "party_organization.followed": _("Party organisation went along with its organ or unit"),
        "division.added": _("Division added"),
        "backup.made": _("Backup made"),
        "backup.restored": _("Backup restored"),
        "portal.upgraded": _("Portal upgraded"),
        "keys.prepared": _("New keys prepared"),
        "keys.switched": _("New keys taken into use"),
        "keys.rotated": _("Stored data encrypted with a new key"),
        "keys.forgotten": _("Old secret dropped"),
        "divisions.loaded": _("National list of divisions loaded"),
        "norm.set": _("Norm set"),
        "use.switched_on": pgettext_lazy("uses", "Switched on"),
        "use.switched_off": pgettext_lazy("uses", "Switched off"),
        "use.left_as_is": pgettext_lazy("uses", "What is used: left as it is"),
        "workdays.uploaded": _("Calendar uploaded"),
        "reminders.told": _("People reminded"),
        "channel.set": _("Address for reminders set"),
        "channel.confirmed": _("Address for reminders confirmed"),
        "channel.removed": _("Address for reminders removed"),
        "delivery.sent_again": _("Failed message sent again"),
        "edition.locked": _("Edition locked"),
        "edition.nothing_stated": _("Nil report made"),
        "edition.taken_in": _("Edition of an outside unit taken in"),
        "edition.downloaded": _("Sheet of an edition downloaded"),
        "heading.set": _("Heading of an official sheet set"),
        "paper.set": _("Paper of an official sheet set"),
        "monthly_sheet.asked": _("Monthly sheet asked for"),
        "monthly_sheet.ended": _("Monthly sheet ended"),
        "import.received": _("Workbook uploaded for import"),
        "import.sheets_chosen": _("Sheets of a workbook chosen"),
        "import.matched": _("Headings of a workbook matched"),
        "import.values_said": _("Words of a workbook given their meaning"),
        "import.updates_set": _("Correction of known records by an import set"),
        "import.accepted": _("Import taken over"),
        "import.discarded": _("Import discarded"),
        "import.report_downloaded": _("Marked workbook downloaded"),
        "import.undone": _("Import undone"),
        "clock.done": _("Work by the clock done"),
        "job.*.asked": _("Long work asked for"),
        "job.*.done": _("Long work done"),
        "job.*.downloaded": _("File of long work downloaded"),
    }
)

name_nouns(
    {
        "auditentry": pgettext_lazy("noun", "Audit entry"),
        "auditseal": pgettext_lazy("noun", "Seal of the audit"),
        "attachment": pgettext_lazy("noun", "Attachment"),
        "avoidancepair": pgettext_lazy("noun", "Avoidance"),
        "backup": pgettext_lazy("noun", "Backup"),
        "cadre": pgettext_lazy("noun", "Cadre"),
        "contactchannel": pgettext_lazy("noun", "Address for reminders"),
        "delivery": pgettext_lazy("noun", "Sent message"),
        "division": pgettext_lazy("noun", "Division"),
        "experience": pgettext_lazy("noun", "Experience"),
        "exportrequest": pgettext_lazy("noun", "Request for an export"),
        "formdraft": pgettext_lazy("noun", "Draft of a form"),
        "stepbefore": pgettext_lazy("noun", "What stood before a step"),
        "figuredelta": pgettext_lazy("noun", "Change of a figure"),
        "figuretotal": pgettext_lazy("noun", "Figure"),
        "grassrootsunit": pgettext_lazy("noun", "Grassroots unit"),
        "importchange": pgettext_lazy("noun", "Correction by an import"),
        "importvalue": pgettext_lazy("noun", "Matched word"),
        "importbatch": pgettext_lazy("noun", "Import"),
        "importmapping": pgettext_lazy("noun", "Matched headings"),
        "importproblem": pgettext_lazy("noun", "Problem of an import"),
        "job": pgettext_lazy("noun", "Long work"),
        "ledgerheading": pgettext_lazy("noun", "Heading of a sheet"),
        "ledgerpaper": pgettext_lazy("noun", "Paper of a sheet"),
        "lockout": pgettext_lazy("noun", "Lockout"),
        "breakglass": pgettext_lazy("noun", "Opening on the server"),
        "loginfailure": pgettext_lazy("noun", "Failed sign-in"),
        "organ": pgettext_lazy("noun", "Organ"),
        "partyorganization": pgettext_lazy("noun", "Party organisation"),
        "passwordslip": pgettext_lazy("noun", "Password slip"),
        "pastpassword": pgettext_lazy("noun", "Earlier password"),
        "policyparameter": pgettext_lazy("noun", "Norm"),
        "reminder": pgettext_lazy("noun", "Reminder"),
        "reorganisation": pgettext_lazy("noun", "Reorganisation"),
        "reorganisationchange": pgettext_lazy("noun", "Change by a reorganisation"),
        "reportededition": pgettext_lazy("noun", "Reported edition"),
        "rolegrant": pgettext_lazy("noun", "Role given"),
        "savedfilter": pgettext_lazy("noun", "Saved filter"),
        "scheduledexport": pgettext_lazy("noun", "Monthly sheet"),
        "shortlivedkey": pgettext_lazy("noun", "Key that is destroyed one day"),
        "standin": pgettext_lazy("noun", "Stand-in"),
        "user": pgettext_lazy("noun", "Account"),
        "workingday": pgettext_lazy("noun", "Working day"),
    }
)
