"""年度工作要点责任分解表: progress as counted by the portal, or one sentence each quarter."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from oversight.filters.plans import ITEMS_AT
from oversight.models import PlanItem, QuarterNote
from oversight.models.plans import Measure
from portal.models.text import shown
from portal.sheets.ledgers import Column, Ledger, chinese, register
from portal.sheets.scope import whole

_MEASURE = chinese(Measure)
_ORGANS = PlanItem.organs.through.objects.filter(planitem=OuterRef("pk"))
_ORGANS = ArraySubquery(_ORGANS.order_by("organ__sort_order", "organ").values("organ__name"))


def _quarter(n):
    """Standing at the end of a quarter of the plan's last year."""
    notes = QuarterNote.objects.filter(
        item=OuterRef("pk"), year=OuterRef("plan__last_year"), quarter=n
    )
    return ArraySubquery(notes.values(one=JSONObject(text="text", done="done", whole="whole")))


def _said(notes):
    if not notes:
        return ""
    note = notes[0]
    return shown(note["text"]) or _share(note["done"], note["whole"])


def _share(done, whole):
    """Format as 69/72（95%）; empty before the count, 无应计对象 if there was nothing to count."""
    if not whole:
        return "" if whole is None else "无应计对象"
    return f"{done}/{whole}（{done * 100 // whole}%）"


def _way(measure, target):
    return f"系统计算：{_MEASURE(measure)}（目标{target}%）" if measure else "文字说明"


def _stands(done_on, reached_on, cancelled_on, done, whole):
    if cancelled_on:
        return "已取消"
    day = done_on or reached_on
    if day:
        return f"{day:%Y.%m.%d}完成"
    return _share(done, whole)


def _remark(adjusted_on, cancelled_on):
    if cancelled_on:
        return f"{cancelled_on:%Y.%m.%d}取消"
    return f"{adjusted_on:%Y.%m.%d}调整" if adjusted_on else ""


PLAN_LEDGER = register(
    Ledger(
        name="plan_items",
        title="年度工作要点责任分解表",
        english="Tasks of the year and who leads them",
        columns=(
            Column.text("工作要点", 18, "point"),
            Column.text("重点任务", 24, "task"),
            Column.text("工作措施", 24, "steps_taken"),
            Column.text("完成目标", 18, "goal"),
            Column.text("计量方式", 18, ("measure", "target"), _way),
            Column.centred("牵头领导", 10, "official__name"),
            Column.text("牵头单位", 14, "lead_organ__name"),
            Column.text("责任单位", 18, _ORGANS, "、".join),
            Column.centred("责任人", 10, "person__name"),
            Column.day("完成时限", "due_on"),
            *(
                Column.text(f"{words}季度", 16, _quarter(n), _said, group="进展")
                for n, words in enumerate("一二三四", start=1)
            ),
            Column.text(
                "完成情况",
                16,
                ("done_on", "reached_on", "cancelled_on", "done", "whole"),
                _stands,
            ),
            Column.text("备注", 14, ("adjusted_on", "cancelled_on"), _remark),
        ),
        address=ITEMS_AT,
        order=("plan", "position", "pk"),
        day="due_on",
        days=("due_from", "due_to"),
        whole=whole(PlanItem.objects.all, via="plan__"),
        notes=(
            "注：计量方式为系统计算的，进展由平台从记录中计算，不得填报；其余每季度一句话，不超过100字。",
        ),
        signature="主要负责人（签字）：　　　　　　填表人：　　　　　　年　　月　　日（公章）",
    )
)
