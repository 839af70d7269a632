"""Weak Party organisations at 柳湾村 in the states that their pages need. 王建国 neither works
there nor is named for anything, so he sees nothing, and neither does a supervisor."""

from datetime import timedelta

from django.utils import timezone

from pairing.actions import weak_cases as cases
from pairing.actions import weak_checks as checks
from pairing.actions import weak_plans as plans
from pairing.models.weak_work import Aspect, Part
from portal.models import PartyOrganization
from tests.people import START

OFFICE, HOST = frozenset({"office"}), frozenset({"host"})
BOTH = OFFICE | HOST
READERS = BOTH | {"neighbour_host", "neighbour_office"}
# Named as the county leader responsible for the village.
NAMED = {"leader": 403}
HOSTS = HOST | {"neighbour_host"}
OFFICES = OFFICE | {"neighbour_office"}

PAGES = {
    ("get", "pairing:weak_cases"): (READERS | {"leader"}, 200),
    ("post", "pairing:export_weak_cases"): (READERS, 302),
    ("get", "pairing:export_weak_cases_named"): (READERS, 200),
    ("post", "pairing:export_weak_cases_named"): (READERS, 422),
    ("get", "pairing:note_weak_case"): (HOSTS, 200),
    ("post", "pairing:note_weak_case"): (HOSTS, 422),
    ("get", "pairing:weak_case"): (BOTH | {"leader"}, 200, 404, {}),
    ("get", "pairing:correct_weak_case"): (HOST, 200, 404, {"office": 403}),
    ("post", "pairing:correct_weak_case"): (HOST, 422, 404, {"office": 403}),
    ("get", "pairing:decide_weak_case"): (OFFICE, 200, 404, {"host": 403}),
    ("post", "pairing:decide_weak_case"): (OFFICE, 422, 404, {"host": 403}),
    ("post", "pairing:ask_weak_acceptance"): (HOST, 302, 404, {"office": 403}),
    ("get", "pairing:accept_weak_case"): (OFFICE, 200, 404, {"host": 403}),
    ("post", "pairing:accept_weak_case"): (OFFICE, 422, 404, {"host": 403}),
    ("get", "pairing:follow_up_weak_case"): (BOTH, 200, 404, {}),
    ("post", "pairing:follow_up_weak_case"): (BOTH, 422, 404, {}),
    # Refused to the office with the reason: the year is not over.
    ("get", "pairing:close_weak_case"): (frozenset(), 200, 404, {"office": 403, "host": 403}),
    ("get", "pairing:weak_plan"): (BOTH | {"leader"}, 200, 404, {}),
    ("get", "pairing:weak_plan_named"): (BOTH, 200, 404, NAMED),
    ("post", "pairing:weak_plan_named"): (BOTH, 422, 404, NAMED),
    ("get", "pairing:lay_down_weak_plan"): (BOTH, 200, 404, {}),
    ("post", "pairing:lay_down_weak_plan"): (BOTH, 422, 404, {}),
    ("get", "pairing:add_weak_item"): (BOTH, 200, 404, NAMED),
    ("post", "pairing:add_weak_item"): (BOTH, 422, 404, NAMED),
    ("get", "pairing:name_weak_support"): (BOTH, 200, 404, NAMED),
    ("post", "pairing:name_weak_support"): (BOTH, 422, 404, NAMED),
    ("get", "pairing:end_weak_support"): (BOTH, 200, 404, NAMED),
    ("get", "pairing:review_weak_case"): (BOTH, 200, 404, NAMED),
    ("post", "pairing:review_weak_case"): (BOTH, 422, 404, NAMED),
    ("get", "pairing:weak_item_progress"): (BOTH, 200, 404, NAMED),
    ("post", "pairing:weak_item_progress"): (BOTH, 422, 404, NAMED),
    ("get", "pairing:end_weak_item"): (BOTH, 200, 404, NAMED),
    ("post", "pairing:end_weak_item"): (BOTH, 422, 404, NAMED),
    ("get", "pairing:weak_checks"): (READERS, 200),
    ("get", "pairing:open_weak_check"): (OFFICES, 200),
    ("post", "pairing:open_weak_check"): (OFFICES, 422),
    # The neighbouring host, of the same county, is asked too, and sees only its own answer.
    ("get", "pairing:weak_check"): (BOTH | {"neighbour_host"}, 200, 404, {}),
    ("post", "pairing:answer_weak_check"): (HOST, 302, 404, {"office": 403}),
}


def records(people):
    today, now = timezone.localdate(), timezone.now()
    soon = today + timedelta(days=30)

    def noted(name):
        organization = PartyOrganization.objects.create(
            name=name, kind="branch", unit=people.village, started_on=START
        )
        return cases.note_case(
            organization=organization,
            year=today.year,
            level="weak",
            situations=["01"],
            by=people.host,
            at=now,
        )

    def confirmed(name):
        case = cases.decide_case(
            case=noted(name),
            confirmed=True,
            document="云委〔2026〕7号",
            decided_on=today,
            by=people.office,
            at=now,
        )
        item = plans.add_item(
            case=case,
            situation="01",
            measure="补选",
            responsible="镇党委副书记",
            due_on=soon,
            by=people.host,
            at=now,
        )
        return case, item

    def rectifying(name):
        case, item = confirmed(name)
        case = cases.lay_down_plan(case=case, goal="转化", plan_due_on=soon, by=people.host, at=now)
        return case, item

    def worked_off(name):
        case, item = rectifying(name)
        plans.end_item(item=item, done=True, outcome="已补选", by=people.host, at=now)
        return case

    def waiting(name):
        return cases.ask_acceptance(case=worked_off(name), by=people.host, at=now)

    check = checks.open_check(
        year=today.year, area=people.county, answer_by=soon, document="", by=people.office, at=now
    )
    case, item = rectifying("一支部")
    support = plans.name_support(
        case=case, kind="leader", cadre=people.leader_cadre, starts_on=today, by=people.host, at=now
    )
    planned = confirmed("二支部")[0]
    transformed = waiting("三支部")
    cases.accept_case(
        case=transformed,
        held_on=today,
        member_ballots=8,
        mass_ballots=12,
        points=dict.fromkeys(Part.values, 20),
        ballots=dict.fromkeys(Aspect.values, [20, 0, 0]),
        opinion="同意",
        by=people.office,
        at=now,
    )
    running = (
        "weak_case",
        "weak_plan",
        "weak_plan_named",
        "add_weak_item",
        "name_weak_support",
        "review_weak_case",
    )
    return {
        **{page: [case.pk] for page in running},
        **dict.fromkeys(["correct_weak_case", "decide_weak_case"], [noted("四支部").pk]),
        "lay_down_weak_plan": [planned.pk],
        "ask_weak_acceptance": [worked_off("五支部").pk],
        "accept_weak_case": [waiting("六支部").pk],
        "follow_up_weak_case": [transformed.pk],
        "close_weak_case": [transformed.pk],
        "end_weak_support": [support.pk],
        "weak_item_progress": [item.pk],
        "end_weak_item": [item.pk],
        "weak_check": [check.pk],
        "answer_weak_check": [check.reports.get(organ=people.town_organ).pk],
    }
