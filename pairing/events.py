"""What the audit calls the acts of this app."""

from django.utils.translation import gettext_lazy as _

from portal.events import describe

describe(
    {
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
