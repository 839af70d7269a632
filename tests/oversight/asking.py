"""The users who admit requests for data and receive complaints, and records of both."""

from oversight.actions import data_requests, retention
from portal.roles import Role
from tests.day import in_days, now, today
from tests.people import account, fresh


def burden_officer(people, name="burden"):
    """A member of the county's mechanism outside the office."""
    found = account(name, "钟减", people.desk_organ, Role.BURDEN, place=people.county)
    return fresh(found)


def leader_of_office(people):
    found = account("chief", "罗明", people.department, Role.LEADER, within=people.department)
    return fresh(found)


def asked(**changes):
    return {
        "title": "秸秆禁烧情况日报",
        "kind": "one_off",
        "basis": "云农〔2026〕8号",
        "columns": ["过火面积", "登记干部"],
        "asked_of": "村",
        "asked_count": 120,
        "frequency": "once",
        "way": "file",
        "minutes": 30,
        "starts_on": today(),
        "ends_on": in_days(30),
    } | changes


def drafted(people, *, by=None, **changes):
    return data_requests.draft_request(by=by or people.liaison, at=now(), **asked(**changes))


def submitted(people, **changes):
    request = drafted(people, **changes)
    return data_requests.submit_request(request=request, by=people.liaison, at=now())


def admitted(people, officer, **changes):
    request = submitted(people, **changes)
    return data_requests.admit_request(request=request, by=officer, at=now())


def destruction(people, *, kind="request", before=None):
    before = before or retention.years_before(today(), 10)
    return retention.begin_list(
        by=people.office, at=now(), title="到期报表准入档案", kind=kind, before=before
    )
