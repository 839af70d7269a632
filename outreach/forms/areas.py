"""What is asked about contact areas and households."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from outreach.models import ContactArea, Household
from outreach.rules import areas as area_rules
from portal.pages.forms import DayInput, ReaderForm
from portal.places.pickers import PickerField


class ContactAreaForm(ReaderForm):
    cadre = PickerField("cadre", label=gettext_lazy("Cadre"))
    unit = PickerField("unit", label=gettext_lazy("Unit"))
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=ContactArea.Kind.choices)
    group = forms.CharField(
        label=gettext_lazy("Which part"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("For a part of a unit, for example 三组."),
    )
    households = forms.CharField(
        label=gettext_lazy("Numbers on the village's roster"), max_length=300, required=False
    )
    starts_on = forms.DateField(label=gettext_lazy("From"), widget=DayInput())
    ends_on = forms.DateField(label=gettext_lazy("To"), widget=DayInput(), required=False)

    def clean(self):
        cleaned = super().clean()
        serials = [
            s.strip()
            for s in (cleaned.get("households") or "")
            .replace("、", ",")
            .replace("，", ",")
            .split(",")
            if s.strip()
        ]
        cleaned["households"] = []
        if cleaned.get("cadre") and cleaned.get("unit"):
            decision = area_rules.may_arrange_area(self.user, cleaned["cadre"], cleaned["unit"])
            if not decision:
                self.add_error("unit", decision.refusal)
        if cleaned.get("unit") and serials:
            found = {
                h.serial: h
                for h in Household.objects.filter(
                    unit=cleaned["unit"], serial__in=serials, ended_on=None
                )
            }
            missing = [s for s in serials if s not in found]
            if missing:
                self.add_error(
                    "households",
                    _("Not on the unit's list: %(numbers)s.") % {"numbers": _(", ").join(missing)},
                )
            cleaned["households"] = list(found.values())
        if cleaned.get("kind") == ContactArea.Kind.PART and not cleaned.get("group"):
            self.add_error("group", _("Say which part of the unit."))
        if cleaned.get("kind") == ContactArea.Kind.HOUSEHOLDS and not serials:
            self.add_error("households", _("Name the households by their numbers."))
        return cleaned


class HouseholdForm(forms.ModelForm):
    class Meta:
        model = Household
        fields = ["serial", "display_name", "group", "do_not_disturb"]
        help_texts = {
            "serial": gettext_lazy("As the village itself numbers its households."),
            "display_name": gettext_lazy("Not in full: the surname alone is kept, as in 李××户."),
        }
