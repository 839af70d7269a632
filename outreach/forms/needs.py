"""What people type about needs of communities, made clean. No writing here."""

from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from outreach.models.needs import Job
from outreach.rules import needs as rules
from portal.pages.forms import DayInput
from portal.pages.text_forms import CheckedTextForm
from portal.places.pickers import PickerField

LONGEST_DAYS = 366


class _AtUnit(CheckedTextForm):
    unit = PickerField("unit", label=gettext_lazy("Community"))

    def clean_unit(self):
        unit = self.cleaned_data["unit"]
        decision = rules.may_publish_need(self.user, unit)
        if not decision:
            raise ValidationError(decision.refusal)
        return unit


class NeedForm(_AtUnit):
    """What a community needs."""

    free_text = ("title", "details", "when")

    title = forms.CharField(label=gettext_lazy("What is needed"), max_length=60)
    job = forms.ChoiceField(label=gettext_lazy("Kind of work"), choices=Job.choices)
    when = forms.CharField(
        label=gettext_lazy("When"),
        max_length=60,
        help_text=gettext_lazy("In words: Saturday morning, or one evening of your choice."),
    )
    wanted = forms.IntegerField(
        label=gettext_lazy("How many are wanted"), min_value=1, max_value=200, initial=1
    )
    until = forms.DateField(label=gettext_lazy("Until"), widget=DayInput())
    details = forms.CharField(
        label=gettext_lazy("Details"),
        max_length=1_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    field_order = ["unit", "title", "job", "when", "wanted", "until", "details"]

    def clean_until(self):
        day, today = self.cleaned_data["until"], self.user.today
        if day < today:
            raise ValidationError(_("This day has passed."))
        if day > today + timedelta(days=LONGEST_DAYS):
            raise ValidationError(_("A need stands for a year at most; publish it anew then."))
        return day


class ConfirmPledgeForm(CheckedTextForm):
    """The community's word; no hours and no marks."""

    free_text = ("feedback",)
    served_on = forms.DateField(label=gettext_lazy("Done on"), widget=DayInput())
    feedback = forms.CharField(
        label=gettext_lazy("A word of the community"),
        max_length=200,
        help_text=gettext_lazy("For example: done, thank you."),
    )

    def __init__(self, *args, pledge, **kwargs):
        super().__init__(*args, **kwargs)
        self.pledge = pledge

    def clean_served_on(self):
        day = self.cleaned_data["served_on"]
        if day > self.user.today:
            raise ValidationError(_("This day lies in the future."))
        if day < timezone.localdate(self.pledge.need.created_at):
            raise ValidationError(_("On this day the need was not published yet."))
        return day


class ActivityForm(_AtUnit):
    """A public-benefit activity: day, what, how many; nobody's name."""

    free_text = ("title",)

    title = forms.CharField(label=gettext_lazy("Activity"), max_length=60)
    job = forms.ChoiceField(label=gettext_lazy("Kind of work"), choices=Job.choices)
    held_on = forms.DateField(label=gettext_lazy("Date"), widget=DayInput())
    head_count = forms.IntegerField(
        label=gettext_lazy("How many came"), min_value=1, max_value=9_999
    )
    field_order = ["unit", "title", "job", "held_on", "head_count"]

    def clean_held_on(self):
        day = self.cleaned_data["held_on"]
        if day > self.user.today:
            raise ValidationError(_("This day lies in the future."))
        if day < self.user.today - timedelta(days=LONGEST_DAYS):
            raise ValidationError(_("This day lies too far back."))
        return day
