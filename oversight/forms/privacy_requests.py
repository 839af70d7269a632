"""Forms on requests about personal data."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from oversight.models.privacy_requests import Decision, Way, Wish
from portal.pages.forms import choice_field, day_field, optional_picker
from portal.pages.text_forms import CheckedTextForm, checked_phone, text_field

_QUIET = {"attrs": {"autocomplete": "off"}}


class PrivacyForm(CheckedTextForm):
    free_text = ("details",)
    received_on = day_field(pgettext_lazy("privacy", "Received on"))
    way = choice_field(pgettext_lazy("privacy", "How it came"), Way.choices, radio=True)
    wish = choice_field(pgettext_lazy("privacy", "What is wanted"), Wish.choices, radio=True)
    name = text_field(
        pgettext_lazy("privacy", "Name"), 40, required=False, widget=forms.TextInput(**_QUIET)
    )
    phone = text_field(
        pgettext_lazy("privacy", "Phone"),
        30,
        _("The one that was left with a matter; contacts are found by it."),
        required=False,
        widget=forms.TextInput(**_QUIET),
    )
    unit = optional_picker("unit", pgettext_lazy("privacy", "Where the person lives"))
    cadre = optional_picker("cadre", _("Or a cadre, who asks about their own data"))
    identity = text_field(
        _("How it was made sure who asks"),
        60,
        _("Such as: showed a document, was called back. No number of a document."),
    )
    details = text_field(pgettext_lazy("privacy", "What exactly"), 300, rows=3, required=False)

    def clean_phone(self):
        return checked_phone(self.cleaned_data["phone"])

    def clean_received_on(self):
        day = self.cleaned_data["received_on"]
        if day > self.user.today:
            raise ValidationError(_("That day is in the future."))
        return day


class PrivacyAnswerForm(CheckedTextForm):
    free_text = ("answer",)
    decision = choice_field(pgettext_lazy("privacy", "Decision"), Decision.choices, radio=True)
    answer = text_field(
        pgettext_lazy("privacy", "Answer"),
        1_000,
        _("What is done, or why not: a refusal gives its reason."),
        rows=5,
    )
