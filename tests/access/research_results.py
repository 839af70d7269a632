"""Reports of research, problems found, suggestions, the register of topics."""

from tests.access.rows import A, R, V, X, only
from tests.research import results as made

# Everybody who works with places and people.
EVERYBODY = {
    *("author", "liaison", "host", "desk", "handler", "office", "supervisor", "leader"),
    *("neighbour_cadre", "neighbour_host", "neighbour_handler"),
    *("neighbour_liaison", "neighbour_office"),
}
EXPORTING = EVERYBODY - {"author", "leader", "neighbour_cadre"}
BOARD = {
    *("liaison", "host", "office", "supervisor"),
    *("neighbour_host", "neighbour_liaison", "neighbour_office"),
}
# The bureau of agriculture leads; 王建国 heads the group.
TOPIC = {"author", "liaison", "office", "supervisor"}
GROUP = {"author", "liaison", "office"}
LEAD = {"liaison", "office"}
# The bureau of water answers for the problem.
PROBLEM = TOPIC | {"handler"}


def _form(name, let_in, seen):
    return {
        ("get", f"research:{name}"): only(let_in, A, seen),
        ("post", f"research:{name}"): only(let_in, V, seen),
    }


PAGES = {
    ("get", "research:reports"): (EVERYBODY, A),
    ("get", "research:library"): (EVERYBODY, A),
    ("get", "research:found_problems"): (EVERYBODY, A),
    ("get", "research:suggestions"): (EVERYBODY, A),
    ("get", "research:register"): (EVERYBODY, A),
    ("post", "research:export_found_problems"): (EXPORTING, R),
    ("post", "research:export_register"): (EXPORTING, R),
    ("get", "research:research_dashboard"): (BOARD, A),
    ("get", "research:topic_results"): (TOPIC, A, X, {}),
    # Refused, since this topic already has a report.
    ("get", "research:write_report"): only(set(), A, TOPIC),
    **_form("add_found_problem", GROUP, TOPIC),
    **_form("raise_advice", GROUP, TOPIC),
    # Reviewed, and waiting for a decision.
    ("get", "research:report"): (TOPIC, A, X, {}),
    ("get", "research:report_print"): (TOPIC, A, X, {}),
    **_form("decide_research_report", LEAD, TOPIC),
    ("get", "research:review_research_report"): only(set(), A, TOPIC),
    ("get", "research:take_back_research_report"): only(set(), A, TOPIC),
    ("get", "research:send_research_report"): only(set(), A, TOPIC),
    ("get", "research:publish_research_report"): only(set(), A, TOPIC),
    ("get", "research:withdraw_research_report"): only(set(), A, TOPIC),
    # The draft report of another topic.
    **_form("edit_research_report", GROUP, TOPIC),
    ("post", "research:hand_in_research_report"): only(GROUP, R, TOPIC),
    ("get", "research:found_problem"): (PROBLEM, A, X, {}),
    **_form("note_found_problem", GROUP | {"handler"}, PROBLEM),
    **_form("make_matter_of_problem", GROUP, PROBLEM),
    **_form("edit_found_problem", GROUP, PROBLEM),
    **_form("settle_found_problem", LEAD, PROBLEM),
    ("get", "research:reopen_found_problem"): only(set(), A, PROBLEM),
    ("get", "research:advice"): (PROBLEM, A, X, {}),
    **_form("answer_advice", LEAD | {"handler"}, PROBLEM),
    ("get", "research:carry_out_advice"): only(set(), A, PROBLEM),
    ("get", "research:turn_advice"): only(set(), A, PROBLEM),
    ("get", "research:look_back_at_advice"): only(set(), A, PROBLEM),
    # Raised, and not sent yet.
    **_form("edit_advice", GROUP, TOPIC),
    **_form("send_advice", LEAD, TOPIC),
}


def records(people):
    over = made.topic(people)
    made.decided(people, over)
    raised = made.suggestion(people, over)
    sent = made.sent(people, over)
    topic = made.topic(people)
    report = made.reviewed(people, topic)
    draft = made.report(people, made.topic(people))
    problem = made.problem(people, topic)
    of_report = (
        *("report", "report_print", "decide_research_report", "review_research_report"),
        *("take_back_research_report", "send_research_report", "publish_research_report"),
        "withdraw_research_report",
    )
    of_problem = (
        *("found_problem", "note_found_problem", "make_matter_of_problem", "edit_found_problem"),
        *("settle_found_problem", "reopen_found_problem"),
    )
    of_sent = ("advice", "answer_advice", "carry_out_advice", "turn_advice", "look_back_at_advice")
    of_topic = ("topic_results", "write_report", "add_found_problem", "raise_advice")
    return {
        **dict.fromkeys(of_topic, [topic.pk]),
        **dict.fromkeys(of_report, [report.pk]),
        **dict.fromkeys(("edit_research_report", "hand_in_research_report"), [draft.pk]),
        **dict.fromkeys(of_problem, [problem.pk]),
        **dict.fromkeys(of_sent, [sent.pk]),
        **dict.fromkeys(("edit_advice", "send_advice"), [raised.pk]),
    }
