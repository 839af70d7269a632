"""Complaints about the portal: answered and rated, to be answered, to be taken up, and one
anonymous."""

from demo.oversight.words import rows
from demo.told import Storyteller
from oversight.actions import complaints

# Writers of the complaints, in order; the unanswered ones are the newest.
WRITERS = (
    "wangjianguo",
    "zhoudayong",
    "chenjing",
    "zhaomin",
    "zhangweidong",
    "liuyang",
    "zhengkai",
)
ANSWERED = (140, 96, 61, 33)
WAITING = (9, 3, 1)


def make(county):
    lines = rows("complaints")
    answered, waiting = lines[: len(ANSWERED)], lines[len(ANSWERED) :]
    for n, line in enumerate(county.few(answered, 1)):
        _answered(county, n, *line)
    if county.is_tiny:
        _waiting(county, len(ANSWERED), *waiting[-1], ago=1)
        return
    for n, (line, ago) in enumerate(zip(waiting, WAITING, strict=True), start=len(ANSWERED)):
        _waiting(county, n, *line, ago=ago)


def _sent(told, n, kind, text, ago, *, is_anonymous=False):
    by = told.user(WRITERS[n])
    facts = {"kind": kind, "text": text, "is_anonymous": is_anonymous}
    return by, told.do(complaints.send_complaint, by, ago, **facts)


def _answered(county, n, kind, text, answer, adopted, rating):
    """Have a complaint answered, by the officer outside the office and by the office in turn."""
    told, ago = Storyteller(county), ANSWERED[n]
    recipient = told.user(("chengyaqin", "liming")[n % 2])
    # A complaint about clocking in is anonymous, for fear of consequences.
    by, one = _sent(told, n, kind, text, ago, is_anonymous=kind == "clocking")
    code = one.code
    one = told.do(complaints.accept_complaint, recipient, ago - 1, complaint=one)
    said = {"answer": answer, "adopted": adopted}
    one = told.do(complaints.answer_complaint, recipient, ago - 4, complaint=one, **said)
    if rating and code:
        complaints.rate_by_code(code=code, at=told.at(ago - 6), rating=rating)
    elif rating:
        told.do(complaints.rate_complaint, by, ago - 6, complaint=one, rating=rating)
    if n == 0:
        told.do(complaints.archive_complaint, recipient, ago - 20, complaint=one)


def _waiting(county, n, kind, text, *, ago):
    told = Storyteller(county)
    _by, one = _sent(told, n, kind, text, ago)
    if ago == min(WAITING):
        return
    officer = told.user("chengyaqin")
    one = told.do(complaints.accept_complaint, officer, ago - 1, complaint=one)
    if ago == max(WAITING):
        ((_code, reason),) = rows("complaint words")
        told.do(complaints.extend_complaint, officer, ago - 5, complaint=one, reason=reason)
