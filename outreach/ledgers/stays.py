"""驻村蹲点登记表, 月度记实表 and the list of stay reports as official sheets."""

from itertools import islice
from operator import attrgetter
from typing import NamedTuple

from django.db.models import Count, DateField, IntegerField, OuterRef, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from outreach import stay_days
from outreach.filters.stays import REPORTS_AT, STAYS_AT, StayFilter
from outreach.ledgers import cells
from outreach.models import Matter, Stay, Suggestion, Visit
from outreach.models.matters import Status
from outreach.models.stay_reports import ReportState
from outreach.models.stays import Ending, Lodging, StayKind, StayState
from outreach.stay_days import last_of
from portal.models.people import PoliticalStatus
from portal.models.places import UnitKind
from portal.sheets.ledgers import (
    Column,
    Ledger,
    LedgerProblem,
    RecordLedger,
    checked,
    chinese,
    joined,
    register,
)
from portal.sheets.scope import whole
from portal.sheets.wording import worded
from portal.tools import asked

CHUNK = 500
_LODGING = {Lodging.VILLAGE: "住村", Lodging.COMMUTES: "走读已核准"}
_KINDS = {
    StayKind.FIRST_SECRETARY: "第一书记",
    StayKind.TEAM_MEMBER: "工作队员",
    StayKind.RESIDENTIAL: "蹲点",
    StayKind.SECONDMENT: "挂职",
    StayKind.LEADER: "领导蹲点",
}
_WORDS = {"met": "达标", "unmet": "未达标", "unattested": "未审核"}
_ENDINGS = {
    Ending.TERM: "期满",
    Ending.EARLY: "提前结束",
    Ending.RECALLED: "召回",
    Ending.REPLACED: "轮换",
}
_OFFICIAL_ORDER = ("host_organ__sort_order", "unit__sort_order", "starts_on", "pk")


# --- (5) 驻村蹲点登记表 ------------------------------------------------------------------------


def _remarks(programme, state, ended_on, ending):
    remarks = [programme] if programme else []
    if state == StayState.CANCELLED:
        remarks.append("派驻前已撤销")
    if ended_on:
        remarks.append(f"{ended_on:%Y.%m.%d}{_ENDINGS[ending]}")
    return "；".join(map(str, remarks))


STAY_LEDGER = register(
    Ledger(
        name="stays",
        title="驻村蹲点登记表",
        english="Register of stays",
        columns=(
            Column.centred("姓名", 10, "cadre__name"),
            Column.centred("性别", 6, "cadre__gender", cells.gender),
            Column.centred("出生年月", 10, "cadre__birth_month", lambda one: one.replace("-", ".")),
            Column.centred("政治面貌", 12, "cadre__political_status", chinese(PoliticalStatus)),
            Column.text("派出单位", 18, "organ__name"),
            Column.text("职务职级", 16, ("post", "cadre__rank"), joined("、")),
            Column.centred("派驻类型", 12, "kind", _KINDS.__getitem__),
            Column.text("派驻乡镇", 12, ("township__name", "host_organ__name"), cells.under),
            Column.text("派驻村（社区、企业）", 16, "unit__name"),
            Column.centred("村类型", 12, "unit__kind", chinese(UnitKind)),
            Column.day("开始时间", "starts_on"),
            Column.day("计划结束时间", "ends_on"),
            Column.centred("住宿方式", 12, "lodging", lambda code: worded(_LODGING[code])),
            Column.centred("联系电话", 14, "cadre__public_phone"),
            Column.text("审批文号", 20, "document"),
            Column.text("备注", 20, ("programme", "state", "ended_on", "ending"), _remarks),
        ),
        address=STAYS_AT,
        order=_OFFICIAL_ORDER,
        notes=("注：一名干部同一时期只在一处驻点；“是否缺乏基层工作经历”一栏不在本表列出。",),
        day="starts_on",
        days=("ran_from", "ran_to"),
        whole=whole(Stay.objects.all),
    )
)


# --- (5) 月度记实表 ----------------------------------------------------------------------------


def _month_of(query):
    month = asked.day(f"{query.get('month', '')[:7]}-01")
    if month is None:
        raise LedgerProblem(_("Say which month, as 2026-10."))
    return month


def _month_rows(user, query):
    month = _month_of(query)
    unknown = set(query) - {"month", "tab", "area", "organ", "host"}
    if unknown:
        raise LedgerProblem(_("There is no filter called “%(name)s”.") % {"name": min(unknown)})
    query = query.copy()
    for name in ("month", "tab"):
        query.pop(name, None)
    rows = Stay.objects.visible_to(user).of_roles(user).monthly().within(month, last_of(month))
    rows = checked(StayFilter(query, queryset=rows, user=user))
    # Each row carries the month of the sheet.
    return rows.annotate(sheet_month=Value(month, output_field=DateField()))


class _Month(NamedTuple):
    stay: Stay
    facts: stay_days.Month
    work: tuple  # (household visits, matters, closed)


class MonthLedger(RecordLedger):
    """Stays with the facts and the word of the month, some hundred at a time."""

    def records(self, rows, user):
        ordered = rows.select_related("cadre", "unit").order_by(*self.order)
        stays = ordered.iterator(chunk_size=CHUNK)
        while chunk := list(islice(stays, CHUNK)):
            month = chunk[0].sheet_month
            found, work = stay_days.months(chunk, [month]), _work(chunk, month)
            for stay in chunk:
                yield _Month(stay, found[stay.pk, month], work.get(stay.pk, (0, 0, 0)))


def _work(stays, month):
    """Return {stay id: (household visits, matters, closed)}, counted from the cadre's own records
    at the unit."""
    days = (month, last_of(month))
    at = {"unit": OuterRef("unit")}

    def counted(rows, count):
        by_one = rows.order_by().values("unit").annotate(n=count).values("n")
        return Coalesce(Subquery(by_one, output_field=IntegerField()), 0)

    visits = Visit.objects.standing().filter(author=OuterRef("cadre"), visited_on__range=days, **at)
    # As `door_count`: the number stated, else the households chosen from the unit's list.
    chosen = visits.filter(household_count=None, households__isnull=False)
    own = Matter.objects.filter(registered_by=OuterRef("cadre"), **at)
    rows = Stay.objects.filter(pk__in=[stay.pk for stay in stays]).values_list(
        "pk",
        counted(visits, Sum("household_count")) + counted(chosen, Count("households")),
        counted(own.filter(registered_on__range=days), Count("pk")),
        counted(own.filter(status=Status.CLOSED, closed_on__range=days), Count("pk")),
    )
    return {pk: tuple(numbers) for pk, *numbers in rows.order_by()}


def _days(month):
    """The number of days in the host's word, or empty."""
    return month.facts.word.days if month.facts.word else None


def _opinion(month):
    word = month.facts.word
    if word is None:
        return ""
    signed = f"{word.by.name}，{timezone.localdate(word.at):%Y.%m.%d}"
    return f"{word.remark or _WORDS[word.state]}（{signed}）"


MONTH_LEDGER = register(
    MonthLedger(
        name="stay_months",
        title="驻村工作月度记实表",
        english="Monthly sheet of stays",
        columns=(
            Column.centred("姓名", 10, cell=attrgetter("stay.cadre.name")),
            Column.text("派驻村", 16, cell=attrgetter("stay.unit.name")),
            Column.number("当月工作日", 10, cell=attrgetter("facts.working")),
            Column.number("本月应驻天数", 10, cell=attrgetter("facts.norm")),
            Column.centred("月度审核", 10, cell=lambda month: _WORDS[month.facts.state]),
            Column.number("审核认定天数", 10, cell=_days),
            Column.number("因公外出天数", 10, cell=lambda month: month.facts.away or None),
            Column.number("请假天数", 10, cell=attrgetter("facts.leave")),
            Column.number("走访户数", 10, cell=lambda month: month.work[0]),
            Column.number("收集问题", 10, cell=lambda month: month.work[1]),
            Column.number("办结问题", 10, cell=lambda month: month.work[2]),
            Column.text("主要工作", 36, cell=attrgetter("facts.work")),
            Column.text("乡镇党委审核意见", 24, cell=_opinion),
        ),
        rows=_month_rows,
        order=_OFFICIAL_ORDER,
        notes=(
            "注：1.达标、未达标以乡镇（管理单位）月度审核为准，未审核的两者都不计；不签到、不列日程；",
            "　　2.审核认定天数由审核单位填报，未填报的不推算；本月应驻天数不超过当月工作日；",
            "　　3.走访户数、收集问题、办结问题由系统自动统计，不证明驻村天数，不作评比。",
        ),
        said=lambda user, query: [("月份", f"{_month_of(query):%Y-%m}")],
        period=lambda query, at: "{0.year}年{0.month}月".format(_month_of(query)),
    )
)


# --- (6) 蹲点调研报告 --------------------------------------------------------------------------


def _report_rows(user, query):
    return REPORTS_AT.sheet_rows(user, query).exclude(state=ReportState.DRAFT)


_ADVICE = Suggestion.objects.filter(report=OuterRef("pk")).order_by().values("report")


def _count(advice):
    counted = advice.annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


_ADVISED, _ADOPTED = _count(_ADVICE), _count(_ADVICE.filter(adopted=True))

REPORT_LEDGER = register(
    Ledger(
        name="stay_reports",
        title="蹲点调研报告目录",
        english="List of stay reports",
        columns=(
            Column.text("题目", 24, "title"),
            Column.text("蹲点单位", 14, "stay__unit__name"),
            Column.centred(
                "时间（起止、天）",
                22,
                ("starts_on", "ends_on"),
                lambda first, last: (
                    f"{first:%Y.%m.%d}—{last:%Y.%m.%d}，{(last - first).days + 1}天"
                ),
            ),
            Column.text("组成人员", 16, ("stay__cadre__name", "members"), joined("、")),
            Column.text("方式", 14, "method"),
            Column.text("基本情况", 36, "situation"),
            Column.text("发现问题", 36, "problems"),
            Column.text("原因分析", 30, "causes"),
            Column.text("帮助解决事项", 30, "solved"),
            Column.centred("意见建议", 10, _ADVISED, lambda n: f"{n}条" if n else "无"),
            Column.centred(
                "采纳情况",
                12,
                (_ADVISED, _ADOPTED),
                lambda advised, n: f"采纳{n}条" if advised else "",
            ),
            Column.day("提交时间", "handed_in_on"),
            Column.centred("审核情况", 12, "state", chinese(ReportState)),
        ),
        rows=_report_rows,
        order=("stay__host_organ__sort_order", "handed_in_on", "pk"),
        day="ends_on",
        said=REPORTS_AT.said,
    )
)
