"""吹哨报到登记表: one summons, one row; the organs in their official order."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from neighbours.filters.summons import SUMMONS_AT
from neighbours.models import SummonedOrgan, Summons
from neighbours.models.summons import Ruling, SummonsReason, SummonsState
from outreach.ledgers.cells import matter_number
from portal.models.text import shown
from portal.sheets.ledgers import Column, Ledger, chinese, register
from portal.sheets.scope import whole

_REASON, _RULING, _STATE = map(chinese, (SummonsReason, Ruling, SummonsState))
_PARTS = {"organ": "organ__name", "answer": "answer", "ruling": "ruling"}
_ORGANS = SummonedOrgan.objects.filter(summons=OuterRef("pk")).in_order()
_ORGANS = ArraySubquery(_ORGANS.values(one=JSONObject(**_PARTS)))


def _names(organs):
    return "、".join(one["organ"] for one in organs)


def _answers(organs):
    said = [f"{one['organ']}：{shown(one['answer'])}" for one in organs if one["answer"]]
    return "\n".join(said)


def _rulings(organs):
    ruled = [f"{one['organ']}：{_RULING(one['ruling'])}" for one in organs if one["ruling"]]
    return "\n".join(ruled)


def _number(year, number):
    return f"CS{year}-{number:04}"


def _matter(year, number):
    return matter_number(year, number) if number else ""


def _remark(state, reason):
    words = [_STATE(state)] if state != SummonsState.CONCLUDED else []
    words += ["先电话通知，事后补记"] * (reason == SummonsReason.EMERGENCY)
    return "；".join(words)


SUMMONS_LEDGER = register(
    Ledger(
        name="summons",
        title="吹哨报到登记表",
        english="Register of summons",
        columns=(
            Column.centred("编号", 12, ("number_year", "number"), _number),
            Column.day("日期", "called_on"),
            Column.text("乡镇（街道）", 14, "organ__name"),
            Column.centred("事由类别", 12, "reason", _REASON),
            Column.text("事项", 22, "title"),
            Column.text("报到单位", 22, _ORGANS, _names),
            Column.text("处置意见", 34, _ORGANS, _answers),
            Column.text("是否属职责（裁定）", 18, _ORGANS, _rulings),
            Column.text("结论", 30, "conclusion"),
            Column.centred("交办事项编号", 14, ("matter__number_year", "matter__number"), _matter),
            Column.text("备注", 16, ("state", "reason"), _remark),
        ),
        address=SUMMONS_AT,
        # The official order of organs; how often an organ was called is counted nowhere.
        order=("organ__sort_order", "organ", "called_on", "pk"),
        day="called_on",
        days=("from_day", "to_day"),
        whole=whole(Summons.objects.all),
        notes=("注：按单位既定顺序排列，不作排名。",),
    )
)
