"""The recount kit: each tick of the ballots on somebody, for `recount.py` to count again.

Ticks are read from the ballots, not from the sums. Each line is sorted separately, so no row is a
ballot: no pattern of ticks identifies a voter, and the file reveals no more than the sums.
"""

from evaluation.models import Ballot, MeetingCount
from evaluation.voting import LINES


def marks_of(result):
    """The file of a Result that is shown: line, tab, tick. Lines with too few ticks are left out,
    as on the page."""
    pk = result.tally["appraised_id"]
    ballots = list(Ballot.objects.filter(appraised=pk).order_by().values_list(*LINES))
    meetings = MeetingCount.objects.filter(appraised=pk, replaced_at=None, poll__state="closed")
    counted = list(meetings.order_by().values(*LINES))
    lines = []
    for at, line in enumerate(LINES):
        ticks = [ballot[at] for ballot in ballots if ballot[at] is not None]
        for sums in counted:
            ticks += [tick for tick, n in enumerate(sums[line], 1) for _one in range(n)]
        if len(ticks) >= result.fewest:
            lines += [f"{line}\t{tick}\n" for tick in sorted(ticks)]
    return "".join(lines)
