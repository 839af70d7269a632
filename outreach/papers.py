"""The papers of a matter (案卷): its related rows, as rules and moves read and write them.

Here each read or write is one database statement. The demo builder keeps the papers of its matters
in memory until a year is complete (demo/outreach/held.py), and uses the same rules and moves.
"""

from django.db.models import Q
from django.utils import timezone

from outreach import undo_log
from outreach.models import (
    FollowUp,
    FollowUpTry,
    Matter,
    MatterAssignment,
    MatterBefore,
    MatterCare,
    MatterContact,
    MatterRequest,
    MatterSide,
    MatterStep,
    ReceptionItem,
    SupervisionOrder,
)
from outreach.models.matters import FAVOURABLE, Word
from outreach.moves import NOT_HANDLING
from portal.models import Attachment
from portal.pages import search
from portal.tools.prepared import Prepared
from portal.tools.saving import change
from portal.trust import privacy

RESULTS = ("report", "answer_for")
SETTING_DEADLINES = ("assign", "resume", "handle_again", "reopen")
# Steps of asking: a reopening can still be undone after them.
ASKING = ("ask_again", "arrange_call", "try")

# Prepared statements for every page of a matter.
_CARE = Prepared(
    lambda matter: (
        MatterCare.objects.running().filter(matter=matter).select_related("cadre__user")[:1]
    ),
    matter=-1,
)
_ASSIGNMENTS = Prepared(
    lambda matter: (
        MatterAssignment.objects.live()
        .filter(matter=matter)
        .select_related("organ")
        .order_by("part", "pk")
    ),
    matter=-1,
)
_OPEN_REQUEST = Prepared(
    lambda matter: MatterRequest.objects.filter(matter=matter, decided_at=None).order_by("pk")[:1],
    matter=-1,
)
_OPEN_ORDERS = Prepared(
    lambda matter: (
        SupervisionOrder.objects.filter(matter=matter, settled_at=None)
        .select_related("leader")
        .order_by("pk")
    ),
    matter=-1,
)


def of(matter):
    """The papers of a matter, in memory or in the database."""
    return getattr(matter, "held_papers", None) or Papers(matter)


def step_of(matter, move, *, by, at, principal=None, **told):
    """Build a step of a matter without saving it; without a `from_status` the status is
    unchanged."""
    organ_id = (principal or by).organ_id if by else None
    told = {"organ_id": organ_id, "from_status": matter.status, **told, "to_status": matter.status}
    return MatterStep(matter=matter, move=move, by=by, at=at, on_behalf_of=principal, **told)


def add_steps(matters, move, *, by, at, **told):
    """Add the same step to several matters, in one statement."""
    steps = (step_of(matter, move, by=by, at=at, **told) for matter in matters)
    MatterStep.objects.bulk_create(steps)


class Papers:
    # Whether changes by a move are recorded, so that it can be taken back (undo_log.py).
    is_noting = True

    def __init__(self, matter):
        self.matter = matter

    # --- Reading -------------------------------------------------------------------------

    def care(self):
        """The care of the cadre who carries the matter on after its registrar left, or None."""
        return _CARE.first(matter=self.matter.pk)

    def was_in_care_of(self, ids):
        return MatterCare.objects.filter(matter=self.matter, cadre__user__in=ids).exists()

    def assignments(self):
        """Running assignments, the lead first."""
        return _ASSIGNMENTS.rows(matter=self.matter.pk)

    def was_returned(self):
        given = MatterAssignment.objects.filter(matter=self.matter)
        return given.exclude(returned_reason="").exists()

    def organ_paths(self):
        """Paths of all organs that were assigned the matter and did not return it."""
        given = MatterAssignment.objects.filter(matter=self.matter, returned_reason="")
        return list(given.values_list("organ__path", flat=True))

    def open_request(self):
        return _OPEN_REQUEST.first(matter=self.matter.pk)

    def was_extended(self):
        extended = MatterRequest.objects.filter(kind=MatterRequest.Kind.EXTENSION, approved=True)
        return extended.filter(matter=self.matter).exists()

    def open_orders(self):
        return _OPEN_ORDERS.rows(matter=self.matter.pk)

    def last_report(self):
        return self._standing().filter(move__in=RESULTS).order_by("-at", "-pk").first()

    def was_urged_on(self, day):
        return self._standing().filter(move="urge", at__date=day).exists()

    def deadline_set_on(self):
        """The day from which the present deadline runs."""
        steps = self._standing().filter(move__in=SETTING_DEADLINES).order_by("at", "pk")
        return runs_from(self.matter, list(steps))

    def was_reviewed(self):
        """Whether the second “not satisfied” of this round was reviewed."""
        round = self.matter.reopen_count
        return self._standing().filter(move="review_unsatisfied", facts__round=round).exists()

    def _standing(self):
        return self.matter.steps.standing()

    def was_settled_by(self, ids):
        """Whether one of these users reported a result or settled the matter on the spot, for
        themselves or for somebody else. Taking it back does not remove them from the chain."""
        settled = self.matter.steps.taken_here().filter(move__in=[*RESULTS, "settle_on_spot"])
        on_the_spot = Q(move="settle_on_spot", matter__registered_by__user__in=ids)
        return settled.filter(_by(ids) | on_the_spot).exists()

    def was_moved_by(self, ids, *, besides):
        """Whether one of these users made a step other than `besides`, taken back or not."""
        own = self.matter.steps.taken_here().exclude(move__in=besides)
        return own.filter(_by(ids)).exists()

    def reopening(self, answer):
        """The step by which an answer reopened the matter, if nothing was done since that."""
        steps = self._standing()
        step = steps.filter(at=answer.answered_at, move__in=["reopen", "word"]).first()
        if step is None or not hasattr(step, "before"):
            return None
        since = steps.filter(pk__gt=step.pk).exclude(move__in=[*NOT_HANDLING, *ASKING])
        return None if since.exists() else step

    def was_put_right(self, round):
        """Whether “not satisfied” was recorded by mistake for this result, which is in force
        again."""
        asked = FollowUp.objects.filter(matter=self.matter)
        right = asked.filter(kind=FollowUp.Kind.SECOND, round=round, word__in=FAVOURABLE)
        later = asked.filter(kind=FollowUp.Kind.WORD, round__gt=round)
        return right.filter(corrects__word=Word.UNSATISFIED).exists() and not later.exists()

    def sides(self):
        return list(MatterSide.objects.filter(matter=self.matter).order_by("label"))

    def count_tries(self, follow_up):
        return follow_up.tries.count()

    # --- Writing -------------------------------------------------------------------------

    def add(self, row):
        row.save(force_insert=True)
        undo_log.note_new(self.matter, row)
        return row

    def change(self, row, **values):
        undo_log.note_row(self.matter, row, values)
        change(row, **values)

    def save(self, fields):
        """Save the matter itself, with its search column."""
        self.matter.search = search.vector(*searched_in(self.matter))
        self.matter.save(update_fields=[*fields, "search"])

    def end_assignments(self, at, **changes):
        live = MatterAssignment.objects.live().filter(matter=self.matter)
        self._change_each(live, ended_at=at, **changes)

    def end_assignment_of(self, organ, at):
        live = MatterAssignment.objects.live().filter(matter=self.matter, organ=organ)
        self._change_each(live, ended_at=at)

    def _change_each(self, rows, **values):
        if undo_log.note_rows(self.matter, rows, values):
            rows.update(**values)

    def change_assignment(self, assignment, **values):
        undo_log.note_row(self.matter, assignment, values)
        MatterAssignment.objects.filter(pk=assignment.pk).update(**values)

    def sign(self, assignment, *, by, at, officer):
        """Sign for an assignment, unless it is signed already."""
        unsigned = MatterAssignment.objects.filter(pk=assignment.pk, signed_at=None)
        self._change_each(unsigned, signed_at=at, signed_by=by, officer=officer)

    def change_sides(self, only=None, **values):
        """Change all sides, or only the one with these column values."""
        self._change_each(MatterSide.objects.filter(matter=self.matter, **(only or {})), **values)

    def give_up_calls(self, at):
        """Give up open calls for the word; samples ask about their own result and stay open."""
        open_calls = FollowUp.objects.filter(matter=self.matter, answered_at=None, given_up_at=None)
        self._change_each(open_calls.filter(kind=FollowUp.Kind.WORD), given_up_at=at)

    def erase(self):
        """Erase texts and names, but keep actors and times; return the attachments to delete. The
        recording (undo_log.py) keeps a sealed copy while the step can be taken back."""
        matter = self.matter
        MatterBefore.objects.filter(step__matter=matter).delete()
        self._change_each(matter.steps.exclude(text=""), text="")
        self._change_each(matter.steps.filter(move="mediate"), facts={})
        self._change_each(matter.requests.all(), reason=matter.referred_to)
        self._change_each(matter.orders.all(), instruction="", answer="")
        self._change_each(matter.assignments.all(), requirement="")
        # A reason must stay: it marks the assignment as returned.
        returned = matter.assignments.exclude(returned_reason="")
        self._change_each(returned, returned_reason=matter.referred_to)
        self._change_each(matter.sides.all(), display="", statement="")
        self._change_each(matter.follow_ups.all(), comment="", reason="")
        shown = ReceptionItem.objects.filter(matter=matter)
        self._change_each(shown, visitors=[], opinion="")
        self._change_each(FollowUpTry.objects.filter(follow_up__matter=matter), note="")
        linked = MatterStep.attachments.through.objects.filter(matterstep__matter=matter)
        added = Attachment.objects.filter(matter_steps__matter=matter)
        added = list(added.order_by("pk").distinct())
        with privacy.opened(matter=matter.pk):
            contacts = MatterContact.objects.filter(matter=matter)
            pairs = linked.values_list("matterstep", "attachment")
            undo_log.note_erased(matter, contacts, pairs)
            contacts.delete()
        linked.delete()
        return added


def runs_from(matter, steps):
    """Return the day from which a deadline runs, given the steps that may have set it. An
    assignment counts only if it differs from the original deadline. The fallback is the day of
    registration, since the visit may be much earlier."""
    for step in reversed(steps):
        if step.move != "assign" or step.facts.get("due_on") != str(matter.original_due_on):
            return timezone.localdate(step.at)
    return timezone.localdate(matter.created_at)


def searched_in(matter):
    """Return the texts that search looks through."""
    return [getattr(matter, name) for name in Matter.SEARCHED_FIELDS]


def _by(ids):
    return Q(by__in=ids) | Q(on_behalf_of__in=ids)
