"""Forms for paper ballots and the sums of meetings. No writing here."""

import re
import unicodedata

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from evaluation.models.ballots import Answer, Question
from evaluation.models.paper import LINES, NO_TICK, UNREADABLE
from evaluation.models.schemes import Dimension, Mark
from evaluation.rules.paper import MOST_SHEETS
from outreach.door.codes import digits_of
from portal.pages.forms import ReaderForm, day_field, number_field
from portal.pages.text_forms import CheckedTextForm, text_field

LABELS = {line.value: line.label for line in (*Dimension, *Question)}
DIGITS = {"inputmode": "numeric", "autocomplete": "off"}
MOST_REMARKS, LONGEST_REMARK = 200, 500
BETWEEN = re.compile(r"[\s,.;、，。；]+")
SHEET = re.compile(r"[0-9]{1,5}-[0-9]{1,5}")
HEAD = ("held_on", "issued", "returned", "valid")


class BatchForm(ReaderForm):
    issued = number_field(_("Ballots given out"), 1, 10_000)
    sheets = number_field(
        _("Ballots that came back"),
        1,
        MOST_SHEETS,
        _("Count the sheets of this batch. While typing, number them with a pencil."),
    )

    def clean(self):
        cleaned = super().clean()
        sheets, issued = cleaned.get("sheets"), cleaned.get("issued")
        if sheets and issued and sheets > issued:
            self.add_error("sheets", _("More ballots came back than were given out."))
        return cleaned


def _keys(line):
    """{key: (stored value, words)}: the position of the tick from the left as printed, 0 for none,
    9 for two ticks or an unreadable line."""
    ticks = Mark.choices if line in Dimension.values else Answer.on_the_ballot()
    named = dict(enumerate(ticks, start=1))
    return named | {
        NO_TICK: (NO_TICK, _("no tick")),
        UNREADABLE: (UNREADABLE, _("two ticks or unreadable")),
    }


class KeyField(forms.Field):
    """One key for one line; cleans to the stored value."""

    def __init__(self, line, **kwargs):
        self.keys = {key: kept for key, (kept, _words) in _keys(line).items()}
        attrs = DIGITS | {"maxlength": "1", "size": "1", "class": "key", "data-key": ""}
        super().__init__(
            label=LABELS[line],
            widget=forms.TextInput(attrs=attrs),
            **kwargs,
            error_messages={"required": _("Type 0 where there is no tick.")},
        )

    def to_python(self, value):
        typed = digits_of(value or "")
        if not (value or "").strip():
            return None
        if len(typed) != 1 or int(typed) not in self.keys:
            raise ValidationError(
                _("“%(typed)s” is not a key for this line.") % {"typed": value.strip()[:5]}
            )
        return self.keys[int(typed)]

    def prepare_value(self, value):
        """Shows a stored value as its key."""
        if isinstance(value, int):
            return next(key for key, kept in self.keys.items() if kept == value)
        return value


def _name(sheet, person, line):
    return f"s{sheet}p{person}{line}"


def _key_of(sheet, person, line, **options):
    field = KeyField(line, **options)
    field.label = f"{_('Sheet %(n)s') % {'n': sheet}} {person.name} {field.label}"
    field.widget.attrs["aria-label"] = field.label
    return field


class SheetsForm(ReaderForm):
    """Some sheets of a batch, with a row per sheet and appraised. Initial values are only what the
    same person typed before."""

    def __init__(self, *args, sheets, people, typed, **kwargs):
        initial = {
            _name(*key, line): value for key, keys in typed.items() for line, value in keys.items()
        }
        super().__init__(*args, initial=initial, **kwargs)
        self.sheets, self.people = sheets, people
        for sheet in sheets:
            for person in people:
                for line in LINES:
                    self.fields[_name(sheet, person.pk, line)] = _key_of(sheet, person, line)

    @property
    def rows(self):
        """[(sheet, person, [bound field])] for the page."""
        return [
            (sheet, person, [self[_name(sheet, person.pk, line)] for line in LINES])
            for sheet in self.sheets
            for person in self.people
        ]

    @property
    def typed(self):
        return {
            (sheet, person.pk): {
                line: self.cleaned_data[_name(sheet, person.pk, line)] for line in LINES
            }
            for sheet in self.sheets
            for person in self.people
        }


class CompareForm(ReaderForm):
    """The correct key for each line that differs; empty lines stay unresolved."""

    def __init__(self, *args, differences, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.differences, self.people = differences, people
        for sheet, person, line, *_keys in differences:
            field = _key_of(sheet, people[person], line, required=False)
            self.fields[_name(sheet, person, line)] = field

    def clean(self):
        cleaned = super().clean()
        if not self.errors and not self.chosen:
            raise ValidationError(_("Type what the paper says on one line at least."))
        return cleaned

    @property
    def rows(self):
        return [
            {
                "sheet": sheet,
                "person": self.people[person],
                "line": LABELS[line],
                "first": key_words(line, first),
                "second": key_words(line, second),
                "field": self[_name(sheet, person, line)],
            }
            for sheet, person, line, first, second in self.differences
        ]

    @property
    def chosen(self):
        found = {
            (sheet, person, line): self.cleaned_data.get(_name(sheet, person, line))
            for sheet, person, line, *_keys in self.differences
        }
        return {key: value for key, value in found.items() if value is not None}


def key_words(line, kept):
    """Key and words, for example “1 Good”."""
    return next(f"{key} {words}" for key, (one, words) in _keys(line).items() if one == kept)


class DrawnSheetsForm(ReaderForm):
    """Which of the drawn sheets differ from the paper."""

    differing = forms.CharField(
        label=_("Sheets that differ from the paper"),
        max_length=2_000,
        required=False,
        help_text=_("Their numbers, such as 1-3 2-17. Empty if none differs."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    observer = text_field(_("Before whom"), 40, _("Somebody from outside the organ."))
    observer_of = text_field(_("Organ of the witness"), 60)

    def clean_differing(self):
        typed = unicodedata.normalize("NFKC", self.cleaned_data["differing"])
        numbers = BETWEEN.split(typed.strip()) if typed.strip() else []
        if wrong := [one for one in numbers if not SHEET.fullmatch(one)]:
            words = _("“%(typed)s” is not a sheet number; sheet numbers look like 2-17.")
            raise ValidationError(words % {"typed": wrong[0][:12]})
        return numbers


class RemarksForm(CheckedTextForm):
    free_text = ("remarks",)
    remarks = text_field(
        _("Remarks on the sheets, one on each line"),
        50_000,
        _("Without names and numbers of people, and without the sheet."),
        rows=8,
        required=False,
    )

    def clean_remarks(self):
        texts = [line.strip() for line in self.cleaned_data["remarks"].splitlines() if line.strip()]
        if any(len(text) > LONGEST_REMARK for text in texts):
            raise ValidationError(
                _("One remark has at most %(n)s characters.") % {"n": LONGEST_REMARK}
            )
        if len(texts) > MOST_REMARKS:
            raise ValidationError(_("At most %(n)s remarks in a batch.") % {"n": MOST_REMARKS})
        return "\n".join(texts)

    def content(self):
        return {"texts": self.cleaned_data["remarks"].splitlines()}


class MeetingForm(ReaderForm):
    """A meeting's sums for each line."""

    held_on = day_field(_("Held on"))
    issued = number_field(_("Ballots given out"), 1, 100_000)
    returned = number_field(_("Ballots returned"), 0, 100_000)
    valid = number_field(_("Valid ballots"), 0, 100_000)

    def __init__(self, *args, cycle, **kwargs):
        super().__init__(*args, **kwargs)
        self.cycle = cycle
        for line, choices in SIZES.items():
            for at, (_value, words) in enumerate(choices):
                label = f"{LABELS[line]}: {words}"
                attrs = DIGITS | {"size": "4", "class": "sum", "aria-label": label}
                self.fields[f"{line}_{at}"] = forms.IntegerField(
                    label=label, min_value=0, max_value=100_000, widget=forms.TextInput(attrs=attrs)
                )

    def clean_held_on(self):
        day = self.cleaned_data["held_on"]
        if day > self.user.today:
            raise ValidationError(_("That day is in the future."))
        if day < self.cycle.starts_on:
            raise ValidationError(_("That day lies before the period of the cycle."))
        return day

    def clean(self):
        cleaned = super().clean()
        if self.errors:
            return cleaned
        if cleaned["returned"] > cleaned["issued"]:
            self.add_error("returned", _("More came back than were given out."))
        if cleaned["valid"] > cleaned["returned"]:
            self.add_error("valid", _("More are valid than came back."))
        for line, sums in self.sums.items():
            if sum(sums) > cleaned["valid"]:
                self.add_error(
                    f"{line}_0",
                    _("%(line)s: %(sum)s ticks, but only %(valid)s valid ballots.")
                    % {"line": LABELS[line], "sum": sum(sums), "valid": cleaned["valid"]},
                )
        return cleaned

    @property
    def sums(self):
        return {
            line: [self.cleaned_data[f"{line}_{at}"] for at in range(len(choices))]
            for line, choices in SIZES.items()
        }

    @property
    def head(self):
        return [self[name] for name in HEAD]

    @property
    def mark_rows(self):
        return [
            (line.label, [self[f"{line.value}_{at}"] for at in range(len(Mark))])
            for line in Dimension
        ]

    @property
    def question_rows(self):
        """In the order of the ballot; stored in the order of `Answer`."""
        order = [value - 1 for value, _label in Answer.on_the_ballot()]
        return [(line.label, [self[f"{line.value}_{at}"] for at in order]) for line in Question]

    @property
    def counted(self):
        return {name: self.cleaned_data[name] for name in HEAD} | self.sums


SIZES = {
    **{line.value: Mark.choices for line in Dimension},
    **{line.value: Answer.choices for line in Question},
}


def initial_of(count):
    """Initial values for correcting a meeting's sums."""
    if count is None:
        return {}
    found = {name: getattr(count, name) for name in HEAD}
    for line in SIZES:
        found |= {f"{line}_{at}": n for at, n in enumerate(getattr(count, line))}
    return found
