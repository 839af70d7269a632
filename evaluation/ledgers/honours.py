"""评先树优登记台账: the register of honours as a sheet, in the official order."""

from evaluation.filters.honours import OFFICIAL, honours_at, in_tab
from evaluation.models.honours import HonourPurpose, HonourState
from portal.ledgers import Ledger, checked, register, words_of
from portal.xlsx import SheetColumn, day_column, text_column

STATES = {HonourState.FINAL: "已确定", HonourState.NOTICE: "公示中"}


def _rows(user, query):
    """What did not become an honour is not handed round."""
    filtered, tab = honours_at(user, query)
    return in_tab(checked(filtered), tab).public()


def _values(rows, user):
    return rows.order_by("-year", *OFFICIAL.order()).values_list(
        "year", "appraised__name", "appraised__organ_name", "appraised__post", "pool__title",
        "pool__purpose", "reason", "pool__document", "pool__decided_on", "pool__notice_from",
        "pool__notice_until", "state",
    )  # fmt: skip


def _cells(v):
    (year, name, organ, post, title, purpose, reason, document, decided, first, last,
     state) = v  # fmt: skip
    notice = f"{first:%Y.%m.%d}—{last:%Y.%m.%d}" if first else ""
    grade = "年度考核优秀" if purpose == HonourPurpose.GRADE else title
    return (
        year, name, organ, post, grade, title, reason, document, decided, notice,
        STATES.get(state, ""),
    )  # fmt: skip


HONOUR_LEDGER = register(
    Ledger(
        name="honours",
        title="评先树优登记台账",
        columns=(
            SheetColumn("年度", 8, "center", "integer"),
            text_column("姓名（名称）", 14, "center"),
            text_column("单位", 20),
            text_column("职务", 16),
            text_column("荣誉（等次）", 20),
            text_column("推荐范围", 20),
            text_column("主要事由", 34),
            text_column("文号", 18),
            day_column("审定时间"),
            text_column("公示时间", 22, "center"),
            text_column("备注", 12),
        ),
        rows=_rows,
        values=_values,
        cells=_cells,
        said=lambda user, query: words_of(honours_at(user, query)[0]),
        notes=("注：按单位和职务顺序排列，不作排名；名额按参加考核人数的比例取整，会议研究决定。",),
    )
)
