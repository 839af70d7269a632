"""The word of one side on one appraised, a row among many. No writing here."""

from django import forms
from django.utils.translation import gettext_lazy as _

from evaluation.models.schemes import Dimension, Mark
from evaluation.models.words import MARKS
from portal.pages.text_forms import CheckedTextForm
from portal.tools.asked import whole_number


def _choices():
    """Marks with their numbers, so that typing a number selects one."""
    return [("", "—"), *((value, f"{value} {label}") for value, label in Mark.choices)]


class WordForm(CheckedTextForm):
    """Initial values are the side's current word, if any. An empty row gives no word."""

    free_text = ("remark",)
    remark = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    seen = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput())

    def __init__(self, *args, appraised, current=None, **kwargs):
        initial = {"seen": current.pk, "remark": current.remark, **current.marks} if current else {}
        super().__init__(*args, prefix=f"a{appraised.pk}", initial=initial, **kwargs)
        self.appraised, self.current = appraised, current
        for line in Dimension:
            field = forms.TypedChoiceField(
                label=line.label, choices=_choices, coerce=int, empty_value=None, required=False
            )
            field.widget.attrs |= {
                "class": "form-select",
                "aria-label": f"{appraised.name} {line.label}",
            }
            self.fields[line.value] = field
        remark = self.fields["remark"].widget
        remark.attrs |= {
            "class": "form-control",
            "aria-label": f"{appraised.name} {self.fields['remark'].label}",
        }

    def clean(self):
        cleaned = super().clean()
        empty = [name for name in MARKS if not cleaned.get(name)]
        if self.is_empty:
            return cleaned
        for name in empty:
            if name not in self.errors:
                self.add_error(name, _("A word has a mark on each of the four lines."))
        if not (cleaned.get("remark") or "").strip() and any(
            cleaned.get(name) == Mark.POOR for name in MARKS
        ):
            self.add_error("remark", _("Where a mark is “poor”, its reason must be written."))
        return cleaned

    @property
    def is_empty(self):
        """Whether nothing was entered and there was no word before."""
        typed = [self.data.get(self.add_prefix(name), "").strip() for name in (*MARKS, "remark")]
        return self.current is None and not any(typed)

    @property
    def marks(self):
        return {name: self.cleaned_data[name] for name in MARKS}

    @property
    def seen_word(self):
        return whole_number(self.cleaned_data.get("seen") or "")

    @property
    def mark_fields(self):
        return [self[name] for name in MARKS]

    @property
    def problems(self):
        """[(label, sentence)] for the summary above all rows."""
        found = []
        for name, errors in self.errors.items():
            label = self.fields[name].label if name in self.fields else ""
            found += [(label, str(error)) for error in errors]
        return found
