"""档案销毁清册: the appraised records and their fate."""

from django.utils.translation import gettext as _

from oversight.models import DestructionItem, DestructionList
from portal.sheets.ledgers import Column, Ledger, LedgerProblem, register
from portal.tools.asked import whole_number


def _asked(user, query):
    pk = whole_number(query.get("list", ""))
    found = DestructionList.objects.visible_to(user).filter(pk=pk).first() if pk else None
    if found is None:
        raise LedgerProblem(_("Say which list: list=…, one that you may read."))
    return found


def _rows(user, query):
    return DestructionItem.objects.filter(list=_asked(user, query))


def _said(user, query):
    return [("清册", str(_asked(user, query).title))]


def _opinion(reason):
    return f"继续保存：{reason}" if reason else "保管期满，拟销毁"


DESTRUCTION_LEDGER = register(
    Ledger(
        name="destruction",
        title="档案销毁清册",
        english="Inventory of destroyed records",
        columns=(
            Column.text("题名（编号）", 40, "label"),
            Column.day("形成日期", "dated_on"),
            Column.centred("保管期限", 10, "list__years", lambda years: f"{years}年"),
            Column.text("鉴定意见", 26, "kept_reason", _opinion),
            Column.centred("鉴定人", 12, "list__written_by__name"),
            Column.centred("审批人", 12, "list__approved_by__name"),
            Column.day(
                "销毁日期", ("is_gone", "list__destroyed_on"), lambda gone, on: gone and on or None
            ),
            Column.centred(
                "监销人",
                12,
                ("is_gone", "list__witness__name"),
                lambda gone, who: who if gone else "",
            ),
        ),
        rows=_rows,
        order=("dated_on", "pk"),
        day="dated_on",
        said=_said,
        notes=("注：清册永久保存。",),
        signature="鉴定人（签字）：　　　　审批人（签字）：　　　　监销人（签字）：　　　　"
        "年　　月　　日",
    )
)
