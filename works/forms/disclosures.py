"""Forms for disclosures."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.pages.forms import (
    add_refusal,
    choice_field,
    day_field,
    not_future,
    optional_picker,
)
from portal.pages.text_forms import CheckedTextForm, optional_text, text_field
from works.models.disclosures import DisclosureItem, DisclosureWay
from works.rules import disclosures as rules


class DisclosureForm(CheckedTextForm):
    free_text = ("title", "document")
    item = choice_field(pgettext_lazy("disclosures", "Item"), DisclosureItem.choices)
    title = text_field(pgettext_lazy("disclosures", "Content in one line"), 60)
    published_on = day_field(pgettext_lazy("disclosures", "Made public on"))
    way = choice_field(pgettext_lazy("disclosures", "Way"), DisclosureWay.choices)
    document = optional_text(_("Document or minutes"), 60)
    unit = optional_picker(
        "unit", pgettext_lazy("disclosures", "Only at"), _("A workshop or project.")
    )

    def clean_published_on(self):
        return not_future(self, "published_on")

    def clean(self):
        cleaned = super().clean()
        unit = cleaned.get("unit")
        cleaned["organ"] = organ = unit.host_organ if unit else self.user.organ
        if organ is None:
            self.add_error("unit", _("Choose the place."))
        elif not self.has_error("unit"):
            add_refusal(self, "unit", rules.may_disclose_at(self.user, organ, unit))
        return cleaned
