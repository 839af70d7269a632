"""Records what a move changes, so that it can be taken back. Permissions are checked elsewhere.

Between `begin` and `keep` the papers of a matter record the old values of each row that they
change, and the rows that they add. This is kept encrypted beside the step (`MatterBefore`) while
the step can be taken back, and `restore` applies it.
"""

import json
from dataclasses import asdict, dataclass, field

from django.apps import apps

from outreach.models import Matter, MatterBefore, MatterContact, MatterStep
from outreach.models.matters import Closure
from portal.models import Attachment
from portal.records import files
from portal.tools.saving import put
from portal.trust import crypto, privacy

PURPOSE = "matter.before"


@dataclass
class Noted:
    # {column: old value} of the matter: first all, after `end` only those that changed.
    matter: dict = field(default_factory=dict)
    # [noun, key, {column: old value}], in the order of the changes.
    changed: list = field(default_factory=list)
    # [noun, key]
    made: list = field(default_factory=list)
    # Whether name and phone were entered, which are kept apart from all other rows.
    has_contacts: bool = False
    # What a referral hides at once and erases once it can no longer be taken back: contacts
    # [{column: value}], and files of steps [step, attachment].
    contacts: list = field(default_factory=list)
    files: list = field(default_factory=list)


def begin(matter, names):
    """Start recording changes to a matter, with the old values of these columns."""
    matter.noted = Noted(_values(matter, names))


def of(matter):
    """Return the current recording of a matter, or None."""
    return getattr(matter, "noted", None)


def note_row(matter, row, names):
    if noted := of(matter):
        noted.changed.append([_noun(row), row.pk, _values(row, names)])


def note_rows(matter, rows, names):
    """Do the same for rows changed by one statement; return whether there are any."""
    columns = [_column(rows.model, name) for name in names]
    stored = list(rows.values_list("pk", *columns))
    if noted := of(matter):
        for pk, *values in stored:
            was = dict(zip(columns, values, strict=True))
            noted.changed.append([_noun(rows.model), pk, was])
    return bool(stored)


def note_new(matter, row):
    if noted := of(matter):
        noted.made.append([_noun(row), row.pk])


def note_contacts(matter):
    if noted := of(matter):
        noted.has_contacts = True


def note_erased(matter, contacts, linked):
    """Note the contacts, and the (step, attachment) of each file, that a referral takes away."""
    if noted := of(matter):
        names = ("side", "name_cipher", "phone_cipher", "phone_index", "address_cipher")
        noted.contacts = [_values(contact, names) for contact in contacts]
        noted.files = [list(one) for one in linked]


def end(matter):
    """Stop recording; return the recording, or None."""
    noted, matter.noted = of(matter), None
    if noted:
        now = _values(matter, noted.matter)
        noted.matter = {name: was for name, was in noted.matter.items() if now[name] != was}
    return noted


def keep(noted, step, *, until):
    """Store a recording beside its step, if the step can be taken back at all."""
    if until <= step.at:
        return
    # Django's encoder would truncate times to milliseconds.
    text = json.dumps(asdict(noted), default=str, ensure_ascii=False)
    MatterBefore.objects.create(step=step, sealed=crypto.encrypt(text, PURPOSE), until=until)


def restore(matter, before):
    """Restore the state before a step; return the changed columns of the matter, which is not
    saved."""
    noted = _read_noted(before)
    for noun, pk in reversed(noted.made):
        _model(noun).objects.filter(pk=pk).delete()
    for noun, pk, was in reversed(noted.changed):
        _model(noun).objects.filter(pk=pk).update(**was)
    if noted.has_contacts:
        with privacy.opened(matter=matter.pk):
            MatterContact.objects.filter(matter=matter).delete()
    if noted.contacts:
        with privacy.opened(matter=matter.pk):
            for columns in noted.contacts:
                MatterContact(matter=matter, **columns).save()
    for step, attachment in noted.files:
        MatterStep.attachments.through.objects.create(matterstep_id=step, attachment_id=attachment)
    put(matter, _read(Matter, noted.matter))
    before.delete()
    return list(noted.matter)


def forget(rows):
    """Delete recordings for good, with the files that a referral hid; return how many rows went."""
    for one in rows.filter(step__matter__closure=Closure.REFERRED):
        keys = {attachment for _step, attachment in _read_noted(one).files}
        files.drop(Attachment.objects.filter(pk__in=keys).order_by("pk"))
    return rows.delete()[0]


def _read_noted(before):
    return Noted(**json.loads(crypto.decrypt(before.sealed, PURPOSE)))


def _noun(row):
    """Name a row's model, with its app label for models of other apps."""
    meta = row._meta
    return meta.model_name if meta.app_label == "outreach" else meta.label_lower


def _model(noun):
    app, _dot, name = noun.rpartition(".")
    return apps.get_model(app or "outreach", name)


def _column(model, name):
    return model._meta.get_field(name).attname


def _values(row, names):
    return {column: getattr(row, column) for column in (_column(row, name) for name in names)}


def _read(model, values):
    return {name: model._meta.get_field(name).to_python(was) for name, was in values.items()}
