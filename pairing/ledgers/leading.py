"""领导干部联系点安排表, with the headings of DOMAIN 2.2 (13)."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef

from pairing.filters.leading import OFFICIAL, contact_points_at
from pairing.models import ContactPoint
from portal.ledgers import Ledger, checked, register, words_of
from portal.xlsx import SheetColumn, text_column


def _rows(user, query):
    return checked(contact_points_at(user, query)[0])


def _said(user, query):
    return words_of(contact_points_at(user, query)[0])


def _values(rows, user):
    with_us = ContactPoint.cooperating.through.objects.filter(contactpoint=OuterRef("pk"))
    with_us = with_us.order_by("organ__sort_order", "organ").values("organ__name")
    return (
        rows.with_done()
        .annotate(organs=ArraySubquery(with_us))
        .order_by(*OFFICIAL.order())
        .values_list(
            "leader__name", "post", "unit__name", "township__name", "party_organization__name",
            "organs", "planned_visits", "focus", "done", "ended_on",
        )
    )  # fmt: skip


def _cells(v):
    leader, post, unit, township, party, organs, planned, focus, done, ended_on = v
    note = f"已到点{done}次"
    if ended_on:
        note += f"；{ended_on:%Y.%m.%d}结束"
    return (
        leader,
        post,
        unit,
        township or "",
        party or "",
        "、".join(organs),
        planned,
        focus,
        note,
    )


def _period(query, at):
    return f"{query.get('year') or at.year}年"


CONTACT_POINT_LEDGER = register(
    Ledger(
        name="contact_points",
        title="领导干部联系点安排表",
        columns=(
            text_column("领导姓名", 12, "center"),
            text_column("职务", 18),
            text_column("联系点（村/社区/企业）", 20),
            text_column("所在乡镇", 14),
            text_column("联系党组织", 22),
            text_column("配合单位", 24),
            SheetColumn("年度到点次数计划", 12, "center", "integer"),
            text_column("解决问题重点", 34),
            text_column("备注", 18),
        ),
        rows=_rows,
        values=_values,
        cells=_cells,
        said=_said,
        period=_period,
        paper="A4",
        notes=("注：按单位和职务顺序排列；到点次数由民情日记自动统计，不另行填报，不作排名。",),
    )
)
