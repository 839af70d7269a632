"""Reports of branches: the bureau of agriculture reports to a community of 石桥镇."""

from tests.access.rows import A, R, V, X, only
from tests.neighbours import reporting

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
HOST, WRITING = {"host"}, {"liaison", "office"}
DRAFTING = WRITING | {"neighbour_liaison", "neighbour_office"}
# Submitted, and readable by role.
READING = HOST | WRITING | {"supervisor"}


PAGES = {
    ("get", "neighbours:branch_reports"): (BUSINESS, A),
    ("post", "neighbours:export_branch_reports"): (EXPORTING, R),
    ("get", "neighbours:quarter_lines"): (BUSINESS, A),
    ("post", "neighbours:export_quarter_lines"): (EXPORTING, R),
    ("get", "neighbours:draft_branch_report"): (DRAFTING, A),
    ("post", "neighbours:draft_branch_report"): (DRAFTING, V),
    # A draft of the organ; the office writes for it.
    ("get", "neighbours:change_branch_report"): (WRITING, A, X, {}),
    ("post", "neighbours:hand_in_branch_report"): (WRITING, R, X, {}),
    ("post", "neighbours:drop_branch_report"): (WRITING, R, X, {}),
    ("get", "neighbours:confirm_branch_report"): only(HOST, A, READING),
    ("post", "neighbours:confirm_branch_report"): only(HOST, V, READING),
    ("get", "neighbours:return_branch_report"): only(HOST, A, READING),
    ("post", "neighbours:return_branch_report"): only(HOST, V, READING),
    # Confirmed, so the whole county reads it.
    ("get", "neighbours:branch_report"): (BUSINESS, A, X, {}),
    ("get", "neighbours:write_quarter_line"): only(HOST, A, BUSINESS),
    ("post", "neighbours:write_quarter_line"): only(HOST, V, BUSINESS),
    ("post", "neighbours:end_branch_report"): only(HOST | WRITING, R, BUSINESS),
    # A quarter's line is readable only by role.
    ("get", "neighbours:correct_quarter_line"): only(HOST, A, READING),
    ("post", "neighbours:correct_quarter_line"): only(HOST, V, READING),
    ("get", "neighbours:hear_problem"): only(HOST, A, READING),
    ("post", "neighbours:hear_problem"): only(HOST, V, READING),
    ("get", "neighbours:reports_of_unit"): (BUSINESS, A),
    ("get", "neighbours:reports_of_organ"): (BUSINESS, A),
}


def records(people):
    place = reporting.community(people)

    def branch(name):
        return {"party": reporting.branch(people, name=name), "place": place}

    draft = reporting.drafted(people, **branch("起草支部"))
    waiting = reporting.handed_in(people, **branch("提交支部"))
    report = reporting.confirmed(people, **branch("报到支部"))
    line = reporting.line_of(people, reporting.confirmed(people, **branch("反馈支部")))
    of_drafts = ["change_branch_report", "hand_in_branch_report", "drop_branch_report"]
    of_reports = ["branch_report", "write_quarter_line", "end_branch_report"]
    return {
        **dict.fromkeys(of_drafts, [draft.pk]),
        **dict.fromkeys(["confirm_branch_report", "return_branch_report"], [waiting.pk]),
        **dict.fromkeys(of_reports, [report.pk]),
        **dict.fromkeys(["correct_quarter_line", "hear_problem"], [line.pk]),
        "reports_of_unit": [place.pk],
        "reports_of_organ": [people.agriculture.pk],
    }
