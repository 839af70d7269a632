"""Honours, appraisal of members, findings, sheets of a cycle, numbers of evaluation."""

from django.utils import timezone

from evaluation.actions import discipline, honours, members
from evaluation.models import HonourPool, Poll
from portal.models import PartyOrganization
from tests.access.rows import A, N, R, V, X
from tests.day import in_days, today
from tests.evaluation import finished
from tests.people import START

BUSINESS = {
    "leader",
    "author",
    "liaison",
    "host",
    "desk",
    "handler",
    "office",
    "supervisor",
    "neighbour_cadre",
    "neighbour_host",
    "neighbour_handler",
    "neighbour_liaison",
    "neighbour_office",
}
EXPORTING = BUSINESS - {"author", "leader", "neighbour_cadre"}
OFFICE = {"office"}
OFFICES = OFFICE | {"neighbour_office"}
READING = OFFICES | {"supervisor"}
WORDS = {"liaison", "host", "neighbour_host", "neighbour_liaison"}
# 王建国 of the bureau of agriculture is appraised at 柳湾村.
SPEAKING = {"liaison", "host"}
SEES_CYCLE = OFFICE | SPEAKING | {"author", "desk", "supervisor"}
# Users who see the cycle but may not act; 王建国 and the supervisor see no pools.
ON_CYCLE = dict.fromkeys(SEES_CYCLE - OFFICE, N)
ON_POOL = dict.fromkeys(SPEAKING, N)
HOLDERS = OFFICES | WORDS

PAGES = {
    ("get", "evaluation:honours"): (BUSINESS, A),
    ("get", "evaluation:honours_print"): (BUSINESS, A),
    ("post", "evaluation:export_honours"): (EXPORTING, R),
    ("get", "evaluation:honour_pools"): (OFFICES | WORDS, A),
    ("get", "evaluation:cycle_honours"): (
        OFFICE | SPEAKING,
        A,
        X,
        {"author": N, "desk": N, "supervisor": N},
    ),
    ("get", "evaluation:new_honour_pool"): (OFFICE, A, X, ON_CYCLE),
    ("post", "evaluation:new_honour_pool"): (OFFICE, V, X, ON_CYCLE),
    ("get", "evaluation:propose_grade"): (OFFICE, A, X, ON_CYCLE),
    ("post", "evaluation:propose_grade"): (OFFICE, V, X, ON_CYCLE),
    ("get", "evaluation:decide_grades"): (OFFICE, A, X, ON_CYCLE),
    ("post", "evaluation:decide_grades"): (OFFICE, V, X, ON_CYCLE),
    ("get", "evaluation:honour_pool"): (OFFICE | SPEAKING, A, X, {}),
    ("get", "evaluation:nominate_for_honour"): (OFFICE | SPEAKING, A, X, {}),
    ("post", "evaluation:nominate_for_honour"): (OFFICE | SPEAKING, V, X, {}),
    ("get", "evaluation:decide_honour_pool"): (OFFICE, A, X, ON_POOL),
    ("post", "evaluation:decide_honour_pool"): (OFFICE, V, X, ON_POOL),
    ("get", "evaluation:publicise_honour_pool"): (OFFICE, A, X, ON_POOL),
    ("post", "evaluation:publicise_honour_pool"): (OFFICE, V, X, ON_POOL),
    ("get", "evaluation:give_up_honour_pool"): (OFFICE, A, X, ON_POOL),
    ("post", "evaluation:give_up_honour_pool"): (OFFICE, V, X, ON_POOL),
    ("post", "evaluation:finish_honour_pool"): (OFFICE, R, X, ON_POOL),
    # Refused, since an empty post names no other pool.
    ("post", "evaluation:join_honour_pools"): (OFFICE, X, X, ON_POOL),
    ("get", "evaluation:honour_notice"): (OFFICE | SPEAKING, A, X, {}),
    ("get", "evaluation:withdraw_honour"): (OFFICE | SPEAKING, A, X, {}),
    ("post", "evaluation:withdraw_honour"): (OFFICE | SPEAKING, V, X, {}),
    ("get", "evaluation:object_to_honour"): (OFFICE, A, X, ON_POOL),
    ("post", "evaluation:object_to_honour"): (OFFICE, V, X, ON_POOL),
    ("post", "evaluation:export_ballot_summary"): (OFFICE, R, X, ON_CYCLE),
    ("post", "evaluation:export_score_summary"): (OFFICE, R, X, ON_CYCLE),
    ("get", "evaluation:ballot_summary_print"): (OFFICE, A, X, ON_CYCLE),
    ("get", "evaluation:score_summary_print"): (OFFICE, A, X, ON_CYCLE),
    ("get", "evaluation:appraised_results"): (OFFICE | SPEAKING | {"author"}, A, X, {}),
    ("get", "evaluation:blank_ballot"): (OFFICE, A, X, dict.fromkeys(SPEAKING | {"author"}, N)),
    ("get", "evaluation:blank_ballots_of_poll"): ({"office", "desk"}, A, X, {}),
    # A recipient's list, and everybody's own.
    ("get", "evaluation:findings"): (BUSINESS | {"recipient"}, A),
    ("get", "evaluation:record_finding"): ({"recipient"}, A),
    ("post", "evaluation:record_finding"): ({"recipient"}, V),
    ("get", "evaluation:finding"): ({"recipient", "author"}, A, X, {}),
    ("get", "evaluation:lift_finding"): ({"recipient"}, A, X, {"author": N}),
    ("post", "evaluation:lift_finding"): ({"recipient"}, V, X, {"author": N}),
    ("post", "evaluation:step_aside_from_finding"): ({"recipient"}, R, X, {"author": N}),
    ("get", "evaluation:member_appraisals"): (HOLDERS, A),
    ("get", "evaluation:missing_member_appraisals"): (HOLDERS, A),
    ("get", "evaluation:begin_member_appraisal"): (HOLDERS, A),
    ("post", "evaluation:begin_member_appraisal"): (HOLDERS, V),
    **{
        ("get", f"evaluation:{name}"): ({"office", "host"}, A, X, {})
        for name in (
            "member_appraisal",
            "member_appraisal_print",
            "add_appraised_members",
            "note_member_meeting",
            "note_member_results",
            "reopen_member_appraisal",
        )
    },
    **{
        ("post", f"evaluation:{name}"): ({"office", "host"}, V, X, {})
        for name in ("add_appraised_members", "note_member_meeting", "reopen_member_appraisal")
    },
    ("post", "evaluation:export_member_appraisal"): ({"office", "host"}, R, X, {}),
    # Nobody has a result yet, so an empty post of totals lacks nothing.
    ("post", "evaluation:note_member_results"): ({"office", "host"}, R, X, {}),
    ("post", "evaluation:remove_appraised_member"): ({"office", "host"}, R, X, {}),
    # Refused with the reason: its meeting is not recorded.
    ("post", "evaluation:finish_member_appraisal"): (set(), R, X, {"office": N, "host": N}),
    ("get", "evaluation:evaluation_dashboard"): (READING, A),
    ("get", "evaluation:burden"): (READING, A),
    ("post", "evaluation:export_burden"): (READING, R),
}


def records(people):
    now = timezone.now()
    cycle = finished.cycle(people)
    mine = finished.appraised(people, cycle, cadre=people.cadre)
    finished.scored(cycle, mine)
    made = {
        "cycle": cycle,
        "purpose": "honour",
        "basis": "other",
        "percent": 50,
        "basis_document": "x",
        "by": people.office,
        "at": now,
    }
    finished.scored(
        cycle,
        *(
            finished.appraised(people, cycle, n, organ=organ)
            for n, organ in enumerate((people.desk_organ, people.department), start=2)
        ),
    )

    def pool(title, *steps):
        row = honours.make_pool(title=title, **made)
        honour = honours.nominate(pool=row, appraised=mine, reason="好", by=people.office, at=now)
        if "decided" in steps:
            honours.decide_pool(
                pool=row, chosen=[honour], document="y", on=in_days(-20), by=people.office, at=now
            )
        if "notice" in steps:
            honours.publicise_pool(pool=row, on=in_days(-15), by=people.office, at=now)
            HonourPool.objects.filter(pk=row.pk).update(notice_until=in_days(-1))
        return row, honour

    open_pool, honour = pool("甲")
    decided, _honour = pool("乙", "decided")
    noticed, shown = pool("丙", "decided", "notice")
    over, _shown = pool("丁", "decided", "notice")
    poll = Poll(cycle=cycle, organ=people.department)
    poll.stand_at(people.village)
    poll.save()
    finding = discipline.record_finding(
        cadre=people.cadre,
        kind="gifts",
        happened_on=today(),
        document="z",
        source="other",
        reference="1",
        by=people.recipient,
        at=now,
    )

    def appraisal(name, *, is_over=False):
        organization = PartyOrganization.objects.create(
            name=name, kind="branch", unit=people.village, started_on=START
        )
        row = members.begin_appraisal(
            organization=organization, year=today().year, by=people.host, at=now
        )
        (member,) = members.add_members(
            appraisal=row, members=[("甲", is_over)], by=people.host, at=now
        )
        if is_over:
            members.note_meeting(
                appraisal=row,
                held_on=today(),
                expected=1,
                present=1,
                valid=1,
                by=people.host,
                at=now,
            )
            said = {"self_done": True, "peers": [0, 1, 0, 0], "ballots": [0, 1, 0, 0]}
            members.note_results(
                appraisal=row, results={member.pk: said | {"grade": None}}, by=people.host, at=now
            )
            members.finish_appraisal(appraisal=row, by=people.host, at=now)
        return row, member

    running, member = appraisal("评议一支部")
    ended, _member = appraisal("评议二支部", is_over=True)
    of_cycle = (
        "cycle_honours",
        "new_honour_pool",
        "propose_grade",
        "decide_grades",
        "export_ballot_summary",
        "export_score_summary",
        "ballot_summary_print",
        "score_summary_print",
    )
    of_open = (
        "honour_pool",
        "nominate_for_honour",
        "decide_honour_pool",
        "give_up_honour_pool",
        "join_honour_pools",
    )
    of_running = (
        "member_appraisal",
        "member_appraisal_print",
        "add_appraised_members",
        "note_member_meeting",
        "note_member_results",
        "finish_member_appraisal",
        "export_member_appraisal",
    )
    return {
        **dict.fromkeys(of_cycle, [cycle.pk]),
        **dict.fromkeys(of_open, [open_pool.pk]),
        **dict.fromkeys(of_running, [running.pk]),
        **dict.fromkeys(["finding", "lift_finding", "step_aside_from_finding"], [finding.pk]),
        "publicise_honour_pool": [decided.pk],
        "honour_notice": [noticed.pk],
        "object_to_honour": [shown.pk],
        "finish_honour_pool": [over.pk],
        "withdraw_honour": [honour.pk],
        **dict.fromkeys(["appraised_results", "blank_ballot"], [mine.pk]),
        "blank_ballots_of_poll": [poll.pk],
        "reopen_member_appraisal": [ended.pk],
        "remove_appraised_member": [member.pk],
    }
