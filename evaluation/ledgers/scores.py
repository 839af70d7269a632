"""考核证据明细表: one row for each line of each score, in the official order."""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from django.utils import translation
from django.utils.translation import gettext as _

from evaluation import records
from evaluation.filters.scores import scores_at
from evaluation.models import SchemeGate, SchemeIndicator
from evaluation.models.schemes import Component
from portal.ledgers import Ledger, LedgerProblem, Sheet, area_of, checked, register, words_of
from portal.xlsx import SheetColumn, text_column

WHY = {
    "few_ballots": "有效票不足",
    "no_ticks": "无有效评价",
    "no_word": "未评价",
    "no_records": "无足够记录",
}
# The total, and one line for each component.
_FIXED = 1 + len(Component)


def _labels():
    with translation.override("zh-hans"):
        return {component.value: str(component.label) for component in Component}


def _component_row(name, line, labels):
    n = line.get("valid", line.get("words"))
    if n is None and "sides" in line:
        n = sum(side["words"] for side in line["sides"])
    return (
        labels[name], line.get("weight_now", line["weight"]), n, None, None, None,
        line.get("value"), line.get("points"), WHY.get(line.get("why"), ""),
    )  # fmt: skip


def _indicator_row(line):
    n = line["met"] + line["missed"]
    note = "" if line["counts"] else f"记录少于{line['minimum']}条，不计"
    return (
        f"　{records.title_of(line['indicator'])}", line.get("share_now", line["share"]), n,
        line["met"], line["missed"], line["left_out"], line.get("rate"), line.get("reached"), note,
    )  # fmt: skip


def _gate_row(line):
    limit = line.get("needed", line["limit"])
    return (
        f"底线：{records.title_of(line['gate'])}", None, None, None, None, None, line["value"],
        None, f"标准{limit}，{'达到' if line['met'] else '未达到'}",
    )  # fmt: skip


def _numbers(row):
    """The cells of a row with its decimals as numbers, which stand in `Score.lines` as text."""
    title, weight, n, met, missed, left_out, value, points, note = row
    weight, value, points = (
        None if one is None else Decimal(one) for one in (weight, value, points)
    )
    return (title, weight, n, met, missed, left_out, value, points, note)


def lines_of(total, gates_met, lines, labels):
    """The rows of one score: total, components, indicators, gates."""
    note = "" if total is not None else "数据不足一半，由会议研究"
    yield ("总分", "100", None, None, None, None, None, total, note if gates_met else
           "；".join(filter(None, [note, "底线事项未达到"])))  # fmt: skip
    for component in Component:
        line = lines[component.value]
        yield _component_row(component.value, line, labels)
        for one in line.get("indicators", ()):
            yield _indicator_row(one)
    for gate in lines["gates"]:
        yield _gate_row(gate)


@dataclass(frozen=True)
class EvidenceLedger(Ledger):
    """A score has several rows, so that how many there are is counted by its scheme."""

    def sheet(self, user, query, at):
        rows = self.rows(user, query)
        return Sheet(
            title=f"{area_of(user)}{self.title}", columns=self.columns, expected=_expected(rows),
            rows=self._lines(rows), notes=self.notes, paper=self.paper,
        )  # fmt: skip

    def _lines(self, rows):
        labels, number = _labels(), 0
        values = rows.order_by("appraised__sort_key", "appraised_id").values_list(
            "appraised__organ_name", "appraised__name", "appraised__post",
            "appraised__scheme__title", "total", "gates_met", "lines",
        )  # fmt: skip
        for organ, name, post, scheme, total, gates_met, lines in values.iterator(chunk_size=500):
            for line in lines_of(total, gates_met, lines, labels):
                number += 1
                yield (number, organ, name, post, scheme, *_numbers(line))


def _expected(rows):
    by_scheme = Counter(rows.order_by().values_list("appraised__scheme", flat=True))
    more = Counter()
    for model in (SchemeIndicator, SchemeGate):
        more.update(model.objects.filter(scheme__in=by_scheme).values_list("scheme", flat=True))
    return sum(n * (_FIXED + more[scheme]) for scheme, n in by_scheme.items())


def _rows(user, query):
    filtered = scores_at(user, query)
    rows = checked(filtered)
    if not filtered.form.cleaned_data.get("cycle"):
        raise LedgerProblem(_("Say of which cycle: its number stands in the address of its page."))
    return rows


def _number(heading, width=9):
    return SheetColumn(heading, width, "right", "decimal")


SCORE_EVIDENCE = register(
    EvidenceLedger(
        name="score_evidence",
        title="考核得分证据明细表",
        columns=(
            text_column("单位", 18),
            text_column("姓名（名称）", 14, "center"),
            text_column("职务", 14),
            text_column("考核方案", 18),
            text_column("项目", 24),
            _number("权重（份额）", 11),
            SheetColumn("记录（票）数", 11, "right", "integer"),
            SheetColumn("符合", 8, "right", "integer"),
            SheetColumn("不符合", 8, "right", "integer"),
            SheetColumn("不计", 8, "right", "integer"),
            _number("测得值"),
            _number("得分"),
            text_column("备注", 22),
        ),
        rows=_rows,
        values=lambda rows, user: rows,
        cells=lambda row: row,
        said=lambda user, query: words_of(scores_at(user, query)),
        notes=(
            "注：1.得分四舍五入保留两位小数；2.记录不足的指标不计，其份额按比例分摊；3.按规定顺序排列，不作排名。",
        ),
    )
)
