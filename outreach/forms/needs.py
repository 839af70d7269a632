"""Forms of community needs. No writing here."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from outreach.models.needs import Job
from outreach.rules import needs as rules
from portal.pages.forms import (
    AboutForm,
    check,
    choice_field,
    day_field,
    not_future,
    not_past,
    number_field,
    picker_field,
)
from portal.pages.text_forms import CheckedTextForm, optional_text, text_field

LONGEST_DAYS = 366


class _AtUnit(CheckedTextForm):
    unit = picker_field("unit", _("Community"))

    def clean_unit(self):
        unit = self.cleaned_data["unit"]
        check(rules.may_publish_need(self.user, unit))
        return unit


class NeedForm(_AtUnit):
    free_text = ("title", "details", "when")

    title = text_field(_("What is needed"), 60)
    job = choice_field(_("Kind of work"), Job.choices)
    when = text_field(
        _("When"), 60, _("In words: Saturday morning, or one evening of your choice.")
    )
    wanted = number_field(_("How many are wanted"), 1, 200, initial=1)
    until = day_field(_("Until"))
    details = optional_text(_("Details"), 1_000, rows=3)

    def clean_until(self):
        day = not_past(self, "until")
        if day > self.user.today + timedelta(days=LONGEST_DAYS):
            raise ValidationError(_("A need is shown for a year at most; then publish it again."))
        return day


class ConfirmPledgeForm(AboutForm, CheckedTextForm):
    """Confirms a pledge for the community; hours and marks are not recorded."""

    about = "pledge"
    free_text = ("feedback",)
    served_on = day_field(_("Done on"))
    feedback = text_field(_("Comment of the community"), 200, _("For example: done, thank you."))

    def clean_served_on(self):
        day = not_future(self, "served_on")
        if day < timezone.localdate(self.pledge.need.created_at):
            raise ValidationError(_("On this day the need was not published yet."))
        return day


class ActivityForm(_AtUnit):
    """A public-benefit activity: day, kind and number of people, no names."""

    free_text = ("title",)

    title = text_field(_("Activity"), 60)
    job = choice_field(_("Kind of work"), Job.choices)
    held_on = day_field(_("Date"))
    head_count = number_field(_("How many came"), 1, 9_999)

    def clean_held_on(self):
        day = not_future(self, "held_on")
        if day < self.user.today - timedelta(days=LONGEST_DAYS):
            raise ValidationError(_("This day is too far in the past."))
        return day
