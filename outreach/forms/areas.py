"""Forms of contact areas and households."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from outreach.forms.by_kind import of_works_field
from outreach.models import ContactArea, Household
from outreach.rules import areas as rules
from portal.pages.forms import ReaderForm, add_refusal, day_field, picker_field
from portal.pages.text_forms import optional_text

OF_WORKS = (ContactArea.Kind.POST,)


def serials_in(text):
    """The numbers of households in a text, each once; any kind of comma separates them."""
    parts = re.split("[,、，;；\n]", text or "")
    return list(dict.fromkeys(one.strip() for one in parts if one.strip()))


def named_households(households, unit, serials):
    """Return (households of the unit with these numbers, unknown numbers)."""
    rows = households.filter(unit=unit, serial__in=serials, ended_on=None)
    known = {one.serial: one for one in rows}
    found = [known[serial] for serial in serials if serial in known]
    return found, [serial for serial in serials if serial not in known]


class ContactAreaForm(ReaderForm):
    cadre = picker_field("cadre", _("Cadre"))
    unit = picker_field("unit", _("Unit"))
    kind = of_works_field(_("Kind"), ContactArea.Kind.choices, OF_WORKS)
    group = optional_text(
        _("Which part"), 40, _("For a part of a unit, for example 三组; of a post, its name.")
    )
    households = optional_text(_("Numbers on the village's roster"), 300)
    starts_on = day_field(_("From"))
    ends_on = day_field(_("To"), required=False)

    def clean(self):
        cleaned = super().clean()
        serials, unit = serials_in(cleaned.get("households")), cleaned.get("unit")
        cleaned["households"] = []
        if cleaned.get("cadre") and unit:
            add_refusal(self, "unit", rules.may_arrange_area(self.user, cleaned["cadre"], unit))
        kind = cleaned.get("kind")
        if unit:
            add_refusal(self, "kind", rules.may_have_kind(unit, kind))
        if kind == ContactArea.Kind.POST:
            # A post gives no access to households, so it takes none.
            serials = []
            if not cleaned.get("group"):
                self.add_error("group", _("Say how the area or post is called."))
        if unit:
            found, missing = named_households(Household.objects, unit, serials)
            cleaned["households"] = found
            if missing:
                words = _("Not on the unit's list: %(numbers)s.")
                self.add_error("households", words % {"numbers": _(", ").join(missing)})
        if kind == ContactArea.Kind.PART and not cleaned.get("group"):
            self.add_error("group", _("Say which part of the unit."))
        if kind == ContactArea.Kind.HOUSEHOLDS and not serials:
            self.add_error("households", _("Name the households by their numbers."))
        return cleaned


class HouseholdForm(forms.ModelForm):
    class Meta:
        model = Household
        fields = ["serial", "display_name", "group", "do_not_disturb"]
        help_texts = {
            "serial": _("As the village itself numbers its households."),
            "display_name": _("Not in full: only the surname is kept, as in 李××户."),
        }
