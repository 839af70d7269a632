"""Forms of months of stays and of leave."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from outreach.actions.stay_months import Said
from outreach.models import DayNote
from outreach.models.stay_months import MONTH_STATES, LeaveKind
from outreach.rules import stay_months as rules
from portal.pages.forms import (
    AboutForm,
    DayInput,
    OnceForm,
    ReaderForm,
    add_refusal,
    check_period,
    choice_field,
    day_field,
    number_field,
    picker_field,
    yes_no_field,
)
from portal.pages.text_forms import CheckedTextForm, optional_text, text_field
from portal.trust import privacy

Kind = DayNote.Kind
MOST = 31
WHAT, DECISION = pgettext_lazy("stays", "What"), pgettext_lazy("stays", "Decision")
WORD = pgettext_lazy("stays", "Norm of the month")
DAYS_ATTESTED = (_("Days attested"), 0, MOST, _("Only if they were counted; it may stay empty."))


class DayNoteForm(CheckedTextForm):
    free_text = ("note",)
    kind = choice_field(WHAT, Kind.choices, radio=True, initial=Kind.AWAY)
    days = number_field(_("Days"), -MOST, MOST, _("With a minus: days are taken back."))
    note = optional_text(
        _("Note"), 200, _("A reason, where days are taken back or the month is attested.")
    )


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
    is_met = yes_no_field(WORD, MONTH_STATES["met"], MONTH_STATES["unmet"])
    days = number_field(*DAYS_ATTESTED, required=False)
    reason = text_field(_("Reason"), 200)


class LeaveForm(OnceForm, AboutForm):
    """Kind and days of the leave; medical reasons are not collected."""

    about = "stay"
    kind = choice_field(_("Kind of leave"), LeaveKind.choices, radio=True)
    starts_on = day_field(_("First day"))
    ends_on = day_field(_("Last day"))
    stand_in = picker_field(
        "cadre",
        _("Who stands by meanwhile"),
        _("A cadre of an organ; the village's own cadres carry on nobody's stay."),
    )

    def clean(self):
        cleaned = super().clean()
        check_period(self)
        if cleaned.get("stand_in"):
            add_refusal(self, "stand_in", rules.may_stand_in(self.stay, cleaned["stand_in"]))
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
    """The host's word on one stay, on the page of a month; number of days and remark are
    optional."""

    WORDS = {"met": True, "unmet": False}
    word = choice_field(WORD, MONTH_STATES.items(), radio=True, initial="met")
    days = number_field(*DAYS_ATTESTED, required=False)
    remark = optional_text(_("Opinion"), 200)

    def clean_remark(self):
        return privacy.mask_others(privacy.mask_ids(self.cleaned_data["remark"].strip()))

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("word") == "unattested" and cleaned.get("days") is not None:
            self.add_error("days", _("A month that is not attested has no number of days."))
        return cleaned

    def said(self, stay, month):
        """Return the word, or None if the month stays unattested."""
        given = self.cleaned_data
        is_met = self.WORDS.get(given["word"])
        if is_met is None:
            return None
        return Said(stay, month, is_met, given["days"], given["remark"])


class MonthForm(ReaderForm):
    """A month, given by any of its days."""

    month = forms.DateField(required=False, widget=DayInput())

    def clean_month(self):
        day = self.cleaned_data.get("month")
        return day.replace(day=1) if day else None
