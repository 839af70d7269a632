"""Forms about contact points."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from pairing.models import ContactPoint
from pairing.models.leading import MOST_VISITS
from pairing.rules import leading as rules
from portal.pages.forms import add_refusal, number_field, optional_picker, picker_field
from portal.pages.text_forms import CheckedTextForm, text_field
from portal.trust import wall


class PlanForm(CheckedTextForm):
    """The plan of a contact point."""

    free_text = ("focus",)

    planned_visits = number_field(
        _("Visits planned in the year"),
        1,
        MOST_VISITS,
        _("What was done is counted from the diary; nobody reports it."),
    )
    focus = text_field(_("Problem to be solved there"), 200, required=False, rows=2)
    party_organization = picker_field(
        "party_organizations",
        _("Party organisation in contact"),
        _("Of the unit, or of the organ that manages it."),
        required=False,
    )
    recorder = optional_picker(
        "cadre",
        _("Enters visits for the leader"),
        _("Somebody who need not have been there; the leader confirms each visit by one press."),
    )
    cooperating = picker_field("organ", _("Cooperating organs"), required=False, multiple=True)

    def unit(self):
        raise NotImplementedError

    def clean(self):
        cleaned = super().clean()
        party, unit = cleaned.get("party_organization"), self.unit()
        if party and unit:
            add_refusal(self, "party_organization", rules.fits(party, unit))
        return cleaned


class ContactPointForm(PlanForm):
    """A new one: who, where, in which year."""

    leader = picker_field("cadre", pgettext_lazy("contact points", "Leader"))
    place = picker_field("unit", _("Contact point"))
    year = forms.TypedChoiceField(label=_("Year"), coerce=int)
    field_order = ["leader", "place", "year", "planned_visits"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        this = self.user.today.year
        self.fields["year"].choices = [(year, str(year)) for year in (this, this + 1)]

    def unit(self):
        return self.cleaned_data.get("place")

    def clean(self):
        cleaned = super().clean()
        leader, place, year = (cleaned.get(name) for name in ("leader", "place", "year"))
        if not (leader and place and year):
            return cleaned
        add_refusal(self, "place", rules.may_arrange_point(self.user, leader, place, year))
        running = ContactPoint.objects.running()
        with wall.as_system("whether a leader has a contact point already"):
            is_there = running.filter(leader=leader, unit=place, year=year).exists()
        if is_there:
            raise ValidationError(_("The leader has this contact point in the year already."))
        return cleaned

    def content(self):
        content = dict(self.cleaned_data)
        content["unit"] = content.pop("place")
        return content


class ChangePointForm(PlanForm):
    free_text = ("focus", "reason")

    reason = text_field(
        _("Why the plan is changed"),
        200,
        _("Asked when the number of visits changes; the earlier one stays in sight."),
        required=False,
    )

    def __init__(self, *args, point, **kwargs):
        self.point = point
        names = ("planned_visits", "focus", "party_organization", "recorder")
        initial = {name: getattr(point, name) for name in names}
        initial["cooperating"] = list(point.cooperating.order_by("sort_order", "pk"))
        super().__init__(*args, initial=initial, **kwargs)

    def unit(self):
        return self.point.unit

    def clean(self):
        cleaned = super().clean()
        planned = cleaned.get("planned_visits")
        if planned and planned != self.point.planned_visits and not cleaned.get("reason"):
            self.add_error("reason", _("Say why the plan is changed."))
        return cleaned
