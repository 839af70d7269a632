"""走访登记表, with the headings of DOMAIN 2.2 (3)."""

from operator import sub

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from outreach.filters.visits import VISITS_AT
from outreach.models import Matter, Visit
from outreach.models.matters import settled_at_once
from outreach.models.visits import VisitMode
from portal.sheets.ledgers import Column, Ledger, chinese, joined, opened_by_relation, register

opened_by_relation(Visit.objects.opened_by_relation)


def _count(rows):
    rows = rows.filter(visit=OuterRef("pk")).order_by().values("visit")
    return Subquery(rows.annotate(n=Count("pk")).values("n"))


_HOUSEHOLDS = Coalesce("household_count", _count(Visit.households.through.objects))
_MATTERS = Coalesce(_count(Matter.objects), 0)
_AT_ONCE = Coalesce(_count(Matter.objects.filter(settled_at_once())), 0)

# 户主姓名 is left out: no name of a villager stands in a list. 宣传政策内容 and 发放联系卡 are not
# recorded here; their columns stand empty, as the form has them, for a pen or to be left out.
COLUMNS = (
    Column.day("走访日期", "visited_on"),
    Column.centred("走访干部", 9, "author__name"),
    Column.text("单位及职务", 20, ("organ__name", "author__post"), joined(" ")),
    Column.text("走访村（社区）、组", 22, ("township__name", "unit__name", "group"), joined(" ")),
    Column.number("走访户数", 8, _HOUSEHOLDS),
    Column.centred("走访方式", 10, "mode", chinese(VisitMode)),
    Column.text("宣传政策内容", 12),
    Column.text("了解情况", 48, ("summary", "heard"), joined("\n")),
    Column.number("反映问题（件）", 9, _MATTERS),
    Column.number("现场解决（件）", 9, _AT_ONCE),
    Column.number("转入台账（件）", 9, (_MATTERS, _AT_ONCE), sub),
    Column.number("发放联系卡（张）", 10),
    Column.text("备注", 18, "next_steps"),
)

VISIT_LEDGER = register(
    Ledger(
        name="visits",
        title="走访登记表",
        columns=COLUMNS,
        rows=VISITS_AT.sheet_rows,
        order=("organ__sort_order", "organ", "visited_on", "pk"),
        paper="A4",
        days=("visited_from", "visited_to"),
        said=VISITS_AT.said,
    )
)
