"""Plans and their tasks, the register of supervision, practices."""

from datetime import timedelta

from django.utils import timezone

from oversight.actions import plans, practices, supervision
from oversight.models import PlanItem, PracticeTrial
from tests.access.rows import A, R, V, X, only
from tests.day import in_days, today
from tests.oversight import planning

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
OFFICE, HANDLER, DESK, HEAD, AUTHOR = {"office"}, {"handler"}, {"desk"}, {"leader"}, {"author"}
# Readers of the register of 县委组织部, whose head is 罗明; its entries are given to the bureau of
# water.
REGISTER = DESK | HEAD | OFFICE | {"supervisor"}
GIVEN = REGISTER | HANDLER
# Users who read a matter of 柳湾村 in their own scope.
READING_MATTER = {"author", "liaison", "host", "desk", "office", "supervisor"}


PAGES = {
    ("get", "oversight:plans"): (BUSINESS, A),
    ("get", "oversight:plans_dashboard"): (DESK | OFFICE | {"supervisor", "neighbour_office"}, A),
    ("get", "oversight:new_plan"): (OFFICE | {"neighbour_office"}, A),
    ("post", "oversight:new_plan"): (OFFICE | {"neighbour_office"}, V),
    # In force: all organs of the area read it.
    ("get", "oversight:plan"): (BUSINESS, A, X, {}),
    ("post", "oversight:count_plan"): only(OFFICE, R, BUSINESS),
    ("get", "oversight:sum_up_plan"): only(OFFICE, A, BUSINESS),
    ("post", "oversight:archive_plan"): only(OFFICE, R, BUSINESS),
    ("get", "oversight:take_back_plan_step"): only(OFFICE, A, BUSINESS),
    ("post", "oversight:take_back_plan_step"): only(OFFICE, V, BUSINESS),
    # A draft, visible only to the office.
    ("get", "oversight:change_work_plan"): (OFFICE, A, X, {}),
    ("get", "oversight:add_plan_item"): (OFFICE, A, X, {}),
    ("post", "oversight:add_plan_item"): (OFFICE, V, X, {}),
    ("get", "oversight:hear_plan"): (OFFICE, A, X, {}),
    ("post", "oversight:drop_plan"): (OFFICE, R, X, {}),
    ("get", "oversight:change_plan_item"): (OFFICE, A, X, {}),
    ("post", "oversight:drop_item"): (OFFICE, R, X, {}),
    # In consultation: the organs named in a task give their opinion.
    ("get", "oversight:say_plan_opinion"): only(HANDLER, A, OFFICE | HANDLER),
    ("post", "oversight:say_plan_opinion"): only(HANDLER, V, OFFICE | HANDLER),
    ("get", "oversight:deliberate_plan"): only(OFFICE, A, OFFICE | HANDLER),
    ("get", "oversight:send_plan_back"): only(OFFICE, A, OFFICE | HANDLER),
    ("get", "oversight:decide_plan"): (OFFICE, A, X, {}),
    ("get", "oversight:issue_plan"): (OFFICE, A, X, {}),
    ("post", "oversight:issue_plan"): (OFFICE, V, X, {}),
    ("get", "oversight:plan_items"): (BUSINESS, A),
    ("post", "oversight:export_plan_items"): (EXPORTING, R),
    ("get", "oversight:plan_item"): (BUSINESS, A, X, {}),
    ("get", "oversight:say_quarter"): only(HANDLER, A, BUSINESS),
    ("post", "oversight:say_quarter"): only(HANDLER, V, BUSINESS),
    ("get", "oversight:note_item_done"): only(OFFICE, A, BUSINESS),
    ("get", "oversight:reopen_item"): only(OFFICE, A, BUSINESS),
    ("get", "oversight:adjust_item"): only(OFFICE, A, BUSINESS),
    ("post", "oversight:adjust_item"): only(OFFICE, V, BUSINESS),
    ("get", "oversight:cancel_item"): only(OFFICE, A, BUSINESS),
    ("post", "oversight:review_note"): only(OFFICE, R, BUSINESS),
    ("get", "oversight:send_note_back"): only(OFFICE, A, BUSINESS),
    # 督办.
    ("get", "oversight:supervision"): (BUSINESS, A),
    ("post", "oversight:export_supervision"): (EXPORTING, R),
    ("get", "oversight:unsupervised"): (DESK, A),
    ("get", "oversight:supervision_of_matter"): (READING_MATTER, A, X, {}),
    ("get", "oversight:propose_entry"): (DESK, A),
    ("post", "oversight:propose_entry"): (DESK, V),
    ("get", "oversight:supervision_entry"): (GIVEN, A, X, {}),
    ("get", "oversight:change_entry"): only(DESK, A, REGISTER),
    ("post", "oversight:submit_entry"): only(DESK, R, REGISTER),
    ("post", "oversight:drop_entry"): only(DESK, R, REGISTER),
    ("get", "oversight:establish_entry"): only(HEAD, A, REGISTER),
    ("get", "oversight:send_entry_back"): only(HEAD, A, REGISTER),
    ("post", "oversight:assign_entry"): only(DESK, R, REGISTER),
    ("post", "oversight:sign_entry"): only(HANDLER, R, GIVEN),
    ("get", "oversight:report_entry_progress"): only(HANDLER, A, GIVEN),
    ("post", "oversight:report_entry_progress"): only(HANDLER, V, GIVEN),
    ("get", "oversight:report_entry_result"): only(HANDLER, A, GIVEN),
    ("get", "oversight:urge_entry"): only(DESK, A, GIVEN),
    ("get", "oversight:extend_entry"): only(DESK, A, GIVEN),
    ("get", "oversight:take_entry_long_term"): only(HEAD, A, GIVEN),
    ("get", "oversight:join_ground"): only(DESK, A, GIVEN),
    ("get", "oversight:revoke_entry"): only(HEAD, A, GIVEN),
    ("get", "oversight:review_entry"): only(DESK, A, GIVEN),
    ("get", "oversight:return_entry"): only(DESK, A, GIVEN),
    ("get", "oversight:end_entry"): only(HEAD, A, GIVEN),
    ("get", "oversight:refuse_to_end_entry"): only(HEAD, A, GIVEN),
    ("post", "oversight:archive_entry"): only(DESK, R, GIVEN),
    # Struck off by the leader; nobody else may take that back.
    ("get", "oversight:take_back_entry_step"): only(HEAD, A, GIVEN),
    ("post", "oversight:take_back_entry_step"): only(HEAD, V, GIVEN),
    # 经验做法, written down by 王建国.
    ("get", "oversight:practices"): (BUSINESS, A),
    ("post", "oversight:export_practices"): (EXPORTING, R),
    ("get", "oversight:new_practice"): (BUSINESS, A),
    ("post", "oversight:new_practice"): (BUSINESS, V),
    ("get", "oversight:change_practice"): (AUTHOR, A, X, {}),
    ("post", "oversight:submit_practice"): (AUTHOR, R, X, {}),
    ("post", "oversight:drop_practice"): (AUTHOR, R, X, {}),
    ("get", "oversight:try_practice"): only(OFFICE, A, OFFICE | AUTHOR),
    ("get", "oversight:ask_practice_to_add"): only(OFFICE, A, OFFICE | AUTHOR),
    ("get", "oversight:refuse_practice"): only(OFFICE, A, OFFICE | AUTHOR),
    ("get", "oversight:end_practice_trial"): only(OFFICE, A, OFFICE | AUTHOR),
    ("post", "oversight:end_practice_trial"): only(OFFICE, V, OFFICE | AUTHOR),
    ("get", "oversight:finish_practice_trials"): only(OFFICE, A, OFFICE | AUTHOR),
    ("get", "oversight:decide_practice"): only(OFFICE, A, OFFICE | AUTHOR),
    ("get", "oversight:take_back_practice_step"): only(OFFICE, A, OFFICE | AUTHOR),
    ("post", "oversight:take_back_practice_step"): only(OFFICE, V, OFFICE | AUTHOR),
    ("get", "oversight:spread_practice"): only(OFFICE, A, OFFICE | AUTHOR),
    # In the library.
    ("get", "oversight:practice"): (BUSINESS, A, X, {}),
    ("get", "oversight:begin_practice_rule"): only(OFFICE, A, BUSINESS),
    ("get", "oversight:advance_practice_rule"): only(OFFICE, A, BUSINESS),
    ("get", "oversight:issue_practice_rule"): only(OFFICE, A, BUSINESS),
    ("post", "oversight:issue_practice_rule"): only(OFFICE, V, BUSINESS),
    ("get", "oversight:extend_practice_rule"): only(OFFICE, A, BUSINESS),
    ("get", "oversight:end_practice_rule"): only(OFFICE, A, BUSINESS),
}


def _plans(people):
    """{state: [plan, its task]}; the one in force covers the last quarter on any day."""
    now, year, by = timezone.now(), today().year, {"by": people.office}
    long = {"kind": "long", "first_year": year - 1, "last_year": year + 1}
    made = {}
    for state in ("draft", "heard", "delib", "decided", "issued", "old", "summed_up"):
        is_old = state in ("old", "summed_up")
        years = {"first_year": year - 1} if is_old else long
        plan = planning.plan_of(people, title=f"规划{state}", **years)
        due = today()
        if is_old:
            due = due.replace(year=year - 1, month=12, day=31)
        item = planning.words_task(people, plan, due_on=due)
        if state != "draft":
            plan = planning.heard(people, plan)
        if state not in ("draft", "heard"):
            plan = plans.deliberate_plan(plan=plan, **by, at=now, deliberated_on=today())
        if state not in ("draft", "heard", "delib"):
            day = {"decided_on": today(), "decided_in": "县委常委会"}
            plan = plans.decide_plan(plan=plan, **by, at=now, **day)
        if state in ("issued", "old", "summed_up"):
            document = {"document": f"云组发〔2026〕{state}号", "issued_on": today()}
            plan = plans.issue_plan(plan=plan, **by, at=now, **document)
        if state == "summed_up":
            plan = plans.sum_up_plan(plan=plan, **by, at=now, summary="完成较好")
        made[state] = [plan, PlanItem.objects.get(pk=item.pk)]
    return made


def _entries(people):
    """{state: an entry that 县委组织部 keeps}."""
    now, made = timezone.now(), {}
    desk, organ = {"by": people.desk, "at": now}, {"by": people.handler, "at": now}
    ways = (
        ("submitted", supervision.submit_entry, desk, {}),
        ("set_up", supervision.establish, {"by": people.leader, "at": now}, {}),
        ("assigned", supervision.assign_entry, desk, {}),
        ("in_progress", supervision.sign_entry, organ, {}),
        ("reported", supervision.report_result, organ, {"text": "清淤完成"}),
        ("to_end", supervision.review_entry, desk, {"opinion": "已核实"}),
        ("closed", supervision.end_entry, {"by": people.leader, "at": now}, {}),
    )
    for last, state in enumerate(["draft", *(way[0] for way in ways)]):
        entry = planning.proposed(people, organ=people.department, title=f"督办{state}")
        for _state, move, by, typed in ways[:last]:
            entry = move(entry=entry, **by, **typed)
        made[state] = entry
    return made


def _practices(people):
    """{state: a practice that 王建国 wrote}."""
    now, made = timezone.now(), {}
    office = {"by": people.office, "at": now}
    first = {"unit": people.other_village, "starts_on": today() - timedelta(days=100)}
    done = {"ended_on": today(), "works": True, "result": "有效"}
    visit = people.visit(place=people.other_village)
    day = {"decided_on": today(), "decided_in": "部务会"}
    stage = {"stage_on": today()}

    def end(practice, **by):
        trial = PracticeTrial.objects.get(practice=practice)
        return practices.end_trial(practice=practice, trial=trial, visits=[visit], **done, **by)

    def issue(practice, **by):
        days = {"valid_from": today(), "valid_to": in_days(300)}
        return practices.issue_rule(practice=practice, document="云组发〔2026〕20号", **days, **by)

    def spread(practice, **by):
        told = {"document": "云组通〔2026〕9号", "is_shared": True}
        return practices.spread_practice(practice=practice, spread_on=today(), **told, **by)

    ways = (
        ("submitted", practices.submit_practice, {"by": people.author, "at": now}, {}),
        ("trial", practices.try_practice, office, first),
        ("over", end, office, {}),
        ("tried", practices.finish_trials, office, {"opinion": "可推广"}),
        ("decided", practices.decide_practice, office, day),
        ("spread", spread, office, {}),
        ("making", practices.begin_rule, office, {"title": "办法"}),
        ("heard", practices.advance_rule, office, stage),
        ("checked", practices.advance_rule, office, stage),
        ("delib", practices.advance_rule, office, stage),
        ("rule", issue, office, {}),
    )
    for last, state in enumerate(["draft", *(way[0] for way in ways)]):
        practice = planning.practice_of(people, by=people.author, name=f"做法{state}")
        for _state, move, by, typed in ways[:last]:
            practice = move(practice=practice, **by, **typed)
        made[state] = practice
    return made


def records(people):
    now = timezone.now()
    plan, entry, practice = _plans(people), _entries(people), _practices(people)
    running = plan["issued"][1]
    done = planning.words_task(people, plan["draft"][0])
    PlanItem.objects.filter(pk=done.pk).update(plan=plan["issued"][0], position=2)
    done.refresh_from_db()
    plans.note_item_done(item=done, by=people.office, at=now, done_on=today(), text="已印发")
    said = planning.words_task(people, plan["draft"][0])
    PlanItem.objects.filter(pk=said.pk).update(plan=plan["issued"][0], position=3)
    said.refresh_from_db()
    plans.say_quarter(item=said, by=people.handler, at=now, text="初稿已成")
    note = said.notes.get()
    matter = people.matter()
    of_plans = {
        "plan": "issued",
        "count_plan": "issued",
        "sum_up_plan": "old",
        "archive_plan": "summed_up",
        "take_back_plan_step": "summed_up",
        "change_work_plan": "draft",
        "add_plan_item": "draft",
        "hear_plan": "draft",
        "drop_plan": "draft",
        "say_plan_opinion": "heard",
        "deliberate_plan": "heard",
        "send_plan_back": "heard",
        "decide_plan": "delib",
        "issue_plan": "decided",
    }
    of_entries = {
        "supervision_entry": "assigned",
        "change_entry": "draft",
        "submit_entry": "draft",
        "drop_entry": "draft",
        "establish_entry": "submitted",
        "send_entry_back": "submitted",
        "assign_entry": "set_up",
        "sign_entry": "assigned",
        "report_entry_progress": "in_progress",
        "report_entry_result": "in_progress",
        "urge_entry": "in_progress",
        "extend_entry": "in_progress",
        "take_entry_long_term": "in_progress",
        "join_ground": "in_progress",
        "revoke_entry": "in_progress",
        "review_entry": "reported",
        "return_entry": "reported",
        "end_entry": "to_end",
        "refuse_to_end_entry": "to_end",
        "archive_entry": "closed",
        "take_back_entry_step": "closed",
    }
    of_practices = {
        "change_practice": "draft",
        "submit_practice": "draft",
        "drop_practice": "draft",
        "try_practice": "submitted",
        "ask_practice_to_add": "submitted",
        "refuse_practice": "submitted",
        "end_practice_trial": "trial",
        "finish_practice_trials": "over",
        "decide_practice": "tried",
        "take_back_practice_step": "tried",
        "spread_practice": "decided",
        "practice": "spread",
        "begin_practice_rule": "spread",
        "advance_practice_rule": "making",
        "issue_practice_rule": "delib",
        "extend_practice_rule": "rule",
        "end_practice_rule": "rule",
    }
    of_items = ["plan_item", "say_quarter", "note_item_done", "adjust_item", "cancel_item"]
    return {
        **{name: [plan[state][0].pk] for name, state in of_plans.items()},
        **{name: [entry[state].pk] for name, state in of_entries.items()},
        **{name: [practice[state].pk] for name, state in of_practices.items()},
        **dict.fromkeys(of_items, [running.pk]),
        **dict.fromkeys(["change_plan_item", "drop_item"], [plan["draft"][1].pk]),
        "reopen_item": [done.pk],
        **dict.fromkeys(["review_note", "send_note_back"], [note.pk]),
        "supervision_of_matter": [matter.pk],
    }
