"""Invented answers, given by the actions. Those at the door, which uses the current time, are
written directly."""

from django.utils import timezone

from demo.research import workbooks
from research import letters
from research.actions import answers, samples
from research.models import SealedAnswer, SecondEntry
from research.models.answers import Channel
from research.models.samples import Disposition
from research.questionnaires.drawing import questions_of

# Weights of the choices, in order: the first ones are chosen most.
WEIGHTS = (7, 5, 4, 2, 2, 1)


def give(survey, drawn, channel, ago, *, by):
    """Give the answer of a drawn unit, entered by a cadre on a visit or typed from paper."""
    version = survey.made.newest
    said = {"version": version, "channel": channel, "answers": answer(survey, version)}
    return survey.do(answers.give, ago, by=by, drawn=drawn, **said)


def by_link(survey, drawn, *, ago):
    """Issue slips for all remaining units; the given ones answer at the door."""
    version = survey.made.newest
    by = survey.told.acting(survey.by, survey.told.at(ago))
    facts = {"questionnaire": survey.made, "version": version, "count": answers.MOST_SLIPS}
    links = answers.issue_links(by=by, **facts)
    wanted = {one.pk for one in drawn}
    for link in [one for one in links if one.drawn_id in wanted]:
        at = survey.told.at(ago - 1)
        day = timezone.localdate(at)
        kept = answers.checked(version.definition, answer(survey, version), day)
        key = survey.made.public_key
        SealedAnswer.objects.create(
            questionnaire=survey.made,
            version=version,
            drawn=link.drawn,
            channel=Channel.LINK,
            letter=letters.seal(kept, survey.made.pk, key),
            given_on=day,
        )
        link.is_used = True
        link.save(update_fields=["is_used"])
        complete = Disposition.COMPLETE
        samples.dispose(link.drawn, complete, by=None, at=at, channel=Channel.LINK)


def type_seconds(survey):
    """Type the answers drawn for second entry, by a colleague whose entry agrees."""
    private, at = letters.private_key(survey.made), survey.told.at(139)
    by = survey.told.acting(survey.office, at)
    for second in SecondEntry.objects.filter(answer__questionnaire=survey.made):
        said = letters.unseal(second.answer.letter, survey.made.pk, private)
        answers.type_second(second=second, answers=said, by=by, at=at)


def answer(survey, version):
    """Answer each question; the action removes answers to questions that are not asked."""
    return {one["name"]: _said(survey, version, one) for one in questions_of(version.definition)}


def _said(survey, version, question):
    rng, kind = survey.county.rng, question["type"]
    if kind in {"select_one", "select_multiple"}:
        names = [one["name"] for one in version.definition["lists"][question["list"]]]
        chosen = rng.choices(names, WEIGHTS[: len(names)], k=1 if kind == "select_one" else 2)
        if "none" in chosen:
            chosen = ["none"]
        return " ".join(sorted(set(chosen), key=names.index))
    if kind == "text":
        return next(survey.wishes)
    return str(rng.randint(*workbooks.ranges(survey.code)[question["name"]]))
