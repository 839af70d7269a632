"""What was written in an entry, in the words of the portal's own forms."""

import json
import re

from django.utils.translation import gettext as _

from outreach.forms.matters import MatterPartForm
from outreach.forms.notices import AnswerNoticeForm
from outreach.forms.stay_months import DayNoteForm, LeaveForm, WorkForm
from outreach.forms.visits import VisitForm
from outreach.moves import MOVES
from outreach.ticked import TICKED
from portal.places.pickers import PICKERS, PickerField, picked_by

FORMS = {
    "visit": (VisitForm,),
    "month": (WorkForm, DayNoteForm),
    "leave": (LeaveForm,),
    "reply": (AnswerNoticeForm,),
}
# When and where stand before what.
FIRST = ("visited_on", "unit")
PART = re.compile(r"matters-(\d+)-(\w+)")
# Of the form, not written by anybody.
FRAME = re.compile(r"(.*-(TOTAL|INITIAL|MIN_NUM|MAX_NUM)_FORMS|key|client_key|salt|version|move)")


def groups(written, user):
    """[(title, [(label, words)])]: the entry itself without a title, then each of its matters."""
    fields = written.get("fields")
    if not isinstance(fields, dict):
        return []
    known = fields_of(written.get("kind"), fields)
    found = {}
    for name in sorted(fields, key=lambda one: _place(known, one)):
        values = [str(one) for one in fields[name] or () if str(one).strip()]
        if not values or FRAME.fullmatch(name):
            continue
        part = PART.fullmatch(name)
        field, code = _field(known, part[2] if part else name, bool(part))
        title = _("Matter %(n)s") % {"n": int(part[1]) + 1} if part else ""
        label = (field and field.label) or code
        lines = words(field, code, values, user)
        found.setdefault((int(part[1]) if part else -1, title), []).append((label, lines))
    return [(title, lines) for (_n, title), lines in sorted(found.items())]


def fields_of(kind, fields):
    """{name: field} of the forms of a kind."""
    forms = FORMS.get(kind, ())
    if kind == "step" and (move := MOVES.get(next(iter(fields.get("move") or ()), ""))):
        forms = (move.form,) if move.form else ()
    known = {name: field for form in forms for name, field in form.base_fields.items()}
    return known | {one.name: _Tick(one) for one in TICKED} if kind == "visit" else known


class _Tick:
    """A kind of ticks as a field: what it ticks is named where the reader sees it."""

    def __init__(self, ticked):
        self.label = ticked.label


def _place(known, name):
    part = PART.fullmatch(name)
    names = [*FIRST, *(MatterPartForm.base_fields if part else known)]
    code = (part[2] if part else name).removesuffix("_text")
    at = names.index(code) if code in names else len(names)
    return (int(part[1]) if part else -1, at, name)


def _field(known, name, is_part):
    fields = MatterPartForm.base_fields if is_part else known
    code = name.removesuffix("_text")
    return fields.get(name) or fields.get(code), code


def words(field, code, values, user):
    """The values of a field for a reader, one line each."""
    if isinstance(field, PickerField):
        return _picked(field, values, user)
    if code == "answers":
        return _answers(values)
    choices = {}
    for value, label in _flat(getattr(field, "choices", ())):
        choices[str(value)] = str(label)
    return [choices.get(one, one) for one in values]


def _flat(choices):
    for value, label in choices:
        if isinstance(label, (list, tuple)):
            yield from label
        else:
            yield value, label


def _picked(field, values, user):
    names = {
        str(one.pk): PICKERS[field.kind].label(one) for one in picked_by(user, field.kind, values)
    }
    return [names.get(one, one) for one in values]


def _answers(values):
    """Answers as they stand in the entry; the questionnaire's own words are on its page."""
    lines = []
    for one in values:
        try:
            lines += _leaves("", json.loads(one))
        except ValueError:
            lines.append(one)
    return lines


def _leaves(way, given):
    if isinstance(given, dict):
        pairs = given.items()
    elif isinstance(given, list):
        pairs = enumerate(given, 1)
    else:
        return [f"{way} {given}".strip()]
    return [line for name, one in pairs for line in _leaves(f"{way}/{name}".strip("/"), one)]
