"""The register of notices (通知公告登记簿) as an official sheet."""

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import OuterRef, Subquery

from outreach.filters.notices import NOTICES_AT
from outreach.models import Notice
from outreach.models.notices import AnswerKind, NoticeState
from portal.roles import Role
from portal.sheets.ledgers import Column, Ledger, chinese, register

_KINDS = {
    AnswerKind.NONE: "否",
    AnswerKind.YES_NO: "是（是或否）",
    AnswerKind.TEXT: "是（文字）",
    AnswerKind.BOTH: "是（是或否，附文字）",
}
_CHOSEN = Notice.organs.through.objects.filter(notice=OuterRef("pk")).order_by().values("notice")
_CHOSEN = _CHOSEN.annotate(names=StringAgg("organ__name", "、", order_by="organ__sort_order"))
_ROLE = chinese(Role)


def _rows(user, query):
    """The rows of the list query, without drafts."""
    rows = NOTICES_AT.sheet_rows(user, query)
    return rows.exclude(state=NoticeState.DRAFT).with_answer_counts()


def _scope(chosen, roles, asked):
    scope = [chosen or "本区域"]
    if roles:
        scope.append("、".join(map(_ROLE, roles)))
    return f"{'；'.join(scope)}（{asked}个单位）"


def _if_asked(asks, n):
    return None if asks == AnswerKind.NONE else n


def _remarks(state, withdrawn_on, reason, corrected_on, corrects):
    remarks = []
    if corrects:
        remarks.append(f"更正{corrects:%Y.%m.%d}通知")
    if state == NoticeState.WITHDRAWN:
        remarks.append(f"{withdrawn_on:%Y.%m.%d}撤回：{reason}")
    if state == NoticeState.REPLACED and corrected_on:
        remarks.append(f"{corrected_on:%Y.%m.%d}已更正")
    return "；".join(map(str, remarks))


COLUMNS = (
    Column.day("发布日期", "published_on"),
    Column.text("标题", 36, "title"),
    Column.text("发布单位", 18, "organ__name"),
    Column.text(
        "发送范围", 30, (Subquery(_CHOSEN.values("names")), "roles", "asked_count"), _scope
    ),
    Column.centred("是否要求回执", 12, "asks", _KINDS.__getitem__),
    Column.counted("应回", 7, ("asks", "asked_count"), _if_asked, group="回执（个）"),
    Column.counted("已回", 7, ("asks", "answered_count"), _if_asked, group="回执（个）"),
    Column.text(
        "备注",
        24,
        (
            "state",
            "withdrawn_on",
            "withdraw_reason",
            "correction__published_on",
            "replaces__published_on",
        ),
        _remarks,
    ),
)

NOTICE_LEDGER = register(
    Ledger(
        name="notices",
        title="通知公告登记簿",
        english="Register of notices",
        columns=COLUMNS,
        rows=_rows,
        order=("published_on", "pk"),
        day="published_on",
        notes=("注：应回、已回以单位计，不统计阅读情况。",),
    )
)
