"""Inspections, their findings, notices and figures."""

from django.utils import timezone

from oversight.actions import findings, inspections
from tests.access.rows import A, N, R, V, X, only
from tests.day import now
from tests.oversight.inspecting import Group, closed

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
# The leader is named in the plan, 王建国 is a member of the group; water and 石桥镇 are inspected.
WHOLE = {"office", "supervisor", "leader", "author"}
TOLD = WHOLE | {"handler", "host"}
OF_WATER = WHOLE | {"handler"}
SUPERVISOR, LEADER, AUTHOR = {"supervisor"}, {"leader"}, {"author"}
GROUP = {"author", "supervisor"}


PAGES = {
    ("get", "oversight:inspections"): (BUSINESS, A),
    ("get", "oversight:findings"): (BUSINESS, A),
    ("post", "oversight:export_findings"): (EXPORTING, R),
    ("get", "oversight:plan_inspection"): (SUPERVISOR, A),
    ("post", "oversight:plan_inspection"): (SUPERVISOR, V),
    ("get", "oversight:sample_planner"): (BUSINESS, A),
    ("get", "oversight:closures_dashboard"): ({"office", "supervisor", "neighbour_office"}, A),
    ("get", "oversight:inspection"): (WHOLE, A, X, {}),
    ("get", "oversight:change_inspection"): only(SUPERVISOR, A, WHOLE),
    ("post", "oversight:submit_inspection"): only(SUPERVISOR, R, WHOLE),
    ("post", "oversight:drop_inspection"): only(SUPERVISOR, R, WHOLE),
    ("get", "oversight:approve_inspection"): only(LEADER, A, WHOLE),
    ("post", "oversight:approve_inspection"): only(LEADER, R, WHOLE),
    ("get", "oversight:send_back_inspection"): only(LEADER, A, WHOLE),
    ("post", "oversight:send_back_inspection"): only(LEADER, V, WHOLE),
    ("post", "oversight:freeze_frame"): only(SUPERVISOR, R, WHOLE),
    ("get", "oversight:enter_inspection_seed"): only(SUPERVISOR, A, WHOLE),
    ("post", "oversight:enter_inspection_seed"): only(SUPERVISOR, V, WHOLE),
    ("get", "oversight:inspection_frame"): (WHOLE, A, X, {}),
    ("get", "oversight:inspection_plan"): (WHOLE, A, X, {}),
    ("post", "oversight:begin_inspection"): only(GROUP, R, WHOLE),
    ("get", "oversight:cancel_inspection"): only(SUPERVISOR, A, WHOLE),
    ("post", "oversight:cancel_inspection"): only(SUPERVISOR, V, WHOLE),
    ("get", "oversight:find_problem"): only(AUTHOR, A, WHOLE),
    ("post", "oversight:find_problem"): only(AUTHOR, V, WHOLE),
    ("get", "oversight:add_inspection_note"): only(AUTHOR, A, WHOLE),
    ("post", "oversight:add_inspection_note"): only(AUTHOR, V, WHOLE),
    ("post", "oversight:send_facts"): only(GROUP, R, WHOLE),
    # 王建国 is of the organ that registered the matter: another member looks at it.
    ("get", "oversight:record_look"): only(set(), A, WHOLE),
    ("post", "oversight:record_look"): only(set(), V, WHOLE),
    # The facts about the bureau of water.
    ("get", "oversight:answer_facts"): only({"handler"}, A, OF_WATER),
    ("post", "oversight:answer_facts"): only({"handler"}, V, OF_WATER),
    ("get", "oversight:inspection_closures"): (WHOLE, A, X, {"handler": N, "host": N}),
    ("get", "oversight:finding"): (OF_WATER, A, X, {}),
    ("get", "oversight:report_print"): (OF_WATER, A, X, {}),
    ("get", "oversight:confirm_finding"): only(SUPERVISOR, A, OF_WATER),
    ("post", "oversight:confirm_finding"): only(SUPERVISOR, R, OF_WATER),
    ("get", "oversight:refuse_finding"): only(SUPERVISOR, A, OF_WATER),
    ("post", "oversight:refuse_finding"): only(SUPERVISOR, V, OF_WATER),
    ("get", "oversight:conclude_inspection"): only(LEADER, A, TOLD),
    ("post", "oversight:conclude_inspection"): only(LEADER, V, TOLD),
    ("get", "oversight:feed_back"): only(GROUP, A, TOLD),
    ("post", "oversight:feed_back"): only(GROUP, R, TOLD),
    ("get", "oversight:put_right_at_once"): only(GROUP, A, OF_WATER),
    ("post", "oversight:put_right_at_once"): only(GROUP, V, OF_WATER),
    ("get", "oversight:object_to_finding"): only({"handler"}, A, OF_WATER),
    ("post", "oversight:object_to_finding"): only({"handler"}, V, OF_WATER),
    # The supervisor planned it.
    ("get", "oversight:decide_objection"): only({"office"}, A, OF_WATER),
    ("post", "oversight:decide_objection"): only({"office"}, V, OF_WATER),
    ("get", "oversight:issue_notice"): only(LEADER, A, TOLD),
    ("post", "oversight:issue_notice"): only(LEADER, V, TOLD),
    ("get", "oversight:notice"): (OF_WATER, A, X, {}),
    ("get", "oversight:notice_print"): (OF_WATER, A, X, {}),
    ("post", "oversight:sign_for_notice"): only({"handler"}, R, OF_WATER),
    ("get", "oversight:number_notice"): only(SUPERVISOR, A, OF_WATER),
    ("post", "oversight:number_notice"): only(SUPERVISOR, V, OF_WATER),
    ("get", "oversight:report_rectification"): only({"handler"}, A, OF_WATER),
    ("post", "oversight:report_rectification"): only({"handler"}, V, OF_WATER),
    ("get", "oversight:settle_finding"): only(SUPERVISOR, A, OF_WATER),
    ("post", "oversight:settle_finding"): only(SUPERVISOR, V, OF_WATER),
    ("get", "oversight:fail_finding"): only(SUPERVISOR, A, OF_WATER),
    ("post", "oversight:fail_finding"): only(SUPERVISOR, V, OF_WATER),
    ("get", "oversight:take_long"): only(SUPERVISOR, A, OF_WATER),
    ("post", "oversight:take_long"): only(SUPERVISOR, V, OF_WATER),
    ("post", "oversight:complete_inspection"): only(SUPERVISOR, R, TOLD),
    ("post", "oversight:archive_inspection"): only(SUPERVISOR, R, TOLD),
    ("get", "oversight:take_back_inspection_step"): only(SUPERVISOR, A, TOLD),
    ("post", "oversight:take_back_inspection_step"): only(SUPERVISOR, V, TOLD),
}


class _Group(Group):
    """The group of the table: the leader of the cast approves, 王建国 is a member."""

    def __init__(self, people):
        super().__init__(people)
        self.leader, self.approver, self.member = people.leader, people.leader_cadre, people.cadre


def records(people):
    group = _Group(people)
    by, at = people.supervisor, timezone.now()
    closed(people, 1)
    draft = group.planned()
    submitted = inspections.submit_inspection(inspection=group.planned(), by=by, at=at)
    to_freeze = group.approved(drawn_from="units", number=1)
    frozen = group.approved(drawn_from="units", number=1)
    frozen = inspections.freeze_frame(inspection=frozen, by=by, at=now())
    approved, begun = group.approved(), group.begun()
    of_matters = group.begun(group.drawn(group.of_closures(1)))
    row = of_matters.rows.get()

    figures = group.begun(group.drawn(group.of_closures(1)))
    group.checking(figures)
    asked = figures.inspected.get(organ=people.water)
    checking = group.begun()
    to_verify = group.found(checking)
    group.checking(checking)
    group.answered(checking)
    to_conclude = group.begun()
    group.checking(to_conclude)
    concluded = _concluded(group)
    fed_back, confirmed = group.fed_back()
    _one, objected = group.fed_back()
    text = {"text": "已于当日清淤"}
    findings.object_to_finding(finding=objected, by=people.handler, at=at, **text)
    notice, noticed = group.noticed()
    reported = group.reported()
    ended = inspections.give_feedback(inspection=_concluded(group), by=by, at=at)
    done = inspections.give_feedback(inspection=_concluded(group), by=by, at=at)
    done = inspections.complete_inspection(inspection=done, by=by, at=at)
    return {
        **dict.fromkeys(["change_inspection", "submit_inspection", "drop_inspection"], [draft.pk]),
        **dict.fromkeys(["approve_inspection", "send_back_inspection"], [submitted.pk]),
        **dict.fromkeys(["inspection", "begin_inspection", "cancel_inspection"], [approved.pk]),
        "freeze_frame": [to_freeze.pk],
        **dict.fromkeys(
            ["enter_inspection_seed", "inspection_frame", "inspection_plan"], [frozen.pk]
        ),
        **dict.fromkeys(["find_problem", "add_inspection_note", "send_facts"], [begun.pk]),
        "record_look": [row.pk],
        "answer_facts": [asked.pk],
        "inspection_closures": [figures.pk],
        **dict.fromkeys(
            ["finding", "report_print", "confirm_finding", "refuse_finding"], [to_verify.pk]
        ),
        "conclude_inspection": [to_conclude.pk],
        "feed_back": [concluded.pk],
        "issue_notice": [fed_back.pk],
        **dict.fromkeys(["put_right_at_once", "object_to_finding"], [confirmed.pk]),
        "decide_objection": [objected.pk],
        **dict.fromkeys(
            ["notice", "notice_print", "sign_for_notice", "number_notice"], [notice.pk]
        ),
        "report_rectification": [noticed.pk],
        **dict.fromkeys(["settle_finding", "fail_finding", "take_long"], [reported.pk]),
        "complete_inspection": [ended.pk],
        **dict.fromkeys(["archive_inspection", "take_back_inspection_step"], [done.pk]),
    }


def _concluded(group):
    one = group.begun()
    group.checking(one)
    words = {"by": group.leader, "at": now(), "text": "总体属实。"}
    return inspections.conclude_inspection(inspection=one, **words)
