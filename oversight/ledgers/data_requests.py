"""基层报表准入登记表 (DOMAIN-NEXT G), including requests by this portal itself."""

from itertools import chain
from operator import attrgetter
from typing import Any, NamedTuple

from django.utils import timezone

from oversight.filters.data_requests import REQUESTS_AT
from oversight.models.data_requests import (
    Frequency,
    RequestKind,
    RequestState,
    Standing,
    Way,
)
from oversight.own_requests import IMPORT, NOTICE, QUESTIONNAIRE, own_requests
from portal.sheets import periods
from portal.sheets.ledgers import Column, RecordLedger, Sheet, chinese, numbered, register

_KIND, _OFTEN, _WAY = chinese(RequestKind), chinese(Frequency), chinese(Way)
_STATE = {
    RequestState.SUBMITTED: "待审核",
    RequestState.PROVIDED: "改为系统取数",
    RequestState.WITHDRAWN: "已撤销",
    Standing.AHEAD: "已批准",
    Standing.IN_FORCE: "生效",
    Standing.EXPIRED: "到期失效",
}
_OWN_WAY = {
    NOTICE: "本平台（回执）",
    QUESTIONNAIRE: "本平台（问卷）",
    IMPORT: "本平台（表格导入）",
}
_OWN_ASKED = {NOTICE: "%s个单位", QUESTIONNAIRE: "自愿填写%s", IMPORT: "导入表格%s份"}


class _Line(NamedTuple):
    number: str
    title: str
    organ: str
    basis: str
    kind: str
    asked: str
    columns: int
    held: int
    frequency: str
    way: str
    minutes: Any
    days: str
    opinion: str
    decided: str
    state: str
    remark: str


def _days(first, last):
    return "—".join(f"{day:%Y.%m.%d}" for day in (first, last) if day)


def _asked(whom, n):
    return f"{whom}，{n}个" if n else whom


def _of_request(one, on):
    late = "逾期补报" if one.was_filed_late else ""
    decided = f"{one.approver} {one.decided_on:%Y.%m.%d}" if one.decided_on else ""
    return _Line(
        number=one.number,
        title=str(one.title),
        organ=one.organ.name,
        basis=str(one.basis),
        kind=_KIND(one.kind),
        asked=_asked(str(one.asked_of), one.asked_count),
        columns=one.column_count,
        held=one.held_count,
        frequency=_OFTEN(one.frequency),
        way=_WAY(one.way),
        minutes=one.minutes,
        days=_days(one.starts_on, one.ends_on),
        opinion=str(one.opinion),
        decided=decided,
        state=_STATE[one.standing(on)],
        remark=late,
    )


def _of_own(one):
    return _Line(
        number=one.number,
        title=one.title,
        organ=one.organ,
        basis="",
        kind="一事一报",
        asked=_OWN_ASKED[one.kind] % (one.asked_count or ""),
        columns=one.columns,
        held=one.held,
        frequency="一次",
        way=_OWN_WAY[one.kind],
        minutes=one.minutes,
        days=_days(one.starts_on, one.ends_on),
        opinion="",
        decided="",
        state="已准入" if one.number else "未准入",
        remark="本平台索取",
    )


class RegisterLedger(RecordLedger):
    """Submitted requests, followed by the portal's own requests in the same days."""

    def found(self, user, query):
        return self.address.sheet_rows(user, query).exclude(state=RequestState.DRAFT)

    def own(self, user, query, at):
        """Return the portal's own requests, unless the query filters by anything but days."""
        chosen = {name for name, value in query.items() if value} - set(self.days)
        if chosen - {"tab"} or query.get("tab", "all") != "all":
            return []
        today = timezone.localdate(at)
        first, last = periods.of_days(query, self.days)
        return own_requests(user, first or today.replace(month=1, day=1), last or today)

    def sheet(self, user, query, at):
        rows, own = self.found(user, query), self.own(user, query, at)
        sheet = Sheet(
            title=self.full_title(user, query, at, rows),
            columns=self.columns,
            expected=self.expected(rows) + len(own),
            rows=numbered(chain(self.lines(rows, user), self.cells(map(_of_own, own)))),
            notes=self.notes,
            signature=self.signature,
        )
        return self.scoped(sheet, user, query, at)

    def cells(self, lines):
        for line in lines:
            yield tuple(column.cell(line) for column in self.columns)  # pyright: ignore[reportOptionalCall]  # each has one

    def records(self, rows, user):
        counted = rows.select_related("organ").with_column_counts()
        for one in counted.order_by("starts_on", "pk"):
            yield _of_request(one, user.today)


def _text(heading, width, name):
    return Column.text(heading, width, cell=attrgetter(name))


def _centred(heading, width, name):
    return Column.centred(heading, width, cell=attrgetter(name))


def _counted(heading, width, name):
    return Column.number(heading, width, cell=attrgetter(name))


REQUEST_LEDGER = register(
    RegisterLedger(
        name="data_requests",
        title="基层报表准入登记表",
        english="Register of admitted data requests",
        columns=(
            _centred("准入编号", 14, "number"),
            _text("报表（事项）名称", 28, "title"),
            _text("索取单位", 18, "organ"),
            _text("制发依据、文号", 24, "basis"),
            _centred("类别", 10, "kind"),
            _text("填报对象、数量", 18, "asked"),
            _counted("指标数", 8, "columns"),
            _counted("其中系统可提供", 10, "held"),
            _centred("频次", 8, "frequency"),
            _text("报送方式", 16, "way"),
            _counted("预计时长（分钟）", 10, "minutes"),
            _centred("起止日期", 22, "days"),
            _text("审核意见", 24, "opinion"),
            _text("审批单位、日期", 24, "decided"),
            _centred("状态", 12, "state"),
            _text("备注", 12, "remark"),
        ),
        address=REQUESTS_AT,
        day="starts_on",
        days=("from_day", "to_day"),
        notes=(
            "注：1.系统可提供的指标不再向基层索取；2.备注“本平台索取”的由系统自动列入，未经人工填报。",
        ),
        signature="申请单位负责人（签字）：　　　　审批单位（公章）：　　　　年　　月　　日",
    )
)
