"""记民情 offline: a visit with its matters, using the form and the action of the page."""

import uuid
from typing import cast

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from outreach.actions import door
from outreach.actions import visits as actions
from outreach.forms.matters import CONDUCT, MatterPartFormSet, MatterParts
from outreach.forms.visits import TicksField, VisitForm
from outreach.rules import visits as rules
from outreach.ticked import TICKED
from sync import doorstep
from sync.kinds import Bound, EntryKind, Refused, register
from sync.models import Device

PREFIX = "matters"


class SentVisitForm(VisitForm):
    """The form of the page, for processing only: ticks that were not sent are not loaded, which
    saves half of the time."""

    def _offer(self, units, on):
        for one in TICKED:
            if one.name not in self.data:
                self.fields.pop(one.name, None)
            else:
                cast(TicksField, self.fields[one.name]).offer(self.user, units=units, on=on)


def _bind(user, command, *, on, record):
    if not rules.may_write_visits(user):
        raise Refused(_("Cadres, hosts and liaisons write visits down."))
    if any(
        name.startswith(PREFIX) and name.endswith("outcome") and CONDUCT[0] in values
        for name, values in command.fields.items()
    ):
        raise Refused(_("What is said of somebody's conduct is handed in with a signal alone."))
    query = command.query()
    query.setdefault(f"{PREFIX}-TOTAL_FORMS", "0")
    query.setdefault(f"{PREFIX}-INITIAL_FORMS", "0")
    form = SentVisitForm(query, {}, user=user)
    form.proposes = False
    made = MatterPartFormSet(query, prefix=PREFIX, form_kwargs={"user": user})
    matters = cast(MatterParts, made)
    return Bound(form, matters, fits=lambda: matters.fit(form.cleaned_data.get("unit")))


def _save(user, bound, command, *, at, record):
    form, matters = bound.forms
    cleaned = dict(form.cleaned_data)
    cleaned.pop("photos")
    author = cleaned.pop("author") or user.cadre
    # {key of a matter: its place in the entry}, for its slip.
    places = {}
    reported = []
    for place, one in enumerate(matters.forms):
        if given := one.matter():
            key = uuid.uuid5(command.id, f"{PREFIX}-{place}")
            places[key] = place
            reported.append({"client_key": key, **given})
    visit, is_new = actions.record_visit(
        client_key=cleaned.pop("key"),
        author=author,
        by=user,
        at=at,
        reported_matters=reported,
        **cleaned,
    )
    if is_new and reported and (device := _device(user, command)):
        key = doorstep.key_of(device)

        def shown(matter):
            return doorstep.shown(key, command.id, places[matter.client_key])

        door.give_receipts(matters=visit.registered_matters, by=user, at=at, shown=shown)
    return visit


def _device(user, command):
    """Return the key of the phone that wrote the entry and showed the slips, or None if it is not
    the user's own: another person may send its backup."""
    own = Device.objects.filter(key=command.device, owner=user)
    return command.device if command.device and own.exists() else None


def _attach(visit, photos, *, by, at):
    actions.add_late_photos(visit=visit, photos=photos, by=by)


register(
    EntryKind(
        code="visit",
        label=pgettext_lazy("entry", "Visit"),
        bind=_bind,
        save=_save,
        name=lambda visit: (
            f"{visit.visited_on.isoformat()} {visit.unit.name}",
            visit.get_absolute_url(),
        ),
        attach=_attach,
    )
)
