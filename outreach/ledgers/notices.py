"""The register of notices (通知公告登记簿) as an official sheet."""

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import OuterRef, Subquery
from django.utils import translation

from outreach.filters.notices import NoticeFilter, in_tab
from outreach.models import Notice
from outreach.models.notices import AnswerKind, NoticeState
from portal.ledgers import Ledger, checked, register
from portal.roles import Role
from portal.xlsx import SheetColumn

_KINDS = {
    AnswerKind.NONE: "否",
    AnswerKind.YES_NO: "是（是或否）",
    AnswerKind.TEXT: "是（文字）",
    AnswerKind.BOTH: "是（是或否，附文字）",
}


def _rows(user, query):
    """What the list's address shows; drafts are no part of a register."""
    rows = in_tab(query.get("tab", "all"), user)
    return checked(NoticeFilter(query, queryset=rows, user=user)).exclude(state=NoticeState.DRAFT)


def _values(rows, user):
    chosen = (
        Notice.organs.through.objects.filter(notice=OuterRef("pk"))
        .order_by()
        .values("notice")
        .annotate(names=StringAgg("organ__name", "、", order_by="organ__sort_order"))
        .values("names")
    )
    return (
        rows.with_answer_counts()
        .order_by("published_on", "pk")
        .values_list(
            "published_on", "title", "organ__name", Subquery(chosen), "roles", "asked_count",
            "asks", "answered_count", "state", "withdrawn_on", "withdraw_reason",
            "correction__published_on", "replaces__published_on",
        )
    )  # fmt: skip


def _cells(v):
    (day, title, organ, chosen, roles, asked, asks, answered, state, withdrawn_on, reason,
     corrected_on, corrects) = v  # fmt: skip
    scope = [chosen or "本区域"]
    if roles:
        with translation.override("zh-hans"):
            scope.append("、".join(str(Role(code).label) for code in roles))
    remarks = []
    if corrects:
        remarks.append(f"更正{corrects:%Y.%m.%d}通知")
    if state == NoticeState.WITHDRAWN:
        remarks.append(f"{withdrawn_on:%Y.%m.%d}撤回：{reason}")
    if state == NoticeState.REPLACED and corrected_on:
        remarks.append(f"{corrected_on:%Y.%m.%d}已更正")
    return (
        day,
        title,
        organ,
        f"{'；'.join(scope)}（{asked}个单位）",
        _KINDS[asks],
        "" if asks == AnswerKind.NONE else f"{asked}/{answered}",
        "；".join(remarks),
    )


NOTICE_LEDGER = register(
    Ledger(
        name="notices",
        title="通知公告登记簿",
        columns=(
            SheetColumn("发布日期", 12, "center", "date"),
            SheetColumn("标题", 36, "left", "text"),
            SheetColumn("发布单位", 18, "left", "text"),
            SheetColumn("发送范围", 30, "left", "text"),
            SheetColumn("是否要求回执", 12, "center", "text"),
            SheetColumn("应回/已回", 10, "center", "text"),
            SheetColumn("备注", 24, "left", "text"),
        ),
        rows=_rows,
        values=_values,
        cells=_cells,
        notes=("注：应回、已回以单位计，不统计阅读情况。",),
        paper="A4",
    )
)
