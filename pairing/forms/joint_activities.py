"""What is asked about joint activities, made clean. No writing here, and nobody's name."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pairing.models.co_building import MOST_DEEDS, JointActivityKind
from pairing.rules import joint_activities as rules
from portal.pages.forms import DayInput, ManyFilesField
from portal.pages.text_forms import CheckedTextForm

LONGEST_DEED = 80


class CorrectActivityForm(CheckedTextForm):
    free_text = ("theme", "place", "deeds", "effect")

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=JointActivityKind.choices)
    theme = forms.CharField(label=gettext_lazy("Theme"), max_length=60)
    held_on = forms.DateField(label=gettext_lazy("Date"), widget=DayInput())
    place = forms.CharField(label=gettext_lazy("Place"), max_length=80)
    head_count = forms.IntegerField(
        label=gettext_lazy("How many came"),
        min_value=1,
        max_value=9_999,
        help_text=gettext_lazy("The number alone; no list of names is kept."),
    )
    deeds = forms.CharField(
        label=gettext_lazy("Practical things done for people"),
        required=False,
        max_length=1_700,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("One in a line; the lines are counted. May stay empty."),
    )
    effect = forms.CharField(
        label=gettext_lazy("What came of it"),
        required=False,
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args, pairing=None, activity=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.pairing = pairing or activity.pairing

    def clean_held_on(self):
        day = self.cleaned_data["held_on"]
        decision = rules.may_be_held_on(self.user, self.pairing, day)
        if not decision:
            raise ValidationError(decision.refusal)
        return day

    def clean_deeds(self):
        lines = [line.strip() for line in self.cleaned_data["deeds"].splitlines()]
        lines = [line for line in lines if line]
        if len(lines) > MOST_DEEDS:
            raise ValidationError(_("At most %(n)s lines.") % {"n": MOST_DEEDS})
        if any(len(line) > LONGEST_DEED for line in lines):
            raise ValidationError(_("A line has at most %(n)s characters.") % {"n": LONGEST_DEED})
        return "\n".join(lines)

    def content(self):
        return self.cleaned_data | {"deeds": self.cleaned_data["deeds"].splitlines()}


class ActivityForm(CorrectActivityForm):
    photos = ManyFilesField(
        photos_only=True,
        label=gettext_lazy("Photos"),
        required=False,
        help_text=gettext_lazy("Not needed. At most five; place and device are taken out."),
    )
    client_key = forms.UUIDField(widget=forms.HiddenInput())
