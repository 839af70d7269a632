"""Forms of conduct reports."""

from django import forms
from django.utils.translation import gettext_lazy as _

from outreach.forms.matters import MatterPartForm
from portal.pages.forms import ReaderForm
from portal.pages.text_forms import optional_text, text_field


class ConductForm(ReaderForm):
    key = forms.UUIDField(widget=forms.HiddenInput)
    subject = text_field(_("About whom"), 120)
    subject_organ = MatterPartForm.base_fields["subject_organ"]
    text = text_field(_("What it is about"), 5_000, rows=5)
    reporter = optional_text(_("Who reports it"), 120, _("May stay empty."))


class HandOverForm(ReaderForm):
    handed_to = text_field(_("Handed to"), 80)
    receipt = text_field(_("Receipt number"), 60)


class ConductOutcomeForm(ReaderForm):
    outcome = text_field(_("What was done"), 2_000, rows=4)
