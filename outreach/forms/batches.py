"""What people type about batches, made clean. No writing here."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from outreach.models import BatchPlace
from outreach.models.batches import Hardship, NominationState
from outreach.models.stays import StayKind
from outreach.placing import obstacles as placing
from outreach.placing import proposals
from portal import parameters
from portal.models.people import Skill
from portal.pages.forms import DayInput, ReaderForm
from portal.pages.text_forms import CheckedTextForm
from portal.places.pickers import PickerField


class BatchForm(ReaderForm):
    title = forms.CharField(
        label=gettext_lazy("Title of the batch"),
        max_length=80,
        help_text=gettext_lazy("As the notice will name it, for example: third batch of 2026."),
    )
    programme = forms.CharField(
        label=gettext_lazy("Programme"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("In the office's own words, for example 万名干部驻千村."),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=StayKind.choices)
    starts_on = forms.DateField(label=gettext_lazy("Stays begin on"), widget=DayInput())
    ends_on = forms.DateField(label=gettext_lazy("Stays end on"), widget=DayInput())
    nominate_by = forms.DateField(
        label=gettext_lazy("Nominations until"),
        widget=DayInput(),
        help_text=gettext_lazy("The last day on which organs may nominate."),
    )
    team_min = forms.IntegerField(
        label=gettext_lazy("Team, at least"),
        min_value=1,
        max_value=9,
        required=False,
        help_text=gettext_lazy("Empty: each goes alone."),
    )
    team_max = forms.IntegerField(
        label=gettext_lazy("Team, at most"), min_value=1, max_value=9, required=False
    )
    area = PickerField(
        "division",
        label=gettext_lazy("Area"),
        required=False,
        help_text=gettext_lazy(
            "Empty: the whole area of your role. Organs that lie in it are asked to nominate; for "
            "cadres of the county keep the county here, also where all places lie in one township."
        ),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.is_bound and not self.initial:
            self.initial = {
                "kind": StayKind.TEAM_MEMBER,
                "team_min": parameters.number("posting.team_min", on=self.user.today),
                "team_max": parameters.number("posting.team_max", on=self.user.today),
            }

    def clean(self):
        cleaned = super().clean()
        start, end = cleaned.get("starts_on"), cleaned.get("ends_on")
        until = cleaned.get("nominate_by")
        if start and end and end < start:
            self.add_error("ends_on", _("The end lies before the beginning."))
        if start and until and until >= start:
            self.add_error("nominate_by", _("Nominations close before the stays begin."))
        least = cleaned.get("team_min") or 1
        most = cleaned.get("team_max") or least
        if most < least:
            self.add_error("team_max", _("At most is less than at least."))
        cleaned["team_min"], cleaned["team_max"] = least, most
        return cleaned


class PlaceForm(CheckedTextForm):
    """What one place needs, or several that are alike."""

    free_text = ("reasons", "hardship_reason")
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=StayKind.choices)
    wanted = forms.IntegerField(label=gettext_lazy("How many"), min_value=1, max_value=9)
    hardship = forms.TypedChoiceField(
        label=gettext_lazy("Hardship"),
        choices=Hardship.choices,
        coerce=int,
        initial=Hardship.EASY,
        widget=forms.RadioSelect,
    )
    hardship_reason = forms.CharField(
        label=gettext_lazy("Why it is hard"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("Asked for a hard place: distance, tasks, the state of the unit."),
    )
    reasons = forms.CharField(
        label=gettext_lazy("What somebody is needed for"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    expertise = forms.MultipleChoiceField(
        label=gettext_lazy("Expertise wanted"),
        choices=Skill.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    continuity = PickerField(
        "cadre",
        label=gettext_lazy("Has stayed there before"),
        required=False,
        help_text=gettext_lazy("Somebody who knows the place and could go there again."),
    )
    field_order = [
        "units",
        "kind",
        "wanted",
        "hardship",
        "hardship_reason",
        "reasons",
        "expertise",
        "continuity",
        "numbers",
    ]

    def clean(self):
        cleaned = super().clean()
        hard = cleaned.get("hardship")
        if hard and hard != Hardship.EASY and not (cleaned.get("hardship_reason") or "").strip():
            self.add_error("hardship_reason", _("Say why the place is hard."))
        return cleaned


class AddPlacesForm(PlaceForm):
    units = PickerField(
        "unit",
        multiple=True,
        label=gettext_lazy("Units"),
        help_text=gettext_lazy(
            "Choose several, or paste their names with 、 between them. What is written below "
            "holds for all of them; each can be changed afterwards."
        ),
    )


class NominateForm(CheckedTextForm):
    free_text = ("note",)
    cadres = PickerField(
        "cadre",
        multiple=True,
        label=gettext_lazy("Cadres"),
        help_text=gettext_lazy("Several at once, as the Party group of the organ decided."),
    )
    may_lead = forms.BooleanField(
        label=gettext_lazy("May lead a team (or be first secretary)"), required=False
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("What speaks for them; nothing about health."),
    )
    field_order = ["cadres", "may_lead", "note", "numbers"]


class JudgeForm(CheckedTextForm):
    free_text = ("why",)
    state = forms.ChoiceField(
        label=gettext_lazy("Judgement"),
        choices=[
            (NominationState.QUALIFIED, gettext_lazy("Qualified")),
            (NominationState.UNQUALIFIED, gettext_lazy("Not qualified")),
        ],
        widget=forms.RadioSelect,
    )
    why = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Asked where somebody is not qualified."),
    )

    def clean(self):
        cleaned = super().clean()
        not_qualified = cleaned.get("state") == NominationState.UNQUALIFIED
        if not_qualified and not (cleaned.get("why") or "").strip():
            self.add_error("why", _("Say why not."))
        return cleaned


class WhyForm(CheckedTextForm):
    free_text = ("why",)
    why = forms.CharField(
        label=gettext_lazy("Reason"), max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )


class OptionalWhyForm(WhyForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["why"].required = False


class ReopenForm(WhyForm):
    nominate_by = forms.DateField(label=gettext_lazy("Nominations until"), widget=DayInput())
    field_order = ["nominate_by", "why", "numbers"]

    def __init__(self, *args, batch, **kwargs):
        super().__init__(*args, **kwargs)
        self.batch = batch

    def clean_nominate_by(self):
        day = self.cleaned_data["nominate_by"]
        if day < self.user.today:
            raise ValidationError(_("This day has passed."))
        if day >= self.batch.starts_on:
            raise ValidationError(_("Nominations close before the stays begin."))
        return day


class DecideForm(OptionalWhyForm):
    document = forms.CharField(
        label=gettext_lazy("Number of the document"),
        max_length=60,
        help_text=gettext_lazy("For example 云组通〔2026〕5号."),
    )
    decided_on = forms.DateField(label=gettext_lazy("Decided on"), widget=DayInput())
    field_order = ["document", "decided_on", "why", "numbers"]

    def clean_decided_on(self):
        day = self.cleaned_data["decided_on"]
        if day > self.user.today:
            raise ValidationError(_("This day lies in the future."))
        return day


class TakeOverForm(ReaderForm):
    """Asks for nothing but, where something changed since, that this is known."""

    knowingly = forms.BooleanField(
        label=gettext_lazy("I know that something changed since; take it over all the same.")
    )

    def __init__(self, *args, proposal, **kwargs):
        super().__init__(*args, **kwargs)
        if not proposals.stale(proposal, placing.Pool(proposal.batch, on=self.user.today)):
            del self.fields["knowingly"]


class PlaceCadreForm(CheckedTextForm):
    """A change by hand: the unit is one of the batch's places."""

    free_text = ("why",)
    unit = PickerField(
        "unit",
        label=gettext_lazy("Goes to"),
        help_text=gettext_lazy("One of the places of this batch."),
    )
    leads = forms.BooleanField(label=gettext_lazy("Leads the team there"), required=False)
    why = forms.CharField(
        label=gettext_lazy("Reason"), max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )
    field_order = ["unit", "leads", "why", "numbers"]

    def __init__(self, *args, batch, nomination, **kwargs):
        super().__init__(*args, **kwargs)
        self.batch = batch
        if not nomination.may_lead:
            del self.fields["leads"]

    def clean_unit(self):
        unit = self.cleaned_data["unit"]
        self.place = place_of(self.batch, unit)
        if self.place is None:
            raise ValidationError(_("This unit is no place of the batch."))
        return unit


def place_of(batch, unit):
    """The place of a batch that a unit stands for, or None."""
    return (
        BatchPlace.objects.select_related("unit__host_organ", "unit__division")
        .filter(batch=batch, unit=unit, taken_out_at=None)
        .first()
    )
