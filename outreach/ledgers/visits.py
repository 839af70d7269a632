"""走访登记表, with the headings of DOMAIN 2.2 (3)."""

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from outreach.filters.visits import VisitFilter
from outreach.ledgers.codes import chinese_words
from outreach.models import Matter, Visit
from outreach.models.matters import settled_at_once
from portal.ledgers import Ledger, checked, opened_by_relation, register, words_of
from portal.xlsx import SheetColumn, day_column, text_column

opened_by_relation(Visit.objects.opened_by_relation)


def _visits_at(user, query):
    return VisitFilter(query, queryset=Visit.objects.visible_to(user).standing(), user=user)


def _visit_rows(user, query):
    return checked(_visits_at(user, query))


def _said_of_visits(user, query):
    return words_of(_visits_at(user, query))


def _visit_values(rows, user):
    counted = Matter.objects.filter(visit=OuterRef("pk")).order_by().values("visit")
    every = counted.annotate(n=Count("pk")).values("n")
    at_once = counted.filter(settled_at_once()).annotate(n=Count("pk")).values("n")
    chosen = Visit.households.through.objects.filter(visit=OuterRef("pk")).order_by()
    chosen = chosen.values("visit").annotate(n=Count("pk")).values("n")
    return rows.order_by("organ__sort_order", "organ", "visited_on", "pk").values_list(
        "visited_on", "author__name", "organ__name", "author__post", "township__name",
        "unit__name", "group", Coalesce("household_count", Subquery(chosen)), "mode", "summary",
        "heard", Coalesce(Subquery(every), 0), Coalesce(Subquery(at_once), 0), "next_steps",
    )  # fmt: skip


def _visit_cells(v):
    (day, author, organ, post, township, unit, group, households, mode, summary, heard, matters,
     at_once, next_steps) = v  # fmt: skip
    return (
        day,
        author,
        f"{organ} {post}".strip(),
        " ".join(part for part in (township, unit, group) if part),
        households,
        chinese_words()["mode"].get(mode, ""),
        "",
        "\n".join(part for part in (summary, heard) if part),
        matters,
        at_once,
        matters - at_once,
        "",
        next_steps,
    )


# 户主姓名 is left out: no name of a villager stands in a list. 宣传政策内容 and 发放联系卡 are not
# recorded here; their columns stand empty, as the form has them, for a pen or to be left out.
VISIT_LEDGER = register(
    Ledger(
        name="visits",
        title="走访登记表",
        columns=(
            day_column("走访日期"),
            text_column("走访干部", 9, "center"),
            text_column("单位及职务", 20),
            text_column("走访村（社区）、组", 22),
            SheetColumn("走访户数", 8, "center", "integer"),
            text_column("走访方式", 10, "center"),
            text_column("宣传政策内容", 12),
            text_column("了解情况", 48),
            SheetColumn("反映问题（件）", 9, "center", "integer"),
            SheetColumn("现场解决（件）", 9, "center", "integer"),
            SheetColumn("转入台账（件）", 9, "center", "integer"),
            SheetColumn("发放联系卡（张）", 10, "center", "integer"),
            text_column("备注", 18),
        ),
        rows=_visit_rows,
        values=_visit_values,
        cells=_visit_cells,
        paper="A4",
        days=("visited_from", "visited_to"),
        said=_said_of_visits,
    )
)
