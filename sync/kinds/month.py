"""Correction of a month of a stay: its main work, and days that differ.

The current record counts as correct and only differences are written. If the text, or the days of
the same kind, changed since the writer saw them, a person decides.
"""

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from outreach.actions import stay_months as actions
from outreach.acts.stay_months import visible_month
from outreach.forms.stay_months import DayNoteForm, WorkForm
from outreach.models import DayNote
from outreach.stay_days import one_month
from portal.models.text import plain
from portal.tools import asked
from portal.tools.locking import locked
from sync.corrections import Clash, as_compared, merged, words_of
from sync.kinds import Bound, EntryKind, Refused, register
from sync.kinds.finding import first, seen

DAYS = DayNote.Kind.values


def bind(user, command, *, on, record=None):
    month = _month(user, command)
    # Lock against other writers until the entry is carried out.
    locked(month.stay)
    if changed := _changed(command, month):
        raise Refused(*words_of(changed, labels()))
    forms = []
    if "work" in command.fields:
        forms.append(WorkForm(command.query(), user=user))
    if first(command, "kind") or first(command, "days"):
        forms.append(DayNoteForm(command.query(), user=user))
    if not forms:
        raise Refused(_("Nothing is written in it."))
    for form in forms:
        form.proposes = False
        form.month = month
    return Bound(*forms)


def _month(user, command):
    """The month of the stay that the entry is about. Raises Refused."""
    day = asked.day(first(command, "month"))
    if day is None:
        raise Refused(_("It does not say which month it is about."))

    def find(user, pk):
        return visible_month(user, pk, day.year, day.month)

    return seen(find, user, command.about)


def clashes(user, command, *, record=None):
    """Return [(Clash, label)] between what the writer saw of a month and the current values."""
    changed = _changed(command, _month(user, command))
    return [(one, labels()[one.name]) for one in changed]


def _changed(command, month):
    facts, found = one_month(month.stay, month.first), []
    if "work" in command.fields:
        stands = {"work": [plain(facts.work)]}
        found += merged({"work": command.fields["work"]}, command.base, stands)[1]
    kind = first(command, "kind")
    if kind in DAYS:
        stands = sum(note.days for note in facts.notes if note.kind == kind)
        saw = as_compared(command.base.get(kind, ["0"])) or ["0"]
        if saw != [str(stands)]:
            wrote = as_compared(command.fields.get("days", ()))
            found.append(Clash(kind, saw, wrote, [str(stands)]))
    return found


def labels():
    """Return {name of a possible clash: label}."""
    work = str(WorkForm.base_fields["work"].label)
    return {"work": work, **{kind.value: str(kind.label) for kind in DayNote.Kind}}


def save(user, bound, command, *, at, record=None):
    row = None
    for form in bound.forms:
        given = {"stay": form.month.stay, "month": form.month.first, "by": user}
        if isinstance(form, WorkForm):
            row = actions.write_work(**given, **form.cleaned_data)
        else:
            row = actions.note_days(**given, at=at, **form.cleaned_data).month
    return row


def name(row):
    stay, month = row.stay, row.month
    label = f"{date_format(month, 'YEAR_MONTH_FORMAT')} {stay.unit.name}"
    return label, reverse("outreach:stay_month", args=[stay.pk, month.year, month.month])


register(
    EntryKind("month", gettext_lazy("Correction of a month"), bind, save, name, clashes=clashes)
)
