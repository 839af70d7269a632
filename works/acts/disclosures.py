"""Acts on disclosures."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.pages.acts import Act, Acts, crumbs_under
from portal.pages.text_forms import ReasonForm
from portal.records.seen import seen
from works.actions import disclosures as actions
from works.forms import disclosures as forms
from works.models import Disclosure
from works.rules import disclosures as rules


@seen
def _disclosure(user):
    return Disclosure.objects.visible_to(user).select_related("organ", "host_organ")


DISCLOSURES = Acts(
    "works",
    "disclosure",
    "works/disclosures/<int:pk>/",
    _disclosure,
    crumbs_under(_("Openness of the enterprise"), "works:disclosures"),
    listing="works:disclosures",
    address=lambda _disclosure: reverse("works:disclosures"),
    starts=(
        Act(
            "disclose",
            _("Enter a disclosure"),
            rules.may_disclose,
            actions.disclose,
            forms.DisclosureForm,
            "works/disclosures/new/",
            initial=lambda user, _none: {"published_on": user.today},
            submit=pgettext_lazy("disclosures", "Enter it"),
            audit={"disclosure.entered": _("Disclosure of an enterprise entered")},
            undo="withdraw_disclosure",
        ),
    ),
    acts=(
        Act(
            "withdraw_disclosure",
            pgettext_lazy("disclosures", "Withdraw"),
            rules.may_withdraw,
            actions.withdraw,
            ReasonForm,
            "withdraw/",
            audit={"disclosure.withdrawn": _("Disclosure of an enterprise withdrawn")},
        ),
    ),
)
