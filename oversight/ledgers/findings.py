"""(15) 督查发现问题整改台账."""

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import OuterRef, Subquery, TextField, Value
from django.db.models.functions import Coalesce

from oversight.filters.inspections import FINDINGS_AT
from oversight.models import Finding, Inspection
from oversight.models.findings import FindingKind, FindingState
from oversight.models.inspections import Way
from portal.roles import Permission
from portal.sheets.ledgers import Column, Ledger, chinese, joined, register
from portal.trust.access import organ_reach

_KIND, _STATE, _WAY = chinese(FindingKind), chinese(FindingState), chinese(Way)
_MEMBERS = Inspection.members.through.objects.filter(inspection=OuterRef("inspection"))
_NAMES = StringAgg("cadre__name", "、", order_by="cadre")
_MEMBERS = Subquery(_MEMBERS.order_by().values("inspection").annotate(names=_NAMES).values("names"))


def _days(first, last):
    return f"{first:%Y.%m.%d}至{last:%m.%d}" if last != first else f"{first:%Y.%m.%d}"


def _basis(mandate, number):
    return number if mandate else "工作回访"


def _ways(ways):
    return "、".join(_WAY(one) for one in ways)


def _one_way(way):
    return _WAY(way) if way else ""


def _group(head, members):
    return "、".join(one for one in (head, members) if one)


def _number(inspection, number):
    return f"{inspection}-{number}"


def _settled(state):
    if state == FindingState.REFUSED:
        return "—"
    return "是" if state == FindingState.SETTLED else "否"


def _day(heading, value, group):
    return Column(heading, 11, "center", "date", value=value, group=group)


def _whole(user):
    return Finding.objects.filter(organ_reach(user, Permission.EXPORT))


FINDING_LEDGER = register(
    Ledger(
        name="findings",
        title="督查发现问题整改台账",
        english="Ledger of findings of inspections",
        columns=(
            Column.text(
                "时间", 14, ("inspection__starts_on", "inspection__ends_on"), _days, group="督查"
            ),
            Column.text(
                "依据",
                14,
                ("inspection__mandate", "inspection__mandate_number"),
                _basis,
                group="督查",
            ),
            Column.text("方式", 12, "inspection__ways", _ways, group="督查"),
            Column.text(
                "督查组",
                13,
                ("inspection__head__name", Coalesce(_MEMBERS, Value(""), output_field=TextField())),
                _group,
                group="督查",
            ),
            Column.text("被督查单位", 14, "organ__name", group="督查"),
            Column.centred("编号", 10, ("inspection", "number"), _number, group="问题"),
            Column.text("发现问题", 28, "title", group="问题"),
            Column.text("事实依据", 32, ("fact", "basis"), joined("；"), group="问题"),
            Column.centred("类别", 8, "kind", _KIND, group="问题"),
            Column.text("整改要求", 24, "demand", group="整改"),
            Column.text("责任单位", 14, "organ__name", group="整改"),
            Column.centred("责任领导", 9, "official__name", group="整改"),
            Column.centred("责任人", 9, "person__name", group="整改"),
            _day("整改时限", "due_on", "整改"),
            Column.text("整改情况", 28, ("measures", "unfinished"), joined("；"), group="整改"),
            _day("报送日期", "reported_on", "整改"),
            Column.centred("方式", 10, "check_way", _one_way, group="核查", code="核查方式"),
            Column.centred("核查人", 10, "checked_by__name", group="核查"),
            _day("日期", "checked_on", "核查"),
            Column.text("结论", 18, "check_words", group="核查"),
            Column.centred("是否销号", 8, "state", _settled, group="核查"),
            Column.text("备注", 12, "state", _STATE),
        ),
        address=FINDINGS_AT,
        order=("found_on", "pk"),
        signature="督查组组长（签字）：　　　　被督查单位主要负责人（签字）：　　　　"
        "填表人：　　　　年　　月　　日",
        day="found_on",
        days=("found_from", "found_to"),
        whole=_whole,
    )
)
