"""领导干部联系点安排表, with the headings of DOMAIN 2.2 (13)."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef

from outreach.ledgers import cells
from pairing.filters.leading import OFFICIAL, POINTS_AT
from pairing.models import ContactPoint
from portal.sheets.ledgers import Column, Ledger, register
from portal.sheets.scope import whole
from portal.tools.asked import whole_number

_ORGANS = ContactPoint.cooperating.through.objects.filter(contactpoint=OuterRef("pk"))
_ORGANS = _ORGANS.order_by("organ__sort_order", "organ").values("organ__name")


def _note(done, ended_on):
    return f"已到点{done}次" + (f"；{ended_on:%Y.%m.%d}结束" if ended_on else "")


class PointLedger(Ledger):
    """A sheet of one year."""

    def _in_days(self, user, query):
        year = POINTS_AT.completed(user, query)["year"]
        return super()._in_days(user, query).filter(year=whole_number(year))


CONTACT_POINT_LEDGER = register(
    PointLedger(
        name="contact_points",
        title="领导干部联系点安排表",
        english="Contact points of leaders",
        columns=(
            Column.centred("领导姓名", 12, "leader__name"),
            Column.text("职务", 18, "post"),
            Column.text("联系点（村/社区/企业）", 20, "unit__name"),
            Column.text("所在乡镇", 14, ("township__name", "host_organ__name"), cells.under),
            Column.text("联系党组织", 22, "party_organization__name"),
            Column.text("配合单位", 24, ArraySubquery(_ORGANS), "、".join),
            Column.counted("年度到点次数计划", 12, "planned_visits"),
            Column.text("解决问题重点", 34, "focus"),
            Column.text("备注", 18, ("done", "ended_on"), _note),
        ),
        rows=lambda user, query: POINTS_AT.sheet_rows(user, query).with_done(),
        order=OFFICIAL.order(),
        said=POINTS_AT.said,
        whole=whole(ContactPoint.objects.all),
        period=lambda query, at: f"{query.get('year') or at.year}年",
        notes=("注：按单位和职务顺序排列；到点次数由民情日记自动统计，不另行填报，不作排名。",),
    )
)
