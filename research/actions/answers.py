"""Answers of a questionnaire: opening, giving, second entries, links, closing.

Answers are stored only in letters sealed for the questionnaire's key; no audit entry, step or log
says who answered what. Read docs/security.md before changing what is stored.
"""

import secrets

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.records import audit
from portal.records.steps import take_step
from portal.tools.drawing import save_drawn
from portal.tools.locking import locked
from portal.tools.saving import change
from portal.trust.access import require
from research import letters
from research.actions import samples
from research.door import codes
from research.models import (
    AnswerLink,
    DrawnUnit,
    Questionnaire,
    QuestionnaireStep,
    SealedAnswer,
    SecondEntry,
)
from research.models.answers import Channel
from research.models.questionnaires import TAKES_ANSWERS, QuestionnaireState
from research.models.samples import Disposition
from research.questionnaires.answers import walk
from research.questionnaires.drawing import is_asked
from research.rules import answers as rules

State, Move = QuestionnaireState, QuestionnaireStep.Move
_DICE = secrets.SystemRandom()
# Above this share of differing fields all paper answers are typed twice.
MOST_DIFFERING = 0.005
MOST_SLIPS = 500
# Relations of a drawn unit needed to check whether its asker may ask there.
ASKER_RELATIONS = (
    "unit__division",
    "unit__host_organ",
    "asked_by__organ",
    "asked_by__home_division",
)


class TooLate(ValidationError):
    """The marks of persons have been removed: the answer is counted as refused and discarded."""


@transaction.atomic
def open_questionnaire(*, questionnaire, opens_on, closes_on, by, at):
    """Take answers from a day on, sealed for a key that exists until the strip."""
    questionnaire = _permitted(questionnaire, rules.may_open, by)
    if closes_on < opens_on:
        raise ValidationError({"closes_on": _("The end lies before the beginning.")})
    if opens_on < timezone.localdate(at):
        raise ValidationError({"opens_on": _("That day is over.")})
    if (closes_on - opens_on).days > rules.MOST_DAYS:
        raise ValidationError({"closes_on": _("Answers are taken for a year at most.")})
    if questionnaire.valid_until and closes_on > questionnaire.valid_until:
        said = _("The questionnaire is valid until %(day)s.")
        raise ValidationError({"closes_on": said % {"day": questionnaire.valid_until}})
    days = {"opens_on": opens_on, "closes_on": closes_on}
    change(questionnaire, state=State.RUNNING, **days, **letters.new_keys(questionnaire))
    take_step(questionnaire, Move.OPENED, by=by, at=at)
    audit.record("questionnaire.opened", on=questionnaire, by=by, fields=["state", *days])
    return questionnaire


@transaction.atomic
def close_questionnaire(*, questionnaire, by, at):
    """Stop asking; late answers are still accepted for some days."""
    questionnaire = _permitted(questionnaire, rules.may_close, by)
    day = min(timezone.localdate(at), questionnaire.closes_on)
    change(questionnaire, state=State.LATE, closes_on=max(day, questionnaire.opens_on))
    take_step(questionnaire, Move.CLOSED, by=by, at=at)
    audit.record("questionnaire.closed", on=questionnaire, by=by, fields=["state", "closes_on"])
    return questionnaire


def _permitted(questionnaire, rule, by):
    questionnaire = locked(questionnaire, "organ__division", no_key=True)
    require(rule(by, questionnaire))
    return questionnaire


# --- An answer ----------------------------------------------------------------------------------


def give(*, drawn, version, answers, channel, by, at, is_partial=False):
    """Seal and store the answer of a drawn unit, given to a cadre in person or on paper.

    `answers` are nested like the form. Raises Wrong, with [(place, what is wrong)] in `wrong`, and
    TooLate after the strip; the late answer is counted.
    """
    try:
        return _give(drawn, version, answers, channel, by, at, is_partial)
    except TooLate:
        count_late(drawn.sample.questionnaire_id)
        raise


@transaction.atomic
def _give(drawn, version, answers, channel, by, at, is_partial):
    questionnaire = _taking(drawn, by, channel, at)
    if version.questionnaire_id != questionnaire.pk:
        raise ValidationError(_("This is a version of another questionnaire."))
    day = timezone.localdate(at)
    kept = checked(version.definition, answers, day, is_partial=is_partial)
    letter = letters.seal(kept, questionnaire.pk, questionnaire.public_key)
    SealedAnswer.objects.filter(drawn=drawn).delete()
    facts = {"version": version, "channel": channel, "letter": letter, "given_on": day}
    answer = SealedAnswer.objects.create(
        questionnaire=questionnaire, drawn=drawn, typed_by=by, **facts
    )
    if channel == Channel.PAPER and _is_typed_twice(questionnaire, drawn):
        SecondEntry.objects.create(answer=answer)
    became = Disposition.PARTIAL if is_partial else Disposition.COMPLETE
    samples.dispose(drawn, became, by=by, at=at, channel=channel)
    return answer


def _taking(drawn, by, channel, at):
    """Return the questionnaire, locked so that it cannot be stripped meanwhile. Raises if it does
    not accept this answer."""
    questionnaire = locked(drawn.sample.questionnaire, "organ__division", no_key=True)
    if questionnaire.stripped_at:
        raise TooLate(rules.too_late())
    drawn = locked(drawn, *ASKER_RELATIONS, "sample", no_key=True)
    drawn.sample.questionnaire = questionnaire
    require((rules.may_ask if channel == Channel.VISIT else rules.may_enter_paper)(by, drawn))
    return questionnaire


class Wrong(ValidationError):
    """Answers that do not fit the form; `wrong` is [(place, what is wrong)]."""

    def __init__(self, wrong):
        super().__init__(_("Some answers are missing or do not fit; they are marked."))
        self.wrong = wrong


def checked(definition, answers, day, *, is_partial=False):
    """Return the answers to the questions asked, with their nesting kept. Drops names that the form
    does not have; raises Wrong."""
    outcome = walk(definition, answers, today=day.isoformat())
    wrong = [
        (place, what) for place, what in outcome.wrong if not (is_partial and what == "required")
    ]
    if wrong:
        raise Wrong(wrong)
    given = answers if isinstance(answers, dict) else {}
    return _kept(definition["items"], given, outcome.values)


def _kept(items, answers, values, prefix=""):
    """Return the answers to relevant questions. Calculated values are left out; readers recompute
    them."""
    found = {}
    for item in items:
        given, place = answers.get(item["name"]), f"{prefix}{item['name']}"
        if item["kind"] == "question":
            if is_asked(item) and isinstance(given, str) and values.get(place):
                found[item["name"]] = given.strip()
        elif item["kind"] == "group":
            inner = given if isinstance(given, dict) else {}
            found[item["name"]] = _kept(item["items"], inner, values, f"{place}/")
        elif isinstance(given, list):
            rows = [row for row in given if isinstance(row, dict)]
            found[item["name"]] = [
                _kept(item["items"], row, values, f"{place}[{number}]/")
                for number, row in enumerate(rows, 1)
            ]
    return found


def count_late(questionnaire_id):
    """Count an answer that came after the strip; store nothing else about it."""
    rows = Questionnaire.objects.filter(pk=questionnaire_id, stripped_at__isnull=False)
    rows.update(refused_late=F("refused_late") + 1)


# --- Second entries -----------------------------------------------------------------------------


def _is_typed_twice(questionnaire, drawn):
    return exceeds(questionnaire) or letters.is_drawn_for_second(
        drawn.pk, letters.private_key(questionnaire)
    )


def exceeds(questionnaire):
    """Whether so many fields differed that all paper answers are typed twice."""
    typed = SecondEntry.objects.filter(answer__questionnaire=questionnaire, fields__isnull=False)
    found = typed.aggregate(fields=Sum("fields"), differing=Sum("differing"))
    return bool(found["fields"]) and found["differing"] / found["fields"] > MOST_DIFFERING


@transaction.atomic
def type_second(*, second, answers, by, at, is_partial=False):
    """Store the second typing. It is settled if nothing differs; otherwise somebody compares the
    two."""
    questionnaire, second = _second(second)
    require(rules.may_type_second(by, second))
    answer = second.answer
    day = answer.given_on
    kept = checked(answer.version.definition, answers, day, is_partial=is_partial)
    first = letters.unseal(answer.letter, questionnaire.pk, letters.private_key(questionnaire))
    one, other = flat(first), flat(kept)
    places = {**one, **other}
    differing = sum(one.get(place) != other.get(place) for place in places)
    change(
        second,
        letter=letters.seal(kept, questionnaire.pk, questionnaire.public_key),
        typed_by=by,
        fields=len(places),
        differing=differing,
        is_settled=not differing,
    )
    if exceeds(questionnaire):
        _draw_the_rest(questionnaire)
    audit.record("questionnaire.second_typed", on=questionnaire, by=by)
    return second


def _second(second):
    """(questionnaire, second entry), both locked in this order."""
    questionnaire = second.answer.questionnaire
    questionnaire = locked(questionnaire, "organ__division", no_key=True)
    if questionnaire.state not in TAKES_ANSWERS:
        raise ValidationError(rules.too_late())
    second = locked(second, "answer__version", no_key=True)
    second.answer.questionnaire = questionnaire
    return questionnaire, second


def _draw_the_rest(questionnaire):
    rest = SealedAnswer.objects.filter(
        questionnaire=questionnaire, channel=Channel.PAPER, second=None
    )
    SecondEntry.objects.bulk_create(SecondEntry(answer=one) for one in rest)


def flat(answers, at=""):
    """Flatten nested answers to {place: answer}, for example {"members[2]/name": "…"}."""
    found = {}
    for name, value in answers.items():
        place = f"{at}/{name}" if at else name
        if isinstance(value, dict):
            found |= flat(value, place)
        elif isinstance(value, list):
            for number, row in enumerate(value, 1):
                found |= flat(row, f"{place}[{number}]")
        else:
            found[place] = value.strip()
    return found


def compared(second):
    """Return [(place, first, second)] where the two typings differ, to compare with the paper."""
    questionnaire = second.answer.questionnaire
    private = letters.private_key(questionnaire)
    one, other = (
        flat(letters.unseal(letter, questionnaire.pk, private))
        for letter in (second.answer.letter, second.letter)
    )
    return [
        (place, one.get(place, ""), other.get(place, ""))
        for place in {**one, **other}
        if one.get(place) != other.get(place)
    ]


@transaction.atomic
def settle(*, second, takes_second, by, at):
    """Settle on what the paper says: `takes_second` lists the places where the second typing is
    right."""
    questionnaire, second = _second(second)
    require(rules.may_settle(by, second))
    private = letters.private_key(questionnaire)
    first = letters.unseal(second.answer.letter, questionnaire.pk, private)
    other = flat(letters.unseal(second.letter, questionnaire.pk, private))
    for place in takes_second:
        _put(first, place, other.get(place, ""))
    letter = letters.seal(first, questionnaire.pk, questionnaire.public_key)
    change(second.answer, letter=letter)
    change(second, is_settled=True)
    audit.record("questionnaire.second_settled", on=questionnaire, by=by)
    return second


def _put(answers, place, value):
    *way, last = place.split("/")
    for part in way:
        name, _bracket, number = part.partition("[")
        if number:
            rows = answers.setdefault(name, [])
            at = int(number[:-1])
            rows += [{} for _n in range(at - len(rows))]
            answers = rows[at - 1]
        else:
            answers = answers.setdefault(name, {})
    answers[last] = value


# --- Slips with a code --------------------------------------------------------------------------


@transaction.atomic
def issue_links(*, questionnaire, version, count, by):
    """Create links for drawn units without an answer or a slip, in draw order, and return them.
    Each carries its code, which is printed now and stored nowhere."""
    questionnaire = _permitted(questionnaire, rules.may_print_links, by)
    drawn = without_slip(questionnaire)[: min(count, MOST_SLIPS)]
    rows = [
        AnswerLink(questionnaire=questionnaire, version=version, drawn=one)
        for one in drawn.select_related("unit")
    ]
    save_drawn(rows, lambda link: codes.draw(link, questionnaire.pk))
    audit.record("questionnaire.slips_printed", on=questionnaire, by=by, values={"n": len(rows)})
    return rows


def without_slip(questionnaire):
    rows = DrawnUnit.objects.filter(
        sample__questionnaire=questionnaire, link=None, answer=None, disposition=""
    )
    return rows.released().order_by("position")


@transaction.atomic
def void_links(*, questionnaire, by):
    """Delete unused codes, for slips that were lost; they no longer open anything."""
    questionnaire = _permitted(questionnaire, rules.may_print_links, by)
    n, _rows = questionnaire.links.filter(is_used=False).delete()
    audit.record("questionnaire.slips_voided", on=questionnaire, by=by, values={"n": n})
    return n
