"""The lines of the ballot (form 11): four of marks, four questions."""

from django import forms
from django.utils.translation import gettext_lazy as _

from evaluation.models.ballots import Answer, Question
from evaluation.models.schemes import Dimension, Mark


class MarksForm(forms.Form):
    """One tick on each line; an empty line does not count.

    A page has one such form per appraised, with different prefixes.
    """

    def __init__(self, *args, questions=True, **kwargs):
        super().__init__(*args, **kwargs)
        for line in Dimension:
            self.fields[line.value] = _line(line.label, Mark.choices)
        for line in Question if questions else ():
            self.fields[line.value] = _line(line.label, Answer.on_the_ballot())

    def clean(self):
        cleaned = super().clean()
        if not any(cleaned.get(line.value) for line in Dimension):
            self.add_error(None, _("Tick at least one line."))
        return cleaned

    @property
    def ticks(self):
        """{line: number}, empty lines as None."""
        return {name: self.cleaned_data[name] for name in self.fields}


def _line(label, choices):
    return forms.TypedChoiceField(
        label=label,
        choices=choices,
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )
