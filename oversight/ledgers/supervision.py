"""督办台账: one row for each matter."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef

from oversight.filters.supervision import ENTRIES_AT
from oversight.models import EntryGround, EntryStep, SupervisionEntry
from oversight.models.supervision import PROPOSED, EntrySource
from portal.sheets.ledgers import Column, Ledger, chinese, first_of, register
from portal.sheets.scope import whole

_SOURCE = chinese(EntrySource)
_GROUNDS = EntryGround.objects.filter(entry=OuterRef("pk")).order_by("pk")
_SOURCES = ArraySubquery(_GROUNDS.values("source"))
_GIVEN_ON = first_of(_GROUNDS, "given_on")
_ORGANS = SupervisionEntry.organs.through.objects.filter(supervisionentry=OuterRef("pk"))
_ORGANS = ArraySubquery(_ORGANS.order_by("organ__sort_order", "organ").values("organ__name"))
_STEPS = EntryStep.objects.filter(entry=OuterRef("pk")).order_by("-at", "-pk")
_PROGRESS = first_of(_STEPS.filter(move__in=("progress", "reported")), "text")
_URGED = first_of(_STEPS.filter(move="urged"), "at__date")


def _rows(user, query):
    """Undecided proposals are not under supervision yet."""
    return ENTRIES_AT.sheet_rows(user, query).exclude(state__in=PROPOSED)


def _sources(codes):
    return "、".join(dict.fromkeys(_SOURCE(code) for code in codes))


def _leader(name, day):
    return f"{name or ''} {day:%Y.%m.%d}".strip() if day else name or ""


def _is_off(state):
    return "是" if state in ("closed", "archived") else "否"


def _remark(state, is_extended, is_long_term):
    words = ["撤销立项"] * (state == "revoked")
    words += ["已延期"] * is_extended + ["长期督办"] * is_long_term
    return "、".join(words)


def _number(year, number):
    return f"DB{year}-{number:04}"


SUPERVISION_LEDGER = register(
    Ledger(
        name="supervision",
        title="督办台账",
        english="Ledger of supervision",
        columns=(
            Column.centred("督办编号", 12, ("number_year", "number"), _number),
            Column.centred("来源", 12, _SOURCES, _sources),
            Column.text("批示领导、日期", 16, ("leader__name", _GIVEN_ON), _leader),
            Column.text("督办事项", 24, "title"),
            Column.text("批示（议定）内容", 30, "content"),
            Column.text("牵头单位", 14, "lead_organ__name"),
            Column.text("协办单位", 16, _ORGANS, "、".join),
            Column.centred("责任领导", 10, "official__name"),
            Column.day("交办日期", "assigned_on"),
            Column.day("办理时限", "due_on"),
            Column.centred("反馈周期", 9, "report_days", lambda days: f"每{days}日"),
            Column.text("进展情况", 30, _PROGRESS),
            Column.day("最近反馈日期", "last_report_on"),
            Column.day("催办日期", _URGED),
            Column.text("办理结果", 24, "result"),
            Column.text("审核意见", 18, "opinion"),
            Column.day("办结日期", "closed_on"),
            Column.centred("是否销号", 8, "state", _is_off),
            Column.text("备注", 12, ("state", "is_extended", "is_long_term"), _remark),
        ),
        rows=_rows,
        said=ENTRIES_AT.said,
        order=("created_at", "pk"),
        day="assigned_on",
        days=("from_day", "to_day"),
        whole=whole(lambda: SupervisionEntry.objects.exclude(state__in=PROPOSED)),
        notes=("注：一事一号，同一事项的多个来源并入一条；不排名。",),
        signature="督查室负责人：　　　　审核人：　　　　填表人：　　　　年　　月　　日",
    )
)
