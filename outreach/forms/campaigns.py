"""Forms of campaigns. No writing here."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from outreach.forms.areas import named_households, serials_in
from outreach.models import Household
from outreach.models.campaigns import CampaignKind
from outreach.rules import campaigns as rules
from portal.models import GrassrootsUnit
from portal.pages.forms import (
    add_refusal,
    check_period,
    choice_field,
    day_field,
    number_field,
    optional_picker,
)
from portal.pages.text_forms import CheckedTextForm, optional_text, text_field

LONGEST_DAYS = 732


class CampaignForm(CheckedTextForm):
    """Purpose, days, units and participants of a campaign."""

    free_text = ("title", "purpose", "reason")
    title = text_field(_("Name of the campaign"), 60)
    kind = choice_field(_("Kind"), CampaignKind.choices)
    starts_on = day_field(_("From"))
    ends_on = day_field(_("To"))
    purpose = optional_text(_("What it is for"), 2_000, rows=3)
    units = optional_picker(
        "unit", _("Units it goes to"), _("Several at once, separated by commas."), multiple=True
    )
    hosts = optional_picker(
        "organ",
        _("All units of these townships"),
        _("Each unit that they manage today is added."),
        multiple=True,
    )
    household_count = number_field(
        _("Households in each unit"),
        1,
        9_999,
        _("If a number was set; single units can differ."),
        required=False,
    )
    organs = optional_picker(
        "organ", _("Organs taking part"), _("Each with its stations."), multiple=True
    )
    organizer = optional_picker("organ", _("Organised by"), _("Left empty: your own organ."))
    document = optional_text(_("Document number"), 60)
    reason = text_field(_("Why the plan is changed"), 200, rows=2)
    field_order = [
        "title",
        "kind",
        "starts_on",
        "ends_on",
        "units",
        "hosts",
        "organs",
        "purpose",
        "numbers",
    ]

    def __init__(self, *args, campaign=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.campaign = campaign
        if campaign is None or campaign.is_draft:
            del self.fields["reason"]
            self.free_text = ("title", "purpose")

    def clean(self):
        cleaned = super().clean()
        check_period(self)
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if first and last and (last - first).days > LONGEST_DAYS:
            self.add_error("ends_on", _("A campaign lasts two years at most."))
        cleaned["units"] = self._with_hosted(cleaned)
        cleaned["organizer"] = cleaned.get("organizer") or (
            self.campaign.organizer if self.campaign else self.user.organ
        )
        # Units and organs of the plan so far need no new permission.
        campaign = self.campaign
        kept = set(campaign.units.values_list("unit", flat=True)) if campaign else set()
        asked = set(campaign.organs.values_list("pk", flat=True)) if campaign else set()
        new = [unit for unit in cleaned["units"] if unit.pk not in kept]
        organs = [one for one in cleaned.get("organs") or [] if one.pk not in asked]
        for name, decision in (
            ("organizer", rules.may_organise(self.user, cleaned["organizer"])),
            ("units", rules.may_go_to(self.user, cleaned["organizer"], new)),
            ("organs", rules.may_ask_organs(self.user, organs)),
        ):
            if not self.has_error(name):
                add_refusal(self, name, decision)
        return cleaned

    def _with_hosted(self, cleaned):
        units = list(cleaned.get("units") or [])
        if hosts := cleaned.get("hosts"):
            known = {unit.pk for unit in units}
            hosted = (
                GrassrootsUnit.objects.current(self.user.today)
                .filter(host_organ__in=hosts)
                .select_related("division", "host_organ", "parent")
                .order_by("host_organ__sort_order", "sort_order", "pk")
            )
            units += [unit for unit in hosted if unit.pk not in known]
        return units

    def content(self):
        """Keyword arguments for actions.campaigns."""
        return {k: v for k, v in self.cleaned_data.items() if k != "hosts"}


class CampaignUnitForm(CheckedTextForm):
    """Planned households of one unit and who visits them; all fields are optional."""

    households = optional_text(
        _("Numbers on the village's roster"),
        2_000,
        _("For example: 12, 15. Numbers only, no names."),
        rows=2,
    )
    household_count = number_field(_("Or only how many"), 1, 9_999, required=False)
    going = forms.ModelChoiceField(
        None,
        label=_("Organ that goes there"),
        required=False,
        empty_label=_("any that takes part"),
    )
    cadres = optional_picker("cadre", _("Cadres who go there"), multiple=True)

    def __init__(self, *args, row, **kwargs):
        super().__init__(*args, **kwargs)
        self.row = row
        field = self.fields["going"]
        field.queryset = row.campaign.organs.order_by("sort_order", "pk")
        field.label_from_instance = lambda organ: organ.name

    def clean_households(self):
        """Clean the roster numbers; errors reveal no other fact of a household."""
        unit, serials = self.row.unit, serials_in(self.cleaned_data["households"])
        found, unknown = named_households(Household.objects, unit, serials)
        if unknown:
            words = _("Not on the list of %(unit)s: %(numbers)s.")
            raise ValidationError(words % {"unit": unit.name, "numbers": _(", ").join(unknown)})
        if undisturbed := [one.serial for one in found if one.do_not_disturb]:
            words = _("They ask not to be visited: %(numbers)s.")
            raise ValidationError(words % {"numbers": _(", ").join(undisturbed)})
        return found

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("households") and cleaned.get("household_count"):
            self.add_error("household_count", _("Either the numbers, or only how many."))
        return cleaned


class CloseCampaignForm(CheckedTextForm):
    free_text = ("result_note",)
    result_note = text_field(
        _("What came of it"),
        2_000,
        _("Numbers are counted from the visits; write what the numbers do not show."),
        rows=4,
    )
