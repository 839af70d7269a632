"""Forms for hints. No writing here."""

from django.utils.translation import gettext_lazy as _

from portal.pages.text_forms import CheckedTextForm, text_field


class ReviewForm(CheckedTextForm):
    free_text = ("found",)
    found = text_field(_("What was looked at, and what was found"), 300, rows=4)
