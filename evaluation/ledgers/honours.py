"""评先树优登记台账: the register of honours as a sheet, in the official order."""

from evaluation.filters.honours import HONOURS_AT, OFFICIAL
from evaluation.models.honours import HonourPurpose, HonourState
from portal.sheets.ledgers import Column, Ledger, register

STATES = {HonourState.FINAL: "已确定", HonourState.NOTICE: "公示中"}


def _rows(user, query):
    """Only public honours are exported."""
    return HONOURS_AT.sheet_rows(user, query).public()


def _grade(purpose, title):
    return "年度考核优秀" if purpose == HonourPurpose.GRADE else title


def _notice(first, last):
    return f"{first:%Y.%m.%d}—{last:%Y.%m.%d}" if first else ""


HONOUR_LEDGER = register(
    Ledger(
        name="honours",
        title="评先树优登记台账",
        english="Register of honours",
        columns=(
            Column.number("年度", 8, "year"),
            Column.centred("姓名（名称）", 14, "appraised__name"),
            Column.text("单位", 20, "appraised__organ_name"),
            Column.text("职务", 16, "appraised__post"),
            Column.text("荣誉（等次）", 20, ("pool__purpose", "pool__title"), _grade),
            Column.text("推荐范围", 20, "pool__title"),
            Column.text("主要事由", 34, "reason"),
            Column.text("文号", 18, "pool__document"),
            Column.day("审定时间", "pool__decided_on"),
            Column.centred("公示时间", 22, ("pool__notice_from", "pool__notice_until"), _notice),
            Column.text("备注", 12, "state", lambda state: STATES.get(state, "")),
        ),
        rows=_rows,
        order=("-year", *OFFICIAL.order()),
        said=HONOURS_AT.said,
        notes=("注：按单位和职务顺序排列，不作排名；名额按参加考核人数的比例取整，会议研究决定。",),
    )
)
