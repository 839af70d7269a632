"""The next step of a matter that one handles: progress, mediation, or the result."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from outreach.actions import matters as actions
from outreach.acts.matters import visible_matter
from outreach.models import MatterStep
from outreach.moves import DONE, MOVES
from outreach.rules import matters as rules
from sync.forms_drawn import MOVES_OF_PHONE
from sync.kinds import Bound, EntryKind, Refused, register
from sync.kinds.finding import first, require, seen


def bind(user, command, *, on, record=None):
    matter = seen(visible_matter, user, command.about)
    code = first(command, "move")
    if code not in MOVES_OF_PHONE:
        raise Refused(_("This step is not written without a signal; make it on the matter's page."))
    standing = rules.Standing(user, matter, on=on)
    require(rules.may(user, matter, code, standing=standing))
    form = MOVES[code].form(command.query(), user=user, standing=standing)
    form.proposes = False
    return Bound(form)


def save(user, bound, command, *, at, record=None):
    (form,) = bound.forms
    facts = {"by": user, "at": at, "client_key": command.id, **form.facts()}
    code = first(command, "move")
    try:
        matter = actions.move_matter(matter=form.standing.matter, code=code, **facts)
    except actions.RefusedValue as refusal:
        raise Refused(str(refusal)) from refusal
    return matter.steps.select_related("matter").get(client_key=command.id)


def name(step):
    return f"{step.matter.number_label} {DONE[step.move]}", step.matter.get_absolute_url()


def attach(step: MatterStep, photos, *, by, at):
    actions.add_step_files(step=step, files=photos, by=by)


register(EntryKind("step", gettext_lazy("Next step of a matter"), bind, save, name, attach))
