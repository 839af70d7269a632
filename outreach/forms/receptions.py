"""What people type about receptions and those who come, made clean. No writing here."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from outreach.actions.receptions import TooManyRepresentatives, shown_as
from outreach.forms.matters import MatterPartForm, MatterParts
from outreach.models.receptions import MOST_REPRESENTATIVES, ReceptionForm
from outreach.rules import matters as matter_rules
from outreach.rules import receptions as rules
from portal.pages.forms import DayInput
from portal.pages.text_forms import CheckedTextForm
from portal.places.pickers import PickerField


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self):
        super().__init__(format="%H:%M")


class ReceptionDayForm(CheckedTextForm):
    """A reception: who, when, where."""

    free_text = ("duties", "place", "theme")

    leader = PickerField("cadre", label=gettext_lazy("Leader"))
    duties = forms.CharField(
        label=gettext_lazy("In charge of"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("As the notice on the wall says it."),
    )
    held_on = forms.DateField(label=gettext_lazy("Date"), widget=DayInput())
    starts_at = forms.TimeField(label=gettext_lazy("From, at"), widget=TimeInput())
    ends_at = forms.TimeField(label=gettext_lazy("To, at"), widget=TimeInput())
    place = forms.CharField(label=gettext_lazy("Place of the reception"), max_length=80)
    theme = forms.CharField(label=gettext_lazy("Theme"), max_length=80, required=False)
    form = forms.ChoiceField(label=gettext_lazy("Form"), choices=ReceptionForm.choices)
    unit = PickerField(
        "unit",
        label=gettext_lazy("At the unit"),
        required=False,
        help_text=gettext_lazy("Only where the leader goes down to one."),
    )
    organ = PickerField(
        "organ",
        label=gettext_lazy("Held by the organ"),
        required=False,
        help_text=gettext_lazy("Left empty: your own organ."),
    )
    field_order = [
        "leader",
        "duties",
        "held_on",
        "starts_at",
        "ends_at",
        "place",
        "theme",
        "numbers",
    ]

    def clean_held_on(self):
        day = self.cleaned_data["held_on"]
        if day < self.user.today:
            raise ValidationError(_("This day has passed."))
        return day

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("starts_at"), cleaned.get("ends_at")
        if first and last and last <= first:
            self.add_error("ends_at", _("It ends before it begins."))
        cleaned["organ"] = cleaned.get("organ") or self.user.organ
        if not self.has_error("unit") and not self.has_error("organ"):
            decision = rules.may_hold_for(self.user, cleaned["organ"], cleaned.get("unit"))
            if not decision:
                self.add_error("unit" if cleaned.get("unit") else "organ", decision.refusal)
        return cleaned


class AnnounceReceptionForm(CheckedTextForm):
    """Nothing to fill in, unless it is late."""

    free_text = ("late_reason",)
    late_reason = forms.CharField(
        label=gettext_lazy("Why it is made known late"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args, reception, **kwargs):
        super().__init__(*args, **kwargs)
        if not rules.is_late(reception, self.user.today):
            del self.fields["late_reason"]
            self.free_text = ()


class PartyForm(CheckedTextForm):
    """Who came: display names only, at most five representatives of one group."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    visitors = forms.CharField(
        label=gettext_lazy("Who came"),
        max_length=200,
        required=False,
        help_text=gettext_lazy(
            "Surname and 先生, 女士 or 某某, at most five of one group: 李先生、王女士. Full names "
            "are shortened. May stay empty."
        ),
    )

    def clean_visitors(self):
        names = [one for one in re.split(r"[、，,;；\s]+", self.cleaned_data["visitors"]) if one]
        if len(names) > MOST_REPRESENTATIVES:
            raise TooManyRepresentatives
        return [shown_as(name) for name in names]


class ReceptionMatterForm(MatterPartForm):
    """A matter brought to a reception: where it happened, what was said, who leads."""

    free_text = ("request_text", "result_text", "opinion")

    unit = PickerField(
        "unit",
        label=gettext_lazy("Where it happened"),
        required=False,
        help_text=gettext_lazy("The village or unit that it is about."),
    )
    opinion = forms.CharField(
        label=gettext_lazy("What the leader said"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    lead_official = PickerField(
        "cadre",
        label=gettext_lazy("Lead official of this matter"),
        required=False,
        help_text=gettext_lazy("包案领导: sees the matter and answers for it."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].expected = True

    def clean(self):
        cleaned = super().clean()
        if self.is_empty() or cleaned.get("outcome") == "conduct":
            return cleaned
        unit = cleaned.get("unit")
        if unit is None and not self.has_error("unit"):
            self.add_error("unit", _("Say where it happened."))
        elif unit is not None:
            decision = matter_rules.may_register_matter(self.user, unit)
            if not decision:
                self.add_error("unit", decision.refusal)
        return cleaned

    def reported(self):
        """(unit, opinion, fields of the matter), or None for an empty part."""
        matter = self.matter()
        if matter is None:
            return None
        if matter["outcome"] != "referred":
            matter["lead_official"] = self.cleaned_data["lead_official"]
        return self.cleaned_data["unit"], self.cleaned_data["opinion"], matter


ReceptionMatters = forms.formset_factory(
    ReceptionMatterForm,
    formset=MatterParts,
    extra=1,
    max_num=10,
    absolute_max=11,
    validate_max=True,
)
