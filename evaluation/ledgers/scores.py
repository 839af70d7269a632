"""考核证据明细表: one row for each line of each score, in the official order."""

from collections import Counter
from decimal import Decimal
from operator import attrgetter
from typing import Any, NamedTuple

from django.utils import translation
from django.utils.translation import gettext as _

from evaluation.appraisal import computing, explaining, records
from evaluation.filters.scores import SCORES_AT
from evaluation.models import Cycle, SchemeGate, SchemeIndicator, Score
from evaluation.models.schemes import Component
from portal.sheets.ledgers import Column, LedgerProblem, RecordLedger, chinese, register
from portal.tools import languages
from portal.tools.asked import whole_number

WHY = {
    "few_ballots": "有效票不足",
    "no_ticks": "无有效评价",
    "no_word": "未评价",
    "no_records": "无足够记录",
}
# The total, and one line for each component.
_FIXED = 1 + len(Component)


_COMPONENT = chinese(Component)


class _Line(NamedTuple):
    title: str
    weight: Any = None
    n: int | None = None
    met: int | None = None
    missed: int | None = None
    left_out: int | None = None
    value: Any = None
    points: Any = None
    note: str = ""


class _Row(NamedTuple):
    organ: str
    name: str
    post: str
    scheme: str
    line: _Line


def year_of_cycle(query, at):
    """The year of the cycle that is asked for, for titles."""
    pk = whole_number(query.get("cycle", ""))
    ends_on = Cycle.objects.filter(pk=pk).values_list("ends_on", flat=True).first() if pk else None
    return f"{(ends_on or at).year}年度"


def gaps_in(lines):
    """What is missing for a total."""
    if not lines or computing.weights_moved(lines):
        return ""
    with translation.override(languages.chinese()):
        return "；".join(explaining.gaps(lines))


def why_no_total(lines):
    """The remark of a score without a total."""
    with translation.override(languages.chinese()):
        return explaining.why_no_total(Score(total=None, lines=lines))


def _component(name, line):
    n = line.get("valid", line.get("words"))
    if n is None and "sides" in line:
        n = sum(side["words"] for side in line["sides"])
    return _Line(
        title=_COMPONENT(name),
        weight=line.get("weight_now", line["weight"]),
        n=n,
        value=line.get("value"),
        points=line.get("points"),
        note="本方案不设此项" if line["weight"] == "0" else WHY.get(line.get("why"), ""),
    )


def _indicator(line):
    return _Line(
        title=f"　{records.title_of(line['indicator'])}",
        weight=line.get("share_now", line["share"]),
        n=line["met"] + line["missed"],
        met=line["met"],
        missed=line["missed"],
        left_out=line["left_out"],
        value=line.get("rate"),
        points=line.get("reached"),
        note=_added(line),
    )


def _added(line):
    """The neutral records added to few; by the rule of version 0.1 few records did not count."""
    if not line.get("counts", True):
        return f"记录少于{line['minimum']}条，不计"
    if not line.get("added"):
        return ""
    return (
        f"记录不足{line['filled_to']}条，按中间值{line['neutral']}%补足，折合{line['filled_rate']}%"
    )


def _gate(line):
    limit = line.get("needed", line["limit"])
    months = f"未审核{line['unattested']}个月；" if "unattested" in line else ""
    return _Line(
        title=f"底线：{records.title_of(line['gate'])}",
        n=line.get("attested"),
        met=line.get("months_met"),
        value=line["value"],
        note=f"{months}标准{limit}{'%' if months else ''}，{'达到' if line['met'] else '未达到'}",
    )


def _lines(total, gates_met, lines):
    """The rows of one score: total, components, indicators, gates."""
    notes = [] if total is not None else [why_no_total(lines)]
    if not gates_met:
        notes.append("底线事项未达到")
    yield _Line("总分", "100", points=total, note="；".join(notes))
    for component in Component:
        line = lines[component.value]
        yield _component(component.value, line)
        yield from map(_indicator, line.get("indicators", ()))
    yield from map(_gate, lines["gates"])


class EvidenceLedger(RecordLedger):
    """A score has several rows; their number follows from its scheme."""

    def expected(self, rows):
        by_scheme = Counter(rows.order_by().values_list("appraised__scheme", flat=True))
        more = Counter()
        for model in (SchemeIndicator, SchemeGate):
            known = model.objects.filter(scheme__in=by_scheme)
            more.update(known.values_list("scheme", flat=True))
        return sum(n * (_FIXED + more[scheme]) for scheme, n in by_scheme.items())

    def records(self, rows, user):
        of_whom = [f"appraised__{name}" for name in ("organ_name", "name", "post", "scheme__title")]
        values = rows.order_by(*self.order).values_list(*of_whom, "total", "gates_met", "lines")
        for *whom, total, gates_met, lines in values.iterator(chunk_size=500):
            for line in _lines(total, gates_met, lines):
                yield _Row(*whom, line=line)


def _rows(user, query):
    rows = SCORES_AT.sheet_rows(user, query)
    if not query.get("cycle"):
        raise LedgerProblem(_("Say of which cycle: its number stands in the address of its page."))
    return rows


def _decimal(heading, width, name):
    """A decimal that `Score.lines` stores as text."""

    def cell(row):
        value = getattr(row.line, name)
        return None if value is None else Decimal(value)

    return Column(heading, width, "right", "decimal", cell=cell)


def _count(heading, width, name):
    return Column(heading, width, "right", "integer", cell=attrgetter(f"line.{name}"))


SCORE_EVIDENCE = register(
    EvidenceLedger(
        name="score_evidence",
        title="考核得分证据明细表",
        english="Evidence of the scores",
        columns=(
            Column.text("单位", 18, cell=attrgetter("organ")),
            Column.centred("姓名（名称）", 14, cell=attrgetter("name"), is_personal=True),
            Column.text("职务", 14, cell=attrgetter("post")),
            Column.text("考核方案", 18, cell=attrgetter("scheme")),
            Column.text("项目", 24, cell=attrgetter("line.title")),
            _decimal("权重（份额）", 11, "weight"),
            _count("记录（票）数", 11, "n"),
            _count("符合", 8, "met"),
            _count("不符合", 8, "missed"),
            _count("不计", 8, "left_out"),
            _decimal("测得值", 9, "value"),
            _decimal("得分", 9, "points"),
            Column.text("备注", 22, cell=attrgetter("line.note")),
        ),
        rows=_rows,
        order=("appraised__sort_key", "appraised_id"),
        period=year_of_cycle,
        said=SCORES_AT.said,
        notes=(
            "注：1.得分四舍五入保留两位小数；2.记录不足的指标按中间值补足计算，权重不转移；3.按规定顺序排列，不作排名。",
        ),
    )
)
