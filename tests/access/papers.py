"""Official papers of 县委组织部, written by its office, and one of the bureau of agriculture that
the leader of 县委组织部 countersigns."""

from django.utils import timezone

from oversight.actions import papers
from tests.access.rows import A, R, V, X, only

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
WRITING = {"office", "supervisor"}
DRAFTING = WRITING | {"liaison", "desk", "neighbour_liaison", "neighbour_office"}
READING = WRITING | {"leader"}
# The township reads it once it is issued.
TOLD = READING | {"host"}


LEADER, SECOND = {"leader"}, {"supervisor"}

PAGES = {
    ("get", "oversight:papers"): (BUSINESS, A),
    ("get", "oversight:new_paper"): (DRAFTING, A),
    ("post", "oversight:new_paper"): (DRAFTING, V),
    ("get", "oversight:new_quarterly"): (WRITING, A),
    ("post", "oversight:new_quarterly"): (WRITING, V),
    ("get", "oversight:paper"): (TOLD, A, X, {}),
    ("get", "oversight:paper_print"): (TOLD, A, X, {}),
    ("get", "oversight:paper_word"): (TOLD, A, X, {}),
    ("get", "oversight:change_paper"): only(WRITING, A, READING),
    ("post", "oversight:change_paper"): only(WRITING, V, READING),
    ("post", "oversight:submit_paper"): only(WRITING, R, READING),
    ("post", "oversight:drop_paper"): only(WRITING, R, READING),
    ("post", "oversight:take_back_paper"): only(WRITING, R, READING),
    # Not the office, which wrote it.
    ("get", "oversight:check_paper"): only(SECOND, A, READING),
    ("post", "oversight:check_paper"): only(SECOND, R, READING),
    ("get", "oversight:send_back_paper"): only(WRITING, A, READING),
    ("post", "oversight:send_back_paper"): only(WRITING, V, READING),
    ("get", "oversight:countersign_paper"): only(LEADER, A, {"leader", "liaison", "office"}),
    ("post", "oversight:countersign_paper"): only(LEADER, R, {"leader", "liaison", "office"}),
    ("get", "oversight:sign_paper"): only(LEADER, A, READING),
    ("post", "oversight:sign_paper"): only(LEADER, R, READING),
    ("get", "oversight:number_paper"): only(WRITING, A, READING),
    ("post", "oversight:number_paper"): only(WRITING, V, READING),
    ("post", "oversight:issue_paper"): only(WRITING, R, READING),
    ("post", "oversight:correct_paper"): only(WRITING, R, TOLD),
    ("post", "oversight:archive_paper"): only(WRITING, R, TOLD),
    # Only the office, which archived it.
    ("get", "oversight:take_back_paper_step"): only({"office"}, A, TOLD),
    ("post", "oversight:take_back_paper_step"): only({"office"}, V, TOLD),
    ("get", "oversight:withdraw_paper"): only(LEADER, A, TOLD),
    ("post", "oversight:withdraw_paper"): only(LEADER, V, TOLD),
}

WAY = ("submit_paper", "check_paper", "sign_paper", "number_paper", "issue_paper")
# {state of a paper: number of steps done}
DONE = {"draft": 0, "checking": 1, "to_sign": 2, "signed": 3, "numbered": 4, "issued": 5}
OF = {
    **dict.fromkeys(["change_paper", "submit_paper", "drop_paper"], "draft"),
    **dict.fromkeys(["take_back_paper", "check_paper", "send_back_paper"], "checking"),
    "sign_paper": "to_sign",
    "number_paper": "signed",
    "issue_paper": "numbered",
    **dict.fromkeys(["paper", "paper_print", "paper_word"], "issued"),
    **dict.fromkeys(["correct_paper", "archive_paper", "withdraw_paper"], "issued"),
}


def _paper(people, steps, number, now):
    paper = papers.draft_paper(
        by=people.office,
        at=now,
        kind="notice",
        organ=people.department,
        title="关于做好冬季走访工作的通知",
        addressed="各乡镇党委",
        body="现就有关事项通知如下。",
        recipients=[people.town_organ],
    )
    by = (people.office, people.supervisor, people.leader, people.office, people.office)
    for act, one in list(zip(WAY, by, strict=True))[:steps]:
        more = {"number": number} if act == "number_paper" else {}
        paper = getattr(papers, act)(paper=paper, by=one, at=now, **more)
    return paper


def _countersigned(people, now):
    paper = papers.draft_paper(
        by=people.liaison,
        at=now,
        kind="notice",
        organ=people.agriculture,
        title="关于做好秋灌的通知",
        addressed="各乡镇",
        body="现就有关事项通知如下。",
        countersigners=[people.department],
    )
    paper = papers.submit_paper(paper=paper, by=people.liaison, at=now)
    return papers.check_paper(paper=paper, by=people.office, at=now)


def records(people):
    now = timezone.now()
    made = {
        state: _paper(people, steps, f"云组通〔2026〕{steps}号", now)
        for state, steps in DONE.items()
    }
    issued = _paper(people, DONE["issued"], "云组通〔2026〕99号", now)
    archived = papers.archive_paper(paper=issued, by=people.office, at=now)
    return {
        **{name: [made[state].pk] for name, state in OF.items()},
        "take_back_paper_step": [archived.pk],
        "countersign_paper": [_countersigned(people, now).pk],
    }
