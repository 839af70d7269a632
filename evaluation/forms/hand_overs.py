"""Forms of a hand-over. No writing here."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.pages.forms import ReaderForm, day_field
from portal.pages.text_forms import text_field


class HandOverForm(ReaderForm):
    recipient = text_field(
        pgettext_lazy("hand-over", "Handed to"),
        60,
        _("The organ and section that appraises cadres, as in its name."),
    )


class ReceiptForm(ReaderForm):
    received_by = text_field(
        pgettext_lazy("hand-over", "Received by"), 40, _("Who signed the receipt.")
    )
    received_on = day_field(pgettext_lazy("hand-over", "Received on"))
