"""Cells of lists as HTML, also used by template tags.

They are built in Python, because they are needed for each row and templates are slower.
"""

import html
from collections.abc import Callable
from datetime import date
from operator import attrgetter

from django.template.defaultfilters import floatformat
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from portal import kinds
from portal.days.words import short_day, short_moment

NONE = "—"
# The tone of a state by its code; "quiet" for a code that has none.
_CODES = {
    "good": (
        "satisfied basically done issued accepted granted held solved qualified met confirmed "
        "final finished settled"
    ),
    "busy": (
        "in_progress running published checking accepting undoing announced notice approved "
        "visiting nominating proposing promised publicity chosen rectifying noticed at_once "
        "rechecking"
    ),
    "warn": (
        "registered escalated assigned proposed reported awaiting_word queued changed draft "
        "unmapped checked to_begin to_complete asked handed_in planned over listing heard "
        "needs decided open collecting noted"
    ),
    "mark": (
        "twice_unsatisfied unsatisfied failed revoked refused sent_back overdue run_out unmet "
        "objected stands"
    ),
}
TONES = {code: tone for tone, codes in _CODES.items() for code in codes.split()}


def escape(text):
    """Like Django's `conditional_escape`, without its slow path for lazy text: a page has
    hundreds."""
    return text.__html__() if hasattr(text, "__html__") else html.escape(str(text))


def under(text, *below):
    """Text with smaller text below it, if any, joined by dots."""
    if not below or not (below := joined(" · ", below)):
        return text
    return SafeString(f'{escape(text)}<span class="sub">{below}</span>')


def yuan(amount):
    """Return a sum of money as text, or an empty string if there is none."""
    return _("%(yuan)s yuan in all") % {"yuan": floatformat(amount, "2g")} if amount else ""


def joined(separator, parts):
    """The non-empty parts, escaped and joined."""
    return SafeString(separator.join([escape(one) for one in parts if one not in (None, "")]))


def short(text, length):
    """The beginning of a text, with dots for the rest."""
    return text if len(text) <= length else f"{text[: length - 1]}…"


def link(record, text, *below):
    """Return text that links to a record's page or to an address."""
    address = record if isinstance(record, str) else record.get_absolute_url()
    return under(SafeString(f'<a class="what" href="{escape(address)}">{escape(text)}</a>'), *below)


def reader(part):
    """Return a reader (row, asked) → value for an attribute path; a function is returned
    unchanged."""
    if callable(part):
        return part
    *names, last = part.split(".")
    is_choice = last.startswith("get_") and last.endswith("_display")
    if is_choice and not names:
        return _words_of(last[4:-8])
    read_words, read_last = is_choice and _words_of(last[4:-8]), attrgetter(last)

    def read(row, asked):
        for name in names:
            row = getattr(row, name)
            if row is None:
                return None
        value = read_words(row, asked) if read_words else read_last(row)
        if callable(value):
            value = value()
        return day(value, asked.today) if isinstance(value, date) else value

    return read


def _words_of(field):
    """Return a reader of a choice's label, cached by language: Django's own searches all
    choices."""
    known = {}

    def read(record, asked=None):
        words = known.get(key := (type(record), asked.language if asked else get_language()))
        if words is None:
            choices = record._meta.get_field(field).flatchoices
            words = known[key] = {code: str(label) for code, label in choices}
        code = getattr(record, field)
        return words.get(code, code)

    return read


def rows_of(page, columns, asked, tick=None):
    """Build the rows of a table in Python; a template takes twice the time. Each column is (reader
    of the cell, whether it is a number, heading for phones). With `tick`, each row has a tick box
    that `tick(row)` labels."""
    columns = [(read, *_openings(number, label)) for read, number, label in columns]
    drawn = []
    for row in page:
        drawn.append("<tr>")
        if tick:
            drawn.append(
                '<td class="tick"><input type="checkbox" name="chosen" '
                f'value="{row.pk}" aria-label="{escape(tick(row))}"></td>'
            )
        for read, opening, unsaid in columns:
            said = read(row, asked)
            drawn.append(f"{unsaid if said == NONE else opening}{escape(said)}</td>")
        drawn.append("</tr>\n")
    return SafeString("".join(drawn))


def _openings(number, label):
    """Return (opening tag of a column's cells, opening tag of its empty cells)."""
    told = f' data-label="{escape(label)}"' if label else ""
    opening = f'<td class="number"{told}>' if number else f"<td{told}>"
    return opening, opening if number or label else '<td class="unsaid">'


# --- Parts of a column, made of paths: (row, asked) → text ---------------------------------------


def names(related, label="label"):
    """Several related records, with commas between them."""
    name = attrgetter(label)
    return lambda row, asked: _(", ").join(name(one) for one in getattr(row, related).all())


def days(first, last):
    """A period from one day to another."""
    begins, ends = attrgetter(first), attrgetter(last)
    return lambda row, asked: f"{day(begins(row), asked.today)} – {day(ends(row), asked.today)}"


def at(part):
    """A moment, to the minute."""
    read = attrgetter(part)
    return lambda row, asked: moment(read(row))


def press(label, to, *, about: str | Callable = "", confirm: Callable | None = None):
    """A button that acts on the record at once; screen readers read `about` after its label."""
    named = reader(about) if about else None
    form = '<form method="post" action="{}"{}>{}<button class="button small-button">{}{}</button>'

    def cell(row, asked):
        hidden = '<span class="visually-hidden"> {}</span>'
        return format_html(
            f"{form}</form>",
            reverse(to, args=[row.pk]),
            format_html(' data-confirm="{}"', confirm(row)) if confirm else "",
            asked.csrf_input,
            label,
            format_html(hidden, named(row, asked)) if named else "",
        )

    return cell


def together(*parts):
    """The non-empty parts with spaces between them."""
    readers = [reader(one) for one in parts]
    return lambda row, asked: joined(" ", [read(row, asked) for read in readers])


def above(via=""):
    """Where the unit of a record lies (`portal.kinds.above`); `via` leads to the record."""
    record = attrgetter(via) if via else lambda row: row
    return lambda row, asked: kinds.above(record(row))


def said(words, draw=None, **parts):
    """Fill `words` with these values; empty if one is missing or, with `draw`, is zero."""
    readers = {name: reader(part) for name, part in parts.items()}
    missing = (None, "") if draw is None else (None, "", 0)

    def read(row, asked):
        values = {name: read(row, asked) for name, read in readers.items()}
        if any(one in missing for one in values.values()):
            return ""
        return draw(words % values) if draw else words % values

    return read


def after(words, part):
    """The value, if any, with words before it."""
    read = reader(part)

    def cell(row, asked):
        value = read(row, asked)
        return f"{words} {value}" if value else ""

    return cell


def either(part, otherwise):
    """The value, or other words if it is empty."""
    read = reader(part)
    return lambda row, asked: read(row, asked) or otherwise


def over(words):
    """Mark words as overdue."""
    return SafeString(f'<span class="deadline over">{escape(words)}</span>')


def state(code, label):
    """Return a state as a dot and a word, never colour alone."""
    tone = TONES.get(str(code), "quiet")
    dot = f'<i class="dot dot-{tone}" aria-hidden="true"></i>'
    return SafeString(f'<span class="state">{dot}{escape(label)}</span>')


def stands(record, asked):
    """The state of a record on the reader's day."""
    phase = record.stands(asked.today)
    return state(phase, phase.label)


_closure, _status = _words_of("closure"), _words_of("status")


def matter_state(matter, asked=None):
    if matter.is_closed:
        return state(matter.closure, _closure(matter, asked))
    if matter.reopen_count and matter.status == "in_progress":
        return state("unsatisfied", _("Not satisfied, reopened"))
    return state(matter.status, _status(matter, asked))


def day(value, on=None):
    """11-18, with the year if it is not the current one."""
    return short_day(value, on=on or timezone.localdate())


def moment(value):
    """11-18 09:12 in local time."""
    return short_moment(value, on=timezone.localdate())


def until(due, on=None):
    """The days left until a deadline, with its tone."""
    left = (due - (on or timezone.localdate())).days
    if left < 0:
        return over(ngettext("%(n)s day overdue", "%(n)s days overdue", -left) % {"n": -left})
    words = ngettext("%(n)s day left", "%(n)s days left", left) % {"n": left}
    words = {0: _("Due today"), 1: _("Due tomorrow")}.get(left, words)
    tone = "soon" if left <= 2 else ""
    return SafeString(f'<span class="deadline {tone}">{escape(words)}</span>')


def deadline(matter, on=None):
    """The days left until a matter's deadline; the page shows the date below."""
    if matter.status == "suspended":
        return ""
    words = ""
    if matter.stage == "call_back" or matter.status == "reported":
        words = _("Answered")
    elif matter.is_closed:
        if not matter.has_deadline:
            return ""
        words = _("Closed late") if matter.was_late else _("Closed in time")
    if words:
        return SafeString(f'<span class="deadline">{escape(words)}</span>')
    on = on or timezone.localdate()
    if matter.due_at and matter.due_at < timezone.now() and matter.due_on == on:
        return over(_("overdue"))
    return until(matter.due_on, on)
