"""What is asked about a call-back."""

from django import forms
from django.utils.translation import gettext_lazy

from outreach.models.matters import Word
from portal.forms import ReaderForm
from portal.pickers import PickerField
from portal.text_forms import CheckedTextForm


class WordForm(CheckedTextForm):
    free_text = ("comment",)

    word = forms.ChoiceField(
        label=gettext_lazy("What they say"),
        choices=[
            *[c for c in Word.choices if c[0] != Word.UNREACHABLE],
            (Word.UNREACHABLE, gettext_lazy("Nobody reached today")),
        ],
        widget=forms.RadioSelect,
    )
    comment = forms.CharField(
        label=gettext_lazy("In their words"), max_length=500, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    method = forms.ChoiceField(
        label=gettext_lazy("How asked"),
        choices=[
            ("phone", gettext_lazy("By phone")),
            ("person", gettext_lazy("In person")),
            ("slip", gettext_lazy("Paper slip")),
        ],
    )


class ArrangeCallForm(ReaderForm):
    caller = PickerField("user", label=gettext_lazy("Who asks"))
