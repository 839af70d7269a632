"""The address of the list of disclosures: tabs and filters, the same for page and sheet."""

from django.utils.translation import pgettext_lazy

from portal.pages.filters import Address, LedgerFilter, between, choice
from works.models import Disclosure
from works.models.disclosures import DisclosureItem

TABS = {
    "standing": pgettext_lazy("disclosures", "Made public"),
    "withdrawn": pgettext_lazy("disclosures", "Withdrawn"),
}


class DisclosureFilter(LedgerFilter):
    MORE = ("organ", "itself", "host", "area")
    alone = None
    item = choice(pgettext_lazy("disclosures", "Item"), DisclosureItem)
    from_day, to_day = between(
        "published_on",
        pgettext_lazy("disclosures", "Made public from"),
        pgettext_lazy("disclosures", "Made public to"),
    )


def _in_tab(rows, tab, on):
    return rows.exclude(withdrawn_on=None) if tab == "withdrawn" else rows.standing()


DISCLOSURES_AT = Address(DisclosureFilter, Disclosure.objects.visible_to, TABS, _in_tab)
