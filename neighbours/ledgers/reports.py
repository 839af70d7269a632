"""机关党组织报到单 and 双报到季度反馈表, with the headings of DOMAIN-NEXT I."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Value
from django.db.models.functions import JSONObject

from neighbours.filters.reports import LINES_AT, REPORTS_AT
from neighbours.models import BranchReport, QuarterLine
from neighbours.models.reports import KNOWN
from outreach.ledgers.cells import matter_number
from portal.models.text import shown
from portal.roles import Permission
from portal.sheets.ledgers import Column, Ledger, joined, register
from portal.sheets.scope import whole

_NEEDS = BranchReport.needs.through.objects.filter(branchreport=OuterRef("pk"))
_NEEDS = ArraySubquery(_NEEDS.order_by("pk").values("communityneed__title"))
_PARTS = {"year": "matter__number_year", "number": "matter__number"}
_MATTERS = QuarterLine.matters.through.objects.filter(quarterline=OuterRef("pk"))
_MATTERS = ArraySubquery(_MATTERS.order_by("pk").values(one=JSONObject(**_PARTS)))


def _phone(user):
    """The office's phone, for those who write and confirm reports."""
    reads = user.holds(Permission.PUBLISH_NEEDS) or user.holds(Permission.OFFER_HELP)
    return F("contact_phone") if reads else Value("")


def _needs(titles):
    return "；".join(map(shown, titles))


def _quarter(year, quarter):
    return f"{year}年第{'一二三四'[quarter - 1]}季度"


def _numbers(matters):
    return "、".join(matter_number(one["year"], one["number"]) for one in matters)


BRANCH_REPORT_LEDGER = register(
    Ledger(
        name="branch_reports",
        title="机关党组织报到单",
        english="Reports of Party organisations of organs",
        columns=(
            Column.text("机关党组织", 24, "party__name"),
            Column.centred("书记", 10, "secretary"),
            Column.text("联络员、电话", 20, ("contact_name", _phone), joined(" ")),
            Column.text("报到社区", 16, "unit__name"),
            Column.day("报到日期", "reported_on"),
            Column.text("可提供资源", 30, "resources"),
            Column.text("认领需求", 26, _NEEDS, _needs),
            Column.text("社区党组织意见（章）", 24, "opinion"),
        ),
        address=REPORTS_AT,
        order=("organ__sort_order", "organ", "party__sort_order", "party", "unit", "pk"),
        day="reported_on",
        days=("from_day", "to_day"),
        whole=whole(lambda: BranchReport.objects.filter(state__in=KNOWN)),
        notes=("注：报到出于自愿，不计时长、人次，不作排名。",),
    )
)

QUARTER_LINE_LEDGER = register(
    Ledger(
        name="quarter_lines",
        title="双报到季度反馈表",
        english="Quarterly feedback on reporting in communities",
        columns=(
            Column.centred("季度", 16, ("year", "quarter"), _quarter),
            Column.text("社区", 16, "report__unit__name"),
            Column.text("报到单位", 24, "report__party__name"),
            Column.text("参与事项", 30, "joined"),
            Column.text("完成情况", 30, "done"),
            Column.text("居民反映问题", 20, _MATTERS, _numbers),
            Column.text("建议", 26, "advice"),
        ),
        address=LINES_AT,
        order=(
            *("year", "quarter", "report__unit__sort_order", "report__unit"),
            *("report__organ__sort_order", "report__organ", "pk"),
        ),
        day="written_at",
        days=("from_day", "to_day"),
        whole=whole(QuarterLine.objects.all, via="report__"),
        notes=("注：居民反映问题填民情台账编号；不计时长、人次，不作排名。",),
    )
)
