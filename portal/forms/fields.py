"""The usual fields of forms, each in one call: label first, then limits, then the help text."""

from django import forms

from portal.pages.forms import DayInput
from portal.places.pickers import PickerField
from portal.text import Text


def text(label, most, hint: Text = "", **more):
    """One line of at most so many characters."""
    return forms.CharField(label=label, max_length=most, help_text=hint, **more)


def day(label, hint: Text = "", **more):
    return forms.DateField(label=label, help_text=hint, widget=DayInput(), **more)


def choice(label, choices, hint: Text = "", **more):
    return forms.ChoiceField(label=label, choices=choices, help_text=hint, **more)


def number(label, least, most, hint: Text = "", **more):
    return forms.IntegerField(label=label, min_value=least, max_value=most, help_text=hint, **more)


def upload(label, accept, hint):
    widget = forms.ClearableFileInput(attrs={"accept": accept})
    return forms.FileField(label=label, widget=widget, help_text=hint)


def pick(kind, label, hint: Text = "", **more):
    """One record of a kind of `pickers.PICKERS`."""
    return PickerField(kind, label=label, help_text=hint, **more)


def as_entered(form):
    """(user, record) → initial values of a form whose fields are named like the record's."""
    return lambda user, record: {name: getattr(record, name) for name in form.base_fields}
