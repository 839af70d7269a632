"""What people type about needs and offers, made clean. No writing here."""

from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from outreach.models import Household
from pairing.models.needs import LARGEST_AMOUNT, HelpKind, Urgency
from pairing.rules import needs as rules
from portal import parameters
from portal.models.people import Skill
from portal.pages.forms import DayInput, ReaderForm
from portal.pages.text_forms import CheckedTextForm
from portal.places.pickers import PickerField


def _amount():
    return forms.DecimalField(
        label=gettext_lazy("Amount (yuan)"),
        required=False,
        min_value=0.01,
        max_value=LARGEST_AMOUNT,
        decimal_places=2,
        help_text=gettext_lazy("Money moves between accounts of units, never through a cadre."),
    )


def _expertise(label):
    return forms.MultipleChoiceField(
        label=label, choices=Skill.choices, required=False, widget=forms.CheckboxSelectMultiple
    )


def _until():
    return forms.DateField(
        label=gettext_lazy("Until"),
        widget=DayInput(),
        help_text=gettext_lazy("A year at most; then it is looked at again."),
    )


class _FactsForm(CheckedTextForm):
    """What needs and offers share: nothing is said twice of one thing."""

    free_text = ("what",)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.is_bound and "until" not in self.initial:
            today = self.user.today
            days = parameters.number("pairing.need_max_days", on=today)
            self.initial["until"] = today + timedelta(days=days)


class NeedForm(_FactsForm):
    unit = PickerField("unit", label=gettext_lazy("Unit"))
    serial = forms.CharField(
        label=gettext_lazy("Number of the household on the village's roster"),
        max_length=12,
        required=False,
        help_text=gettext_lazy(
            "Empty: the unit itself is in need. Of a household only the kind of help is kept, "
            "nothing about anybody."
        ),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind of help"), choices=HelpKind.choices)
    what = forms.CharField(
        label=gettext_lazy("What is needed"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("For a unit: in a few words, for example a pump for the canal."),
    )
    urgency = forms.TypedChoiceField(
        label=gettext_lazy("Urgency"),
        choices=Urgency.choices,
        coerce=int,
        initial=Urgency.THIS_YEAR,
        widget=forms.RadioSelect,
    )
    until = _until()
    amount = _amount()
    expertise = _expertise(gettext_lazy("Expertise wanted"))

    def clean_unit(self):
        unit = self.cleaned_data["unit"]
        decision = rules.may_note_need(self.user, unit)
        if not decision:
            raise ValidationError(decision.refusal)
        return unit

    def clean(self):
        cleaned = super().clean()
        serial, unit = (cleaned.pop("serial", "") or "").strip(), cleaned.get("unit")
        cleaned["household"] = None
        if serial and unit:
            household = Household.objects.filter(unit=unit, serial=serial, ended_on=None).first()
            cleaned["household"] = household
            if household is None:
                words = _("%(unit)s has no household of this number on its list.")
                self.add_error("serial", words % {"unit": unit.name})
            if cleaned.get("what") or cleaned.get("amount") or cleaned.get("expertise"):
                self.add_error(
                    "what", _("Of a household only the kind of help is kept; leave the rest empty.")
                )
        elif unit and not cleaned.get("what") and "what" not in self.errors:
            self.add_error("what", _("Write what the unit needs."))
        return cleaned


class RenewNeedForm(ReaderForm):
    until = _until()
    urgency = NeedForm.base_fields["urgency"]


class OfferForm(_FactsForm):
    organ = PickerField("organ", label=gettext_lazy("Organ"))
    kind = forms.ChoiceField(label=gettext_lazy("Kind of help"), choices=HelpKind.choices)
    what = forms.CharField(label=gettext_lazy("What can be given"), max_length=120)
    capacity = forms.IntegerField(
        label=gettext_lazy("For how many at once"),
        min_value=1,
        max_value=500,
        initial=1,
        help_text=gettext_lazy("Units or households; no more than the organ can truly serve."),
    )
    until = _until()
    amount = _amount()
    expertise = _expertise(gettext_lazy("Expertise"))

    def __init__(self, *args, resource=None, **kwargs):
        super().__init__(*args, **kwargs)
        if resource:
            # Whose offer it is stands.
            del self.fields["organ"]

    def clean_organ(self):
        organ = self.cleaned_data["organ"]
        decision = rules.may_offer_for(self.user, organ)
        if not decision:
            raise ValidationError(decision.refusal)
        return organ
