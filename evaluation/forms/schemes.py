"""Forms for schemes. No writing here."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from evaluation.appraisal import indicators
from evaluation.forms.fields import DocumentForm
from evaluation.models import Scheme
from evaluation.models.schemes import Gate, Service, Subject
from evaluation.rules.schemes import title_of
from portal.models.people import StaffKind
from portal.models.places import UnitKind
from portal.pages.forms import ReaderForm, number_field
from portal.pages.text_forms import text_field

WEIGHTS = ("weight_masses", "weight_unit", "weight_results", "weight_organisation")
DIMENSIONS = ("weight_attitude", "weight_style", "weight_achievement")
MARKS = ("mark_good", "mark_fairly_good", "mark_fair", "mark_poor")


def _as_written(number):
    """40, not 40.00; other input unchanged."""
    return f"{number.normalize():f}" if hasattr(number, "normalize") else number


class PercentField(forms.DecimalField):
    def __init__(self, **kwargs):
        super().__init__(
            min_value=0,
            max_value=100,
            max_digits=5,
            decimal_places=2,
            widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"}),
            **kwargs,
        )

    def prepare_value(self, value):
        return _as_written(value)


class SchemeForm(ReaderForm):
    title = text_field(
        _("Title of the scheme"), 60, _("As the document names it, without year and version.")
    )
    subject = forms.ChoiceField(
        label=pgettext_lazy("evaluation", "For whom"),
        choices=Subject.choices,
        widget=forms.RadioSelect,
    )
    service = forms.ChoiceField(
        label=_("Class of cadres"),
        choices=Service.choices,
        initial=Service.ANY,
        required=False,
        widget=forms.RadioSelect,
        help_text=_("Counts where the scheme is for cadres."),
    )
    unit_kinds = forms.MultipleChoiceField(
        label=_("Class of units"),
        choices=UnitKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: units of every kind."),
    )
    staff_kinds = forms.MultipleChoiceField(
        label=_("Kinds of staff"),
        choices=StaffKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Counts where the scheme is for cadres. None ticked: every kind. Who has no kind on "
            "the list of cadres is appraised by a scheme for every kind."
        ),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        said = {
            WEIGHTS: _("Weight in percent: %(name)s"),
            DIMENSIONS: _("Of people's marks, in percent: %(name)s"),
            MARKS: _("Points for the mark “%(name)s”"),
        }
        for names, words in said.items():
            for name in names:
                column = Scheme._meta.get_field(name)
                self.fields[name] = PercentField(
                    label=words % {"name": column.verbose_name}, initial=column.default
                )
        self.fields["minimum_ballots"] = number_field(
            _("Fewest valid ballots"),
            5,
            1_000,
            _("With fewer, the masses' ballots give no points and there is no total."),
            initial=15,
        )

    def clean_service(self):
        return self.cleaned_data["service"] or Service.ANY

    def clean(self):
        cleaned = super().clean()
        self._sums(WEIGHTS, _("The weights of the four sources must sum to 100; these give %s."))
        self._sums(
            DIMENSIONS, _("The weights of the three dimensions must sum to 100; these give %s.")
        )
        points = [cleaned.get(name) for name in MARKS]
        if None not in points and points != sorted(set(points), reverse=True):
            self.add_error(MARKS[0], _("A better mark must give more points than a worse one."))
        return cleaned

    def _sums(self, names, words):
        given = [self.cleaned_data.get(name) for name in names]
        if None not in given and sum(given) != 100:
            self.add_error(names[0], words % _as_written(sum(given)))


class IndicatorLine(forms.Form):
    """One indicator of the closed list; only those with a share are part of the scheme."""

    share = PercentField(label=_("Share of the results, in percent"), required=False)
    floor = PercentField(label=_("No points up to, in percent"), required=False, initial=0)
    cap = PercentField(label=_("All points from, in percent"), required=False, initial=100)
    minimum_n = number_field(
        _("Fewest records"),
        1,
        1_000,
        _("With fewer, the missing ones count midway between floor and cap."),
        required=False,
        initial=5,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("floor", "cap", "minimum_n"):
            # Their initial values count only if there is a share.
            self.fields[name].expected = True

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("share"):
            return cleaned
        for name in ("floor", "cap", "minimum_n"):
            if cleaned.get(name) is None and name not in self.errors:
                cleaned[name] = self.fields[name].initial
        floor, cap = cleaned.get("floor"), cleaned.get("cap")
        if floor is not None and cap is not None and cap <= floor:
            self.add_error("cap", _("The cap must lie above the floor."))
        return cleaned


class IndicatorsForm:
    """Lines for the indicators that fit the subject, and those already in the scheme."""

    def __init__(self, data, *, scheme):
        standing = {one.indicator: one for one in scheme.indicators.all()}
        fitting = [code for code, _title in indicators.choices(scheme.subject)]
        codes = [*fitting, *(code for code in standing if code not in fitting)]
        self.is_bound = data is not None
        self.problem = ""
        self.lines = [self._line(code, code in fitting, standing.get(code), data) for code in codes]

    def _line(self, code, fits, standing, data):
        initial = {}
        if standing:
            initial = {name: getattr(standing, name) for name in IndicatorLine.base_fields}
        form = IndicatorLine(data, prefix=code, initial=initial)
        form.label_suffix = ""
        return {
            "code": code,
            "form": form,
            "fits": fits,
            "title": title_of(code),
            "indicator": indicators.INDICATORS.get(code),
            "kind": indicators.kind_label(code),
        }

    def is_valid(self):
        # Validate every line, so that all errors show at once.
        return not any(line["form"].errors for line in self.lines)

    @property
    def chosen(self):
        return [
            {"indicator": line["code"], **line["form"].cleaned_data}
            for line in self.lines
            if line["form"].cleaned_data.get("share")
        ]


class GatesForm(ReaderForm):
    """底线事项: an empty line is no threshold."""

    stay_months = number_field(
        _("Months of the stay that met the norm, per cent of those attested, at least"),
        1,
        100,
        _("By the host's monthly word. A month without one is neither."),
        required=False,
    )
    findings = number_field(
        _("Verified discipline findings, at most"), 0, 99, _("0: none at all."), required=False
    )

    def content(self):
        limits = {gate.value: self.cleaned_data.get(gate.value) for gate in Gate}
        return {"limits": {gate: limit for gate, limit in limits.items() if limit is not None}}


class PublishForm(DocumentForm):
    missing = _("Write the number of the document that lays it down.")
    document = text_field(_("Document number"), 60)
