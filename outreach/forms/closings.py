"""What is asked about closing a year."""

from django import forms
from django.utils.translation import gettext_lazy

from portal.forms.reports import subject_for
from portal.pages.forms import ReaderForm
from portal.places.pickers import PickerField


class CloseYearForm(ReaderForm):
    year = forms.IntegerField(label=gettext_lazy("Year"), min_value=2000, max_value=2100)
    division = PickerField(
        "division",
        label=gettext_lazy("Area"),
        required=False,
        help_text=gettext_lazy("Left empty, the whole area of your role."),
    )

    def clean(self):
        cleaned = super().clean()
        if self.errors:
            return cleaned
        subject = subject_for(self.user, division=cleaned.pop("division"))
        return cleaned | {"subject": subject}
