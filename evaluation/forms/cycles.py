"""What people type about cycles, made clean. No writing here."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from evaluation.models import Scheme
from evaluation.rules import cycles as rules
from portal.forms import DayInput, ReaderForm
from portal.pickers import PickerField
from portal.text_forms import CheckedTextForm


class SchemesField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, scheme):
        return _("%(title)s, version %(n)s (%(subject)s)") % {
            "title": scheme.title, "n": scheme.version, "subject": scheme.get_subject_display(),
        }  # fmt: skip


class CycleForm(ReaderForm):
    title = forms.CharField(
        label=gettext_lazy("Title of the cycle"), max_length=60,
        help_text=gettext_lazy("As the notice names it, for example: appraisal of 2026."),
    )  # fmt: skip
    schemes = SchemesField(
        queryset=None, label=gettext_lazy("Schemes"), widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Published ones. Who fits several is judged by the narrower one."),
    )  # fmt: skip
    starts_on = forms.DateField(label=gettext_lazy("Work is appraised from"), widget=DayInput())
    ends_on = forms.DateField(label=gettext_lazy("Work is appraised to"), widget=DayInput())
    ballots_until = forms.DateField(
        label=gettext_lazy("Ballots and words until"), widget=DayInput()
    )
    division = PickerField(
        "division", label=gettext_lazy("Area"), required=False,
        help_text=gettext_lazy("Where they served. Empty: the whole area of your role."),
    )  # fmt: skip

    def __init__(self, *args, cycle=None, **kwargs):
        super().__init__(*args, **kwargs)
        # Those that the cycle has already stay, also when withdrawn since.
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
    """What cannot be taken back is said twice."""

    close_open = forms.BooleanField(
        label=gettext_lazy("Close the polls that are still open as they stand"), required=False
    )
    sure = forms.BooleanField(
        label=gettext_lazy("Yes, nothing more is to be taken in"),
        error_messages={"required": gettext_lazy("Tick that nothing more is to be taken in.")},
    )

    def __init__(self, *args, cycle, **kwargs):
        super().__init__(*args, **kwargs)
        if rules.may_close_collecting(self.user, cycle):
            del self.fields["close_open"]

    def content(self):
        return {"close_open": self.cleaned_data.get("close_open", False)}


class PublishScoresForm(ReaderForm):
    on = forms.DateField(
        label=gettext_lazy("Published on"), widget=DayInput(),
        help_text=gettext_lazy("Working days for objections are counted from the day after."),
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = self.user.today


class FinishForm(ReaderForm):
    document = forms.CharField(
        label=gettext_lazy("Document number"), max_length=60,
        help_text=gettext_lazy("Of the decision that makes the results final."),
    )  # fmt: skip

    def clean_document(self):
        document = self.cleaned_data["document"].strip()
        if not any(char.isalnum() for char in document):
            raise ValidationError(_("Write the number of the document that decides it."))
        return document


class LeaveOutForm(CheckedTextForm):
    free_text = ("reason",)
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Too short a time, transferred, study … Never anything of health."),
    )  # fmt: skip
