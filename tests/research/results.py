"""A topic of the small cast with its fieldwork and results.

县农业农村局 leads it: 王建国 heads the group, 赵敏 is a member, 陈静 works for the lead organ.
县水利局 is responsible for problems and receives suggestions.
"""

from portal.roles import Role
from research.actions import advice, problems, reports
from research.models import BatchUnit, ResearchActivity, ResearchBatch, ResearchTopic
from tests.day import in_days, now
from tests.people import account

TEXTS = {
    "title": "农田水利末级渠系管护调研报告",
    "situation": "支渠以下由谁管护不清楚。",
    "problems_text": "渠道淤堵，管护经费没有着落。",
    "causes": "产权没有移交。",
    "advice": "明确产权，安排管护经费。",
}


def boss(people):
    """The leader of the lead organ."""
    return account("boss", "钱进", people.agriculture, Role.LEADER, within=people.agriculture)


def topic(people, **changes):
    members = changes.pop("members", [people.cadre2])
    fields = {
        "title": "农田水利末级渠系管护",
        "source": "plan",
        "lead_organ": people.agriculture,
        "leader": people.cadre,
        "methods": ["symposium"],
        "starts_on": in_days(-60),
        "ends_on": in_days(60),
        "state": "under_way",
        "decided_on": in_days(-70),
        "decision": "云农〔2026〕3号",
        "written_by": people.liaison,
        "created_at": now(),
    } | changes
    made = ResearchTopic.objects.create(**fields)
    made.members.set(members)
    return made


def batch(people, of, *, units=None, day=-30, **changes):
    fields = {
        "number": of.batches.count() + 1,
        "methods": ["symposium", "interview"],
        "starts_on": in_days(day),
        "ends_on": in_days(day),
        "state": "over",
        "written_by": people.liaison,
        "created_at": now(),
    } | changes
    made = ResearchBatch.objects.create(topic=of, **fields)
    for one in units or [people.village]:
        unit = BatchUnit(batch=made, day=made.starts_on, organ=of.lead_organ)
        unit.stand_at(one)
        unit.save()
    return made


def activity(people, of, *, place=None, **changes):
    fields = {
        "method": "symposium",
        "held_on": of.starts_on,
        "conducted_by": people.cadre,
        "content": "大家希望明确管护责任。",
        "written_by": people.author,
        "created_at": now(),
        "organ": of.topic.lead_organ,
    } | changes
    made = ResearchActivity(batch=of, **fields)
    made.stand_at(place or people.village)
    made.save()
    return made


def report(people, of, *, by=None, **texts):
    return reports.write_report(topic=of, by=by or people.author, at=now(), **TEXTS | texts)


def reviewed(people, of, **texts):
    made = report(people, of, **texts)
    reports.hand_in(report=made, by=people.author, at=now())
    return reports.review_report(report=made, accepted=True, text="", by=people.liaison, at=now())


def decided(people, of, **texts):
    made = reviewed(people, of, **texts)
    return reports.decide_report(
        report=made,
        accepted=True,
        text="",
        decided_on=in_days(0),
        document="党组会议2026年第9次",
        by=people.liaison,
        at=now(),
    )


def problem(people, of, **changes):
    fields = {
        "title": "末级渠系无人管护",
        "shown_by": "渠道淤堵，三个村灌不上水",
        "cause": "产权没有移交",
        "task": "移交产权，落实管护",
        "done_when": "管护协议签订",
        "lead_organ": people.agriculture,
        "responsible_organ": people.water,
        "person": None,
        "due_on": in_days(20),
        "by": people.author,
    } | changes
    return problems.add_problem(topic=of, at=now(), **fields)


def suggestion(people, of, text="安排末级渠系管护经费"):
    return advice.raise_advice(topic=of, text=text, by=people.author, at=now())


def sent(people, of, text="安排末级渠系管护经费"):
    """A suggestion that was sent, of a topic with a decided report."""
    made = suggestion(people, of, text)
    return advice.send_advice(advice=made, addressed_to=people.water, by=people.liaison, at=now())


def answered(people, of, outcome="adopted", **changes):
    facts = {"text": "列入预算", "document": "", "by": people.handler} | changes
    return advice.answer_advice(advice=sent(people, of), outcome=outcome, at=now(), **facts)
