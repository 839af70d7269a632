"""Words on people in the demo's cycle, given through the actions."""

from evaluation.actions.words import Word, give_words
from evaluation.models.words import MARKS, Side, open_for_word, without_word

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
    asked = without_word(open_for_word(by, side), side).filter(cycle=cycle).in_official_order()
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
