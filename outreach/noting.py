"""What a move changes is noted, so that it can be taken back: nothing here decides who may.

Between `begin` and `keep` the papers of a matter note what stood in each row that they change, and
which rows they add. It is kept encrypted beside the step (`MatterBefore`) while the step can be
taken back, and `restore` puts it back.
"""

import json
from dataclasses import asdict, dataclass, field

from django.apps import apps

from outreach.models import Matter, MatterBefore, MatterContact
from portal.tools.saving import put
from portal.trust import crypto, privacy

PURPOSE = "matter.before"


@dataclass
class Noted:
    # {column: value} of the matter: all at first, in the end those that changed.
    matter: dict = field(default_factory=dict)
    # [noun, key, {column: value}], in the order of the changes.
    changed: list = field(default_factory=list)
    # [noun, key]
    made: list = field(default_factory=list)
    # Whether name and phone were entered, which are kept apart from all other rows.
    has_contacts: bool = False


def begin(matter, names):
    """Note from now on what happens to a matter, which has these columns changed."""
    matter.noted = Noted(_values(matter, names))


def of(matter):
    """What is noted at present, None if nothing is."""
    return getattr(matter, "noted", None)


def note_row(matter, row, names):
    if noted := of(matter):
        noted.changed.append([row._meta.model_name, row.pk, _values(row, names)])


def note_rows(matter, rows, names):
    """The same for rows that one statement changes; whether there are any."""
    columns = [_column(rows.model, name) for name in names]
    stored = list(rows.values_list("pk", *columns))
    if noted := of(matter):
        for pk, *values in stored:
            was = dict(zip(columns, values, strict=True))
            noted.changed.append([rows.model._meta.model_name, pk, was])
    return bool(stored)


def note_new(matter, row):
    if noted := of(matter):
        noted.made.append([row._meta.model_name, row.pk])


def note_contacts(matter):
    if noted := of(matter):
        noted.has_contacts = True


def end(matter):
    """Note no more; returns what was noted, None if nothing was."""
    noted, matter.noted = of(matter), None
    if noted:
        now = _values(matter, noted.matter)
        noted.matter = {name: was for name, was in noted.matter.items() if now[name] != was}
    return noted


def keep(noted, step, *, until):
    """Keep what was noted beside its step, if it can be taken back at all."""
    if until <= step.at:
        return
    # Not Django's encoder, which cuts the moments to milliseconds.
    text = json.dumps(asdict(noted), default=str, ensure_ascii=False)
    MatterBefore.objects.create(step=step, sealed=crypto.encrypt(text, PURPOSE), until=until)


def restore(matter, before):
    """Put back what stood before a step; returns the changed columns of the matter, not saved."""
    noted = Noted(**json.loads(crypto.decrypt(before.sealed, PURPOSE)))
    for noun, pk in reversed(noted.made):
        _model(noun).objects.filter(pk=pk).delete()
    for noun, pk, was in reversed(noted.changed):
        _model(noun).objects.filter(pk=pk).update(**was)
    if noted.has_contacts:
        with privacy.opened(matter=matter.pk):
            MatterContact.objects.filter(matter=matter).delete()
    put(matter, _read(Matter, noted.matter))
    before.delete()
    return list(noted.matter)


def _model(noun):
    return apps.get_model("outreach", noun)


def _column(model, name):
    return model._meta.get_field(name).attname


def _values(row, names):
    return {column: getattr(row, column) for column in (_column(row, name) for name in names)}


def _read(model, values):
    return {name: model._meta.get_field(name).to_python(was) for name, was in values.items()}
