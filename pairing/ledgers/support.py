"""帮扶事项清单: the items of the list as a sheet."""

from outreach.models.matters import Word
from pairing.filters.support import ITEMS_AT
from pairing.models import SupportItem
from pairing.models.pairings import PERSONAL_LEVELS, Level
from pairing.models.support import FundSource, SupportKind, SupportState
from portal.sheets.ledgers import Column, Ledger, chinese, joined, register
from portal.sheets.scope import whole

_WORD = chinese(Word)


def _helped(level, branch, shown_as, serial, unit):
    if level == Level.BRANCH:
        return branch
    # A household appears only as 户主姓氏+编号 (DOMAIN 2.2 (7)).
    return f"{shown_as} {serial}" if level in PERSONAL_LEVELS else unit


_HELPED = (
    "pairing__level",
    "pairing__helped_branch__name",
    "pairing__household__display_name",
    "pairing__household__serial",
    "unit__name",
)


def _word(word, state):
    return _WORD(word) or ("未评价" if state == SupportState.DONE else "")


def _note(state, reason):
    return f"未实施：{reason}" if state == SupportState.DROPPED else ""


SUPPORT_LEDGER = register(
    Ledger(
        name="support_items",
        title="帮扶事项清单",
        english="List of items of help",
        columns=(
            Column.text("帮扶单位", 16, "organ__name"),
            Column.centred("帮扶责任人", 10, "pairing__cadre__name"),
            Column.text("帮扶对象", 16, _HELPED, _helped),
            Column.text("所在乡镇村", 16, ("township__name", "unit__name"), joined("")),
            Column.centred("帮扶类别", 9, "kind", chinese(SupportKind)),
            Column.text("内容", 30, "what"),
            Column.money("金额（元）", 12, "amount"),
            Column.text("资金来源", 14, "source", chinese(FundSource)),
            Column.day("承诺时间", "promised_on"),
            Column.day("完成时限", "promised_for"),
            Column.day("完成时间", "done_on"),
            Column.text("成效", 26, "result"),
            Column.centred("对象评价", 10, ("word", "state"), _word),
            Column.text("备注", 18, ("state", "drop_reason"), _note),
        ),
        address=ITEMS_AT,
        order=("-promised_on", "-pk"),
        day="promised_on",
        days=("due_from", "due_to"),
        whole=whole(SupportItem.objects.all),
        notes=("注：1.帮扶对象为户的，只登记户主姓氏和编号；2.资金由单位账户划转，不经个人。",),
    )
)
