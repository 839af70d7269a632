"""What is asked about a call-back."""

from django import forms
from django.utils.translation import gettext_lazy

from outreach.models.matters import Word
from outreach.rules import matters as rules
from portal.pages.forms import ReaderForm
from portal.pages.text_forms import CheckedTextForm
from portal.places.pickers import PickerField


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
        label=gettext_lazy("In their words"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
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

    def __init__(self, *args, follow_up, **kwargs):
        super().__init__(*args, **kwargs)
        self.follow_up = follow_up

    def clean_caller(self):
        caller = self.cleaned_data["caller"]
        decision = rules.may_be_called_by(caller.acting(on=self.user.today), self.follow_up)
        if not decision:
            raise forms.ValidationError(decision.refusal)
        return caller
