"""问题责任任务清单 (DOMAIN-NEXT A). A problem with a matter shows the progress of that matter."""

from django.db.models import OuterRef

from outreach.ledgers.cells import matter_number
from outreach.models.matters import Closure, Status
from portal.sheets.ledgers import Column, Ledger, chinese, first_of, register
from research.filters.results import PROBLEMS_AT
from research.models import FoundProblemStep

_STATUS, _CLOSURE = chinese(Status), chinese(Closure)
_NOTED = FoundProblemStep.objects.filter(problem=OuterRef("pk"))
_LAST = first_of(_NOTED.order_by("-at", "-pk"), "text")
_MATTER = ("matter__number_year", "matter__number", "matter__status", "matter__closure")


def _progress(last, year, number, status, closure):
    if number is None:
        return last or ""
    stands = _CLOSURE(closure) if status == Status.CLOSED and closure else _STATUS(status)
    return f"台账{matter_number(year, number)}：{stands}"


def _is_settled(day, status):
    return "是" if day or status == Status.CLOSED else "否"


FOUND_PROBLEMS = register(
    Ledger(
        name="found_problems",
        title="问题责任任务清单",
        english="List of problems, duties and tasks",
        columns=(
            Column.text("问题", 24, "title"),
            Column.text("表现", 28, "shown_by"),
            Column.text("原因", 24, "cause"),
            Column.text("任务措施", 28, "task"),
            Column.text("完成标志", 18, "done_when"),
            Column.text("牵头单位", 14, "lead_organ__name"),
            Column.text("责任单位", 14, "responsible_organ__name"),
            Column.centred("责任人", 9, "person__name"),
            Column.day("时限", "due_on"),
            Column.text("进展", 26, (_LAST, *_MATTER), _progress),
            Column.centred("是否销号", 8, ("settled_on", "matter__status"), _is_settled),
        ),
        address=PROBLEMS_AT,
        order=("topic__starts_on", "topic", "position"),
        day="found_on",
        days=("found_from", "found_to"),
        notes=("注：已转入民情台账的问题，进展和销号以台账事项为准。",),
    )
)
