"""Forms of batches. No writing here."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from outreach.models import BatchPlace
from outreach.models.batches import Hardship
from outreach.models.batches import NominationState as State
from outreach.models.stays import StayKind
from outreach.placing import obstacles as placing
from outreach.placing import proposals
from portal import parameters
from portal.models.people import Skill
from portal.pages.forms import (
    AboutForm,
    ReaderForm,
    check_period,
    choice_field,
    day_field,
    not_future,
    not_past,
    number_field,
    optional_picker,
    picker_field,
    tick_field,
    ticks_field,
)
from portal.pages.text_forms import CheckedTextForm, optional_text, text_field

# Leaders' stays are published one by one, not in batches.
BATCH_KINDS = [(kind.value, kind.label) for kind in StayKind if kind != StayKind.LEADER]


class BatchForm(ReaderForm):
    title = text_field(
        _("Title of the batch"),
        80,
        _("As the notice will name it, for example: third batch of 2026."),
    )
    programme = optional_text(
        _("Programme"), 60, _("In the office's own words, for example 万名干部驻千村.")
    )
    kind = choice_field(_("Kind"), BATCH_KINDS)
    starts_on = day_field(_("Stays begin on"))
    ends_on = day_field(_("Stays end on"))
    nominate_by = day_field(_("Nominations until"), _("The last day on which organs may nominate."))
    team_min = number_field(_("Team, at least"), 1, 9, _("Empty: each goes alone."), required=False)
    team_max = number_field(_("Team, at most"), 1, 9, required=False)
    area = optional_picker(
        "division",
        _("Area"),
        _(
            "Empty: the whole area of your role. Organs that lie in it are asked to nominate; for "
            "cadres of the county keep the county here, also where all places lie in one township."
        ),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.is_bound and not self.initial:
            names, today = ("team_min", "team_max"), self.user.today
            self.initial = {name: parameters.number(f"posting.{name}", on=today) for name in names}
            self.initial["kind"] = StayKind.TEAM_MEMBER

    def clean(self):
        cleaned = super().clean()
        check_period(self)
        start, until = cleaned.get("starts_on"), cleaned.get("nominate_by")
        if start and until and until >= start:
            self.add_error("nominate_by", _("Nominations close before the stays begin."))
        least = cleaned.get("team_min") or 1
        most = cleaned.get("team_max") or least
        if most < least:
            self.add_error("team_max", _("At most is less than at least."))
        cleaned["team_min"], cleaned["team_max"] = least, most
        return cleaned


class PlaceForm(CheckedTextForm):
    """The needs of one place, or of several places with the same needs."""

    free_text = ("reasons", "hardship_reason")
    kind = choice_field(_("Kind"), BATCH_KINDS)
    wanted = number_field(_("How many"), 1, 9)
    hardship = forms.TypedChoiceField(
        label=_("Hardship"),
        choices=Hardship.choices,
        coerce=int,
        initial=Hardship.EASY,
        widget=forms.RadioSelect,
    )
    hardship_reason = optional_text(
        _("Why it is hard"),
        120,
        _("Asked for a hard place: distance, tasks, the state of the unit."),
    )
    reasons = text_field(_("What somebody is needed for"), 200, rows=2)
    expertise = ticks_field(_("Expertise wanted"), Skill.choices)
    continuity = optional_picker(
        "cadre",
        _("Has stayed there before"),
        _("Somebody who knows the place and could go there again."),
    )
    field_order = ["units"]

    def clean(self):
        cleaned = super().clean()
        hard = cleaned.get("hardship")
        if hard and hard != Hardship.EASY and not (cleaned.get("hardship_reason") or "").strip():
            self.add_error("hardship_reason", _("Say why the place is hard."))
        return cleaned


class AddPlacesForm(PlaceForm):
    units = picker_field(
        "unit",
        _("Units"),
        _(
            "Choose several, or paste their names with 、 between them. What is written below "
            "holds for all of them; each can be changed afterwards."
        ),
        multiple=True,
    )


class NominateForm(CheckedTextForm):
    free_text = ("note",)
    cadres = picker_field(
        "cadre",
        _("Cadres"),
        _("Several at once, as the Party group of the organ decided."),
        multiple=True,
    )
    may_lead = tick_field(_("May lead a team (or be first secretary)"))
    note = optional_text(
        _("Note"), 200, _("Reasons for the nomination; nothing about health."), rows=2
    )


class JudgeForm(CheckedTextForm):
    free_text = ("why",)
    state = choice_field(
        _("Judgement"),
        [(State.QUALIFIED, _("Qualified")), (State.UNQUALIFIED, _("Not qualified"))],
        radio=True,
    )
    why = optional_text(_("Reason"), 200, _("Asked where somebody is not qualified."), rows=2)

    def clean(self):
        cleaned = super().clean()
        not_qualified = cleaned.get("state") == State.UNQUALIFIED
        if not_qualified and not (cleaned.get("why") or "").strip():
            self.add_error("why", _("Say why not."))
        return cleaned


class WhyForm(CheckedTextForm):
    free_text = ("why",)
    why = text_field(_("Reason"), 200, rows=2)


class OptionalWhyForm(WhyForm):
    why = optional_text(_("Reason"), 200, rows=2)


class ReopenForm(AboutForm, WhyForm):
    about = "batch"
    nominate_by = day_field(_("Nominations until"))
    field_order = ["nominate_by"]

    def clean_nominate_by(self):
        day = not_past(self, "nominate_by")
        if day >= self.batch.starts_on:
            raise ValidationError(_("Nominations close before the stays begin."))
        return day


class DecideForm(OptionalWhyForm):
    document = text_field(_("Number of the document"), 60, _("For example 云组通〔2026〕5号."))
    decided_on = day_field(_("Decided on"))
    field_order = ["document", "decided_on"]

    def clean_decided_on(self):
        return not_future(self, "decided_on")


class TakeOverForm(ReaderForm):
    """Asks for a confirmation if something changed since the proposal was computed."""

    knowingly = forms.BooleanField(
        label=_("I know that something has changed since; take it over anyway.")
    )

    def __init__(self, *args, proposal, **kwargs):
        super().__init__(*args, **kwargs)
        if not proposals.stale(proposal, placing.Pool(proposal.batch, on=self.user.today)):
            del self.fields["knowingly"]


class PlaceCadreForm(WhyForm):
    """A placement by hand; the unit must be a place of the batch."""

    unit = picker_field("unit", _("Goes to"), _("One of the places of this batch."))
    leads = tick_field(_("Leads the team there"))
    field_order = ["unit", "leads"]

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
    """The place of a batch at this unit, or None."""
    places = BatchPlace.objects.filter(batch=batch, unit=unit, taken_out_at=None)
    return places.select_related("unit__host_organ", "unit__division").first()
