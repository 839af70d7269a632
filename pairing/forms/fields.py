"""Form fields in one call each: the label first, then the limits, then the hint."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.pages.forms import DayInput
from portal.places.pickers import PickerField


def day_field(label, help_text="", **options):
    """A day, chosen from a calendar."""
    return forms.DateField(label=label, help_text=help_text, widget=DayInput(), **options)


def number_field(label, least, most, help_text="", **options):
    """A whole number between two limits, both included."""
    return forms.IntegerField(
        label=label, min_value=least, max_value=most, help_text=help_text, **options
    )


def choice_field(label, choices, help_text="", *, radio=False, **options):
    """One of several choices, in a list or as radio buttons."""
    if radio:
        options["widget"] = forms.RadioSelect
    return forms.ChoiceField(label=label, choices=choices, help_text=help_text, **options)


def picker_field(kind, label, help_text="", **options):
    """A record that is found by typing."""
    return PickerField(kind, label=label, help_text=help_text, **options)


def add_refusal(form, field, decision):
    """Put the refusal of a rule, if it refuses, at a field of the form."""
    if not decision:
        form.add_error(field, decision.refusal)


def not_future(form, name):
    """The day of a field; raises ValidationError if it lies in the future."""
    day = form.cleaned_data[name]
    if day > form.user.today:
        raise ValidationError(_("This day lies in the future."))
    return day


def check(decision):
    """Raise ValidationError with the refusal of a rule, if it refuses."""
    if not decision:
        raise ValidationError(decision.refusal)
