"""驻村蹲点登记表, 月度记实表 and the list of stay reports as official sheets."""

from dataclasses import dataclass

from django.db.models import Count, DateField, IntegerField, OuterRef, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from outreach.filters.stays import ReportFilter, StayFilter, in_tab, reports_in_tab
from outreach.models import Matter, Stay, StayReport, Suggestion, Visit
from outreach.models.matters import Status
from outreach.models.stay_reports import ReportState
from outreach.models.stays import Ending, Lodging, StayKind, StayState
from outreach.stay_days import last_of, tallies
from portal import asked
from portal.ledgers import Ledger, LedgerProblem, checked, register, words_of
from portal.models.people import Gender, PoliticalStatus
from portal.models.places import UnitKind
from portal.xlsx import SheetColumn, day_column, text_column

CHUNK = 500
_LODGING = {Lodging.VILLAGE: "住村", Lodging.COMMUTES: "走读已核准"}
_KINDS = {
    StayKind.FIRST_SECRETARY: "第一书记", StayKind.TEAM_MEMBER: "工作队员",
    StayKind.RESIDENTIAL: "蹲点", StayKind.SECONDMENT: "挂职",
}  # fmt: skip
_ENDINGS = {
    Ending.TERM: "期满", Ending.EARLY: "提前结束", Ending.RECALLED: "召回", Ending.REPLACED: "轮换",
}  # fmt: skip
_OFFICIAL_ORDER = ("host_organ__sort_order", "unit__sort_order", "starts_on", "pk")


def _chinese(choices, code):
    with translation.override("zh-hans"):
        return str(choices(code).label) if code else ""


# --- (5) 驻村蹲点登记表 ------------------------------------------------------------------------


def _filtered(user, query):
    rows = in_tab(Stay.objects.visible_to(user), query.get("tab", "all"), on=user.today)
    return StayFilter(query, queryset=rows, user=user)


def _stay_rows(user, query):
    return checked(_filtered(user, query))


def _stay_values(rows, user):
    return rows.order_by(*_OFFICIAL_ORDER).values_list(
        "cadre__name", "cadre__gender", "cadre__birth_month", "cadre__political_status",
        "organ__name", "post", "cadre__rank", "kind", "township__name", "unit__name", "unit__kind",
        "starts_on", "ends_on", "lodging", "cadre__public_phone", "document", "programme",
        "state", "ended_on", "ending",
    )  # fmt: skip


def _stay_cells(v):
    (name, gender, born, status, organ, post, rank, kind, township, unit, unit_kind, first, last,
     lodging, phone, document, programme, state, ended_on, ending) = v  # fmt: skip
    remarks = [programme] if programme else []
    if state == StayState.CANCELLED:
        remarks.append("派驻前已撤销")
    if ended_on:
        remarks.append(f"{ended_on:%Y.%m.%d}{_ENDINGS[ending]}")
    return (
        name,
        "" if gender == Gender.UNKNOWN else _chinese(Gender, gender),
        born.replace("-", "."),
        _chinese(PoliticalStatus, status),
        organ,
        "、".join(part for part in (post, rank) if part),
        _KINDS[kind],
        township or "",
        unit,
        _chinese(UnitKind, unit_kind),
        first,
        last,
        _LODGING[lodging],
        phone,
        document,
        "；".join(remarks),
    )


STAY_LEDGER = register(
    Ledger(
        name="stays",
        title="驻村蹲点登记表",
        columns=(
            text_column("姓名", 10, "center"),
            text_column("性别", 6, "center"),
            text_column("出生年月", 10, "center"),
            text_column("政治面貌", 12, "center"),
            text_column("派出单位", 18),
            text_column("职务职级", 16),
            text_column("派驻类型", 12, "center"),
            text_column("派驻乡镇", 12),
            text_column("派驻村（社区、企业）", 16),
            text_column("村类型", 12, "center"),
            day_column("开始时间"),
            day_column("计划结束时间"),
            text_column("住宿方式", 12, "center"),
            text_column("联系电话", 14, "center"),
            text_column("审批文号", 20),
            text_column("备注", 20),
        ),
        rows=_stay_rows,
        values=_stay_values,
        cells=_stay_cells,
        notes=("注：一名干部同一时期只在一处驻点；“是否缺乏基层工作经历”一栏不在本表列出。",),
        days=("ran_from", "ran_to"),
        said=lambda user, query: words_of(_filtered(user, query)),
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
    rows = Stay.objects.visible_to(user).within(month, last_of(month))
    rows = checked(StayFilter(query, queryset=rows, user=user))
    # The sheet is of one month: each row knows which.
    return rows.annotate(sheet_month=Value(month, output_field=DateField()))


@dataclass(frozen=True)
class _MonthValues:
    """Rows with the tallies of their months, some hundred stays at a time."""

    rows: object

    def iterator(self, chunk_size):
        chunk = []
        ordered = self.rows.select_related("cadre", "unit").order_by(*_OFFICIAL_ORDER)
        for stay in ordered.iterator(chunk_size=CHUNK):
            chunk.append(stay)
            if len(chunk) == CHUNK:
                yield from _with_tallies(chunk)
                chunk = []
        yield from _with_tallies(chunk)


def _with_tallies(stays):
    if not stays:
        return
    month = stays[0].sheet_month
    found = tallies(stays, [month])
    work = _work(stays, month)
    for stay in stays:
        yield stay, *found[stay.pk, month][:2], work.get(stay.pk, (0, 0, 0))


def _work(stays, month):
    """{stay id: (doors, matters, closed)}, counted from the cadre's own records at the unit."""
    days = (month, last_of(month))
    at = {"unit": OuterRef("unit")}

    def counted(rows, count):
        by_one = rows.order_by().values("unit").annotate(n=count).values("n")
        return Coalesce(Subquery(by_one, output_field=IntegerField()), 0)

    visits = Visit.objects.standing().filter(author=OuterRef("cadre"), visited_on__range=days, **at)
    own = Matter.objects.filter(registered_by=OuterRef("cadre"), **at)
    rows = Stay.objects.filter(pk__in=[stay.pk for stay in stays]).values_list(
        "pk",
        counted(visits, Sum("household_count")),
        counted(own.filter(registered_on__range=days), Count("pk")),
        counted(own.filter(status=Status.CLOSED, closed_on__range=days), Count("pk")),
    )
    return {pk: tuple(numbers) for pk, *numbers in rows.order_by()}


def _month_cells(v):
    stay, counted, row, (doors, matters, closed) = v
    attested = ""
    if row and row.is_attested:
        day = timezone.localdate(row.attested_at)
        attested = row.opinion or f"属实（{row.attested_by.name}，{day:%Y.%m.%d}）"
    return (
        stay.cadre.name, stay.unit.name, counted.due, counted.on_site, counted.away,
        counted.leave, doors, matters, closed, row.work if row else "", attested,
    )  # fmt: skip


def _number(heading):
    return SheetColumn(heading, 10, "center", "integer")


MONTH_LEDGER = register(
    Ledger(
        name="stay_months",
        title="驻村工作月度记实表",
        columns=(
            text_column("姓名", 10, "center"),
            text_column("派驻村", 16),
            _number("本月应驻天数"),
            _number("实际驻村天数"),
            _number("因公外出天数"),
            _number("请假天数"),
            _number("走访户数"),
            _number("收集问题"),
            _number("办结问题"),
            text_column("主要工作", 36),
            text_column("乡镇党委审核意见", 24),
        ),
        rows=_month_rows,
        values=lambda rows, user: _MonthValues(rows),
        cells=_month_cells,
        notes=(
            "注：1.实际驻村天数＝本月派驻天数－请假天数－缺岗天数，因公外出视为驻村，不签到、不列日程；",
            "　　2.走访户数、收集问题、办结问题由系统自动统计，不证明驻村天数，不作评比；",
            "　　3.审核意见为空的，当月尚未审核。",
        ),
        paper="A4",
        said=lambda user, query: [("月份", f"{_month_of(query):%Y-%m}")],
        period=lambda query, at: "{0.year}年{0.month}月".format(_month_of(query)),
    )
)


# --- (6) 蹲点调研报告 --------------------------------------------------------------------------


def _reports(user, query):
    rows = StayReport.objects.visible_to(user).exclude(state=ReportState.DRAFT)
    rows = reports_in_tab(rows, query.get("tab", "all"))
    return ReportFilter(query, queryset=rows, user=user)


def _report_values(rows, user):
    advice = Suggestion.objects.filter(report=OuterRef("pk")).order_by().values("report")

    def count(**limits):
        return Subquery(
            advice.filter(**limits).annotate(n=Count("pk")).values("n"),
            output_field=IntegerField(),
        )

    return rows.order_by("stay__host_organ__sort_order", "handed_in_on", "pk").values_list(
        "title", "stay__unit__name", "starts_on", "ends_on", "stay__cadre__name", "members",
        "method", "situation", "problems", "causes", "solved", Coalesce(count(), 0),
        Coalesce(count(adopted=True), 0), "handed_in_on",
        "state",
    )  # fmt: skip


def _report_cells(v):
    (title, unit, first, last, cadre, members, method, situation, problems, causes, solved, advice,
     adopted, handed_in_on, state) = v  # fmt: skip
    return (
        title, unit, f"{first:%Y.%m.%d}—{last:%Y.%m.%d}，{(last - first).days + 1}天",
        "、".join(part for part in (cadre, members) if part), method, situation, problems, causes,
        solved, f"{advice}条" if advice else "无", f"采纳{adopted}条" if advice else "",
        handed_in_on, _chinese(ReportState, state),
    )  # fmt: skip


REPORT_LEDGER = register(
    Ledger(
        name="stay_reports",
        title="蹲点调研报告目录",
        columns=(
            text_column("题目", 24),
            text_column("蹲点单位", 14),
            text_column("时间（起止、天）", 22, "center"),
            text_column("组成人员", 16),
            text_column("方式", 14),
            text_column("基本情况", 36),
            text_column("发现问题", 36),
            text_column("原因分析", 30),
            text_column("帮助解决事项", 30),
            text_column("意见建议", 10, "center"),
            text_column("采纳情况", 12, "center"),
            day_column("提交时间"),
            text_column("审核情况", 12, "center"),
        ),
        rows=lambda user, query: checked(_reports(user, query)),
        values=_report_values,
        cells=_report_cells,
        said=lambda user, query: words_of(_reports(user, query)),
    )
)
