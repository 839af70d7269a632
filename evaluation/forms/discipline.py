"""Forms for findings. No writing here."""

from django import forms
from django.utils.translation import gettext_lazy as _

from evaluation.models.discipline import FindingKind, FindingSource
from evaluation.rules import discipline as rules
from portal.pages.forms import ReaderForm, day_field, optional_picker
from portal.pages.text_forms import CheckedTextForm, text_field


class FindingForm(ReaderForm):
    cadre = optional_picker(
        "cadre", _("Cadre"), _("Leave empty where the finding is about an organ as such.")
    )
    organ = optional_picker("organ", _("Organ concerned"), _("Of a cadre it is their own organ."))
    kind = forms.ChoiceField(label=_("Kind"), choices=FindingKind.choices)
    happened_on = day_field(_("Day"))
    document = text_field(
        _("Document number"),
        60,
        _("Without the document of a verified finding nothing is recorded."),
    )
    source = forms.ChoiceField(label=_("Where it was found out"), choices=FindingSource.choices)
    reference = text_field(
        _("Reference number"),
        60,
        _("Of the sealed complaint, the inspection or the other document. No text of a complaint."),
    )

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
    document = text_field(_("Document that lifts it"), 60)
    lifted_on = day_field(_("Day of the document"))
    reason = text_field(_("Reason"), 300, rows=2)
    field_order = ["document", "lifted_on", "reason"]
