"""Correction of a visit, field by field, for as long as its page allows one."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from outreach.actions import visits as actions
from outreach.acts.visits import visible_visit
from outreach.forms.visits import CorrectVisitForm, VisitForm
from outreach.ticked import TICKED
from portal.tools.locking import locked
from sync.corrections import fields_of, merged, words_of
from sync.kinds import Bound, EntryKind, Refused, register
from sync.kinds.finding import seen


def bind(user, command, *, on, record=None):
    # Lock against other corrections until the entry is carried out.
    visit = locked(_visit(user, command, record), "author__organ", "unit")
    stands = as_it_stands(user, command, visit)
    wrote = {name: list(values) for name, values in command.fields.items() if name in stands}
    taken, changed = merged(wrote, command.base, stands)
    if changed:
        raise Refused(*words_of(changed, labels()))
    if not taken:
        raise Refused(_("Nothing is written in it."))
    query = command.query(seen=actions.version_of(visit))
    for name, values in (stands | taken).items():
        query.setlist(name, values)
    form = _Form(query, user=user, visit=visit)
    form.taken = taken
    return Bound(form)


class _Form(CorrectVisitForm):
    """The form of the page, with the names of what the entry changes."""

    proposes = False
    taken: dict[str, list[str]]


def _visit(user, command, record):
    return seen(visible_visit, user, str(record.pk) if record is not None else command.about)


def as_it_stands(user, command, visit):
    """{name: values} that a correction may change; the reflection only if it is to be changed."""
    stands = fields_of(visit)
    if "reflection" in command.fields:
        stands["reflection"] = [actions.reflection_of(visit, user)]
    return stands


def clashes(user, command, *, record=None):
    """Return [(Clash, label)] between what the writer saw and the current values."""
    stands = as_it_stands(user, command, _visit(user, command, record))
    found = merged(command.fields, command.base, stands)[1]
    return [(one, labels()[one.name]) for one in found]


def labels():
    """Return {field name: label}."""
    fields = {name: str(field.label) for name, field in VisitForm.base_fields.items()}
    return fields | {one.name: str(one.label) for one in TICKED}


def save(user, bound, command, *, at, record=None):
    (form,) = bound.forms
    changes = {name: form.cleaned_data[name] for name in form.taken if name in form.cleaned_data}
    return actions.correct_visit(visit=form.visit, by=user, at=at, **changes)


def name(visit):
    return f"{visit.visited_on:%m-%d} {visit.unit.name}", visit.get_absolute_url()


def attach(visit, photos, *, by, at):
    actions.add_late_photos(visit=visit, photos=photos, by=by)


register(
    EntryKind(
        "visit.correction",
        gettext_lazy("Correction of a visit"),
        bind,
        save,
        name,
        attach=attach,
        clashes=clashes,
    )
)
