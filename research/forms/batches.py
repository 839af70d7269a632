"""Forms on batches."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal import parameters
from portal.pages.forms import (
    DayInput,
    ReaderForm,
    check_period,
    day_field,
    picker_field,
    ticks_field,
)
from portal.pages.text_forms import CheckedTextForm, text_field
from research.models.topics import Method

MOST_UNITS, MOST_PEOPLE = 60, 20


class BatchForm(CheckedTextForm):
    """Destinations, people and methods of a batch."""

    free_text = ("reason",)
    starts_on = day_field(_("From"))
    ends_on = day_field(_("To"))
    units = picker_field(
        "unit", _("Units it goes to"), _("Several at once, separated by commas."), multiple=True
    )
    going = picker_field("cadre", _("Who goes"), multiple=True)
    methods = ticks_field(_("Methods"), (), missing=_("Choose at least one method."))
    reason = text_field(_("Why the plan is changed"), 200, rows=2)

    def __init__(self, *args, topic=None, batch=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.topic = batch.topic if batch else topic
        methods = {*self.topic.methods, *(batch.methods if batch else ())}
        self.fields["methods"].choices = [one for one in Method.choices if one[0] in methods]
        most = parameters.number("research.retinue_max", on=self.user.today)
        said = _("A small retinue: %(n)s people at most, as a rule.")
        self.fields["going"].help_text = said % {"n": most}
        if batch is None or batch.is_draft:
            del self.fields["reason"]
            self.free_text = ()

    def clean_units(self):
        units = self.cleaned_data["units"]
        if len(units) > MOST_UNITS:
            said = _("At most %(n)s units in one batch; plan several.")
            raise ValidationError(said % {"n": MOST_UNITS})
        ended = [unit.name for unit in units if unit.ended_on]
        if ended:
            said = _("Has ended: %(units)s.") % {"units": _(", ").join(ended)}
            raise ValidationError(said)
        return units

    def clean_going(self):
        going = self.cleaned_data["going"]
        if len(going) > MOST_PEOPLE:
            said = _("At most %(n)s people; go in several batches.")
            raise ValidationError(said % {"n": MOST_PEOPLE})
        return going

    def clean(self):
        cleaned, topic = super().clean(), self.topic
        check_period(self)
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if first and last and (first < topic.starts_on or last > topic.ends_on):
            said = _("The topic runs from %(first)s to %(last)s.")
            days = {"first": topic.starts_on, "last": topic.ends_on}
            self.add_error("starts_on", said % days)
        return cleaned

    def content(self):
        """Keyword arguments for actions.batches."""
        return {"people" if name == "going" else name: v for name, v in self.cleaned_data.items()}


class DaysForm(ReaderForm):
    """The day of each unit of a batch, and whether it is only spot-checked."""

    def __init__(self, *args, batch, **kwargs):
        super().__init__(*args, **kwargs)
        self.batch = batch
        self.rows = list(batch.units.select_related("unit").order_by("day", "pk"))
        checks = Method.SPOT_CHECK in batch.methods
        for row in self.rows:
            self.fields[f"day_{row.pk}"] = forms.DateField(
                label=row.unit.name, initial=row.day, widget=DayInput()
            )
            if checks:
                self.fields[f"only_{row.pk}"] = forms.BooleanField(
                    label=_("%(unit)s: only a random spot check") % {"unit": row.unit.name},
                    initial=row.only_checked,
                    required=False,
                    help_text=_("Neither the village nor its host is told before."),
                )

    def clean(self):
        cleaned, batch = super().clean(), self.batch
        for row in self.rows:
            day = cleaned.get(f"day_{row.pk}")
            if day and not batch.starts_on <= day <= batch.ends_on:
                said = _("The batch runs from %(first)s to %(last)s.")
                days = {"first": batch.starts_on, "last": batch.ends_on}
                self.add_error(f"day_{row.pk}", said % days)
            if row.told_at and cleaned.get(f"only_{row.pk}"):
                said = _("Its host was told of it already, before the batch was changed.")
                self.add_error(f"only_{row.pk}", said)
        return cleaned

    def content(self):
        return {
            "days": {
                row.pk: (
                    self.cleaned_data[f"day_{row.pk}"],
                    self.cleaned_data.get(f"only_{row.pk}", False),
                )
                for row in self.rows
            }
        }
