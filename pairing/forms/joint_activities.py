"""Forms about joint activities. They ask for nobody's name."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from pairing.models.co_building import MOST_DEEDS, JointActivityKind
from pairing.rules import joint_activities as rules
from portal.pages.forms import ManyFilesField, check, choice_field, day_field, number_field
from portal.pages.text_forms import CheckedTextForm, text_field

LONGEST_DEED = 80


class CorrectActivityForm(CheckedTextForm):
    free_text = ("theme", "place", "deeds", "effect")

    kind = choice_field(_("Kind"), JointActivityKind.choices)
    theme = text_field(_("Theme"), 60)
    held_on = day_field(_("Date"))
    place = text_field(_("Place"), 80)
    head_count = number_field(
        _("How many came"), 1, 9_999, _("Only the number; no names are kept.")
    )
    deeds = text_field(
        _("Practical things done for people"),
        1_700,
        _("One in a line; the lines are counted. May stay empty."),
        required=False,
        rows=3,
    )
    effect = text_field(_("What came of it"), 200, required=False, rows=2)

    def __init__(self, *args, pairing=None, activity=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.pairing = pairing or activity.pairing

    def clean_held_on(self):
        day = self.cleaned_data["held_on"]
        check(rules.may_be_held_on(self.user, self.pairing, day))
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
        label=_("Photos"),
        required=False,
        help_text=_("Optional. At most five; location and device data are removed."),
    )
    client_key = forms.UUIDField(widget=forms.HiddenInput())
