"""经验做法登记表: the practice, and what the records of its trials show."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from outreach.models.matters import Status
from oversight.filters.practices import PRACTICES_AT
from oversight.models import Practice, PracticeTrial
from oversight.models.practices import PracticeState
from pairing.ledgers.problems import words_said
from portal.models.places import UnitKind
from portal.models.text import shown
from portal.sheets.ledgers import Column, Ledger, chinese, register
from portal.sheets.scope import whole
from portal.sheets.wording import worded

_KIND = chinese(UnitKind)
_STATE = chinese(PracticeState)
_TRIALS = PracticeTrial.objects.filter(practice=OuterRef("pk")).order_by("pk")
_RESULTS = ArraySubquery(
    _TRIALS.values(one=JSONObject(unit="unit__name", works="works", result="result"))
)
_LINKED = PracticeTrial.matters.through.objects.filter(practicetrial__practice=OuterRef("pk"))
_LINKED = ArraySubquery(
    _LINKED.order_by("matter").values(one=JSONObject(status="matter__status", word="matter__word"))
)
_VISITS = PracticeTrial.visits.through.objects.filter(practicetrial__practice=OuterRef("pk"))
_VISITS = ArraySubquery(_VISITS.order_by("visit").values("visit"))


def _number(year, number):
    return f"JY{year}-{number:03}" if number else ""


def _kinds(codes):
    return "、".join(map(_KIND, codes))


def effect(matters, visits):
    """成效 from the records that the trials link: 关联办结民情3件、走访5次."""
    closed = sum(one["status"] == Status.CLOSED for one in matters)
    words = [f"关联{worded('民情')}{len(matters)}件（办结{closed}件）"] * bool(matters)
    words += [f"走访{len(visits)}次"] * bool(visits)
    return "、".join(words)


def people_say(matters):
    """群众评价 of closed matters, with their number."""
    closed = [one["word"] for one in matters if one["status"] == Status.CLOSED]
    return f"{words_said(closed)}（n={len(closed)}）" if closed else ""


def _tried(trials):
    words = {True: "有效", False: "无效", None: "试行中"}
    return "；".join(
        "：".join(filter(None, [f"{one['unit']}（{words[one['works']]}）", shown(one["result"])]))
        for one in trials
    )


def _remark(state, ended_on, replaced_by):
    if replaced_by:
        return f"被《{replaced_by}》替代"
    return f"{ended_on:%Y.%m.%d}废止" if ended_on else _STATE(state)


def _rule(title, document):
    return f"{title} {document}".strip() if document else ""


PRACTICE_LEDGER = register(
    Ledger(
        name="practices",
        title="经验做法登记表",
        english="Register of practices",
        columns=(
            Column.centred("编号", 12, ("number_year", "number"), _number),
            Column.text("名称", 20, "name"),
            Column.text("报送单位", 14, "organ__name"),
            Column.text("适用单位类型", 16, "unit_kinds", _kinds),
            Column.text("解决的问题", 24, "problem"),
            Column.text("主要做法", 40, "method"),
            Column.text("成效（系统数据）", 18, (_LINKED, _VISITS), effect),
            Column.text("群众评价", 16, _LINKED, people_say),
            Column.text("验证单位、结果", 26, _RESULTS, _tried),
            Column.text("审核意见", 18, "opinion"),
            Column.text("推广文号", 14, "document"),
            Column.text("转化制度名称、文号", 22, ("rule__title", "rule__document"), _rule),
            Column.day("施行日期", "rule__valid_from"),
            Column.day("有效期至", "rule__valid_to"),
            Column.text(
                "备注", 14, ("state", "rule__ended_on", "rule__replaced_by__title"), _remark
            ),
        ),
        address=PRACTICES_AT,
        order=("created_at", "pk"),
        day="spread_on",
        days=("spread_from", "spread_to"),
        whole=whole(Practice.objects.exclude(state=PracticeState.DRAFT).all),
        notes=("注：成效和群众评价取自试行单位的民情和走访记录；不设报送数量要求，不排名。",),
        signature="报送单位负责人：　　　　　　审核人：　　　　　　年　　月　　日",
    )
)
