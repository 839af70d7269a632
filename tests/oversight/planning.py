"""Plans, supervised matters and practices of the small cast."""

from oversight.actions import plans, practices, supervision
from oversight.models import Practice
from portal.roles import Role
from tests.day import in_days, now, today
from tests.people import account, fresh


def secretary(people):
    """The secretary of the department's Party organisation, who heads 县委组织部."""
    named = account("secretary", "高山", people.department, Role.LEADER, within=people.department)
    return people._cadre(named, "县委常委、组织部部长", 1)


def head(people):
    """The head of the desk of supervision."""
    named = account("head", "秦岭", people.desk_organ, Role.LEADER, within=people.desk_organ)
    people._cadre(named, "督查室主任", 1)
    return fresh(named)


def plan_of(people, by=None, **changes):
    fields = {
        "kind": "year",
        "title": "2026年为民服务工作要点",
        "first_year": today().year,
        "goals": "走访到户，办事到底。",
        "first_in_charge": people.cadre,
        "in_charge": people.cadre2,
        "organ": people.department,
    } | changes
    return plans.draft_plan(by=by or people.office, at=now(), **fields)


def task(people, plan, **changes):
    fields = {
        "point": "办好群众诉求",
        "task": "群众诉求按期办结",
        "goal": "按期办结率不低于九成",
        "measure": "in_time",
        "target": 90,
        "counted_of": "area",
        "official": people.cadre,
        "lead_organ": people.water,
        "due_on": today().replace(month=12, day=31),
    } | changes
    return plans.add_item(plan=plan, by=people.office, **fields)


def words_task(people, plan, **changes):
    """A task that is not counted: its lead organ writes one sentence a quarter."""
    plain = {"task": "修订管护办法", "measure": "", "target": None, "counted_of": ""}
    return task(people, plan, **plain | changes)


def heard(people, plan):
    return plans.hear_plan(plan=plan, by=people.office, at=now())


def decided(people, plan, on=None):
    plan = heard(people, plan)
    day = on or today()
    plan = plans.deliberate_plan(plan=plan, by=people.office, at=now(), deliberated_on=day)
    return plans.decide_plan(
        plan=plan, by=people.office, at=now(), decided_on=day, decided_in="县委常委会"
    )


def issued(people, plan, *, document="云组发〔2026〕1号", on=None):
    return plans.issue_plan(
        plan=decided(people, plan, on),
        by=people.office,
        at=now(),
        document=document,
        issued_on=on or today(),
    )


def proposed(people, by=None, **changes):
    fields = {
        "organ": people.desk_organ,
        "source": "meeting",
        "given_on": in_days(-3),
        "occasion": "县委常委会第12次会议",
        "title": "东支渠清淤",
        "content": "由县水利局牵头，年底前完成东支渠清淤。",
        "lead_organ": people.water,
        "due_on": in_days(40),
        "report_days": 15,
    } | changes
    return supervision.propose(by=by or people.desk, at=now(), **fields)


def established(people, by, **changes):
    entry = proposed(people, **changes)
    entry = supervision.submit_entry(entry=entry, by=people.desk, at=now())
    return supervision.establish(entry=entry, by=by, at=now())


def in_hand(people, by, **changes):
    entry = established(people, by, **changes)
    entry = supervision.assign_entry(entry=entry, by=people.desk, at=now())
    return supervision.sign_entry(entry=entry, by=people.handler, at=now())


def practice_of(people, by=None, **changes):
    fields = {
        "name": "村务代办员",
        "problem": "老人办事跑路远",
        "method": "每组一名代办员，每周二收件，周五送回。",
        "unit_kinds": ["rural"],
        "unit": people.village,
        "origin": "offered",
        "found_in": "",
    } | changes
    return practices.write_practice(by=by or people.host, at=now(), **fields)


def handed_in(people, **changes):
    one = practice_of(people, **changes)
    return practices.submit_practice(practice=one, by=people.host, at=now())


def in_trial(people, **changes):
    return practices.try_practice(
        practice=handed_in(people, **changes),
        by=people.office,
        at=now(),
        unit=people.other_village,
        starts_on=in_days(-100),
    )


def tried(people, **changes):
    one = in_trial(people, **changes)
    visit = people.visit(by=people.author, place=people.other_village)
    one = practices.end_trial(
        practice=one,
        by=people.office,
        at=now(),
        trial=one.trials.get(),
        ended_on=today(),
        works=True,
        result="代办28件，老人少跑路",
        visits=[visit],
    )
    return practices.finish_trials(practice=one, by=people.office, at=now(), opinion="可推广")


def spread(people, **changes):
    one = practices.decide_practice(
        practice=tried(people, **changes),
        by=people.office,
        at=now(),
        decided_on=today(),
        decided_in="部务会",
    )
    number = 9 + Practice.objects.library().count()
    document = f"云组通〔2026〕{number}号"
    return practices.spread_practice(
        practice=one, by=people.office, at=now(), document=document, spread_on=today()
    )


def rule_of(people, practice=None, *, document="云组发〔2026〕20号", **more):
    one = practice or spread(people)
    one = practices.begin_rule(practice=one, by=people.office, at=now(), title="村级代办工作办法")
    for _stage in range(3):
        one = practices.advance_rule(practice=one, by=people.office, at=now(), stage_on=today())
    return practices.issue_rule(
        practice=one,
        by=people.office,
        at=now(),
        document=document,
        valid_from=more.pop("valid_from", today()),
        **more,
    )
