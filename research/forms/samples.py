"""Forms on samples: frame and plan, seed, askers, dispositions."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.models.places import UnitKind
from portal.pages.forms import (
    ReaderForm,
    ScannedFileField,
    choice_field,
    day_field,
    not_future,
    number_field,
    optional_picker,
    picker_field,
    tick_field,
    ticks_field,
)
from portal.pages.text_forms import CheckedTextForm, text_field
from portal.sampling.frame import cleaned
from portal.sampling.plan import Method
from research.frame_lists import frame_in
from research.models import ContactTry
from research.models.samples import Allocation, FrameSource, SeedKind
from research.rules import samples as rules

MOST_STRATA = 400


class SampleForm(CheckedTextForm):
    """Frame and sample size. The seed is entered later, after both have been published."""

    free_text = ("title", "described")

    title = text_field(pgettext_lazy("samples", "Name"), 80)
    source = choice_field(pgettext_lazy("samples", "Drawn from"), FrameSource.choices, radio=True)
    kinds = ticks_field(_("Kinds of units"), UnitKind.choices, _("For units and rosters."))
    area = optional_picker("division", _("Area"), _("If empty, the whole area of the organ."))
    listed = ScannedFileField(
        label=_("List"),
        required=False,
        help_text=_(
            "For an uploaded list: .xlsx or .csv with number or name, stratum and size. No names "
            "and no numbers of persons: the list is published."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
    )
    as_of = day_field(_("List as of"), _("For an uploaded list."), required=False)
    described = text_field(
        _("What the list holds"),
        300,
        _("And what it leaves out, as the confirmation says it."),
        rows=2,
    )
    is_by_township = tick_field(
        _("A stratum for each township"), _("An uploaded list has its strata in the second column.")
    )
    method = choice_field(_("Way of drawing"), Method.choices, radio=True)
    households = number_field(
        _("Households of each village"),
        0,
        500,
        _("Two stages: villages first, then so many numbers of each roster. 0 for one stage."),
    )
    allocation = choice_field(_("How many in each stratum"), Allocation.choices, radio=True)
    number = number_field(
        _("Number to draw"),
        1,
        100_000,
        _("In all; with the same number in each stratum, in each. In two stages: of villages."),
    )
    deviations = text_field(
        _("Expected standard deviations"),
        4_000,
        _("Only where more are drawn if answers differ more: a line for each stratum, 石桥镇 0.4"),
        rows=3,
        required=False,
    )
    reserve_size = number_field(
        _("Reserve in one batch"),
        0,
        10_000,
        _("Of each stratum; in two stages of each village. 0 for no reserve."),
    )
    reserve_batches = number_field(_("Batches of reserve"), 0, 20)
    avoids_earlier = tick_field(
        _("Avoid villages of earlier samples"),
        _("Of this organ. Each village keeps the chance that the plan says."),
    )

    def clean_listed(self):
        upload = self.cleaned_data["listed"]
        return frame_in(upload) if upload else None

    def clean_deviations(self):
        """Parse lines of a name and a number into {stratum: number}."""
        found = {}
        for line in self.cleaned_data["deviations"].splitlines()[:MOST_STRATA]:
            name, _space, number = line.strip().rpartition(" ")
            if not line.strip():
                continue
            try:
                found[cleaned(name)] = float(number)
            except ValueError:
                words = _("“%(line)s”: write the stratum, a space and the number.")
                raise ValidationError(words % {"line": line.strip()[:40]}) from None
        return found

    def clean(self):
        cleaned_data = super().clean()
        source, method = cleaned_data.get("source"), cleaned_data.get("method")
        if source and source != FrameSource.LIST and not cleaned_data.get("kinds"):
            self.add_error("kinds", _("Choose at least one kind."))
        if source == FrameSource.LIST and not cleaned_data.get("as_of"):
            self.add_error("as_of", _("Of which day is the list?"))
        if source == FrameSource.UNITS and cleaned_data.get("households"):
            self.add_error("households", _("Households are drawn from rosters; choose them above."))
        is_of_serials = source == FrameSource.ROSTERS and not cleaned_data.get("households")
        if method == Method.PARETO and is_of_serials:
            words = _("Numbers of rosters have no size: draw simply, or in two stages.")
            self.add_error("method", words)
        if bool(cleaned_data.get("reserve_size")) != bool(cleaned_data.get("reserve_batches")):
            self.add_error("reserve_batches", _("A reserve has a size and a number of batches."))
        if cleaned_data.get("as_of"):
            not_future_day(self, "as_of")
        return cleaned_data

    def content(self):
        """The arguments of the action."""
        given = dict(self.cleaned_data)
        given["frame"] = given.pop("listed", None)
        if given["source"] == FrameSource.LIST:
            given |= {"kinds": [], "area": None}
        return given


def not_future_day(form, name):
    try:
        not_future(form, name)
    except ValidationError as problem:
        form.add_error(name, problem)


def as_planned(user, sample):
    """Return the initial values of the form: the current plan."""
    names = (name for name in SampleForm.base_fields if name not in ("listed", "numbers"))
    typed = {name: getattr(sample, name) for name in names if name != "deviations"}
    lines = (f"{stratum} {value:g}" for stratum, value in sorted(sample.deviations.items()))
    return typed | {"deviations": "\n".join(lines)}


class SeedForm(CheckedTextForm):
    """The seed, thrown in public after frame and plan were published."""

    free_text = ("how",)

    kind = choice_field(_("Kind of seed"), SeedKind.choices, radio=True)
    digits = text_field(
        _("Seed"),
        400,
        _("At least 20 throws of a die in their order, or at least 16 digits."),
        rows=2,
    )
    how = text_field(_("How it was thrown"), 200, _("Where, when, with what; or which numbers."))
    organiser = text_field(pgettext_lazy("samples", "Organiser"), 40)
    witness = text_field(_("Witness"), 40, _("From outside the organ."))
    witness_of = text_field(_("Organ of the witness"), 60)


class AskerForm(ReaderForm):
    """Assign drawn units without an asker to a cadre: those of a village or stratum, or all."""

    cadre = picker_field("cadre", pgettext_lazy("samples", "Who asks"))
    unit = optional_picker("unit", _("Village or unit"))
    stratum = choice_field(_("Stratum"), [], empty=_("all"))

    def __init__(self, *args, sample, **kwargs):
        super().__init__(*args, **kwargs)
        names = [(name, name) for name in sorted(sample.numbers) if name]
        self.fields["stratum"].choices = [("", _("all")), *names]


class OneAskerForm(ReaderForm):
    cadre = picker_field("cadre", pgettext_lazy("samples", "Who asks"))


class TryForm(ReaderForm):
    on = day_field(_("Day"))
    time = choice_field(_("Time of day"), ContactTry.Time.choices, radio=True)

    def clean_on(self):
        return not_future(self, "on")


class DispositionForm(CheckedTextForm):
    free_text = ("text",)

    disposition = choice_field(_("What became of it"), [], radio=True)
    text = text_field(_("Remark"), 200, required=False)

    def __init__(self, *args, drawn, **kwargs):
        super().__init__(*args, **kwargs)
        choices = [(one.value, one.label) for one in rules.by_hand(drawn.sample)]
        self.fields["disposition"].choices = choices
