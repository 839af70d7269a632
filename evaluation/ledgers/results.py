"""群众评议汇总表 (11) and 考核汇总表 (12), with the headings of DOMAIN 2.2, in the official order.

Both name people with what was said of them: they hold what READ_SCORES opens and nothing else.
"""

from decimal import ROUND_HALF_UP, Decimal

from django.db.models import OuterRef, Q, Subquery, Value
from django.utils import translation
from django.utils.translation import gettext as _

from evaluation.counting import is_enough
from evaluation.models import Appraised, Cycle, Grade, Score, Tally
from evaluation.models.honours import GradeValue
from evaluation.models.schemes import Gate
from portal import parameters
from portal.access import reach
from portal.asked import whole_number
from portal.ledgers import Ledger, LedgerProblem, register
from portal.roles import Permission
from portal.xlsx import SheetColumn, text_column

CHUNK = 2_000
HUNDREDTH = Decimal("0.01")
DEFAULT_WEIGHTS = (40, 20, 30, 10)


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


def _period(query, at):
    pk = whole_number(query.get("cycle", ""))
    ends_on = Cycle.objects.filter(pk=pk).values_list("ends_on", flat=True).first() if pk else None
    return f"{(ends_on or at).year}年度"


# --- (11) 汇总表 ---------------------------------------------------------------------------------


def _tallies(rows, user):
    fewest = parameters.number("eval.min_display_n", on=user.today)
    return (
        Tally.objects.with_meetings().filter(appraised__in=rows.values("pk"))
        .order_by("appraised__sort_key", "appraised")
        .values_list(
            "appraised__name", "appraised__organ_name", "issued", "returned", "valid",
            "in_meetings", "overall",
            Value(fewest),
            "appraised__scheme__mark_good", "appraised__scheme__mark_fairly_good",
            "appraised__scheme__mark_fair", "appraised__scheme__mark_poor",
        )
    )  # fmt: skip


def _share(part, whole):
    return (Decimal(100) * part / whole).quantize(Decimal("0.1"), ROUND_HALF_UP)


def _with_rate(n, known):
    return f"{n}/{_share(n, known)}%" if known else str(n)


def _too_few(valid, in_meetings, ticked, fewest):
    """Which ballots are too few to be shown, or nothing."""
    if valid < fewest:
        return "有效票"
    if not is_enough(valid, in_meetings, fewest):
        return "会议以外的有效票"
    return "填写此项的" if 0 < ticked < fewest else ""


def tally_cells(v):
    """The overall line of the ballot; with fewer ballots than may be shown only their numbers."""
    name, organ, issued, returned, valid, in_meetings, overall, fewest, *points = v
    whom = name if name == organ else f"{name}（{organ}）"
    if few := _too_few(valid, in_meetings, sum(overall), fewest):
        note = f"{few}不足{fewest}张，不列票数"
        return (whom, issued, returned, valid, *[""] * 5, "", None, note)
    *marks, unknown = overall
    known = sum(marks)
    pleased = f"{_share(marks[0] + marks[1], known)}%" if known else ""
    score = None
    if known:
        score = sum(n * point for n, point in zip(marks, points, strict=True)) / known
        score = score.quantize(HUNDREDTH, ROUND_HALF_UP)
    ticked = sum(overall)
    return (
        whom, issued, returned, valid,
        *(_with_rate(n, ticked) for n in marks), _with_rate(unknown, ticked), pleased, score, "",
    )  # fmt: skip


def _count(heading):
    return SheetColumn(heading, 9, "center", "integer")


BALLOT_SUMMARY = register(
    Ledger(
        name="ballot_summary",
        title="群众评议汇总表",
        columns=(
            text_column("被评议对象", 26),
            _count("发出票"),
            _count("收回票"),
            _count("有效票"),
            text_column("好（票/率）", 14, "center"),
            text_column("较好", 14, "center"),
            text_column("一般", 14, "center"),
            text_column("差", 14, "center"),
            text_column("不了解", 14, "center"),
            text_column("满意率", 10, "center"),
            SheetColumn("得分", 10, "center", "decimal"),
            text_column("备注", 20),
        ),
        # Whom nobody was asked about stands on no ballot.
        rows=lambda user, query: appraised_of(user, query).filter(
            Q(tally__issued__gt=0) | Q(tally__returned__gt=0)
        ),
        values=_tallies,
        cells=tally_cells,
        said=_said,
        period=_period,
        notes=(
            "注：1.票数、得分为“总体评价”一项；满意率＝（好＋较好）÷（有效票－不了解），未填此项的不计；",
            "2.按单位和职务顺序排列，不作排名。",
        ),
    )
)


# --- (12) 考核汇总表 -----------------------------------------------------------------------------


def _latest(name):
    """A column of the newest score of each."""
    scores = Score.objects.filter(appraised=OuterRef("pk")).order_by("-computation__number")
    return Subquery(scores.values(name)[:1])


def _score_values(rows, user):
    current = Grade.objects.current().filter(appraised=OuterRef("pk"))
    return (
        rows.annotate(
            masses=_latest("masses"), unit_points=_latest("unit"), results=_latest("results"),
            organisation=_latest("organisation"), total=_latest("total"),
            gates_met=_latest("gates_met"), gates=_latest("lines__gates"),
            grade=Subquery(current.values("value")[:1]),
            decided=Subquery(current.values("decided_on")[:1]),
        )
        .in_official_order()
        .values_list(
            "name", "organ_name", "post", "unit__name", "masses", "unit_points", "results",
            "organisation", "total", "gates_met", "gates", "grade", "decided",
            "scheme__weight_masses", "scheme__weight_unit", "scheme__weight_results",
            "scheme__weight_organisation",
        )
    )  # fmt: skip


def gate_words(met, gates):
    """Met or not, and the days that the score went by: what was decided about them included."""
    if met is None:
        return ""
    days = next((one["value"] for one in gates or () if one["gate"] == Gate.STAY_DAYS), None)
    return ("达标" if met else "未达标") + (f"（驻{days}天）" if days is not None else "")


def score_cells(v):
    (name, organ, post, place, masses, unit, results, organisation, total, met, gates, grade,
     decided, *weights) = v  # fmt: skip
    with translation.override("zh-hans"):
        words = str(GradeValue(grade).label) if grade else ""
    note = ""
    if tuple(weights) != DEFAULT_WEIGHTS:
        note = "权重" + "/".join(f"{Decimal(one).normalize():f}" for one in weights)
    if total is None and met is not None:
        note = "；".join(part for part in ("数据不足，由会议研究", note) if part)
    return (
        name, organ, post, place or "", masses, unit, results, organisation, total,
        gate_words(met, gates), words,
        words if decided else "", note,
    )  # fmt: skip


def _points(heading):
    return SheetColumn(heading, 10, "center", "decimal")


SCORE_SUMMARY = register(
    Ledger(
        name="score_summary",
        title="考核汇总表",
        columns=(
            text_column("姓名", 12, "center"),
            text_column("单位", 20),
            text_column("职务", 16),
            text_column("派驻（联系）点", 16),
            _points("群众评议（40）"),
            _points("基层单位评价（20）"),
            _points("办事实绩（30）"),
            _points("组织评价（10）"),
            _points("总分"),
            text_column("底线事项（驻村天数达标/纪律）", 18, "center"),
            text_column("建议等次", 12, "center"),
            text_column("审定等次", 12, "center"),
            text_column("备注", 22),
        ),
        rows=appraised_of,
        values=_score_values,
        cells=score_cells,
        said=_said,
        period=_period,
        notes=(
            "注：1.按单位和职务顺序排列，不按分数排名；2.数据不足的来源不计分，其权重由其他来源承担；",
            "3.等次由会议研究决定，分数相同不以小数点区分。",
        ),
    )
)
