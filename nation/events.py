"""Labels of audit events and nouns of the nation."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.events import describe, name_nouns

describe(
    {
        "nation.joined": _("Province joined to the nation"),
        "nation.left": _("Province taken out of the nation"),
        "nation.taken_in": _("File of a province taken in"),
        "nation.exported": _("Totals of provinces exported"),
        "nation.published": _("Totals published for the nation"),
        "nation.withdrawn": _("Totals no longer published"),
        "nation.written": _("Totals written to a signed file"),
    }
)
name_nouns({"member": pgettext_lazy("noun", "Province in the nation")})
