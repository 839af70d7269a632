"""What is asked about a month of a stay, and about leave."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from outreach.models import DayNote
from outreach.models.stay_months import LeaveKind
from portal.pages.forms import DayInput, OnceForm, ReaderForm
from portal.pages.text_forms import CheckedTextForm
from portal.trust import privacy

Kind = DayNote.Kind
MOST = 31


class DayNoteForm(CheckedTextForm):
    free_text = ("note",)
    kind = forms.ChoiceField(
        label=pgettext_lazy("stays", "What"),
        choices=Kind.choices,
        widget=forms.RadioSelect,
        initial=Kind.AWAY,
    )
    days = forms.IntegerField(label=gettext_lazy("Days"), min_value=1, max_value=MOST)
    note = forms.CharField(label=gettext_lazy("Note"), max_length=200, required=False)
    field_order = ["kind", "days", "note", "numbers"]


class WorkForm(CheckedTextForm):
    free_text = ("work",)
    work = forms.CharField(
        label=gettext_lazy("Main work of the month"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("A sentence or two for the monthly sheet; it may stay empty."),
    )


class CorrectMonthForm(CheckedTextForm):
    free_text = ("reason",)
    kind = forms.ChoiceField(
        label=pgettext_lazy("stays", "What"),
        widget=forms.RadioSelect,
        choices=[(one.value, one.label) for one in (Kind.ABSENT, Kind.AWAY)],
    )
    days = forms.IntegerField(
        label=gettext_lazy("Days more (with a minus: fewer)"), min_value=-MOST, max_value=MOST
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)
    field_order = ["kind", "days", "reason", "numbers"]


class LeaveForm(OnceForm, CheckedTextForm):
    """Kind and days; a medical reason is not asked for, and there is no field for one."""

    free_text = ("stand_by",)
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of leave"), choices=LeaveKind.choices, widget=forms.RadioSelect
    )
    starts_on = forms.DateField(label=gettext_lazy("First day"), widget=DayInput())
    ends_on = forms.DateField(label=gettext_lazy("Last day"), widget=DayInput())
    stand_by = forms.CharField(
        label=gettext_lazy("Who stands by meanwhile"),
        max_length=100,
        help_text=gettext_lazy("Name and post. No reason is asked for, an illness least of all."),
    )
    field_order = ["kind", "starts_on", "ends_on", "stand_by", "numbers"]

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The end lies before the beginning."))
        return cleaned


class DecideLeaveForm(CheckedTextForm):
    free_text = ("opinion",)
    approved = forms.TypedChoiceField(
        label=pgettext_lazy("stays", "Decision"),
        choices=[("1", gettext_lazy("Granted")), ("0", gettext_lazy("Not granted"))],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Say whether it is granted.")},
    )
    opinion = forms.CharField(label=gettext_lazy("Opinion"), max_length=200, required=False)
    field_order = ["approved", "opinion", "numbers"]

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("approved") is False and not cleaned.get("opinion"):
            self.add_error("opinion", _("Say why it is not granted."))
        return cleaned


class ReturnForm(ReaderForm):
    returned_on = forms.DateField(label=gettext_lazy("Back on"), widget=DayInput())

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["returned_on"].initial = self.user.today


class AttestForm(forms.Form):
    """One stay on the page of a month: ticked, with its exceptions where there are any."""

    chosen = forms.BooleanField(label=gettext_lazy("Attest"), required=False)
    absent = forms.IntegerField(
        label=gettext_lazy("Not there, days"), required=False, min_value=0, max_value=MOST
    )
    away = forms.IntegerField(
        label=gettext_lazy("Away on duty, days"), required=False, min_value=0, max_value=MOST
    )
    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=200)

    def clean_note(self):
        note = self.cleaned_data["note"].strip()
        return privacy.mask_others(privacy.mask_ids(note))

    def exceptions(self):
        given = self.cleaned_data
        return [
            (kind, given[name], given["note"])
            for name, kind in (("absent", Kind.ABSENT), ("away", Kind.AWAY))
            if given.get(name)
        ]


class MonthForm(ReaderForm):
    """Which month; any of its days."""

    month = forms.DateField(required=False, widget=DayInput())

    def clean_month(self):
        day = self.cleaned_data.get("month")
        return day.replace(day=1) if day else None
