"""未满足需求清单: open needs, the oldest of each township first."""

from functools import partial

from pairing.filters.needs import NEEDS_AT
from pairing.models.needs import HelpKind, HelpNeed, Urgency
from portal.sheets.ledgers import Column, Ledger, chinese, register, today
from portal.sheets.scope import whole
from portal.sheets.wording import worded


def _rows(user, query):
    """Open needs, in any tab."""
    query = query.copy()
    query["tab"] = "open"
    return NEEDS_AT.sheet_rows(user, query)


def _open_ones(user):
    """Open needs of the user's organ or area, including those that the user may not read."""
    return whole(partial(HelpNeed.objects.open, user.today))(user)


def _whose(household):
    return worded("农户（居民户）" if household else "村（社区）、单位")


# Households appear without name and number.
COLUMNS = (
    Column.text(
        "乡镇（街道）", 16, ("township__name", "host_organ__name"), lambda town, host: town or host
    ),
    Column.text("村（社区）/单位", 20, "unit__name"),
    Column.centred("需求对象", 16, "household", _whose),
    Column.centred("需求类别", 10, "kind", chinese(HelpKind)),
    Column.text("需求内容", 36, "what"),
    Column.centred("紧急程度", 10, "urgency", chinese(Urgency)),
    Column.money("需求金额（元）", 14, "amount"),
    Column.day("提出日期", "noted_on"),
    Column.day("有效期至", "until"),
    Column.number("未满足天数", 10, (today, "noted_on"), lambda today, since: (today - since).days),
)

UNMET_LEDGER = register(
    Ledger(
        name="unmet_needs",
        title="未满足需求清单",
        english="List of unmet needs",
        columns=COLUMNS,
        rows=_rows,
        # The official order of hosts and units, then by age.
        order=(
            "unit__host_organ__sort_order",
            "unit__host_organ",
            "unit__sort_order",
            "noted_on",
            "pk",
        ),
        day="noted_on",
        whole=_open_ones,
        said=NEEDS_AT.said,
        notes=("注：家庭需求只列帮扶类别，不列户名、户号。",),
    )
)
