"""What is asked about a month of a stay, and about leave."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from outreach.models import DayNote
from outreach.models.stay_months import LeaveKind
from portal.pages.forms import (
    DayInput,
    OnceForm,
    ReaderForm,
    check_period,
    choice_field,
    day_field,
    number_field,
    tick_field,
    yes_no_field,
)
from portal.pages.text_forms import CheckedTextForm, optional_text, text_field
from portal.trust import privacy

Kind = DayNote.Kind
MOST = 31
WHAT, DECISION = pgettext_lazy("stays", "What"), pgettext_lazy("stays", "Decision")


class DayNoteForm(CheckedTextForm):
    free_text = ("note",)
    kind = choice_field(WHAT, Kind.choices, radio=True, initial=Kind.AWAY)
    days = number_field(_("Days"), 1, MOST)
    note = optional_text(_("Note"), 200)


class WorkForm(CheckedTextForm):
    free_text = ("work",)
    work = optional_text(
        _("Main work of the month"),
        500,
        _("A sentence or two for the monthly sheet; it may stay empty."),
        rows=3,
    )


class CorrectMonthForm(CheckedTextForm):
    free_text = ("reason",)
    kind = choice_field(
        WHAT, [(one.value, one.label) for one in (Kind.ABSENT, Kind.AWAY)], radio=True
    )
    days = number_field(_("Days more (with a minus: fewer)"), -MOST, MOST)
    reason = text_field(_("Reason"), 200)


class LeaveForm(OnceForm, CheckedTextForm):
    """Kind and days of the leave; medical reasons are not collected."""

    free_text = ("stand_by",)
    kind = choice_field(_("Kind of leave"), LeaveKind.choices, radio=True)
    starts_on = day_field(_("First day"))
    ends_on = day_field(_("Last day"))
    stand_by = text_field(
        _("Who stands by meanwhile"),
        100,
        _("Name and post. Give no reason and no illness."),
    )
    field_order = ["kind", "starts_on", "ends_on", "stand_by", "numbers"]

    def clean(self):
        cleaned = super().clean()
        check_period(self)
        return cleaned


class DecideLeaveForm(CheckedTextForm):
    free_text = ("opinion",)
    approved = yes_no_field(
        DECISION, _("Granted"), _("Not granted"), _("Say whether it is granted.")
    )
    opinion = optional_text(_("Opinion"), 200)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("approved") is False and not cleaned.get("opinion"):
            self.add_error("opinion", _("Say why it is not granted."))
        return cleaned


class ReturnForm(ReaderForm):
    returned_on = day_field(_("Back on"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["returned_on"].initial = self.user.today


class AttestForm(forms.Form):
    """One stay on the page of a month: its tick and its exceptions."""

    chosen = tick_field(_("Attest"))
    absent = number_field(_("Not there, days"), 0, MOST, required=False)
    away = number_field(_("Away on duty, days"), 0, MOST, required=False)
    note = optional_text(_("Note"), 200)

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
    """A month, given by any of its days."""

    month = forms.DateField(required=False, widget=DayInput())

    def clean_month(self):
        day = self.cleaned_data.get("month")
        return day.replace(day=1) if day else None
