"""What people type about rounds, made clean. No writing here."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pairing.models.rounds import ROUND_LEVELS
from pairing.rules.pairings import LONGEST_YEARS
from portal.pages.forms import DayInput, ReaderForm
from portal.pages.text_forms import CheckedTextForm
from portal.places.pickers import PickerField


class RoundForm(ReaderForm):
    title = forms.CharField(
        label=gettext_lazy("Title of the round"),
        max_length=80,
        help_text=gettext_lazy("As the document will name it, for example: pairings of 2027."),
    )
    level = forms.ChoiceField(
        label=gettext_lazy("Who is helped"), choices=ROUND_LEVELS, widget=forms.RadioSelect
    )
    starts_on = forms.DateField(label=gettext_lazy("Pairings begin on"), widget=DayInput())
    ends_on = forms.DateField(label=gettext_lazy("Pairings end on"), widget=DayInput())
    area = PickerField(
        "division",
        label=gettext_lazy("Area"),
        required=False,
        help_text=gettext_lazy("Empty: the whole area of your role."),
    )

    def clean(self):
        cleaned = super().clean()
        start, end = cleaned.get("starts_on"), cleaned.get("ends_on")
        if start and end and end < start:
            self.add_error("ends_on", _("The end lies before the beginning."))
        elif start and end and end.year - start.year > LONGEST_YEARS:
            self.add_error(
                "ends_on", _("More than %(n)s years: check the days.") % {"n": LONGEST_YEARS}
            )
        if end and end < self.user.today:
            self.add_error("ends_on", _("This day has passed."))
        return cleaned


class ChangeMatchForm(CheckedTextForm):
    free_text = ("why",)
    nobody = forms.BooleanField(
        label=gettext_lazy("Nobody for now"),
        required=False,
        help_text=gettext_lazy("It then stands among the needs that nobody meets."),
    )
    why = forms.CharField(label=gettext_lazy("Why"), max_length=200)

    def __init__(self, *args, round_, **kwargs):
        super().__init__(*args, **kwargs)
        kind = "cadre" if round_.is_for_households else "organ"
        label = gettext_lazy("Another cadre") if kind == "cadre" else gettext_lazy("Another organ")
        self.fields = {"helper": PickerField(kind, label=label, required=False)} | self.fields
        self.fields["helper"].user = self.user
        self.is_cadre = kind == "cadre"

    def clean(self):
        cleaned = super().clean()
        helper = cleaned.get("helper")
        if helper and cleaned.get("nobody"):
            self.add_error("nobody", _("Either another helper, or nobody."))
        elif not helper and not cleaned.get("nobody") and "helper" not in self.errors:
            self.add_error("helper", _("Choose who helps instead, or nobody for now."))
        return cleaned

    @property
    def helper(self):
        """(organ, cadre) as chosen, as far as the form goes."""
        chosen = getattr(self, "cleaned_data", {}).get("helper")
        if self.is_cadre:
            return (chosen.organ, chosen) if chosen else (None, None)
        return chosen, None


class ConfirmForm(ReaderForm):
    document = forms.CharField(label=gettext_lazy("Number of the document"), max_length=60)
    decided_on = forms.DateField(label=gettext_lazy("Decided on"), widget=DayInput())

    def clean_decided_on(self):
        day = self.cleaned_data["decided_on"]
        if day > self.user.today:
            raise ValidationError(_("This day lies in the future."))
        return day
