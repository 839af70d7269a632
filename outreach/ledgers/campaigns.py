"""活动安排表: the campaigns that a list's address shows, as a sheet."""

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import Count, DateField, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import translation

from outreach.filters.campaigns import CampaignFilter, in_tab
from outreach.models import Campaign, CampaignUnit
from outreach.models.campaigns import CampaignKind, CampaignState, Standing
from portal.ledgers import Ledger, checked, register, words_of
from portal.xlsx import SheetColumn, day_column, text_column


def _filtered(user, query):
    return CampaignFilter(query, queryset=in_tab(query.get("tab", "all"), user), user=user)


def _rows(user, query):
    """Drafts are no part of a plan that is handed round."""
    return checked(_filtered(user, query)).exclude(state=CampaignState.DRAFT)


def _values(rows, user):
    units = CampaignUnit.objects.filter(campaign=OuterRef("pk")).order_by().values("campaign")
    reached = CampaignUnit.objects.reached().filter(campaign=OuterRef("pk")).order_by()
    organs = (
        Campaign.organs.through.objects.filter(campaign=OuterRef("pk"))
        .order_by()
        .values("campaign")
        .annotate(names=StringAgg("organ__name", "、", order_by="organ__sort_order"))
    )
    return rows.order_by("organizer__sort_order", "organizer", "starts_on", "pk").values_list(
        "title", "kind", "organizer__name", "document", "starts_on", "ends_on",
        Subquery(organs.values("names")),
        Coalesce(Subquery(units.annotate(n=Count("pk")).values("n")), 0),
        Coalesce(Subquery(reached.values("campaign").annotate(n=Count("pk")).values("n")), 0),
        "purpose", "state", "result_note", Value(user.today, output_field=DateField()),
    )  # fmt: skip


def _cells(v):
    (title, kind, organizer, document, first, last, organs, units, reached, purpose, state,
     note, today) = v  # fmt: skip
    stands = Campaign(starts_on=first, ends_on=last, state=state).stands(today)
    with translation.override("zh-hans"):
        kind, stands = str(CampaignKind(kind).label), str(Standing(stands).label)
    return (
        title, kind, organizer, document, first, last, organs or "", units, reached, purpose,
        stands, note,
    )  # fmt: skip


CAMPAIGN_LEDGER = register(
    Ledger(
        name="campaigns",
        title="走访活动安排表",
        columns=(
            text_column("活动名称", 22),
            text_column("类型", 14, "center"),
            text_column("组织单位", 16),
            text_column("文号", 14, "center"),
            day_column("开始时间"),
            day_column("结束时间"),
            text_column("参加单位", 30),
            SheetColumn("村（社区、单位）（个）", 10, "center", "integer"),
            SheetColumn("已走访（个）", 10, "center", "integer"),
            text_column("活动目的", 30),
            text_column("状态", 10, "center"),
            text_column("备注", 24),
        ),
        rows=_rows,
        values=_values,
        cells=_cells,
        said=lambda user, query: words_of(_filtered(user, query)),
        notes=("注：“已走访”由民情日记自动统计，不另行填报。",),
    )
)
