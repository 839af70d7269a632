"""Polls of a cycle: create, freeze frames, draw voters by a public seed, issue codes, cast ballots,
close and count.

No action may link a code to a ballot. Read docs/security.md before changing what is written, where
and in which order.
"""

import base64
import secrets
import zlib
from itertools import islice

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from evaluation import voting
from evaluation.actions.asking import permitted, stated
from evaluation.appraisal import frames, hooks, seed_of_opening
from evaluation.door import codes as door_codes
from evaluation.models import PaperAudit, PaperBatch, Poll, PollSample, SeedThrow
from evaluation.models.ballots import (
    Ballot,
    BallotCode,
    BallotComment,
    ClosingList,
    PollState,
    SealedBallot,
)
from evaluation.models.cycles import Cycle
from evaluation.models.schemes import Subject
from evaluation.rules import polls as rules
from outreach.models import ContactArea, Stay
from outreach.models.stays import StayState
from portal import parameters
from portal.models import GrassrootsUnit
from portal.records import audit
from portal.run import jobs
from portal.sampling.seed import digits_of
from portal.tools.drawing import save_drawn
from portal.tools.locking import locked_many
from portal.tools.saving import change, keep
from portal.trust import crypto, sealing
from portal.trust.access import require
from portal.trust.privacy import mask_ids

Stratum = PollSample.Stratum
_DICE = secrets.SystemRandom()
_EMPTY = dict.fromkeys(voting.LINES)
_NO_KEYS = {"private_cipher": "", "public_key": b""}


@transaction.atomic
def make_polls(cycle, *, by):
    """Create a poll for each unit where an appraised serves, with all of them on its slip. Safe to
    repeat after more were gathered. Returns the number of new polls."""
    cycle = permitted(cycle, rules.may_make_polls, by)
    served = _units_served(cycle)
    known = set(cycle.polls.values_list("unit", flat=True))
    units = GrassrootsUnit.objects.select_related("division").filter(pk__in=set(served) - known)
    wanted = {
        "served_wanted": parameters.number("eval.served_wanted", on=by.today),
        "roster_wanted": parameters.number("eval.roster_wanted", on=by.today),
    }
    polls = [Poll(cycle=cycle, organ_id=cycle.organ_id, **wanted) for _unit in units]
    for poll, unit in zip(polls, units, strict=True):
        poll.stand_at(unit)
    Poll.objects.bulk_create(polls)
    slip = Poll.appraised.through
    slip.objects.bulk_create(
        (
            slip(poll_id=poll, appraised_id=one)
            for poll, unit in cycle.polls.exclude(state=PollState.CLOSED).values_list("pk", "unit")
            for one in served.get(unit, ())
        ),
        ignore_conflicts=True,
        batch_size=5_000,
    )
    if polls:
        audit.record("poll.made", on=cycle, by=by, values={"polls": len(polls)})
    return len(polls)


def _units_served(cycle):
    """{unit: ids of the appraised}: their unit, or else units of their stays and contact areas in
    the days for which they are appraised."""
    served, several = {}, {}
    for one in cycle.appraised.standing().only("unit", "cadre", "from_day", "to_day", "subject"):
        if one.unit_id:
            served.setdefault(one.unit_id, set()).add(one.pk)
        elif one.subject == Subject.CADRE:
            several[one.cadre_id] = one
    if several:
        days = Q(starts_on__lte=cycle.ends_on)
        stays = Stay.objects.exclude(state=StayState.CANCELLED).filter(days, cadre__in=several)
        areas = ContactArea.objects.filter(days, cadre__in=several)
        for cadre, unit, first, last in [
            *stays.values_list("cadre", "unit", "starts_on", "ended_on"),
            *areas.values_list("cadre", "unit", "starts_on", "ends_on"),
        ]:
            one = several[cadre]
            if first <= one.to_day and (last is None or last >= one.from_day):
                served.setdefault(unit, set()).add(one.pk)
    return served


@transaction.atomic
def set_roster(poll, *, by, **sizes):
    """`sizes`: people in the village's own roster (roster_size), and how many are drawn from those
    served (served_wanted) and from the roster (roster_wanted)."""
    poll = permitted(poll, rules.may_set_roster, by, "cycle", "unit")
    change(poll, **sizes)
    audit.record("poll.roster_set", on=poll, by=by, fields=sizes, values=[*sizes.values()])
    return poll


@transaction.atomic
def freeze_frames(cycle, *, by, at):
    """Freeze the sampling frame and the plan of all polls whose roster is known, so that the hashes
    can be published before the seed is thrown. Returns how many."""
    cycle = permitted(cycle, rules.may_freeze_frames, by)
    rows = Poll.objects.kept_by(by).filter(cycle=cycle).to_freeze()
    polls, problems = locked_many(rows.select_related("cycle", "unit"), no_key=True), []
    for poll in polls:
        served = frames.served(poll)
        try:
            frame = frames.frame_of(poll, served)
            announced = frames.announcement(poll, frame, at=at)
        except ValidationError as problem:
            problems += [f"{poll.unit.name}: {sentence}" for sentence in problem.messages]
            continue
        poll.frozen_at, poll.served_found = at, len(served)
        poll.frame_file, poll.frame_digest = zlib.compress(frame.published), frame.digest
        plan = announced.plan
        poll.plan = {one: [n, plan.batches_in(one)] for one, n in plan.numbers.items()}
    if problems:
        raise ValidationError(problems)
    frozen = ["frozen_at", "served_found", "frame_file", "frame_digest", "plan"]
    Poll.objects.bulk_update(polls, frozen, batch_size=500)
    records = [(poll, [poll.frame_digest]) for poll in polls]
    audit.record_each("poll.frame_frozen", by, records, ["frame_digest", "plan"])
    return len(polls)


@transaction.atomic
def take_back_frame(poll, *, by, reason):
    """Take a frozen frame back, for example because the village gave a wrong number. The poll then
    needs a new frame, and a seed that is younger than it."""
    poll = permitted(poll, rules.may_take_back_frame, by, "cycle", "unit")
    reason = stated("reason", reason, _("Write why."))
    values = {"reason": reason, "from": poll.frame_digest}
    change(poll, frozen_at=None, frame_file=b"", frame_digest="", plan={}, served_found=None)
    audit.record("poll.frame_taken_back", on=poll, by=by, fields=["frame_digest"], values=values)
    return poll


@transaction.atomic
def enter_seed(cycle, *, by, at, seed, **how):
    """Enter a seed that was thrown in public, and draw with it the voters of all polls of the cycle
    with a frozen frame. `how` has the other fields of SeedThrow."""
    cycle = permitted(cycle, rules.may_enter_seed, by)
    rows = Poll.objects.kept_by(by).filter(cycle=cycle).to_draw()
    polls = locked_many(rows.select_related("unit"), no_key=True)
    try:
        digits = digits_of(how["kind"], seed)
    except ValidationError as problem:
        raise ValidationError({"seed": problem.messages}) from problem
    throw = SeedThrow(cycle=cycle, digits=digits, entered_at=at, entered_by=by, **how)
    keep(throw)
    drawn = []
    for poll in polls:
        sample = frames.sample_of(poll, throw)
        poll.throw, poll.drawn_at, poll.result_digest = throw, at, sample.digest
        for stratum, (number, _reserve) in poll.plan.items():
            drawn += _rows(poll, stratum, frames.drawn_by(sample, stratum), number)
    fields = ["throw", "drawn_at", "result_digest"]
    Poll.objects.bulk_update(polls, fields, batch_size=500)
    PollSample.objects.bulk_create(drawn, batch_size=5_000)
    audit.record("cycle.seed_entered", on=cycle, by=by, fields=["digits"], values=[digits])
    audit.record_each("poll.drawn", by, [(poll, [poll.result_digest]) for poll in polls])
    return throw


@transaction.atomic
def draw_by_seed_of_opening(poll, *, by, at):
    """Draw the voters of a poll whose cycle was opened with a seed."""
    poll = permitted(poll, rules.may_draw_by_seed_of_opening, by, "cycle", "unit")
    served = frames.served(poll)
    digest = seed_of_opening.digest_of(served)
    change(poll, drawn_at=at, served_found=len(served), served_digest=digest)
    for stratum, wanted in (
        (Stratum.SERVED, poll.served_wanted),
        (Stratum.ROSTER, poll.roster_wanted),
    ):
        references = seed_of_opening.drawn_of(poll, stratum)
        PollSample.objects.bulk_create(_rows(poll, stratum, references, wanted))
    audit.record("poll.drawn", on=poll, by=by, values={"from": poll.served_digest})
    return poll


@transaction.atomic
def draw_substitutes(poll, *, by, stratum, count):
    """Draw the next in the order of the draw for people who moved away or declined."""
    poll = permitted(poll, rules.may_draw_substitutes, by, "cycle", "unit", "throw")
    if poll.throw:
        references = frames.drawn_by(frames.sample_of(poll, poll.throw), stratum)
    else:
        references = seed_of_opening.drawn_of(poll, stratum)
    drawn = frozenset(poll.sample.filter(stratum=stratum).values_list("reference", flat=True))
    rows = _rows(poll, stratum, references, count, drawn=drawn, is_substitute=True)
    found = PollSample.objects.bulk_create(rows)
    if not found:
        raise ValidationError(_("Nobody is left there to be drawn."))
    audit.record("poll.substitutes_drawn", on=poll, by=by, values={"n": len(found)})
    return found


def _rows(poll, stratum, references, count, *, drawn=frozenset(), **more):
    """The first `count` references that are not drawn yet."""
    places = ((place, one) for place, one in enumerate(references, 1) if one not in drawn)
    return [
        PollSample(poll=poll, stratum=stratum, reference=one, position=place, **more)
        for place, one in islice(places, count)
    ]


@transaction.atomic
def open_poll(poll, *, by):
    """Start taking ballots, sealed with a key that exists only until the poll closes."""
    poll = permitted(poll, rules.may_open_poll, by, "cycle", "unit")
    private = secrets.token_bytes(32)
    cipher = crypto.encrypt(base64.b64encode(private).decode(), poll.purpose_of_key)
    public = sealing.public_part(private)
    change(poll, state=PollState.OPEN, public_key=public, private_cipher=cipher)
    audit.record("poll.opened", on=poll, by=by, fields=["state"])
    return poll


@transaction.atomic
def issue_codes(poll, *, by, count):
    """Issue codes for the sheet printed now; they are stored nowhere in readable form."""
    poll = permitted(poll, rules.may_issue, by, "cycle", "unit", count=count)
    # Primary keys are random, and rows are shuffled again with every ballot.
    rows = save_drawn([BallotCode(poll=poll) for _n in range(count)], door_codes.draw)
    audit.record("poll.codes_issued", on=poll, by=by, values={"n": count})
    printed = [row.code for row in rows]
    _DICE.shuffle(printed)
    return printed


@transaction.atomic
def void_codes(poll, *, by):
    """Invalidate unused codes, for example when the sheet was lost."""
    poll = permitted(poll, rules.may_void_codes, by, "cycle", "unit")
    n, _by_model = poll.codes.filter(is_used=False).delete()
    change(poll, voided=poll.voided + n)
    audit.record("poll.codes_voided", on=poll, by=by)
    return poll


def cast(code, ticks, *, comment=""):
    """Cast a ballot by code, at the door or by phone; `ticks` is {id: {line: number or None}}.

    Writes no audit entry: its time would identify the ballot.
    """
    slip = voting.ask(code)
    if slip.state != voting.State.OPEN:
        return slip.state
    state, _fingerprint = voting.cast(code, slip, ticks, comment)
    return state


@transaction.atomic
def close_poll(poll, *, by, at):
    """Close and count: write the ballots in random order, and destroy codes and key."""
    poll = permitted(poll, rules.may_close_poll, by, "cycle", "unit")
    appraised = set(poll.appraised.standing().values_list("pk", flat=True))
    rows, comments = [], []
    sealed = list(poll.sealed_ballots.values_list("sealed", flat=True))
    _as_listed(poll, sealed)
    private = base64.b64decode(crypto.decrypt(poll.private_cipher, poll.purpose_of_key))
    for one in sealed:
        marks, comment = voting.unseal(one, private)
        rows += [
            {"appraised_id": pk, "source": Ballot.Source.SLIP, **marks.get(pk, _EMPTY)}
            for pk in appraised
        ]
        if comment:
            comments.append(comment)
    add_ballots(poll, rows, comments=comments)
    issued, returned = poll.codes.count(), len(sealed)
    for hook in hooks.WHEN_A_POLL_CLOSES:
        more_issued, more_returned = hook(poll, by)
        issued, returned = issued + more_issued, returned + more_returned

    poll.sealed_ballots.all().delete()
    poll.codes.all().delete()
    counted = {"issued": issued, "returned": returned}
    change(poll, state=PollState.CLOSED, closed_at=at, closed_by=by, **_NO_KEYS, **counted)
    audit.record("poll.closed", on=poll, by=by, values=counted)
    return poll


def _as_listed(poll, sealed):
    """Refuse to open an urn that differs from its published list."""
    listed = ClosingList.objects.filter(poll=poll).first()
    if listed and voting.fingerprints(sealed) != listed.fingerprints:
        raise ValidationError(
            _(
                "%(unit)s: the sealed ballots are not those of the published list, so they are not "
                "opened. Tell the observers and whoever runs the portal."
            )
            % {"unit": poll.unit.name}
        )


def add_ballots(poll, rows, *, comments=()):
    """Write unsealed ballots, within the transaction that closes their poll.

    `rows` are dictionaries of Ballot columns. Rows and comments are shuffled separately, so one
    person's ballots and comment cannot be matched.
    """
    ballots = [Ballot(poll=poll, **row) for row in rows]
    remarks = [BallotComment(poll=poll, text=mask_ids(text)) for text in comments]
    for each in (ballots, remarks):
        _DICE.shuffle(each)
    Ballot.objects.bulk_create(ballots, batch_size=5_000)
    BallotComment.objects.bulk_create(remarks)


def close_polls(cycle, *, by, at, progress=lambda done, total: None):
    """Close all polls of a cycle, one by one; returns [(poll, reason)] of those left open."""
    require(rules.may_close_polls(by, cycle))
    rows = Poll.objects.visible_to(by).filter(cycle=cycle).exclude(state=PollState.CLOSED)
    left, refused = list(rows.select_related("unit", "cycle").order_by("pk")), []
    for done, poll in enumerate(left, 1):
        try:
            close_poll(poll, by=by, at=at)
        except PermissionDenied as refusal:
            refused.append((poll, str(refusal)))
        except ValidationError as problem:
            refused.append((poll, problem.messages[0]))
        progress(done, len(left))
    return refused


@transaction.atomic
def drop_polls(cycle, *, by):
    """Destroy uncounted ballots, typed sheets, codes and keys of a cancelled cycle unread. Closed
    polls stay."""
    left = cycle.polls.exclude(state__in=(PollState.CLOSED, PollState.DROPPED))
    # Locked in the common order, so that nobody casts or types meanwhile.
    polls = [poll.pk for poll in locked_many(left.only("pk"), no_key=True)]
    if not polls:
        return
    for model in (SealedBallot, BallotCode, PaperAudit, PaperBatch):
        model.objects.filter(poll__in=polls).delete()
    cycle.polls.filter(pk__in=polls).update(state=PollState.DROPPED, **_NO_KEYS)
    audit.record("poll.dropped", on=cycle, by=by, values={"polls": len(polls)})


@transaction.atomic
def ask_to_close_polls(cycle, *, by):
    """Queue a job that closes all polls of a cycle."""
    require(rules.may_close_polls(by, cycle))
    title = _("Closing the polls of %(cycle)s") % {"cycle": cycle.title}
    return jobs.start(kind="close_polls", title=title, arguments={"cycle": cycle.pk}, by=by)


jobs.PAGES["close_polls"] = lambda job: (
    f"{reverse('evaluation:polls')}?cycle={job.arguments['cycle']}&tab=all"
)


@jobs.work_of("close_polls")
def _close_polls(job, folder, progress):
    cycle = Cycle.objects.get(pk=job.arguments["cycle"])
    refused = close_polls(cycle, by=job.owner, at=job.taken_at, progress=progress)
    if refused:
        (poll, reason), n = refused[0], len(refused)
        raise jobs.JobProblem(
            _("Left open: %(n)s. %(unit)s: %(reason)s")
            % {"n": n, "unit": poll.unit.name, "reason": reason}
        )
    total = cycle.polls.count()
    return "", {"written": total, "expected": total}
