"""群众评议汇总表 (11), 考核汇总表 (12) and 考核参考表, with the headings of DOMAIN 2.2 and of the
hand-over to the personnel side, in the official order.

All name people with their results, so they contain only what READ_SCORES opens.
"""

import hashlib
import json
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import OuterRef, Q, Value
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from evaluation.appraisal import computing
from evaluation.appraisal.counting import is_enough
from evaluation.ledgers.scores import gaps_in, why_no_total, year_of_cycle
from evaluation.models import Appraised, Cycle, Grade, Score, Tally
from evaluation.models.cycles import CycleState
from evaluation.models.honours import GradeValue
from evaluation.models.schemes import SCORED_DIMENSIONS, Component, Gate
from portal import parameters
from portal.roles import Permission
from portal.sheets.ledgers import Column, Ledger, LedgerProblem, chinese, first_of, joined, register
from portal.tools import languages
from portal.tools.asked import whole_number
from portal.trust.access import reach

HUNDREDTH = Decimal("0.01")
# In place of a number.
NO_TOTAL, NO_DATA, NO_PART = "—", "缺数据", "本方案不设此项"


def _cycle(user, query):
    pk = whole_number(query.get("cycle", ""))
    cycle = Cycle.objects.visible_to(user).filter(pk=pk).first() if pk else None
    if cycle is None or not user.holds(Permission.READ_SCORES):
        raise LedgerProblem(_("Say which cycle: cycle=…, one whose scores you may read."))
    return cycle


def appraised_of(user, query):
    rows = Appraised.objects.filter(reach(user, Permission.READ_SCORES))
    return rows.filter(cycle=_cycle(user, query)).standing()


def _said(user, query):
    return [("考核周期", _cycle(user, query).title)]


def _decimal(heading, value, cell=None):
    return Column(heading, 10, "center", "decimal", value=value, cell=cell)


def _tallies(user, query):
    """Tallies of appraised who were on a ballot."""
    rows = Tally.objects.with_meetings().filter(Q(issued__gt=0) | Q(returned__gt=0))
    return rows.filter(appraised__in=appraised_of(user, query).values("pk"))


def _share(part, whole):
    return (Decimal(100) * part / whole).quantize(Decimal("0.1"), ROUND_HALF_UP)


def _with_rate(n, known):
    return f"{n}/{_share(n, known)}%" if known else str(n)


def _fewest(user):
    return Value(parameters.number("eval.min_display_n", on=user.today))


def _too_few(valid, in_meetings, overall, fewest):
    """Which ballots are too few to show; empty if there are enough."""
    if valid < fewest:
        return "有效票"
    if not is_enough(valid, in_meetings, fewest):
        return "会议以外的有效票"
    return "填写此项的" if 0 < sum(overall) < fewest else ""


def _if_enough(cell, otherwise: str | None = ""):
    """A cell of the overall line; `otherwise` if there are too few ballots to show."""

    def shown(valid, in_meetings, overall, fewest, *points):
        few = _too_few(valid, in_meetings, overall, fewest)
        return otherwise if few else cell(overall, *points)

    return shown


def _whom(name, organ):
    return name if name == organ else f"{name}（{organ}）"


def _mark(heading, place):
    cell = _if_enough(lambda overall: _with_rate(overall[place], sum(overall)))
    return Column.centred(heading, 14, _OVERALL, cell)


def _pleased(overall):
    known = sum(overall[:4])
    return f"{_share(overall[0] + overall[1], known)}%" if known else ""


def _score(overall, *points):
    known = sum(overall[:4])
    if not known:
        return None
    weighed = (n * point for n, point in zip(overall[:4], points, strict=True))
    score = sum(weighed, Decimal()) / known
    return score.quantize(HUNDREDTH, ROUND_HALF_UP)


def _withheld(valid, in_meetings, overall, fewest):
    few = _too_few(valid, in_meetings, overall, fewest)
    return f"{few}不足{fewest}张，不列票数" if few else ""


_OVERALL = ("valid", "in_meetings", "overall", _fewest)
_POINTS = [f"appraised__scheme__mark_{mark}" for mark in ("good", "fairly_good", "fair", "poor")]
BALLOT_SUMMARY = register(
    Ledger(
        name="ballot_summary",
        title="群众评议汇总表",
        english="Summary of the people's ballots",
        columns=(
            Column.text("被评议对象", 26, ("appraised__name", "appraised__organ_name"), _whom),
            Column.number("发出票", 9, "issued"),
            Column.number("收回票", 9, "returned"),
            Column.number("有效票", 9, "valid"),
            _mark("好（票/率）", 0),
            _mark("较好", 1),
            _mark("一般", 2),
            _mark("差", 3),
            _mark("不了解", 4),
            Column.centred("满意率", 10, _OVERALL, _if_enough(_pleased)),
            _decimal("得分", (*_OVERALL, *_POINTS), _if_enough(_score, None)),
            Column.text("备注", 20, _OVERALL, _withheld),
        ),
        rows=_tallies,
        order=("appraised__sort_key", "appraised"),
        said=_said,
        period=year_of_cycle,
        notes=(
            "注：1.票数、得分为“总体评价”一项；满意率＝（好＋较好）÷（有效票－不了解），未填此项的不计；",
            "2.按单位和职务顺序排列，不作排名。",
        ),
    )
)


_SCORES = Score.objects.filter(appraised=OuterRef("pk")).order_by("-computation__number")
_GRADES = Grade.objects.current().filter(appraised=OuterRef("pk"))
_TOTAL, _MET = first_of(_SCORES, "total"), first_of(_SCORES, "gates_met")
_LINES = first_of(_SCORES, "lines")
_GRADE = first_of(_GRADES, "value")
_GRADE_WORD = chinese(GradeValue)


_MONTHS = "（月度审核达标%(months_met)s个月、已审核%(attested)s个月、未审核%(unattested)s个月）"


def gate_words(met, gates):
    """Met or not, with the months on which the score is based, decisions included."""
    if met is None:
        return ""
    stayed = next((one for one in gates or () if one["gate"] == Gate.STAY_MONTHS), None)
    said = stayed and stayed["attested"] + stayed["unattested"]
    return ("达标" if met else "未达标") + (_MONTHS % stayed if said else "")


def _decided(grade, decided_on):
    return _GRADE_WORD(grade) if decided_on else ""


def _scheme(user, query):
    """The scheme of the sheet: the one asked for, or the only one of the cycle."""
    schemes = list(_cycle(user, query).schemes.order_by("pk"))
    asked = whole_number(query.get("scheme", ""))
    found = [one for one in schemes if one.pk == asked] if query.get("scheme") else schemes
    if len(found) != 1:
        raise LedgerProblem(_("Say by which scheme: scheme=…; each scheme has a sheet of its own."))
    return found[0]


def of_scheme(user, query):
    return appraised_of(user, query).filter(scheme=_scheme(user, query))


def _points_of(component):
    """A cell: points out of the component's own weight, or why there are none."""

    def cell(points, line):
        if points is not None or line is None:
            return points
        return NO_PART if line["weight"] == "0" else NO_DATA

    return cell


def _component(heading, component):
    values = first_of(_SCORES, component.value), first_of(_SCORES, f"lines__{component.value}")
    return _decimal(heading, values, _points_of(component))


def _total(total, met):
    return NO_TOTAL if total is None and met is not None else total


def _remark(total, lines):
    """Why there is no total, and a note if the rule of version 0.1 was used; empty before the first
    computation."""
    if not lines:
        return ""
    moved = "按原办法计分：缺数据的来源，其权重由其他来源承担"
    return joined("；")(
        why_no_total(lines) if total is None else "",
        moved if computing.weights_moved(lines) else "",
    )


class SchemeLedger(Ledger):
    """A sheet of one scheme: the headings of its components name their weights."""

    def sheet(self, user, query, at):
        weights = _scheme(user, query).weights
        named = {heading: weights[one] for one, heading in COMPONENTS.items()}

        def headed(column):
            if column.heading not in named:
                return column
            weight = f"{named[column.heading].normalize():f}"
            heading = f"{column.heading.partition('（')[0]}（{weight}）"
            return replace(column, heading=heading, code=column.heading)

        sheet = super().sheet(user, query, at)
        return replace(sheet, columns=tuple(map(headed, sheet.columns)))

    def full_title(self, user, query, at, rows):
        return f"{super().full_title(user, query, at, rows)}（{_scheme(user, query).title}）"


def _said_of_scheme(user, query):
    """The scheme, the document that laid it down, and the kinds of staff it is for."""
    scheme = _scheme(user, query)
    with translation.override(languages.chinese()):
        kinds = "、".join(map(str, scheme.kinds_of_staff))
    said = [("考核方案", scheme.title), ("依据", scheme.document)]
    return [*_said(user, query), *said, *([("适用人员类别", kinds)] if kinds else [])]


# The headings with the usual weights, by which offices recognise the columns.
COMPONENTS = {
    Component.MASSES: "群众评议（40）",
    Component.UNIT: "基层单位评价（20）",
    Component.RESULTS: "办事实绩（30）",
    Component.ORGANISATION: "组织评价（10）",
}
SCORE_SUMMARY = register(
    SchemeLedger(
        name="score_summary",
        title="考核汇总表",
        english="Summary of the evaluation",
        columns=(
            Column.centred("姓名", 12, "name", is_personal=True),
            Column.text("单位", 20, "organ_name"),
            Column.text("职务", 16, "post"),
            Column.text("派驻（联系）点", 16, "unit__name"),
            *(_component(heading, one) for one, heading in COMPONENTS.items()),
            _decimal("总分", (_TOTAL, _MET), _total),
            Column.centred(
                "底线事项（驻村天数达标/纪律）",
                18,
                (_MET, first_of(_SCORES, "lines__gates")),
                gate_words,
            ),
            # The heading says who proposes the grade: the portal proposes nothing.
            Column.centred("建议等次（主管部门提出）", 12, _GRADE, _GRADE_WORD, code="建议等次"),
            Column.centred("审定等次", 12, (_GRADE, first_of(_GRADES, "decided_on")), _decided),
            Column.text("备注", 30, (_TOTAL, _LINES), _remark),
        ),
        rows=of_scheme,
        order=("sort_key", "pk"),
        said=_said_of_scheme,
        period=year_of_cycle,
        notes=(
            "注：1.按单位和职务顺序排列，不按分数排名；2.各来源只在本方案规定的权重内计分，权重不转移；",
            "3.有缺数据来源的，总分暂缺，提请会议综合研判；4.有效票、记录不足的部分按中间值补足计算；",
            "5.等次由会议研究决定，分数相同不以小数点区分；总分暂缺的，系统不提出等次。",
        ),
    )
)


# --- 移交干部工作机构 ----------------------------------------------------------------------------


def _of_final(user, query):
    """The appraised of a final cycle, so that what is handed over no longer changes."""
    cycle = _cycle(user, query)
    if cycle.state != CycleState.FINAL:
        raise LedgerProblem(_("This sheet is made of a final cycle alone."))
    # Use the norm of the day of the freeze, so that the sheet is the same whenever it is made.
    fewest = parameters.number("eval.min_display_n", on=timezone.localdate(cycle.data_at))
    return appraised_of(user, query).annotate(fewest=Value(fewest))


_TALLIES = Tally.objects.with_meetings().filter(appraised=OuterRef("pk"))
_VALID = first_of(_TALLIES, "valid")
_MARKS = ("好", "较好", "一般", "差", "不了解")


def _organ_and_name(organ, name):
    return name if name == organ else f"{organ}　{name}"


def _marks(counts, valid, in_meetings, fewest):
    """The marks on a line of the ballot as counts."""
    if not valid:
        return "无有效票"
    if not is_enough(valid, in_meetings, fewest) or sum(counts) < fewest:
        return f"票数不足{fewest}张，不列"
    return "、".join(f"{mark}{n}" for mark, n in zip(_MARKS, counts, strict=True))


def _marks_on(dimension):
    return (
        first_of(_TALLIES, dimension.value),
        _VALID,
        first_of(_TALLIES, "in_meetings"),
        "fewest",
    )


def _achieved(counts, valid, in_meetings, fewest, points, line):
    """The marks on the work's results, and the measured results."""
    measured = ""
    if line and line["weight"] != "0":
        n = sum(one["met"] + one["missed"] for one in line["indicators"])
        measured = f"办事实绩{_out_of(points, line)}（记录{n}条）"
    return joined("；")(_marks(counts, valid, in_meetings, fewest), measured)


def _out_of(points, line):
    return NO_DATA if points is None else f"{points}／{line.get('weight_now', line['weight'])}分"


def _masses(points, line, valid):
    if not line or line["weight"] == "0":
        return NO_PART if line else ""
    return f"{_out_of(points, line)}（n={valid or 0}）"


PERSONNEL_REFERENCE = register(
    Ledger(
        name="personnel_reference",
        title="深入基层为民服务情况考核参考表",
        english="Reference sheet for personnel",
        columns=(
            Column.text(
                "单位、姓名", 24, ("organ_name", "name"), _organ_and_name, is_personal=True
            ),
            Column.text("职务", 16, "post"),
            Column.text("驻点、联系点", 16, "unit__name"),
            *(
                Column.text(heading, 22, _marks_on(dimension), _marks)
                for heading, dimension in zip(
                    ("工作态度", "工作作风"), SCORED_DIMENSIONS, strict=False
                )
            ),
            Column.text(
                "工作实绩",
                30,
                (
                    *_marks_on(SCORED_DIMENSIONS[2]),
                    first_of(_SCORES, "results"),
                    first_of(_SCORES, "lines__results"),
                ),
                _achieved,
            ),
            Column.centred(
                "群众评议（n）",
                18,
                (first_of(_SCORES, "masses"), first_of(_SCORES, "lines__masses"), _VALID),
                _masses,
            ),
            Column.centred("底线事项", 16, (_MET, first_of(_SCORES, "lines__gates")), gate_words),
            Column.text("数据缺项说明", 28, _LINES, gaps_in),
            Column.text("备注", 14),
        ),
        rows=_of_final,
        order=("sort_key", "pk"),
        said=_said,
        period=year_of_cycle,
        notes=(
            "注：1.按单位和职务顺序排列，不作排名；2.数据为考核周期冻结数据，仅供干部考核工作参考；",
            "3.考核等次由有关机构按规定另行研究确定；4.群众评议、办事实绩为“得分／权重”，n为有效票数。",
        ),
    )
)


# The facts of the reference sheet on each appraised, independent of the wording of later editions.
_FACTS = (
    "pk",
    "organ_name",
    "name",
    "post",
    "unit__name",
    *(first_of(_TALLIES, one.value) for one in SCORED_DIMENSIONS),
    _VALID,
    first_of(_SCORES, "masses"),
    first_of(_SCORES, "results"),
    _MET,
    _LINES,
)


def fingerprint(cycle):
    """(SHA-256 of the facts of the reference sheet of the whole cycle, number of rows)"""
    digest, n = hashlib.sha256(), 0
    rows = Appraised.objects.filter(cycle=cycle).standing().in_official_order()
    for facts in rows.values_list(*_FACTS).iterator(chunk_size=2_000):
        text = json.dumps(facts, default=str, sort_keys=True, ensure_ascii=False)
        digest.update(text.encode() + b"\n")
        n += 1
    return digest.hexdigest(), n
