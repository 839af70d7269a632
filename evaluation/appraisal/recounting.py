"""The recount kit: each tick of the ballots on somebody, for `recount.py` to count again.

Ticks are read one by one, not from the sums. Those of a line are sorted by themselves: no row is
a ballot, so no pattern of ticks shows whose it is, and the file tells no more than the sums.
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
