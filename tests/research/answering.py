"""A questionnaire with a drawn sample, and answers to it."""

import functools
import tempfile
import zlib
from datetime import timedelta
from pathlib import Path

from django.utils import timezone

from portal.models import GrassrootsUnit
from research.actions import answers, strip
from research.models import DrawnUnit, Questionnaire, QuestionnaireVersion, Sample
from research.models.answers import Channel
from research.questionnaires import reader
from tests.day import TODAY
from tests.people import START
from tests.research.forms import workbook

SURVEY = [
    ["type", "name", "label", "required", "constraint", "calculation"],
    ["select_one yes_no", "satisfied", "对村里办事满意吗", "yes"],
    ["select_one sex", "sex", "性别"],
    ["integer", "age", "年龄", None, ". >= 18"],
    ["select_multiple needs", "needs", "最需要什么"],
    ["text", "words", "还想说什么"],
    ["calculate", "echo", None, None, None, "concat(${words}, '!')"],
    ["date", "moved", "哪天搬来"],
    ["begin_repeat", "members", "家庭成员"],
    ["select_one yes_no", "works_away", "是否外出务工"],
    ["end_repeat"],
]
CHOICES = [
    ["list_name", "name", "label"],
    *([["yes_no", "yes", "是"], ["yes_no", "no", "否"]]),
    *([["sex", "f", "女"], ["sex", "m", "男"]]),
    *([["needs", "road", "修路"], ["needs", "water", "饮水"], ["needs", "light", "路灯"]]),
]


@functools.cache
def definition():
    with tempfile.TemporaryDirectory() as folder:
        path = workbook(Path(folder) / "form.xlsx", survey=SURVEY, choices=CHOICES)
        form = reader.read(path)
    assert form.definition, form.problems
    return form.definition


def add_version(questionnaire, people, number, changed=None):
    return QuestionnaireVersion.objects.create(
        questionnaire=questionnaire,
        number=number,
        definition=changed or definition(),
        digest=f"{number:064d}",
        file_name="form.xlsx",
        workbook=b"",
        questions=7,
        minutes=5,
        uploaded_by=people.liaison,
        uploaded_at=timezone.now(),
        reviewed_by=people.office,
        reviewed_at=timezone.now(),
    )


def drawn_questionnaire(
    people, *, villages=1, households=4, title="饮水安全调查", reserve=0, strata=(), **sample
):
    """Households of villages near 上坪村, to be interviewed by 王建国; in the state “drawn”."""
    now = timezone.now()
    questionnaire = Questionnaire.objects.create(
        organ=people.agriculture,
        title=title,
        purpose="改进农村饮水",
        phone="0991-1234567",
        number=f"农调{Questionnaire.objects.count() + 1}",
        valid_until=TODAY + timedelta(days=200),
        state="drawn",
        written_by=people.liaison,
        reviewed_by=people.office,
        created_at=now,
    )
    add_version(questionnaire, people, 1)
    units = [people.other_village]
    units += GrassrootsUnit.objects.bulk_create(
        GrassrootsUnit(
            name=f"第{n}村",
            kind="rural",
            host_organ=people.other_town_organ,
            division=people.other_place,
            started_on=START,
        )
        for n in range(2, villages + 1)
    )
    facts = {"source": "rosters", "method": "pareto", "number": villages * households} | sample
    drawn = Sample.objects.create(
        questionnaire=questionnaire,
        organ=people.agriculture,
        title=title,
        described="全县行政村常住户",
        as_of=TODAY,
        frame_file=zlib.compress(facts.pop("frame", "").encode()),
        written_by=people.liaison,
        created_at=now,
        **facts,
    )
    DrawnUnit.objects.bulk_create(
        DrawnUnit(
            sample=drawn,
            reserve=reserve,
            stratum=strata[at] if strata else "",
            position=at * households + n,
            key=f"v{at}/{n}",
            unit=unit,
            township=people.other_town,
            serial=n,
            probability=0.1,
            asked_by=people.cadre,
        )
        for at, unit in enumerate(units)
        for n in range(1, households + 1)
    )
    return questionnaire


def opened(people, **more):
    questionnaire = drawn_questionnaire(people, **more)
    return answers.open_questionnaire(
        questionnaire=questionnaire,
        opens_on=TODAY,
        closes_on=TODAY + timedelta(days=10),
        by=people.liaison,
        at=timezone.now(),
    )


def units(questionnaire):
    return DrawnUnit.objects.filter(sample__questionnaire=questionnaire).order_by("position")


def answer(people, drawn, *, channel=Channel.VISIT, by=None, at=None, version=None, **said):
    by = by or (people.author if channel == Channel.VISIT else people.liaison)
    drawn = DrawnUnit.objects.select_related("sample__questionnaire").get(pk=drawn.pk)
    given = {"satisfied": "yes"} | said
    return answers.give(
        drawn=drawn,
        version=version or drawn.sample.questionnaire.in_force,
        answers=given,
        channel=channel,
        by=by,
        at=at or timezone.now(),
    )


def later(user, days=18):
    """The same person after the days for late answers."""
    return type(user).objects.get(pk=user.pk).acting(on=TODAY + timedelta(days=days))


def stripped(people, questionnaire):
    day = timezone.now() + timedelta(days=18)
    strip.strip(questionnaire, by=later(people.liaison), at=day)
    questionnaire.refresh_from_db()
    return questionnaire
