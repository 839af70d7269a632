"""活动安排表: the campaigns of a list query, as a sheet."""

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from outreach.filters.campaigns import CAMPAIGNS_AT
from outreach.models import Campaign, CampaignUnit
from outreach.models.campaigns import CampaignKind, CampaignState, Standing
from portal.sheets.ledgers import Column, Ledger, chinese, register, today

_STANDING = chinese(Standing)


def _rows(user, query):
    """Exclude drafts: the sheet is handed round."""
    return CAMPAIGNS_AT.sheet_rows(user, query).exclude(state=CampaignState.DRAFT)


def _of_campaign(rows, **found):
    rows = rows.filter(campaign=OuterRef("pk")).order_by().values("campaign")
    return Subquery(rows.annotate(**found).values(*found))


_ORGANS = StringAgg("organ__name", "、", order_by="organ__sort_order")


def _stands(first, last, state, today):
    return _STANDING(Campaign(starts_on=first, ends_on=last, state=state).stands(today))


COLUMNS = (
    Column.text("活动名称", 22, "title"),
    Column.centred("类型", 14, "kind", chinese(CampaignKind)),
    Column.text("组织单位", 16, "organizer__name"),
    Column.centred("文号", 14, "document"),
    Column.day("开始时间", "starts_on"),
    Column.day("结束时间", "ends_on"),
    Column.text("参加单位", 30, _of_campaign(Campaign.organs.through.objects, names=_ORGANS)),
    Column.counted(
        "村（社区、单位）（个）", 10, Coalesce(_of_campaign(CampaignUnit.objects, n=Count("pk")), 0)
    ),
    Column.counted(
        "已走访（个）", 10, Coalesce(_of_campaign(CampaignUnit.objects.reached(), n=Count("pk")), 0)
    ),
    Column.text("活动目的", 30, "purpose"),
    Column.centred("状态", 10, ("starts_on", "ends_on", "state", today), _stands),
    Column.text("备注", 24, "result_note"),
)

CAMPAIGN_LEDGER = register(
    Ledger(
        name="campaigns",
        title="走访活动安排表",
        english="Plan of a campaign of visits",
        columns=COLUMNS,
        rows=_rows,
        day="starts_on",
        order=("organizer__sort_order", "organizer", "starts_on", "pk"),
        said=CAMPAIGNS_AT.said,
        notes=("注：“已走访”由民情日记自动统计，不另行填报。",),
    )
)
