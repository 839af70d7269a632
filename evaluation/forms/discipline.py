"""What recipients type about a finding, made clean. No writing here."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from evaluation.models.discipline import FindingKind, FindingSource
from evaluation.rules import discipline as rules
from portal.forms import DayInput, ReaderForm
from portal.pickers import PickerField
from portal.text_forms import CheckedTextForm


class FindingForm(ReaderForm):
    cadre = PickerField(
        "cadre", label=gettext_lazy("Cadre"), required=False,
        help_text=gettext_lazy("Leave empty where the finding is about an organ as such."),
    )  # fmt: skip
    organ = PickerField(
        "organ", label=gettext_lazy("Organ concerned"), required=False,
        help_text=gettext_lazy("Of a cadre it is their own organ."),
    )  # fmt: skip
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=FindingKind.choices)
    happened_on = forms.DateField(label=gettext_lazy("Day"), widget=DayInput())
    document = forms.CharField(
        label=gettext_lazy("Document number"), max_length=60,
        help_text=gettext_lazy("Without the document of a verified finding nothing is recorded."),
    )  # fmt: skip
    source = forms.ChoiceField(
        label=gettext_lazy("Where it was found out"), choices=FindingSource.choices
    )
    reference = forms.CharField(
        label=gettext_lazy("Reference number"), max_length=60,
        help_text=gettext_lazy(
            "Of the sealed complaint, the inspection or the other document. No text of a complaint."
        ),
    )  # fmt: skip

    def clean_happened_on(self):
        day = self.cleaned_data["happened_on"]
        if day > self.user.today:
            raise ValidationError(_("This day lies in the future."))
        return day

    def clean(self):
        cleaned = super().clean()
        cadre, organ = cleaned.get("cadre"), cleaned.get("organ")
        if cadre and organ and cadre.organ_id != organ.pk:
            self.add_error("organ", _("This is not the organ of the cadre; leave it empty."))
        concerned = cadre.organ if cadre else organ
        if concerned is None and not self.errors:
            self.add_error("cadre", _("Name the cadre, or the organ where it is about the organ."))
        elif concerned is not None and not (
            decision := rules.may_record_finding(self.user, concerned)
        ):
            self.add_error("cadre" if cadre else "organ", decision.refusal)
        return cleaned


class LiftFindingForm(CheckedTextForm):
    free_text = ("reason",)
    document = forms.CharField(label=gettext_lazy("Document that lifts it"), max_length=60)
    lifted_on = forms.DateField(label=gettext_lazy("Day of the document"), widget=DayInput())
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
    field_order = ["document", "lifted_on", "reason"]
