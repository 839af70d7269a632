"""What people type about campaigns, made clean. No writing here."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from outreach.models import Household
from outreach.models.campaigns import CampaignKind
from outreach.rules import campaigns as rules
from portal.models import GrassrootsUnit
from portal.pages.forms import DayInput
from portal.pages.text_forms import CheckedTextForm
from portal.places.pickers import PickerField

LONGEST_DAYS = 732


class CampaignForm(CheckedTextForm):
    """A campaign: what for, from when to when, where to, and who takes part."""

    free_text = ("title", "purpose", "reason")

    title = forms.CharField(label=gettext_lazy("Name of the campaign"), max_length=60)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=CampaignKind.choices)
    starts_on = forms.DateField(label=gettext_lazy("From"), widget=DayInput())
    ends_on = forms.DateField(label=gettext_lazy("To"), widget=DayInput())
    purpose = forms.CharField(
        label=gettext_lazy("What it is for"),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    units = PickerField(
        "unit",
        multiple=True,
        label=gettext_lazy("Units it goes to"),
        required=False,
        help_text=gettext_lazy("Several at once, separated by commas."),
    )
    hosts = PickerField(
        "organ",
        multiple=True,
        label=gettext_lazy("All units of these townships"),
        required=False,
        help_text=gettext_lazy("Each unit that they manage today is added."),
    )
    household_count = forms.IntegerField(
        label=gettext_lazy("Households in each unit"),
        min_value=1,
        max_value=9_999,
        required=False,
        help_text=gettext_lazy("If a number was set; single units can differ."),
    )
    organs = PickerField(
        "organ",
        multiple=True,
        label=gettext_lazy("Organs taking part"),
        required=False,
        help_text=gettext_lazy("Each with its stations."),
    )
    organizer = PickerField(
        "organ",
        label=gettext_lazy("Organised by"),
        required=False,
        help_text=gettext_lazy("Left empty: your own organ."),
    )
    document = forms.CharField(label=gettext_lazy("Document number"), max_length=60, required=False)
    reason = forms.CharField(
        label=gettext_lazy("Why the plan is changed"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
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
        "household_count",
        "organizer",
        "document",
        "reason",
    ]

    def __init__(self, *args, campaign=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.campaign = campaign
        if campaign is None or campaign.is_draft:
            del self.fields["reason"]
            self.free_text = ("title", "purpose")

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The end lies before the beginning."))
        elif first and last and (last - first).days > LONGEST_DAYS:
            self.add_error("ends_on", _("A campaign lasts two years at most."))
        cleaned["units"] = self._with_hosted(cleaned)
        cleaned["organizer"] = cleaned.get("organizer") or (
            self.campaign.organizer if self.campaign else self.user.organ
        )
        # What stands in the plan already may stay.
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
            if not decision and not self.has_error(name):
                self.add_error(name, decision.refusal)
        return cleaned

    def _with_hosted(self, cleaned):
        units = list(cleaned.get("units") or [])
        hosts = cleaned.get("hosts") or []
        if hosts:
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
    """Which doors of one unit, and who goes there; nothing of it is needed."""

    households = forms.CharField(
        label=gettext_lazy("Numbers on the village's roster"),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("For example: 12, 15. Numbers only, no names."),
    )
    household_count = forms.IntegerField(
        label=gettext_lazy("Or only how many"), min_value=1, max_value=9_999, required=False
    )
    going = forms.ModelChoiceField(
        None,
        label=gettext_lazy("Organ that goes there"),
        required=False,
        empty_label=gettext_lazy("any that takes part"),
    )
    cadres = PickerField(
        "cadre", multiple=True, label=gettext_lazy("Cadres who go there"), required=False
    )

    def __init__(self, *args, row, **kwargs):
        super().__init__(*args, **kwargs)
        self.row = row
        field = self.fields["going"]
        field.queryset = row.campaign.organs.order_by("sort_order", "pk")
        field.label_from_instance = lambda organ: organ.name

    def clean_households(self):
        """The village's own numbers; of a household nothing but its number is shown here."""
        typed = self.cleaned_data["households"]
        for sign in "、，;；\n":
            typed = typed.replace(sign, ",")
        serials = list(dict.fromkeys(n.strip() for n in typed.split(",") if n.strip()))
        known = {
            one.serial: one
            for one in Household.objects.filter(
                unit=self.row.unit, serial__in=serials, ended_on=None
            )
        }
        unknown = [serial for serial in serials if serial not in known]
        if unknown:
            raise ValidationError(
                _("Not on the list of %(unit)s: %(numbers)s.")
                % {"unit": self.row.unit.name, "numbers": _(", ").join(unknown)}
            )
        undisturbed = [one.serial for one in known.values() if one.do_not_disturb]
        if undisturbed:
            raise ValidationError(
                _("They ask not to be visited: %(numbers)s.")
                % {"numbers": _(", ").join(undisturbed)}
            )
        return [known[serial] for serial in serials]

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("households") and cleaned.get("household_count"):
            self.add_error("household_count", _("Either the numbers, or only how many."))
        return cleaned


class CloseCampaignForm(CheckedTextForm):
    free_text = ("result_note",)
    result_note = forms.CharField(
        label=gettext_lazy("What came of it"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Numbers are counted from the visits; write what they do not say."),
    )
