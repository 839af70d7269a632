"""Forms for polls, and the ballot itself. No writing here."""

from django import forms
from django.utils.translation import gettext_lazy as _

from evaluation.door import codes
from evaluation.forms.marks import MarksForm
from evaluation.models import PollSample
from evaluation.models.ballots import Answer, Question
from evaluation.models.schemes import Mark
from evaluation.rules.polls import MOST_CODES, MOST_SUBSTITUTES
from evaluation.voting import COMMENT, LINES
from outreach.door.codes import digits_of
from outreach.door.forms import DoorForm
from portal.pages.forms import ReaderForm, choice_field, digits_input, number_field
from portal.pages.text_forms import CheckedTextForm, text_field
from portal.sampling.seed import SeedKind


class RosterForm(ReaderForm):
    roster_size = number_field(
        _("People in the village's paper roster"),
        1,
        100_000,
        _("As counted there; the names stay there."),
    )
    served_wanted = number_field(_("Drawn from those served"), 0, 500)
    roster_wanted = number_field(_("Drawn from the roster"), 0, 500)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("served_wanted") == 0 and cleaned.get("roster_wanted") == 0:
            self.add_error("roster_wanted", _("At least one person must be drawn."))
        size, wanted = cleaned.get("roster_size"), cleaned.get("roster_wanted")
        if size and wanted and wanted > size:
            self.add_error("roster_wanted", _("The roster does not have that many people."))
        return cleaned


class SeedForm(CheckedTextForm):
    free_text = ("how",)
    kind = choice_field(_("How the seed is thrown"), SeedKind.choices, radio=True)
    seed = text_field(
        _("The seed"),
        200,
        _("Dice: at least 20 throws in their order, such as 35142 63514. Digits: at least 16."),
        widget=digits_input(),
    )
    how = text_field(
        _("Where and how it was thrown"),
        200,
        _("Place and hour of the throw; for public numbers, whose they are and of which day."),
    )
    organiser = text_field(_("Thrown by"), 40)
    witness = text_field(_("Before whom"), 40, _("Somebody from outside the organ."))
    witness_of = text_field(_("Organ of the witness"), 60)


class ObserversForm(CheckedTextForm):
    """Who watches while the list of sealed ballots is made."""

    observer = text_field(_("First observer"), 40, _("Not a member of the organ that counts."))
    observer_of = text_field(_("Where the first is from"), 60)
    second_observer = text_field(_("Second observer"), 40)
    second_observer_of = text_field(_("Where the second is from"), 60)


class ListForm(ObserversForm):
    free_text = ("remark",)
    returned = number_field(
        _("Unused slips that came back"), 0, MOST_CODES, _("Counted by hand, before the observers.")
    )
    remark = text_field(
        _("What the observers noted"),
        300,
        _("Needed only where the numbers do not fit together."),
        required=False,
    )
    field_order = ("returned",)


class SubstitutesForm(ReaderForm):
    stratum = forms.ChoiceField(
        label=_("In the place of somebody drawn"),
        choices=PollSample.Stratum.choices,
        widget=forms.RadioSelect,
    )
    count = number_field(_("How many"), 1, MOST_SUBSTITUTES, initial=1)


class CodesForm(ReaderForm):
    count = number_field(_("How many slips"), 1, MOST_CODES)


class CodeForm(ReaderForm):
    """A code read out by phone."""

    code = forms.CharField(
        label=_("Code on the slip (twelve digits)"),
        max_length=40,
        widget=digits_input(),
    )

    def clean_code(self):
        code, problem = read_code(self.cleaned_data["code"])
        if problem:
            raise forms.ValidationError(problem)
        return code


def read_code(typed):
    """(code, problem): distinguishes typing errors from unknown codes."""
    digits = digits_of(typed)
    if not digits:
        return digits, _("Please type the twelve digits of the code.")
    if len(digits) != codes.DIGITS:
        return digits, _("The code has twelve digits; here are %(n)s. Please compare them.") % {
            "n": len(digits)
        }
    if not codes.is_code(digits):
        return digits, _("One digit is not right. Please compare the digits one by one.")
    return digits, ""


class _Marks(MarksForm):
    """One appraised of several on a slip; may be skipped."""

    def clean(self):
        return self.cleaned_data


class _Comment(DoorForm):
    texts = ("comment",)
    comment = text_field(
        _("What you would like to add (may stay empty)"),
        COMMENT,
        rows=3,
        required=False,
        error_messages={"max_length": _("Please write it shorter: 500 characters at most.")},
    )


class BallotForm:
    """The ballot: the same lines for each appraised, and a comment."""

    def __init__(self, appraised, data=None):
        self.data = data
        self.marks = [(one, _Marks(data, prefix=f"a{one.id}")) for one in appraised]
        self.words = _Comment(data)

    @property
    def is_bound(self):
        return self.data is not None

    def is_valid(self):
        return not self.problems

    @property
    def problems(self):
        found = self.words.problems
        for one, form in self.marks:
            for name, field in form.fields.items():
                if name in form.errors or len(self.data.getlist(form.add_prefix(name))) > 1:
                    found.append(
                        _("%(name)s, “%(line)s”: please tick one only.")
                        % {"name": one.name, "line": field.label}
                    )
        if not found and not any(form.ticks[name] for _one, form in self.marks for name in LINES):
            found.append(_("Nothing is ticked yet. Please tick at least one line."))
        return found

    @property
    def shown(self):
        """[(appraised, [(line, field name, [(value, label, is ticked)])])]"""
        return [
            (one, [self._line(form, name, field) for name, field in form.fields.items()])
            for one, form in self.marks
        ]

    def _line(self, form, name, field):
        name = form.add_prefix(name)
        typed = self._typed(name)
        return field.label, name, [(v, words, str(v) == typed) for v, words in field.choices]

    @property
    def chosen(self):
        """[(appraised, [(line, ticked label or "", is an accusation)])]"""
        return [
            (one, [(line, *self._ticked(name, choices)) for line, name, choices in lines])
            for one, lines in self.shown
        ]

    def _ticked(self, name, choices):
        for value, words, is_ticked in choices:
            if is_ticked:
                return words, self._accuses(name, value)
        return "", False

    @staticmethod
    def _accuses(name, value):
        line = name.rpartition("-")[2]
        return value == (Answer.YES if line in Question.values else Mark.POOR)

    @property
    def carried(self):
        """[(name, value)] of everything entered, for the next page."""
        ticked = [
            (name, value)
            for _one, lines in self.shown
            for _line, name, choices in lines
            for value, _label, on in choices
            if on
        ]
        return [*ticked, ("comment", self.comment)]

    @property
    def comment(self):
        return self.words.values["comment"]

    def _typed(self, name):
        typed = self.data.getlist(name) if self.is_bound else []
        return typed[0] if len(typed) == 1 else ""

    def content(self):
        """(marks, comment) to be sealed."""
        marks = {one.id: form.ticks for one, form in self.marks}
        return marks, self.words.cleaned_data["comment"].strip()
