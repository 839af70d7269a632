"""Questionnaires, batches and samples of the small cast, inserted directly or made by actions."""

from datetime import timedelta

from portal.models import GrassrootsUnit
from research.actions import samples as actions
from research.models import Questionnaire, ResearchBatch, ResearchTopic
from tests.day import TODAY, now
from tests.people import unit

THROWS = "35142 63514 26514 26351 41236"
DIGITS = "0309172126330820"


def villages(people):
    """Twelve villages in 石桥镇 and eight in 青山乡, all with their households."""
    for n in range(1, 12):
        unit(f"石桥{n}村", people.town_organ, people.village_place)
    for n in range(1, 8):
        unit(f"青山{n}村", people.other_town_organ, people.other_place)
    for n, one in enumerate(GrassrootsUnit.objects.order_by("pk")):
        GrassrootsUnit.objects.filter(pk=one.pk).update(household_count=40 + 3 * n)


def questionnaire_of(people, **changes):
    """A reviewed questionnaire of 县农业农村局."""
    facts = {
        "organ": people.agriculture,
        "title": "农田水利问卷",
        "purpose": "了解灌溉用水情况",
        "phone": "100-0000-0000",
        "number": "1",
        "valid_until": TODAY.replace(year=TODAY.year + 1),
        "state": "reviewed",
        "written_by": people.liaison,
        "reviewed_by": people.office,
        "created_at": now(),
    }
    return Questionnaire.objects.create(**facts | changes)


def topic_of(people, **changes):
    facts = {
        "title": "农田水利管护",
        "source": "plan",
        "lead_organ": people.agriculture,
        "leader": people.cadre,
        "methods": ["spot_check"],
        "starts_on": TODAY,
        "ends_on": TODAY,
        "state": "under_way",
        "decided_on": TODAY,
        "decision": "党组会",
        "written_by": people.liaison,
        "created_at": now(),
    }
    return ResearchTopic.objects.create(**facts | changes)


def spot_batch(people, **changes):
    """An arranged batch with random spot checks."""
    facts = {
        "number": 1,
        "methods": ["spot_check"],
        "starts_on": TODAY,
        "ends_on": TODAY,
        "state": "arranged",
        "written_by": people.liaison,
        "created_at": now(),
    }
    topic = changes.pop("topic", None) or topic_of(people)
    return ResearchBatch.objects.create(topic=topic, **facts | changes)


def prepared(people, *, of=None, by=None, **changes):
    """A sample of ten villages of the county, stratified by township."""
    plan = {
        "title": "农田水利问卷",
        "source": "units",
        "kinds": ["rural"],
        "area": None,
        "as_of": None,
        "described": "云岭县全部行政村",
        "is_by_township": True,
        "avoids_earlier": True,
        "method": "simple",
        "allocation": "proportion",
        "number": 10,
        "households": 0,
        "reserve_size": 0,
        "reserve_batches": 0,
        "deviations": {},
    }
    of = of or questionnaire_of(people)
    noun = "batch" if isinstance(of, ResearchBatch) else "questionnaire"
    return actions.prepare_sample(by=by or people.liaison, at=now(), **{noun: of}, **plan | changes)


def frozen_sample(people, **changes):
    sample = prepared(people, **changes)
    return actions.freeze_sample(sample=sample, by=people.liaison, at=now())


def drawn_sample(people, digits=THROWS, **changes):
    return actions.enter_seed(
        sample=frozen_sample(people, **changes),
        by=people.liaison,
        at=now(),
        kind="dice",
        digits=digits,
        how="会议室掷骰子二十五次",
        organiser="陈静",
        witness="高明",
        witness_of="柳湾村村民委员会",
    )


def running(sample):
    """The sample with its questionnaire open for answers."""
    facts = {"state": "running", "opens_on": TODAY, "closes_on": TODAY + timedelta(days=9)}
    Questionnaire.objects.filter(pk=sample.questionnaire_id).update(**facts)
    sample.questionnaire.refresh_from_db()
    return sample
