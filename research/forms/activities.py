"""Forms of the short fieldwork records: one page on a phone, at most six fields."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal import parameters
from portal.models import Cadre
from portal.pages.forms import day_field, not_future, number_field
from portal.pages.text_forms import CheckedTextForm, optional_text, text_field
from portal.tools import asked
from research.models.topics import Method

MOST_COUNTED = 9_999


class _ActivityForm(CheckedTextForm):
    """A record short enough for a phone. People are described by category and number only."""

    unit = forms.ChoiceField(label=_("Place"))

    def __init__(self, *args, batch, activity=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.batch, self.activity = batch, activity
        self.rows = list(batch.units.select_related("unit__division").order_by("day", "pk"))
        self._offer_places()

    def _offer_places(self):
        field = self.fields["unit"]
        field.choices = [(row.unit_id, row.unit.name) for row in self.rows]
        if len(self.rows) == 1:
            field.widget, field.initial = forms.HiddenInput(), self.rows[0].unit_id
        else:
            today = [row.unit_id for row in self.rows if row.day == self.user.today]
            field.initial = next(iter(today), None)

    def _unit(self, pk):
        return next(row.unit for row in self.rows if row.unit_id == int(pk))

    def clean_unit(self):
        return self._unit(self.cleaned_data["unit"])

    def clean_held_on(self):
        day = not_future(self, "held_on")
        if not self.batch.starts_on <= day:
            said = _("The batch began on %(day)s.") % {"day": self.batch.starts_on}
            raise ValidationError(said)
        return day


class _Conducted(_ActivityForm):
    """Record of a meeting or interview led by a member of the group: `conducted_by`."""

    held_on = day_field(_("Day"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["held_on"].initial = self.user.today
        field = self.fields["conducted_by"]
        field.queryset = self.batch.people.order_by("pk")
        field.label_from_instance = lambda cadre: f"{cadre.name} {cadre.post}".strip()
        field.initial = getattr(self.user, "cadre", None)


def _somebody(label):
    return forms.ModelChoiceField(Cadre.objects.none(), label=label)


class SymposiumForm(_Conducted):
    """座谈会: 时间、地点、主持人、参加人员类别和人数、主要意见."""

    free_text = ("persons", "content")
    conducted_by = _somebody(pgettext_lazy("symposium", "Led by"))
    persons = text_field(
        _("Categories of people"), 80, _("For example: Party members, growers. No names.")
    )
    person_count = number_field(_("Number of people"), 1, MOST_COUNTED, required=False)
    content = text_field(_("Main opinions"), 2_000, rows=5)
    field_order = ["held_on", "unit", "conducted_by"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        most = parameters.number("research.symposium_max", on=self.user.today)
        said = _("%(n)s at most, as a rule.") % {"n": most}
        self.fields["person_count"].help_text = said


class InterviewForm(_Conducted):
    """个别访谈: 时间、地点、访谈人、对象类别、主要内容."""

    free_text = ("persons", "content")
    conducted_by = _somebody(pgettext_lazy("interview", "Asked by"))
    persons = text_field(_("Category of the person"), 80, _("For example: grower. No name."))
    content = text_field(_("Main content"), 2_000, rows=5)
    field_order = ["held_on", "unit", "conducted_by"]


class OnSiteForm(_ActivityForm):
    """实地查看: 时间、地点、内容、发现情况."""

    free_text = ("place", "content", "found")
    held_on = day_field(_("Day"))
    place = optional_text(pgettext_lazy("research", "Where in the place"), 60)
    content = text_field(_("What was looked at"), 2_000, rows=3)
    found = optional_text(_("What was found"), 2_000, rows=3)
    field_order = ["held_on", "unit"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["held_on"].initial = self.user.today


class SpotCheckForm(_ActivityForm):
    """随机抽查: 抽样确认书、应查和实查数、查看内容、发现情况、当场处理.

    Place and day are a single choice, since the plan fixes them.
    """

    free_text = ("content", "found", "done_there")
    unit = forms.ChoiceField(label=_("Place and day"))
    sample = forms.ModelChoiceField(None, label=_("Confirmation of the sample"), required=False)
    to_check = number_field(pgettext_lazy("research", "To be checked"), 0, MOST_COUNTED)
    checked = number_field(pgettext_lazy("research", "Checked"), 0, MOST_COUNTED)
    content = text_field(_("What was looked at"), 2_000, rows=3)
    found = optional_text(_("What was found"), 2_000, rows=3)
    done_there = optional_text(_("Done on the spot"), 300, rows=2)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        samples = self.batch.samples.filter(drawn_at__isnull=False).order_by("pk")
        field = self.fields["sample"]
        field.queryset, field.label_from_instance = samples, lambda one: f"{one.pk} {one.title}"
        drawn = list(samples[:2])
        if not drawn:
            del self.fields["sample"]
        elif len(drawn) == 1:
            field.initial, field.widget = drawn[0].pk, forms.HiddenInput()

    def _offer_places(self):
        today, choices = self.user.today, {}
        for row in self.rows:
            days = [day for day in (row.day, today) if self.batch.starts_on <= day <= today]
            for day in dict.fromkeys(days):
                choices[f"{row.unit_id}:{day:%F}"] = f"{row.unit.name} {day:%m-%d}"
        if self.activity:
            kept = f"{self.activity.unit_id}:{self.activity.held_on:%F}"
            choices[kept] = f"{self.activity.unit.name} {self.activity.held_on:%m-%d}"
        field = self.fields["unit"]
        field.choices = list(choices.items())
        field.initial = next((key for key in choices if key.endswith(f"{today:%F}")), None)

    def clean_unit(self):
        pk, _colon, day = self.cleaned_data["unit"].partition(":")
        self.cleaned_data["held_on"] = asked.day(day)
        return self._unit(pk)

    def clean(self):
        cleaned = super().clean()
        to_check, checked = cleaned.get("to_check"), cleaned.get("checked")
        if to_check is not None and checked is not None and checked > to_check:
            self.add_error("checked", _("More than were to be checked."))
        return cleaned


ACTIVITY_FORMS = {
    Method.SYMPOSIUM: SymposiumForm,
    Method.INTERVIEW: InterviewForm,
    Method.SPOT_CHECK: SpotCheckForm,
    Method.ON_SITE: OnSiteForm,
}


def fields_of(method):
    return ACTIVITY_FORMS[Method(method)].base_fields
