"""What is asked about a report of conduct."""

from django import forms
from django.utils.translation import gettext_lazy

from outreach.forms.matters import MatterPartForm
from portal.pages.forms import ReaderForm


class ConductForm(ReaderForm):
    key = forms.UUIDField(widget=forms.HiddenInput)
    subject = forms.CharField(label=gettext_lazy("About whom"), max_length=120)
    subject_organ = MatterPartForm.base_fields["subject_organ"]
    text = forms.CharField(
        label=gettext_lazy("What it is about"),
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    reporter = forms.CharField(
        label=gettext_lazy("Who reports it"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("May stay empty."),
    )


class HandOverForm(ReaderForm):
    handed_to = forms.CharField(label=gettext_lazy("Handed to"), max_length=80)
    receipt = forms.CharField(label=gettext_lazy("Receipt number"), max_length=60)


class ConductOutcomeForm(ReaderForm):
    outcome = forms.CharField(
        label=gettext_lazy("What was done"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
