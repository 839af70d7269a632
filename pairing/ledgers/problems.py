"""突出问题包案台账. Of the people it has their word alone, and nobody's name."""

from collections import Counter

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, F, OuterRef, Subquery, Value
from django.db.models.functions import Cast, Concat

from outreach.ledgers.codes import chinese_words
from outreach.models.matters import SPOKEN, Word
from pairing.filters.problems import in_tab, problems_at
from pairing.models import ProblemMatter, ProblemStep
from pairing.models.problems import ProblemState
from portal.ledgers import Ledger, checked, register, words_of
from portal.xlsx import day_column, text_column


def _rows(user, query):
    filtered, tab = problems_at(user, query)
    return in_tab(checked(filtered), tab, on=user.today)


def _said(user, query):
    return words_of(problems_at(user, query)[0])


def _values(rows, user):
    parts = ("number_year", "number", "status", "word")
    spelled = []
    for name in parts:
        spelled += [Cast(F(f"matter__{name}"), CharField()), Value("|")]
    matters = ProblemMatter.objects.filter(problem=OuterRef("pk")).order_by("matter")
    matters = matters.values(line=Concat(*spelled, output_field=CharField()))
    said = ProblemStep.objects.filter(problem=OuterRef("pk"), move=ProblemStep.Move.NOTED)
    said = said.order_by("-at", "-pk")
    return (
        rows.annotate(
            lines=ArraySubquery(matters),
            last=Subquery(said.values("text")[:1]),
        )
        .order_by("lifted_on", "pk")
        .values_list(
            "title", "township__name", "unit__name", "lines", "official__name", "post",
            "organ__name", "lifted_on", "last", "state", "closed_on", "close_note",
        )
    )  # fmt: skip


def words_said(closed_words):
    """满意2件、未评价1件, of the words of closed matters; silence is never satisfaction."""
    words = chinese_words()["word"]
    said = Counter(word if word in SPOKEN else "" for word in closed_words)
    order = [(str(word), words[word]) for word in Word.values if word in SPOKEN] + [("", "未评价")]
    return "、".join(f"{label}{said[word]}件" for word, label in order if said[word])


def _cells(v):
    (title, township, unit, lines, official, post, organ, lifted_on, last, state, closed_on,
     close_note) = v  # fmt: skip
    split = [line.split("|") for line in lines]
    is_solved = state == ProblemState.SOLVED
    return (
        title,
        " ".join(part for part in (township, unit) if part),
        "、".join(f"MQ{year}-{int(number):04d}" for year, number, *_rest in split),
        official or "",
        post if official else "",
        organ,
        lifted_on,
        close_note if is_solved else last or "",
        closed_on if is_solved else None,
        words_said([word for _year, _number, status, word, _end in split if status == "closed"]),
        f"退回：{close_note}" if state == ProblemState.HANDED_BACK else "",
    )


PROBLEM_LEDGER = register(
    Ledger(
        name="problems",
        title="突出问题包案台账",
        columns=(
            text_column("问题", 34),
            text_column("所在乡镇村", 18),
            text_column("涉及事项编号", 18),
            text_column("包案领导", 12, "center"),
            text_column("职务", 16),
            text_column("责任单位", 18),
            day_column("包案时间"),
            text_column("进展情况", 36),
            day_column("化解时间"),
            text_column("群众评价", 18),
            text_column("备注", 18),
        ),
        rows=_rows,
        values=_values,
        cells=_cells,
        said=_said,
        days=("lifted_from", "lifted_to"),
        notes=("注：涉及事项全部办结后方可化解销案；未评价的不计入满意。",),
    )
)
