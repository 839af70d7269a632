"""帮扶事项清单: the items that a list's address shows, as a sheet."""

from django.utils import translation

from outreach.ledgers.codes import chinese_words
from pairing.filters.support import SupportFilter
from pairing.models import SupportItem
from pairing.models.pairings import PERSONAL_LEVELS, Level
from pairing.models.support import FundSource, SupportKind, SupportState
from portal.ledgers import Ledger, checked, opened_by_relation, register, words_of
from portal.xlsx import SheetColumn, day_column, text_column

opened_by_relation(SupportItem.objects.opened_by_relation)

_cache = {}


def _filtered(user, query):
    return SupportFilter(query, queryset=SupportItem.objects.visible_to(user), user=user)


def _rows(user, query):
    return checked(_filtered(user, query))


def _values(rows, user):
    return rows.order_by("-promised_on", "-pk").values_list(
        "pairing__level", "organ__name", "pairing__cadre__name", "pairing__helped_branch__name",
        "pairing__household__display_name", "pairing__household__serial", "unit__name",
        "township__name", "kind", "what", "amount", "source", "promised_on", "promised_for",
        "done_on", "state", "result", "drop_reason", "word",
    )  # fmt: skip


def _words():
    if not _cache:
        with translation.override("zh-hans"):
            _cache.update(
                kind={code: str(label) for code, label in SupportKind.choices},
                source={code: str(label) for code, label in FundSource.choices},
            )
    return _cache


def _cells(v):
    (level, organ, cadre, branch, shown_as, serial, unit, town, kind, what, amount, source,
     promised_on, promised_for, done_on, state, result, reason, word) = v  # fmt: skip
    helped = unit
    if level == Level.BRANCH:
        helped = branch
    elif level in PERSONAL_LEVELS:
        # 户主姓氏+编号, and nothing else of a household (DOMAIN 2.2 (7)).
        helped = f"{shown_as} {serial}"
    words = _words()
    place = f"{town or ''}{unit}"
    note = f"未实施：{reason}" if state == SupportState.DROPPED else ""
    return (
        organ, cadre or "", helped, place, words["kind"][kind], what, amount,
        words["source"].get(source, ""), promised_on, promised_for, done_on, result,
        chinese_words()["word"].get(word, "未评价" if state == SupportState.DONE else ""), note,
    )  # fmt: skip


SUPPORT_LEDGER = register(
    Ledger(
        name="support_items",
        title="帮扶事项清单",
        columns=(
            text_column("帮扶单位", 16),
            text_column("帮扶责任人", 10, "center"),
            text_column("帮扶对象", 16),
            text_column("所在乡镇村", 16),
            text_column("帮扶类别", 9, "center"),
            text_column("内容", 30),
            SheetColumn("金额（元）", 12, "right", "decimal"),
            text_column("资金来源", 14),
            day_column("承诺时间"),
            day_column("完成时限"),
            day_column("完成时间"),
            text_column("成效", 26),
            text_column("对象评价", 10, "center"),
            text_column("备注", 18),
        ),
        rows=_rows,
        values=_values,
        cells=_cells,
        days=("due_from", "due_to"),
        said=lambda user, query: words_of(_filtered(user, query)),
        notes=("注：1.帮扶对象为户的，只登记户主姓氏和编号；2.资金由单位账户划转，不经个人。",),
    )
)
