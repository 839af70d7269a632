"""Labels of the nouns of interfaces, and of events without an act, in the audit."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.events import describe, name_nouns

name_nouns(
    {
        "serviceaccount": pgettext_lazy("noun", "Account of another system"),
        "token": pgettext_lazy("noun", "Token"),
        "subscription": pgettext_lazy("noun", "Address that is told of steps"),
        "calendarfeed": pgettext_lazy("noun", "Calendar of deadlines"),
    }
)
describe(
    {
        "token.collected": _("Token collected"),
        "subscription.made": _("Another system is told of steps"),
        "subscription.ended": _("Another system is no longer told of steps"),
        "calendar.made": _("Calendar of deadlines made"),
        "calendar.revoked": _("Calendar of deadlines taken back"),
    }
)
