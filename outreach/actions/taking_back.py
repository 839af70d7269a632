"""Taking a move back: the previous state is restored; the step and its taking back both stay."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from outreach import papers, undo_log
from outreach.actions.matters import principal_of
from outreach.models import MatterBefore
from outreach.rules import taking_back as rules
from portal.actions import reminders
from portal.records import audit
from portal.sheets import figures
from portal.tools.locking import locked
from portal.trust import privacy
from portal.trust.access import require


@transaction.atomic
def take_back(*, matter, reason, by, at, seen=None):
    """Take the last move of a matter back. `seen` is the key of the step that the page showed."""
    matter = figures.remember(locked(matter, "unit__division", "registered_by"))
    step, decision = rules.decided(by, matter)
    require(decision)
    assert step is not None
    if seen and seen != step.pk:
        raise ValidationError(
            _("Something has changed since you opened this page. Read the page again.")
        )
    principal = principal_of(by, lambda own: rules.may_take_back(own, matter))
    before, own = matter.status, papers.of(matter)
    try:
        with transaction.atomic():
            own.save(undo_log.restore(matter, step.before))
    except IntegrityError as problem:
        raise ValidationError(
            _("What stood before does not fit any more; it cannot be taken back.")
        ) from problem
    figures.recount(matter)
    reminders.forget("matter", matter.pk, on=timezone.localdate(at))
    told = {"text": privacy.mask_ids(reason.strip()), "facts": {"move": step.move}}
    told |= {"from_status": before, "principal": principal, "takes_back": step}
    taken = own.add(papers.step_of(matter, "take_back", by=by, at=at, **told))
    values = {"step": step.pk, "move": step.move}
    audit.record("matter.take_back", by, matter, ["text"], values, principal=principal)
    return taken


@transaction.atomic
def forget_before(*, at):
    """Delete the saved states of steps that can no longer be taken back. This makes the erasure by
    a referral final."""
    return undo_log.forget(MatterBefore.objects.filter(until__lte=at))
