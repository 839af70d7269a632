"""Comparing typed sheets with the paper: all of them if few, else those that a public seed draws.

The typed sheets are frozen first, so that nobody knows beforehand which of them will be checked,
and nothing can be changed afterwards.
"""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from evaluation.actions.asking import permitted, stated
from evaluation.appraisal import frames
from evaluation.models import PaperAudit, PaperEntry
from evaluation.models.paper import LINES
from evaluation.rules import paper as rules
from portal.records import audit
from portal.sampling.seed import Seed, digits_of
from portal.tools.locking import locked_one
from portal.tools.saving import keep

POLL = ("unit", "cycle")


def _audit_of(poll):
    return locked_one(PaperAudit.objects.filter(poll=poll), no_key=True)


@transaction.atomic
def begin_paper_audit(poll, *, by, at):
    """Freeze the typed sheets. If they are few enough to compare all, they count as drawn at
    once."""
    poll = permitted(poll, rules.may_begin_audit, by, *POLL)
    frame = frames.sheets_of(poll)
    found = PaperAudit(poll=poll, frame=frame.published.decode(), frame_digest=frame.digest)
    found.sheets, found.begun_at, found.begun_by = frame.count, at, by
    if not found.needs_seed:
        found.sample, found.drawn_at = frames.all_sheets(frame), at
    keep(found)
    # Keyed, since the ticks on a few sheets could be guessed from a plain hash.
    typed = PaperEntry.objects.filter(batch__poll=poll, typing=1).order_by(
        "batch__number", "sheet", "appraised"
    )
    values = [frame.digest, *typed.values_list("batch__number", "sheet", "appraised", *LINES)]
    audit.record("paper.frozen", on=poll, by=by, fields=["frame_digest"], values=values)
    return poll


@transaction.atomic
def throw_for_paper_audit(poll, *, by, at, seed, **how):
    """Enter a seed that was thrown in public after the freeze, and draw the sheets with it."""
    poll = permitted(poll, rules.may_throw_for_audit, by, *POLL)
    found = _audit_of(poll)
    try:
        digits = digits_of(how["kind"], seed)
    except ValidationError as problem:
        raise ValidationError({"seed": problem.messages}) from problem
    sample = frames.sheets_drawn(found, Seed(digits, at))
    keep(found, digits=digits, sample=sample, drawn_at=at, **how)
    audit.record("paper.drawn", on=poll, by=by, fields=["digits"], values=[digits, sample])
    return poll


@transaction.atomic
def compare_drawn(poll, *, by, at, differing, observer, observer_of):
    """Enter which of the drawn sheets differ from the paper."""
    poll = permitted(poll, rules.may_compare_drawn, by, *POLL)
    found = _audit_of(poll)
    if others := sorted(set(differing) - set(found.drawn)):
        words = _("Sheet %(sheet)s is not among those drawn.")
        raise ValidationError({"differing": words % {"sheet": others[0]}})
    facts = {"differing": sorted(set(differing)), "observer": observer, "observer_of": observer_of}
    keep(found, compared_at=at, compared_by=by, **facts)
    audit.record("paper.sample_compared", on=poll, by=by, fields=["differing"], values=facts)
    return poll


@transaction.atomic
def drop_paper_audit(poll, *, by, reason):
    """End a comparison, so that sheets can be typed again. What was found stays in the audit."""
    poll = permitted(poll, rules.may_drop_audit, by, *POLL)
    found = _audit_of(poll)
    values = {
        "reason": stated("reason", reason, _("Write why.")),
        "digits": found.digits,
        "differing": found.differing,
    }
    audit.record("paper.sample_dropped", on=poll, by=by, fields=["differing"], values=values)
    found.delete()
    return poll
