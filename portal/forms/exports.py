"""The form that requests a large sheet with personal data."""

from django.utils.translation import gettext_lazy as _

from portal.pages.text_forms import CheckedTextForm, text_field


class PurposeForm(CheckedTextForm):
    free_text = ("purpose",)
    purpose = text_field(_("What the sheet is needed for"), 200, rows=2)
