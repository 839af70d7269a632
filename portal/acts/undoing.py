"""The act that takes back the last step of a record, for any noun whose steps keep the state
before."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.actions import reminders
from portal.days.words import short_moment
from portal.pages.acts import Act
from portal.pages.text_forms import ReasonForm
from portal.records import audit, undoing
from portal.records.steps import take_step
from portal.trust.access import ALLOWED, require


def _nobody(user, record, step):
    return False


def taking_back(
    name, event, *, lock, supervises=_nobody, noun="", still=lambda record, step: ALLOWED
):
    """Build the row of `Acts`. `lock(record)` locks and reloads the record, `supervises(user,
    record, step)` decides who may take back the steps of others, and `still(record, step)` refuses
    if the step had consequences that are not steps. `noun` is that of the reminders."""

    def decided(user, record):
        step = undoing.last_step(record)
        decision = undoing.may_undo(user, step, lambda: supervises(user, record, step))
        return step, decision and still(record, step)

    def take_back(*, reason, by, at, **about):
        with transaction.atomic():
            (record,) = about.values()
            record = lock(record)
            step, decision = decided(by, record)
            require(decision)
            names = undoing.restore(record, step)
            take_step(record, undoing.UNDONE, by=by, at=at, words=reason)
            if noun:
                reminders.forget(noun, record.pk, on=timezone.localdate(at))
            values = {"step": step.pk, "reason": reason}
            audit.record(event, by, record, names, values)
            return record

    def shown(user, record):
        step, _decision = decided(user, record)
        facts = {"move": step.label, "name": step.author}
        facts["moment"] = short_moment(step.at, on=user.today)
        words = _(
            "“%(move)s” (%(name)s, %(moment)s) is taken back. The record stands as before; both "
            "steps stay in its history."
        )
        return {"intro": words % facts}

    return Act(
        name,
        gettext_lazy("Take the step back"),
        lambda user, record: decided(user, record)[1],
        take_back,
        ReasonForm,
        "undo/",
        shown=shown,
        said=gettext_lazy("The step is taken back. The record stands as before."),
        audit={event: gettext_lazy("Step taken back")},
    )
