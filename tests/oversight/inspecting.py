"""Inspections in any state, made through the actions."""

from datetime import timedelta

from outreach.models import Matter
from oversight.actions import findings, inspections
from portal.roles import Role
from tests.day import now, today
from tests.people import account

THROWN = "1 2 3 4 5 6 1 2 3 4 5 6 1 2 3 4 5 6 1 2"


class Group:
    """督查组 of the county: a leader, a head, a member, and a second supervisor. The inspected
    organs are the bureau of water and the township of 石桥镇."""

    def __init__(self, people):
        self.people = people
        at = people.desk_organ
        self.leader = account("i-leader", "罗明", at, Role.LEADER, within=at)
        self.approver = people._cadre(self.leader, "县委常委", 10)
        self.inspector = account("i-head", "高远", at, Role.CADRE, within=at)
        self.head = people._cadre(self.inspector, "督查室主任", 11)
        self.second = account("i-member", "林岚", people.roads, Role.CADRE, within=people.roads)
        self.member = people._cadre(self.second, "科员", 12)
        self.checker = account(
            "i-checker", "方正", people.department, Role.SUPERVISOR, place=people.county
        )

    def plan(self, **changes):
        people = self.people
        return {
            "organ": people.department,
            "inspected": [people.water, people.town_organ],
            "title": "三季度群众诉求办理督查",
            "mandate": "plan",
            "mandate_number": "云督〔2026〕3号第2项",
            "scope": "全县三季度办结事项",
            "content": "办结是否属实，回访是否到位",
            "ways": ["on_site", "phone"],
            "starts_on": today(),
            "ends_on": today() + timedelta(days=5),
            "head": self.head,
            "members": [self.member],
            "approver": self.approver,
        } | changes

    def planned(self, **changes):
        by = changes.pop("by", self.people.supervisor)
        return inspections.plan_inspection(by=by, at=now(), **self.plan(**changes))

    def of_closures(self, number, **changes):
        facts = {"drawn_from": "closures", "number": number, "ways": ["random", "phone"]}
        days = {"closed_from": today() - timedelta(days=90), "closed_to": today()}
        return self.planned(**facts | days | changes)

    def approved(self, one=None, **changes):
        one = one or self.planned(**changes)
        one = inspections.submit_inspection(inspection=one, by=self.people.supervisor, at=now())
        return inspections.approve_inspection(inspection=one, by=self.leader, at=now())

    def drawn(self, one):
        by = self.people.supervisor
        one = inspections.freeze_frame(inspection=self.approved(one), by=by, at=now())
        return self.seeded(one)

    def seeded(self, one, **changes):
        facts = {"kind": "dice", "digits": THROWN, "how": "督查室当众掷骰"}
        facts |= {"witness": "张三丰", "witness_of": "县人大常委会办公室"} | changes
        by = self.people.supervisor
        return inspections.enter_seed(inspection=one, by=by, at=now(), **facts)

    def begun(self, one=None, **changes):
        one = one or self.approved(**changes)
        return inspections.begin_inspection(inspection=one, by=self.inspector, at=now())

    def found(self, one, organ=None, **changes):
        facts = {
            "organ": organ or self.people.water,
            "title": "两件诉求未解决即办结",
            "fact": "现场查看东支渠仍淤堵，与办结情况不符。",
            "basis": "民情台账办理规定",
            "kind": "single",
            "demand": "重新办理并报送结果",
        } | changes
        by = facts.pop("by", self.inspector)
        return findings.record_finding(inspection=one, by=by, at=now(), **facts)

    def checking(self, one):
        return inspections.send_facts(inspection=one, by=self.inspector, at=now())

    def answered(self, one):
        for asked in one.inspected.all():
            who = self.people.handler if asked.organ == self.people.water else self.people.host
            inspections.answer_facts(asked=asked, by=who, at=now(), text="情况属实")

    def fed_back(self, one=None, finding=None, **changes):
        """An inspection that was fed back, with one confirmed finding about the bureau of water."""
        one = one or self.begun(**changes)
        finding = finding or self.found(one)
        self.checking(one)
        self.answered(one)
        findings.confirm_finding(finding=finding, by=self.inspector, at=now())
        conclude = {"by": self.leader, "at": now(), "text": "总体属实，个别虚假办结。"}
        one = inspections.conclude_inspection(inspection=one, **conclude)
        one = inspections.give_feedback(inspection=one, by=self.inspector, at=now())
        finding.refresh_from_db()
        return one, finding

    def noticed(self, one=None, **changes):
        one, finding = self.fed_back(one, **changes)
        notice = findings.issue_notice(
            inspection=one,
            by=self.leader,
            at=now(),
            organ=self.people.water,
            due_on=today() + timedelta(days=15),
            how_to_report="书面报县委督查室",
        )
        finding.refresh_from_db()
        return notice, finding

    def reported(self, **changes):
        notice, finding = self.noticed(**changes)
        findings.sign_for_notice(notice=notice, by=self.people.handler, at=now())
        report = {"by": self.people.handler, "at": now(), "measures": "已重新清淤"}
        return findings.report_rectification(finding=finding, **report)


def closed(people, count, solved=None, **more):
    """Make `count` closed matters of 柳湾村, `solved` of them reported as solved."""
    solved = count if solved is None else solved
    made = [people.matter(title=f"渠道{n}", **more) for n in range(count)]
    ids = [one.pk for one in made]
    facts = {"status": "closed", "stage": "closed", "closure": "unrated", "word": ""}
    rows = Matter.objects.filter(pk__in=ids)
    rows.update(closed_on=today(), resolution="partly", **facts)
    rows.filter(pk__in=ids[:solved]).update(resolution="solved")
    return made


def fresh(record):
    return type(record).objects.get(pk=record.pk)
