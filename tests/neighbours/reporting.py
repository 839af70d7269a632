"""Reports of branches in the small cast: from the branch of the bureau of agriculture to a
community of 石桥镇."""

from neighbours.actions import reports as actions
from neighbours.models import BranchReport, QuarterLine
from neighbours.models.reports import quarter_of
from outreach.actions import needs
from portal.models import PartyOrganization
from tests.day import now, today
from tests.people import START, unit


def branch(people, organ=None, name="中共县农业农村局机关支部委员会", **more):
    facts = {"kind": "branch", "secretary": "杨柳", "started_on": START} | more
    return PartyOrganization.objects.create(organ=organ or people.agriculture, name=name, **facts)


def community(people):
    return unit("河西社区", people.town_organ, people.town, "community")


def need_of(people, place):
    facts = {"job": "law", "wanted": 2, "until": today(), "details": ""}
    return needs.publish_need(
        unit=place, by=people.host, at=now(), title="法律咨询", when="周六上午", **facts
    )


def drafted(people, *, party=None, place=None, by=None, **changes):
    content = {
        "contact_name": "陈静",
        "contact_phone": "0990-6600112",
        "resources": "农技、法律咨询；会议室周末可用",
    } | changes
    return actions.draft_report(
        by=by or people.liaison,
        at=now(),
        party=party or branch(people),
        unit=place or community(people),
        **content,
    )


def handed_in(people, **changes):
    report = drafted(people, **changes)
    return actions.hand_in(report=report, by=people.liaison, at=now())


def confirmed(people, **changes):
    report = handed_in(people, **changes)
    return actions.confirm_report(report=report, by=people.host, at=now(), opinion="同意报到")


def line_of(people, report=None, **changes):
    report = report or confirmed(people)
    year, quarter = quarter_of(today())
    facts = {"year": year, "quarter": quarter, "joined": "法律咨询两次", "done": "按约到场"}
    facts |= changes
    by = facts.pop("by", people.host)
    actions.write_line(report=report, by=by, at=now(), **facts)
    return QuarterLine.objects.select_related("report").latest("pk")


def sees(user, report):
    return BranchReport.objects.visible_to(user).filter(pk=report.pk).exists()
