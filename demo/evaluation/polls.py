"""Invented ballots: hold all polls of a cycle as an office would, and close them.

Call `hold(cycle, by=…, rng=…, today=…, at=…)` while the cycle collects.
"""

from datetime import timedelta

from evaluation import voting
from evaluation.actions import closing_lists, polls
from evaluation.models import Cycle, SealedBallot
from evaluation.models.ballots import PollState
from evaluation.models.schemes import Dimension

# Plain remarks that name no place and nobody.
REMARKS = (
    "来得勤，问得细，答应的事有回音。",
    "路灯的事办得快，谢谢。",
    "希望多到后山两个组走走。",
    "开会多，入户可以再多一些。",
    "水渠修好了，明年看看管护怎么办。",
    "人实在，不摆架子。",
)
# Frequencies of the marks for the weakest and the best; the last mark means “do not know”.
WEAKEST, BEST = (3, 6, 5, 3, 3), (16, 3, 0.5, 0, 1.5)
ANSWERED = (2,) * 17 + (3,) * 3
SLIPS, VOTERS = 24, (17, 23)
OBSERVERS = {
    "observer": "村民代表",
    "observer_of": "村民代表会议",
    "second_observer": "县人大代表",
    "second_observer_of": "县人大常委会",
}


def hold(cycle, *, by, rng, today, at, left_open=0):
    """Draw, print, vote and close at that moment; the last `left_open` polls stay open with some
    ballots."""
    until = cycle.ballots_until
    # Ballots can be taken only today, while the days of an earlier cycle are past.
    Cycle.objects.filter(pk=cycle.pk).update(ballots_until=max(until, today))
    waiting = list(cycle.polls.exclude(state=PollState.CLOSED).order_by("pk"))
    _draw(cycle, waiting, by, rng, at - timedelta(days=10))
    for number, poll in enumerate(waiting):
        poll = polls.open_poll(poll, by=by)
        stays_open = number >= len(waiting) - left_open
        vote(poll, rng.randint(3, 9) if stays_open else rng.randint(*VOTERS), rng, by)
        if not stays_open:
            came_back = poll.codes.filter(is_used=False).count() // 2
            closing_lists.list_ballots(poll, by=by, at=at, returned=came_back, **OBSERVERS)
            polls.close_poll(poll, by=by, at=at)
    Cycle.objects.filter(pk=cycle.pk).update(ballots_until=until)


def _draw(cycle, waiting, by, rng, at):
    if not waiting:
        return
    for poll in waiting:
        polls.set_roster(
            poll, by=by, roster_size=rng.randint(260, 900), served_wanted=8, roster_wanted=SLIPS
        )
    polls.freeze_frames(cycle, by=by, at=at - timedelta(hours=20))
    polls.enter_seed(
        cycle,
        by=by,
        at=at,
        kind="dice",
        seed="".join(rng.choices("123456", k=24)),
        how="县委组织部会议室当场投掷",
        organiser="县委组织部工作人员",
        witness="县人大代表",
        witness_of="县人大常委会",
    )


def vote(poll, voters, rng, by, *, slips=SLIPS, remarks=REMARKS):
    """Cast ballots as the door does, but in one statement."""
    polls.issue_codes(poll, by=by, count=slips)
    used = list(poll.codes.order_by("pk").values_list("pk", flat=True)[:voters])
    poll.codes.filter(pk__in=used).update(is_used=True)
    # Let quality differ between the appraised.
    asked = poll.appraised.standing().order_by("pk").values_list("pk", flat=True)
    appraised = {pk: rng.random() for pk in asked}
    SealedBallot.objects.bulk_create(
        SealedBallot(
            poll=poll,
            sealed=voting.seal(
                {pk: _ticks(rng, good) for pk, good in appraised.items()},
                rng.choice(remarks) if rng.random() < 0.2 else "",
                bytes(poll.public_key),
            ),
        )
        for _voter in range(voters)
    )


def _ticks(rng, good):
    marks = {line.value for line in Dimension}
    shares = [low + (high - low) * good for low, high in zip(WEAKEST, BEST, strict=True)]
    return {
        line: rng.choices((1, 2, 3, 4, 5), shares)[0] if line in marks else rng.choice(ANSWERED)
        for line in voting.LINES
    }
