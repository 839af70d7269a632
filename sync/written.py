"""The content of an entry, in the words of the portal's own forms."""

import json
import re

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from outreach.forms.matters import MatterPartForm
from outreach.forms.notices import AnswerNoticeForm
from outreach.forms.stay_months import DayNoteForm, LeaveForm, WorkForm
from outreach.forms.visits import VisitForm
from outreach.models import Matter, Notice, Stay, Visit
from outreach.moves import MOVES
from outreach.ticked import TICKED
from portal.places.pickers import PICKERS, PickerField, picked_by
from portal.tools import asked
from portal.tools.languages import base
from research.models import DrawnUnit, QuestionnaireVersion
from research.questionnaires.answers import index, path_of
from research.results.questions import named
from research.results.questions import words as label_words

FORMS = {
    "visit": (VisitForm,),
    "month": (WorkForm, DayNoteForm),
    "leave": (LeaveForm,),
    "reply": (AnswerNoticeForm,),
}
# When and where come first.
FIRST = ("month", "visited_on", "unit")
# Labels for names that are not form fields.
LABELS = {"month": gettext_lazy("Month")}
PART = re.compile(r"matters-(\d+)-(\w+)")
# Technical fields, not written by a person.
FRAME = re.compile(r"(.*-(TOTAL|INITIAL|MIN_NUM|MAX_NUM)_FORMS|key|client_key|salt|version|move)")


def groups(written, user):
    """[(title, [(label, words)])]: the entry itself without a title, then each of its matters."""
    fields = written.get("fields")
    if not isinstance(fields, dict):
        return []
    if written.get("kind") == "answers":
        return [("", _answered(fields, user))]
    known = fields_of(written.get("kind"), fields)
    found = {}
    for name in sorted(fields, key=lambda one: _place(known, one)):
        values = [str(one) for one in fields[name] or () if str(one).strip()]
        if not values or FRAME.fullmatch(name):
            continue
        part = PART.fullmatch(name)
        field, code = _field(known, part[2] if part else name, bool(part))
        title = _("Matter %(n)s") % {"n": int(part[1]) + 1} if part else ""
        label = (field and field.label) or LABELS.get(code, code)
        lines = words(field, code, values, user)
        found.setdefault((int(part[1]) if part else -1, title), []).append((label, lines))
    return [(title, lines) for (_n, title), lines in sorted(found.items())]


ABOUT = {
    "step": (Matter, lambda matter: f"{matter.number_label} {matter.title}"),
    "visit": (Visit, lambda visit: f"{visit.visited_on.isoformat()} {visit.unit.name}"),
    "month": (Stay, lambda stay: stay.unit.name),
    "leave": (Stay, lambda stay: stay.unit.name),
    "reply": (Notice, lambda notice: notice.title),
    "answers": (DrawnUnit, lambda drawn: drawn.sample.questionnaire.title),
}
BESIDE = {"visit": ("unit",), "month": ("unit",), "leave": ("unit",)}


def about(written, user):
    """Return (label, URL) of the record an entry refers to, or None if the user may not see it."""
    kind, key = written.get("kind"), asked.whole_number(str(written.get("about") or ""))
    if kind not in ABOUT or key is None:
        return None
    model, label = ABOUT[kind]
    rows = model.objects.visible_to(user).select_related(*BESIDE.get(kind, ()))
    if kind == "answers":
        rows = rows.filter(sample__questionnaire__isnull=False)
        rows = rows.select_related("sample__questionnaire")
    if (found := rows.filter(pk=key).first()) is None:
        return None
    address = reverse("research:fieldwork") if kind == "answers" else found.get_absolute_url()
    return label(found), address


def fields_of(kind, fields):
    """{name: field} of the forms of a kind."""
    forms = FORMS.get(kind, ())
    if kind == "step" and (move := MOVES.get(next(iter(fields.get("move") or ()), ""))):
        forms = (move.form,) if move.form else ()
    known = {name: field for form in forms for name, field in form.base_fields.items()}
    return known | {one.name: _Tick(one) for one in TICKED} if kind == "visit" else known


class _Tick:
    """Stand-in for the form field of a kind of ticks."""

    def __init__(self, ticked):
        self.label, self.ticked = ticked.label, ticked

    def names(self, values, user):
        """Return {key: title} of the ticked rows that the user may see."""
        rows = Visit._meta.get_field(self.ticked.name).related_model.objects.visible_to(user)
        keys = [key for one in values if (key := asked.whole_number(one)) is not None]
        return {str(one.pk): self.ticked.title(one) for one in rows.filter(pk__in=keys)}


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


def words_of(command, name, values, user):
    """The values of a field of an entry for a reader, one line each."""
    return words(fields_of(command.kind, command.fields).get(name), name, values, user)


def words(field, code, values, user):
    """The values of a form field for a reader, one line each."""
    if isinstance(field, PickerField):
        return _picked(field, values, user)
    if isinstance(field, _Tick):
        names = field.names(values, user)
        return [names.get(one, one) for one in values]
    if code == "month":
        return [_month(one) for one in values]
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


def _month(said):
    day = asked.day(said)
    return date_format(day, "YEAR_MONTH_FORMAT") if day else said


# --- Answers of a questionnaire -------------------------------------------------------------------


def _answered(fields, user):
    """[(question, [answer])] in the questionnaire's own words and order."""
    given = answers_of(fields)
    version = version_of(fields, user)
    if version is None:
        return [(place, [said]) for place, said in _leaves("", given)]
    places = {path: at for at, path in enumerate(index(version.definition))}
    leaves = [
        (*_asked(version.definition, place, said), place) for place, said in _leaves("", given)
    ]
    leaves.sort(key=lambda one: places.get(path_of(one[2]), len(places)))
    lines = [(label, [words]) for label, words, _place in leaves]
    if any(fields.get("partial") or ()):
        lines.append((_("How far"), [_("Broken off: what is missing was not answered.")]))
    return lines


def answers_of(fields):
    """The answers of an entry, nested as its form is; {} if they cannot be read."""
    try:
        given = json.loads(next(iter(fields.get("answers") or ()), ""))
    except (ValueError, RecursionError):
        return {}
    return given if isinstance(given, dict) else {}


def version_of(fields, user):
    """The version of the questionnaire that was answered, None if the user does not see it."""
    key = asked.whole_number(next(iter(fields.get("version") or ()), ""))
    rows = QuestionnaireVersion.objects.visible_to(user).defer("workbook")
    return rows.filter(pk=key).first() if key is not None else None


def _leaves(place, given):
    """Yield (place, answer) of each answer; rows of a repeat are numbered from one:
    members[2]/name."""
    if isinstance(given, dict):
        for name, one in given.items():
            yield from _leaves(f"{place}/{name}".strip("/"), one)
    elif isinstance(given, list):
        for n, one in enumerate(given, 1):
            yield from _leaves(f"{place}[{n}]", one)
    elif str(given).strip():
        yield place, str(given)


def _asked(definition, place, said):
    """(question, answer) in words."""
    item, languages = index(definition).get(path_of(place)), (base(),)
    if item is None:
        return place, said
    label = named(label_words(item.get("label", {})), place, languages)
    if rows := re.findall(r"\[(\d+)\]", place):
        label = _("%(label)s, no. %(n)s") % {"label": label, "n": ".".join(rows)}
    if "list" not in item:
        return label, said
    labels = {one["name"]: label_words(one["label"]) for one in definition["lists"][item["list"]]}
    return label, _(", ").join(named(labels.get(one, {}), one, languages) for one in said.split())
