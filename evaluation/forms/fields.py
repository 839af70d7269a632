"""Fields that several forms of evaluation have."""

from django import forms
from django.core.exceptions import ValidationError

from portal.pages.forms import DayInput, ReaderForm
from portal.places.pickers import PickerField


def whole(label, least, most, help_text="", **options):
    """A whole number between two limits, both included."""
    return forms.IntegerField(
        label=label, min_value=least, max_value=most, help_text=help_text, **options
    )


def day(label, help_text=""):
    return forms.DateField(label=label, widget=DayInput(), help_text=help_text)


def picked(kind, label, help_text):
    """A record that may be left out."""
    return PickerField(kind, label=label, required=False, help_text=help_text)


class DocumentForm(ReaderForm):
    """A form with the number of a document, refused with the sentence `missing` if it says
    nothing."""

    missing = ""

    def clean_document(self):
        document = self.cleaned_data["document"].strip()
        if not any(char.isalnum() for char in document):
            raise ValidationError(self.missing)
        return document
