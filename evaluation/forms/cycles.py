"""Forms for cycles. No writing here."""

from django import forms
from django.utils.translation import gettext_lazy as _

from evaluation.forms.fields import DocumentForm
from evaluation.models import Scheme
from evaluation.rules import cycles as rules
from portal.pages.forms import ReaderForm, day_field, optional_picker
from portal.pages.text_forms import CheckedTextForm, text_field


class SchemesField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, scheme):
        return _("%(title)s, version %(n)s (%(subject)s)") % {
            "title": scheme.title,
            "n": scheme.version,
            "subject": scheme.get_subject_display(),
        }


class CycleForm(ReaderForm):
    title = text_field(
        _("Title of the cycle"), 60, _("As the notice names it, for example: appraisal of 2026.")
    )
    schemes = SchemesField(
        queryset=None,
        label=_("Schemes"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Published ones. Who fits several is judged by the narrower one."),
    )
    starts_on = day_field(_("Work is appraised from"))
    ends_on = day_field(_("Work is appraised to"))
    ballots_until = day_field(_("Ballots and words until"))
    division = optional_picker(
        "division", _("Area"), _("Where they served. Empty: the whole area of your role.")
    )

    def __init__(self, *args, cycle=None, **kwargs):
        super().__init__(*args, **kwargs)
        # The cycle's own schemes stay selectable, even if withdrawn since.
        standing = [one.pk for one in cycle.schemes.all()] if cycle else []
        rows = Scheme.objects.visible_to(self.user)
        rows = rows.published() | rows.filter(pk__in=standing)
        self.fields["schemes"].queryset = rows.order_by("subject", "title", "version", "pk")

    def clean(self):
        cleaned = super().clean()
        start, end, until = (
            cleaned.get(name) for name in ("starts_on", "ends_on", "ballots_until")
        )
        if start and end and end < start:
            self.add_error("ends_on", _("The end lies before the beginning."))
        if start and until and until < start:
            self.add_error("ballots_until", _("Ballots end before the period begins."))
        return cleaned


class CloseForm(ReaderForm):
    """Confirms an act that cannot be undone."""

    close_open = forms.BooleanField(label=_("Close polls that are still open"), required=False)
    sure = forms.BooleanField(
        label=_("Yes, accept nothing more"),
        error_messages={"required": _("Confirm that nothing more is accepted.")},
    )

    def __init__(self, *args, cycle, **kwargs):
        super().__init__(*args, **kwargs)
        if rules.may_close_collecting(self.user, cycle):
            del self.fields["close_open"]

    def content(self):
        return {"close_open": self.cleaned_data.get("close_open", False)}


class PublishScoresForm(ReaderForm):
    on = day_field(
        _("Published on"), _("Working days for objections are counted from the day after.")
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = self.user.today


class FinishForm(DocumentForm):
    missing = _("Write the number of the document that decides it.")
    document = text_field(
        _("Document number"), 60, _("Of the decision that makes the results final.")
    )


class LeaveOutForm(CheckedTextForm):
    free_text = ("reason",)
    reason = text_field(
        _("Reason"),
        200,
        _("Too short a time, transferred, study … Never anything of health."),
        rows=2,
    )
