"""突出问题包案台账, with the people's word but nobody's name."""

from collections import Counter

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from outreach.ledgers.cells import matter_number
from outreach.models.matters import SPOKEN, Status, Word
from pairing.filters.problems import PROBLEMS_AT
from pairing.models import ProblemMatter, ProblemStep, ProminentProblem
from pairing.models.problems import ProblemState
from portal.sheets.ledgers import Column, Ledger, chinese, first_of, joined, register
from portal.sheets.scope import whole

_WORD = chinese(Word)
_PARTS = {name: f"matter__{name}" for name in ("number_year", "number", "status", "word")}
_MATTERS = ProblemMatter.objects.filter(problem=OuterRef("pk")).order_by("matter")
_MATTERS = ArraySubquery(_MATTERS.values(one=JSONObject(**_PARTS)))
_NOTED = ProblemStep.objects.filter(problem=OuterRef("pk"), move=ProblemStep.Move.NOTED)
_LAST = first_of(_NOTED.order_by("-at", "-pk"), "text")


def words_said(closed_words):
    """Return 满意2件、未评价1件 from the words on closed matters; a missing word does not count as
    satisfied."""
    said = Counter(word if word in SPOKEN else "" for word in closed_words)
    order = [word for word in Word.values if word in SPOKEN]
    words = [f"{_WORD(word)}{said[word]}件" for word in order if said[word]]
    return "、".join([*words, *([f"未评价{said['']}件"] if said[""] else [])])


def _numbers(matters):
    return "、".join(matter_number(one["number_year"], one["number"]) for one in matters)


def _said(matters):
    return words_said([one["word"] for one in matters if one["status"] == Status.CLOSED])


def _post(official, post):
    return post if official else ""


def _progress(state, note, last):
    return note if state == ProblemState.SOLVED else last or ""


def _solved_on(state, day):
    return day if state == ProblemState.SOLVED else None


def _remark(state, note):
    return f"退回：{note}" if state == ProblemState.HANDED_BACK else ""


PROBLEM_LEDGER = register(
    Ledger(
        name="problems",
        title="突出问题包案台账",
        english="Ledger of prominent problems",
        columns=(
            Column.text("问题", 34, "title"),
            Column.text("所在乡镇村", 18, ("township__name", "unit__name"), joined(" ")),
            Column.text("涉及事项编号", 18, _MATTERS, _numbers),
            Column.centred("包案领导", 12, "official__name"),
            Column.text("职务", 16, ("official__name", "post"), _post),
            Column.text("责任单位", 18, "organ__name"),
            Column.day("包案时间", "lifted_on"),
            Column.text("进展情况", 36, ("state", "close_note", _LAST), _progress),
            Column.day("化解时间", ("state", "closed_on"), _solved_on),
            Column.text("群众评价", 18, _MATTERS, _said),
            Column.text("备注", 18, ("state", "close_note"), _remark),
        ),
        address=PROBLEMS_AT,
        order=("lifted_on", "pk"),
        day="lifted_on",
        days=("lifted_from", "lifted_to"),
        whole=whole(ProminentProblem.objects.all),
        notes=("注：涉及事项全部办结后方可化解销案；未评价的不计入满意。",),
    )
)
