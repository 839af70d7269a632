"""Forms about weak Party organisations. No field asks who is to blame."""

from datetime import timedelta
from functools import partial

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from pairing.models.weak_cases import Situation, SupportKind, WeakLevel
from pairing.models.weak_work import Aspect, Part
from pairing.rules import weak as rules
from portal import parameters
from portal.pages.forms import (
    DayInput,
    ReaderForm,
    add_refusal,
    check,
    choice_field,
    number_field,
    picker_field,
)
from portal.pages.text_forms import CheckedTextForm, text_field

FIRST_YEAR = 2012
# A plan further ahead is a typing error.
LONGEST_PLAN = timedelta(days=3 * 366)
DOCUMENT = {"label": _("Document number"), "max_length": 60}


def _yes_or_no(label, yes, no, missing):
    return forms.TypedChoiceField(
        label=label,
        choices=[("1", yes), ("0", no)],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
        error_messages={"required": missing},
    )


def _not_ahead(day, today):
    if day > today:
        raise ValidationError(_("This day lies in the future."))


def _not_far_ahead(day, today):
    if day > today + LONGEST_PLAN:
        raise ValidationError(_("This day lies too far ahead: check it."))


def _ahead(day, today):
    if day < today:
        raise ValidationError(_("This day lies in the past."))
    _not_far_ahead(day, today)


class _DayField(forms.DateField):
    """A day, checked against the day on which the form is filled in."""

    widget = DayInput

    def __init__(self, *, check=None, **options):
        super().__init__(**options)
        self.check = check

    def is_filled_in(self, today):
        if self.check:
            self.validators.append(partial(self.check, today=today))


class _DatedForm(ReaderForm):
    """A form that checks its days against the reader's today."""

    # Fields whose initial value is today.
    todays = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, _DayField):
                field.is_filled_in(self.user.today)
        for name in self.todays:
            self.fields[name].initial = self.user.today
        if "year" in self.fields:
            self.fields["year"].initial = self.user.today.year

    def clean_year(self):
        year = self.cleaned_data["year"]
        if year > self.user.today.year + 1:
            raise ValidationError(_("This year lies too far ahead: check it."))
        return year


def _year_field():
    return forms.IntegerField(label=_("Year"), min_value=FIRST_YEAR)


class CheckForm(_DatedForm):
    year = _year_field()
    area = picker_field(
        "division",
        _("Area"),
        _("Every host in it is asked. Leave empty for the whole installation."),
        required=False,
    )
    answer_by = _DayField(label=_("Answers until"), check=_ahead)
    document = forms.CharField(**DOCUMENT, required=False)

    def clean(self):
        cleaned = super().clean()
        if "area" in cleaned:
            add_refusal(self, "area", rules.may_check_area(self.user, cleaned["area"]))
        return cleaned


class NoteForm(_DatedForm, CheckedTextForm):
    free_text = ("reason",)
    organization = picker_field(
        "unit_party_organization",
        _("Party organisation"),
        _("Of a village, community or enterprise that you manage."),
    )
    year = _year_field()
    level = choice_field(_("Kind"), WeakLevel.choices, radio=True)
    situations = forms.MultipleChoiceField(
        label=_("Situations found"),
        choices=Situation.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "They are about the organisation; nobody is named. What must be put right is noted, "
            "without any quota."
        ),
    )
    reason = text_field(
        _("How the first check was made"),
        300,
        _("Meetings held, documents examined. No personal names."),
        required=False,
        rows=3,
    )
    field_order = ["organization", "year", "level", "situations", "reason", "numbers"]

    def __init__(self, *args, case=None, **kwargs):
        super().__init__(*args, **kwargs)
        if case is not None:
            # The organisation of a case does not change.
            del self.fields["organization"]

    def clean_organization(self):
        organization = self.cleaned_data["organization"]
        check(rules.may_note_organization(self.user, organization))
        return organization


class DecideForm(_DatedForm, CheckedTextForm):
    free_text = ("reason",)
    confirmed = _yes_or_no(
        _("Decision"), _("Confirmed by document"), _("Not confirmed"), _("Confirmed or not?")
    )
    document = forms.CharField(**DOCUMENT, required=False)
    decided_on = _DayField(label=_("Day of the meeting"), required=False, check=_not_ahead)
    reason = text_field(_("Reason, when it is not confirmed"), 300, required=False, rows=3)
    field_order = ["confirmed", "document", "decided_on", "reason", "numbers"]

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("confirmed"):
            for name in ("document", "decided_on"):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, _("It is confirmed by a meeting and its document."))
        elif cleaned.get("confirmed") is False and not cleaned.get("reason"):
            self.add_error("reason", _("Say why it is not confirmed."))
        return cleaned


class PlanForm(_DatedForm, CheckedTextForm):
    free_text = ("goal",)
    goal = text_field(_("Aim"), 300, rows=3)
    plan_due_on = _DayField(label=_("To be done by"), check=_ahead)
    field_order = ["goal", "plan_due_on", "numbers"]


class ItemForm(_DatedForm, CheckedTextForm):
    free_text = ("measure",)
    situation = forms.ChoiceField(label=_("Against which situation"))
    measure = text_field(_("Measure"), 300, rows=3)
    responsible = text_field(
        _("Responsible, by post"), 60, _("Responsible for the measure: 镇党委副书记.")
    )
    cadre = picker_field("cadre", _("Cadre responsible"), required=False)
    due_on = _DayField(label=_("To be done by"), check=_ahead)
    field_order = ["situation", "measure", "responsible", "cadre", "due_on", "numbers"]

    def __init__(self, *args, case, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["situation"].choices = [
            (one.situation, one.get_situation_display()) for one in case.situations.all()
        ]


class ProgressForm(_DatedForm, CheckedTextForm):
    free_text = ("text",)
    todays = ("on",)
    on = _DayField(label=_("Day"), check=_not_ahead)
    text = text_field(_("Progress"), 300, rows=3)
    field_order = ["on", "text", "numbers"]


class EndItemForm(CheckedTextForm):
    free_text = ("outcome",)
    done = _yes_or_no(
        _("How it ends"), _("Carried out, write it off"), _("Drop it"), _("Written off or dropped?")
    )
    outcome = text_field(_("What came of it, or why it is dropped"), 300, rows=3)
    field_order = ["done", "outcome", "numbers"]


class SupportForm(_DatedForm):
    todays = ("starts_on",)
    kind = choice_field(_("Which of the four"), SupportKind.choices, radio=True)
    cadre = picker_field(
        "cadre", _("Cadre"), _("County leader, first secretary or township leader."), required=False
    )
    organ = picker_field(
        "organ", _("Organ"), _("The organ that is paired with it."), required=False
    )
    starts_on = _DayField(label=_("From"), check=_not_far_ahead)

    def clean(self):
        cleaned = super().clean()
        wanted, other = ("organ", "cadre") if cleaned.get("kind") == "organ" else ("cadre", "organ")
        if cleaned.get("kind"):
            if not cleaned.get(wanted) and wanted not in self.errors:
                self.add_error(wanted, _("Name the organ that is paired, or the cadre."))
            if cleaned.get(other):
                self.add_error(other, _("Leave this empty here."))
        return cleaned


class EndSupportForm(_DatedForm):
    todays = ("on",)
    on = _DayField(label=_("Last day"), check=_not_far_ahead)


class ReviewForm(_DatedForm, CheckedTextForm):
    free_text = ("findings", "next_steps")
    todays = ("month", "held_on")
    month = forms.DateField(
        label=_("Month"),
        input_formats=["%Y-%m", "%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m", attrs={"type": "month"}),
    )
    held_on = _DayField(label=_("Held on"), check=_not_ahead)
    findings = text_field(_("What was found"), 500, rows=3)
    next_steps = text_field(_("What is done next"), 500, rows=3)
    field_order = ["month", "held_on", "findings", "next_steps", "numbers"]

    def clean_month(self):
        month = self.cleaned_data["month"].replace(day=1)
        if month > self.user.today:
            raise ValidationError(_("This month has not begun."))
        return month

    def clean(self):
        cleaned = super().clean()
        month, day = cleaned.get("month"), cleaned.get("held_on")
        if month and day and day < month:
            self.add_error("held_on", _("It was held before the month began."))
        return cleaned


ANSWERS = (_("Satisfied"), _("Basically satisfied"), _("Not satisfied"))


def _number(label, most):
    """Return a field for a table cell, labelled for screen readers by its row and column."""
    attrs = {"class": "sum", "inputmode": "numeric", "size": "4", "autocomplete": "off"}
    return number_field(label, 0, most, widget=forms.TextInput(attrs | {"aria-label": label}))


class AcceptanceForm(_DatedForm, CheckedTextForm):
    HEAD, TAIL = ("held_on", "member_ballots", "mass_ballots"), ("opinion", "numbers")
    free_text = ("opinion",)
    held_on = _DayField(label=_("Day of the acceptance"), check=_not_ahead)
    member_ballots = number_field(_("Ballots of Party members"), 0, 5000)
    mass_ballots = number_field(_("Ballots of the people's representatives"), 0, 5000)
    opinion = text_field(_("Opinion of the acceptance group"), 500, rows=3)

    def __init__(self, *args, case, **kwargs):
        super().__init__(*args, **kwargs)
        self.case = case
        self.least = parameters.number("weakorg.min_ballots", on=self.user.today)
        hint = _("At least %(n)s ballots together.") % {"n": self.least}
        self.fields["mass_ballots"].help_text = hint
        for aspect in Aspect:
            for place, answer in enumerate(ANSWERS):
                self.fields[f"{aspect}_{place}"] = _number(f"{aspect.label} · {answer}", 10_000)
        for part in Part:
            self.fields[part.value] = _number(_("Points: %(part)s") % {"part": part.label}, 100)
        ballots = [f"{aspect}_{place}" for aspect in Aspect.values for place in range(3)]
        self.order_fields([*self.HEAD, *ballots, *Part.values, *self.TAIL])

    @property
    def head(self):
        return [self[name] for name in self.HEAD]

    @property
    def ballot_rows(self):
        """Return [(what was asked, its three numbers)]."""
        return [
            (aspect.label, [self[f"{aspect}_{place}"] for place in range(3)]) for aspect in Aspect
        ]

    @property
    def points(self):
        return [(part.label, self[part.value]) for part in Part]

    @property
    def tail(self):
        return [self[name] for name in (*self.TAIL, "people") if name in self.fields]

    def clean_held_on(self):
        day = self.cleaned_data["held_on"]
        if self.case.decided_on and day < self.case.decided_on:
            raise ValidationError(_("It was confirmed later than this day."))
        return day

    def clean(self):
        cleaned = super().clean()
        self._clean_ballots(cleaned)
        points = [cleaned.get(part) for part in Part.values]
        if None not in points and sum(points) > 100:
            said = _("Together the points are %(n)s; they are at most 100.") % {"n": sum(points)}
            self.add_error(Part.REPORT.value, said)
        return cleaned

    def _clean_ballots(self, cleaned):
        cast = [cleaned.get("member_ballots"), cleaned.get("mass_ballots")]
        if None in cast:
            return
        total = sum(cast)
        if total < self.least:
            said = _("At least %(n)s ballots are cast in an acceptance.") % {"n": self.least}
            self.add_error("mass_ballots", said)
        for aspect in Aspect:
            counts = [cleaned.get(f"{aspect}_{place}") for place in range(3)]
            if None not in counts and sum(counts) != total:
                said = _("%(aspect)s: %(n)s ballots, but %(total)s were counted.")
                words = {"aspect": aspect.label, "n": sum(counts), "total": total}
                self.add_error(f"{aspect}_0", said % words)

    def content(self):
        given = self.cleaned_data
        content = {name: given[name] for name in (*self.HEAD, "opinion")}
        content["points"] = {part: given[part] for part in Part.values}
        content["ballots"] = {
            aspect: [given[f"{aspect}_{place}"] for place in range(3)] for aspect in Aspect.values
        }
        return content


class LookForm(_DatedForm, CheckedTextForm):
    free_text = ("finding",)
    todays = ("on",)
    on = _DayField(label=_("Day"), check=_not_ahead)
    finding = text_field(_("What was found"), 500, rows=3)
    stands = _yes_or_no(
        _("Does it stand?"),
        _("It stands"),
        _("It has relapsed and needs rectification again"),
        _("Does it stand, or has it relapsed?"),
    )
    field_order = ["on", "finding", "stands", "numbers"]

    def __init__(self, *args, case, **kwargs):
        super().__init__(*args, **kwargs)
        self.case = case

    def clean_on(self):
        day = self.cleaned_data["on"]
        if self.case.transformed_on and day <= self.case.transformed_on:
            raise ValidationError(_("The follow-up begins after the acceptance."))
        return day


class CloseForm(ReaderForm):
    document = forms.CharField(**DOCUMENT)
