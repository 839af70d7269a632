"""What was found about a hint. No writing here."""

from django import forms
from django.utils.translation import gettext_lazy

from portal.text_forms import CheckedTextForm


class ReviewForm(CheckedTextForm):
    free_text = ("found",)
    found = forms.CharField(
        label=gettext_lazy("What was looked at, and what was found"), max_length=300,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip
