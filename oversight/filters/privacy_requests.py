"""The address of the requests about personal data."""

from django.utils.translation import pgettext_lazy

from oversight.models import PrivacyRequest
from portal.pages.filters import Address, in_state

TABS = {
    "open": pgettext_lazy("privacy", "To be answered"),
    "prepared": pgettext_lazy("privacy", "To be approved"),
    "answered": pgettext_lazy("privacy", "Answered"),
    "all": pgettext_lazy("privacy", "All"),
}

PRIVACY_AT = Address(None, PrivacyRequest.objects.visible_to, TABS, in_tab=in_state)
