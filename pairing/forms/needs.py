"""Forms about needs and offers."""

from datetime import timedelta
from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from outreach.models import Household
from pairing.models.needs import LARGEST_AMOUNT, HelpKind, Urgency
from pairing.rules import needs as rules
from portal import parameters
from portal.models.people import Skill
from portal.pages.forms import (
    ReaderForm,
    check,
    choice_field,
    day_field,
    number_field,
    picker_field,
)
from portal.pages.text_forms import CheckedTextForm, text_field


def _amount():
    return forms.DecimalField(
        label=_("Amount (yuan)"),
        required=False,
        min_value=Decimal("0.01"),
        max_value=LARGEST_AMOUNT,
        decimal_places=2,
        help_text=_("Money moves between accounts of units, never through a cadre."),
    )


def _expertise(label):
    return forms.MultipleChoiceField(
        label=label, choices=Skill.choices, required=False, widget=forms.CheckboxSelectMultiple
    )


def _until():
    return day_field(_("Until"), _("A year at most; then it is reviewed."))


class _FactsForm(CheckedTextForm):
    """What needs and offers have in common."""

    free_text = ("what",)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.is_bound and "until" not in self.initial:
            today = self.user.today
            days = parameters.number("pairing.need_max_days", on=today)
            self.initial["until"] = today + timedelta(days=days)


class NeedForm(_FactsForm):
    unit = picker_field("unit", _("Unit"))
    serial = text_field(
        _("Number of the household on the village's roster"),
        12,
        _(
            "Empty: the unit itself is in need. Of a household only the kind of help is kept, "
            "nothing about anybody."
        ),
        required=False,
    )
    kind = choice_field(_("Kind of help"), HelpKind.choices)
    what = text_field(
        _("What is needed"),
        120,
        _("For a unit: in a few words, for example a pump for the canal."),
        required=False,
    )
    urgency = forms.TypedChoiceField(
        label=_("Urgency"),
        choices=Urgency.choices,
        coerce=int,
        initial=Urgency.THIS_YEAR,
        widget=forms.RadioSelect,
    )
    until = _until()
    amount = _amount()
    expertise = _expertise(_("Expertise wanted"))

    def clean_unit(self):
        unit = self.cleaned_data["unit"]
        check(rules.may_note_need(self.user, unit))
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
            if any(cleaned.get(name) for name in ("what", "amount", "expertise")):
                said = _("Of a household only the kind of help is kept; leave the rest empty.")
                self.add_error("what", said)
        elif unit and not cleaned.get("what") and "what" not in self.errors:
            self.add_error("what", _("Write what the unit needs."))
        return cleaned


class RenewNeedForm(ReaderForm):
    until = _until()
    urgency = NeedForm.base_fields["urgency"]


class OfferForm(_FactsForm):
    organ = picker_field("organ", _("Organ"))
    kind = choice_field(_("Kind of help"), HelpKind.choices)
    what = text_field(_("What can be given"), 120)
    capacity = number_field(
        _("For how many at once"),
        1,
        500,
        _("Units or households; no more than the organ can truly serve."),
        initial=1,
    )
    until = _until()
    amount = _amount()
    expertise = _expertise(_("Expertise"))

    def __init__(self, *args, resource=None, **kwargs):
        super().__init__(*args, **kwargs)
        if resource:
            # The organ of an offer does not change.
            del self.fields["organ"]

    def clean_organ(self):
        organ = self.cleaned_data["organ"]
        check(rules.may_offer_for(self.user, organ))
        return organ
