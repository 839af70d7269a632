"""Description of the portal's forms for offline use on a phone: names, labels, choices, limits.

The phone has no copy of a form: it renders these rows (docs/sync.md), and the server validates what
was written with the same forms.
"""

import json
from datetime import date

from django import forms as django_forms
from django.utils.functional import Promise

from outreach.forms.matters import CONDUCT, MatterPartForm
from outreach.forms.notices import AnswerNoticeForm
from outreach.forms.stay_months import DayNoteForm, LeaveForm, WorkForm
from outreach.forms.visits import VisitForm
from outreach.moves import MOVES
from portal.pages.forms import ManyFilesField
from portal.places.pickers import PickerField
from portal.roles import Permission

# Moves of a matter that may be written offline.
MOVES_OF_PHONE = ("note", "mediate", "report")
# Never asked offline: sealed reports on a person's conduct, and the organ they concern.
NEVER = {"subject_organ"}
PICKED = {"unit", "cadre"}


def rows(user, kinds, *, units):
    """{name: row} of the forms of these kinds of entries. `units` are the places to offer."""
    found = {}
    if "visit" in kinds:
        visit = VisitForm(user=user)
        visit._offer(units, user.today)
        apart = set() if user.holds(Permission.RECORD_FOR_OTHERS) else {"author"}
        found["visit"] = _row(visit.fields, without=apart)
        found["matter"] = _row(MatterPartForm(user=user).fields, without={"numbers"})
    if "step" in kinds:
        found |= {code: _row(MOVES[code].form(user=user).fields) for code in MOVES_OF_PHONE}
    if "month" in kinds:
        found["days"] = _row(DayNoteForm.base_fields)
        found["work"] = _row(WorkForm.base_fields)
    if "leave" in kinds:
        found["leave"] = _row(LeaveForm.base_fields)
    if "reply" in kinds:
        reply = AnswerNoticeForm.base_fields
        found["yes_no"] = _row(reply, without={"text", "numbers"})
        found["text"] = _row(reply, without={"yes"})
        found["both"] = _row(reply, optional={"text"})
    return found


def _row(fields, *, without=(), optional=()):
    drawn = []
    # `numbers` refers to the texts, so ask for it after them.
    for name, field in sorted(fields.items(), key=lambda one: one[0] == "numbers"):
        if name in NEVER or name in without:
            continue
        if (shape := _shape(name, field)) is None:
            continue
        drawn.append(_described(name, field, shape, is_required=name not in optional))
    return {"fields": drawn}


def _shape(name, field):
    """Return how to render a field, or None if the phone fills it in itself or has nothing to
    offer."""
    if name == "numbers":
        return "one"
    if isinstance(field, ManyFilesField):
        return "photos"
    if isinstance(field, PickerField):
        if field.kind not in PICKED:
            return None
        return "cadres" if field.kind == "cadre" and field.multiple else field.kind
    if field.widget.is_hidden:
        return None
    if isinstance(field, django_forms.MultipleChoiceField | django_forms.ModelMultipleChoiceField):
        return "several" if list(getattr(field, "choices", ())) else None
    if isinstance(field, django_forms.ModelChoiceField):
        return None
    if isinstance(field, django_forms.ChoiceField | django_forms.NullBooleanField):
        return "one"
    if isinstance(field, django_forms.BooleanField):
        return "tick"
    if isinstance(field, django_forms.DateField):
        return "day"
    if isinstance(field, django_forms.IntegerField):
        return "number"
    return "lines" if isinstance(field.widget, django_forms.Textarea) else "line"


def _described(name, field, shape, *, is_required):
    attrs = getattr(field.widget, "attrs", {})
    said = {
        "name": name,
        "label": str(field.label or ""),
        "help": str(field.help_text or ""),
        "as": shape,
        "required": bool(field.required) and is_required,
        "expected": bool(getattr(field, "expected", False)),
        "private": name == "reflection",
        "most": _bound(field, "max_length", "max_value"),
        "least": _bound(field, "min_value"),
        "choices": _choices(name, field),
        "of_kinds": json.loads(attrs.get("data-of-kinds", "{}")),
        "firsts": json.loads(attrs.get("data-firsts", "{}")),
        "value": _value(field),
    }
    return {key: value for key, value in said.items() if value not in ("", [], {}, None, False)}


def _bound(field, *names):
    return next((one for name in names if (one := getattr(field, name, None)) is not None), None)


def _choices(name, field):
    """[[code, label]]; the empty choice stays, with its label."""
    if isinstance(field, django_forms.NullBooleanField):
        offered = field.widget.choices
    else:
        offered = getattr(field, "choices", ())
    return [
        [str(code), str(label)]
        for code, label in offered
        if not (name == "outcome" and code == CONDUCT[0])
    ]


def _value(field):
    first = field.initial
    if callable(first) or first is None:
        return ""
    return str(first) if isinstance(first, str | int | date | Promise) else ""
