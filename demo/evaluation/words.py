"""Words, a meeting and paper ballots in the invented cycle, all made through the actions."""

from evaluation.actions import paper
from evaluation.actions.words import Word, give_words
from evaluation.models.paper import LINES
from evaluation.models.schemes import Mark
from evaluation.models.words import MARKS, Side, to_speak_of, without_word

# Words used in turn; low marks come with a reason.
_SAID = (
    ((1, 1, 1, 1), ""),
    ((1, 2, 1, 1), ""),
    ((2, 1, 2, 2), "走访勤，后续跟进可再快一些。"),
    ((2, 2, 2, 2), ""),
    ((1, 2, 3, 2), ""),
    ((3, 2, 4, 3), "承诺的灌渠清淤拖了两个月。"),
)


def give(cycle, *, side, by, at, leave_out=1):
    """Give the word of one side on everybody this user may speak about, except the last
    `leave_out`: a collecting cycle has words missing."""
    asked = without_word(to_speak_of(by, side), side).filter(cycle=cycle).in_official_order()
    people = list(asked)[: -leave_out or None]
    words = []
    for n, person in enumerate(people):
        marks, remark = _SAID[n % len(_SAID)]
        words.append(Word(person, side, dict(zip(MARKS, marks, strict=True)), remark))
    return give_words(words=words, by=by, at=at) if words else []


def give_all(cycle, *, liaisons, hosts, at):
    """Give the words of all sides, none missing, for a cycle that is to be closed."""
    for by in liaisons:
        give(cycle, side=Side.SENDING, by=by, at=at, leave_out=0)
    for by in hosts:
        give(cycle, side=Side.HOST, by=by, at=at, leave_out=0)
        give(cycle, side=Side.UNIT, by=by, at=at, leave_out=0)


def count_meeting(poll, *, by, held_on, at):
    """Enter a meeting of thirty people whose paper ballots were counted openly."""
    marks, answers = [21, 6, 1, 0, 1], [0, 27, 2]
    for person in poll.appraised.standing():
        paper.count_meeting(
            poll=poll,
            appraised=person,
            by=by,
            at=at,
            held_on=held_on,
            issued=30,
            returned=30,
            valid=29,
            **dict.fromkeys(MARKS, marks),
            **dict.fromkeys(["dining", "gifts", "retinue", "burden"], answers),
        )


def type_paper(poll, *, first, second=None, sheets=8, at):
    """Type a batch of paper ballots; without a second person it waits for one in the to-do list."""
    batch = paper.begin_batch(poll=poll, issued=sheets + 2, sheets=sheets, by=first, at=at)
    people = list(poll.appraised.standing())
    rows = {
        (sheet, person.pk): {
            line: (Mark.GOOD, Mark.FAIRLY_GOOD)[sheet % 3 == 0] if line in MARKS else 2
            for line in LINES
        }
        for sheet in range(1, sheets + 1)
        for person in people
    }
    batch = paper.type_sheets(batch=batch, rows=rows, by=first, at=at)
    if second:
        batch = paper.begin_second(batch=batch, by=second)
        batch = paper.type_sheets(batch=batch, rows=rows, by=second, at=at)
    return batch
