"""Forms of receptions and their visitors. No writing here."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from outreach.actions.receptions import TooManyRepresentatives, shown_as
from outreach.forms.matters import MatterPartForm, MatterParts
from outreach.models.receptions import MOST_REPRESENTATIVES, ReceptionForm
from outreach.rules import matters as matter_rules
from outreach.rules import receptions as rules
from portal.pages.forms import (
    add_refusal,
    choice_field,
    day_field,
    not_past,
    optional_picker,
    picker_field,
)
from portal.pages.text_forms import CheckedTextForm, optional_text, text_field


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self):
        super().__init__(format="%H:%M")


class ReceptionDayForm(CheckedTextForm):
    free_text = ("duties", "place", "theme")

    leader = picker_field("cadre", _("Leader"))
    duties = optional_text(_("In charge of"), 120, _("As the notice on the wall says it."))
    held_on = day_field(_("Date"))
    starts_at = forms.TimeField(label=_("From, at"), widget=TimeInput())
    ends_at = forms.TimeField(label=_("To, at"), widget=TimeInput())
    place = text_field(_("Place of the reception"), 80)
    theme = optional_text(_("Theme"), 80)
    form = choice_field(_("Form"), ReceptionForm.choices)
    unit = optional_picker("unit", _("At the unit"), _("Only where the leader goes down to one."))
    organ = optional_picker("organ", _("Held by the organ"), _("Left empty: your own organ."))
    field_order = ["leader", "duties", "held_on", "starts_at", "ends_at", "place", "theme"]

    def clean_held_on(self):
        return not_past(self, "held_on")

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("starts_at"), cleaned.get("ends_at")
        if first and last and last <= first:
            self.add_error("ends_at", _("It ends before it begins."))
        cleaned["organ"] = cleaned.get("organ") or self.user.organ
        if not self.has_error("unit") and not self.has_error("organ"):
            unit = cleaned.get("unit")
            decision = rules.may_hold_for(self.user, cleaned["organ"], unit)
            add_refusal(self, "unit" if unit else "organ", decision)
        return cleaned


class AnnounceReceptionForm(CheckedTextForm):
    """Asks for a reason, and only if the announcement is late."""

    free_text = ("late_reason",)
    late_reason = text_field(_("Why it is made known late"), 200, rows=2)

    def __init__(self, *args, reception, **kwargs):
        super().__init__(*args, **kwargs)
        if not rules.is_late(reception, self.user.today):
            del self.fields["late_reason"]
            self.free_text = ()


class PartyForm(CheckedTextForm):
    """The display names of the visitors, at most five representatives of one group."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    visitors = optional_text(
        _("Who came"),
        200,
        _(
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
    """A matter of a reception, with its place, the leader's opinion and the lead official."""

    free_text = ("title", "request_text", "result_text", "opinion")

    unit = optional_picker(
        "unit", _("Where it happened"), _("The village or unit that it is about.")
    )
    opinion = optional_text(_("What the leader said"), 500, rows=2)
    lead_official = optional_picker(
        "cadre",
        _("Lead official of this matter"),
        _("包案领导: sees the matter and answers for it."),
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
            add_refusal(self, "unit", matter_rules.may_register_matter(self.user, unit))
            self.check_kind(unit)
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
    ReceptionMatterForm, MatterParts, extra=1, max_num=10, absolute_max=11, validate_max=True
)
