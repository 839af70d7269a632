"""走访登记表, with the headings of DOMAIN 2.2 (3)."""

from operator import sub

from django.db.models import Case, Count, Exists, IntegerField, OuterRef, Subquery, When
from django.db.models.functions import Coalesce

from outreach.filters.visits import VISITS_AT
from outreach.ledgers import cells
from outreach.models import ContactCard, Matter, Visit
from outreach.models.matters import settled_at_once
from outreach.models.visits import UNCONFIRMED, VisitMode
from portal.sheets.ledgers import Column, Ledger, chinese, joined, register
from portal.sheets.scope import whole


def _count(rows):
    rows = rows.filter(visit=OuterRef("pk")).order_by().values("visit")
    return Subquery(rows.annotate(n=Count("pk")).values("n"))


_HOUSEHOLDS = Coalesce("household_count", _count(Visit.households.through.objects))
_MATTERS = Coalesce(_count(Matter.objects), 0)
_AT_ONCE = Coalesce(_count(Matter.objects.filter(settled_at_once())), 0)

# Cards issued that day to the author for the place are counted on the author's first visit there
# that day.
_SAME_DAY = Visit.objects.standing().filter(
    author=OuterRef("author"),
    unit=OuterRef("unit"),
    visited_on=OuterRef("visited_on"),
    pk__lt=OuterRef("pk"),
)
_ISSUED = ContactCard.objects.filter(
    area__cadre=OuterRef("author"), area__unit=OuterRef("unit"), issued_on=OuterRef("visited_on")
)
_ISSUED = _ISSUED.order_by().values("area__unit").annotate(n=Count("pk")).values("n")
_CARDS = Case(When(~Exists(_SAME_DAY), then=Subquery(_ISSUED)), output_field=IntegerField())


def _remark(next_steps, confirmation):
    entered = "代录，未经本人确认" if confirmation in UNCONFIRMED else ""
    return "\n".join(part for part in (next_steps, entered) if part)


# 户主姓名 is left out: no list names villagers. 宣传政策内容 is not recorded: off by default, and
# blank for handwriting if shown.
COLUMNS = (
    Column.day("走访日期", "visited_on"),
    Column.centred("走访干部", 9, "author__name"),
    Column.text("单位及职务", 20, ("organ__name", "author__post"), joined(" ")),
    Column.text(
        "乡镇（街道）", 12, ("township__name", "host_organ__name"), cells.under, group="走访地点"
    ),
    Column.text("村（社区）、组", 16, ("unit__name", "group"), joined(" "), group="走访地点"),
    Column.counted("走访户数", 8, _HOUSEHOLDS),
    Column.centred("走访方式", 10, "mode", chinese(VisitMode)),
    Column.text("宣传政策内容", 12, is_off=True),
    Column.text("了解情况", 48, ("summary", "heard"), joined("\n")),
    Column.counted("反映问题（件）", 9, _MATTERS),
    Column.counted("现场解决（件）", 9, _AT_ONCE),
    Column.counted("转入台账（件）", 9, (_MATTERS, _AT_ONCE), sub),
    Column.counted("发放联系卡（张）", 10, _CARDS),
    Column.text("备注", 18, ("next_steps", "confirmation"), _remark),
)

VISIT_LEDGER = register(
    Ledger(
        name="visits",
        title="走访登记表",
        english="Register of visits",
        columns=COLUMNS,
        address=VISITS_AT,
        order=("organ__sort_order", "organ", "visited_on", "pk"),
        day="visited_on",
        days=("visited_from", "visited_to"),
        notes=("注：发放联系卡按当日为走访干部登记发放的该村（社区、单位）联系卡计。",),
        whole=whole(Visit.objects.standing),
    )
)
