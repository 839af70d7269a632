"""(10) 软弱涣散基层党组织整顿台账 (DOMAIN 2.2). The secretary's name appears only on request, for a
reason."""

from functools import partial
from operator import attrgetter

from django.db.models import BooleanField, Value

from pairing.filters.weak import CASES_AT
from pairing.models import WeakOrganizationCase
from pairing.models.weak_cases import CaseState, Situation, SupportKind, WeakLevel
from pairing.models.weak_work import ItemState
from portal.sheets.ledgers import Column, RecordLedger, chinese, register
from portal.sheets.scope import whole

CHUNK = 200
LEVELS = {WeakLevel.WEAK: "软弱涣散", WeakLevel.BEHIND: "后进"}
_REMARKS = {
    CaseState.REFUSED: "未认定",
    CaseState.NOTED: "待认定",
    CaseState.TRANSFORMED: "跟踪问效中",
}


_SITUATION = chinese(Situation)


def situation_words():
    """{code: 1.班子配备不齐…}, in Chinese, whatever the reader's language."""
    return {code: f"{int(code)}.{_SITUATION(code)}" for code in Situation.values}


def _rows(user, query):
    named = Value(bool(query.get("secretary")), output_field=BooleanField())
    return CASES_AT.sheet_rows(user, query).annotate(names_secretary=named)


class CaseLedger(RecordLedger):
    """Ledger of cases, loaded with their parts CHUNK at a time."""

    def records(self, rows, user):
        rows = rows.select_related("party_organization", "township")
        rows = rows.prefetch_related(
            "situations", "items__progress", "supports__cadre", "supports__organ", "acceptances"
        )
        return rows.order_by(*self.order).iterator(chunk_size=CHUNK)


def _items(case):
    return sorted(case.items.all(), key=attrgetter("due_on", "pk"))


def _numbered(of_item, case):
    return "；".join(f"{place}.{of_item(one)}" for place, one in enumerate(_items(case), 1))


def _situations(case):
    words = situation_words()
    return "；".join(words[one.situation] for one in case.situations.all())


def _helper(kind, case):
    """The current or last helper of a kind."""
    named = [one for one in case.supports.all() if one.kind == kind]
    return sorted(named, key=attrgetter("starts_on"))[-1].who if named else ""


def _progress(item):
    if item.state == ItemState.DONE:
        return f"已销号：{item.outcome}"
    if item.state == ItemState.DROPPED:
        return f"已调整：{item.outcome}"
    last = max(item.progress.all(), key=attrgetter("on", "pk"), default=None)
    return f"{last.on:%Y.%m.%d}{last.text}" if last else "推进中"


def _acceptance(words):
    """Return a cell function that applies `words` to the last acceptance."""

    def cell(case):
        last = max(case.acceptances.all(), key=attrgetter("round"), default=None)
        return words(last) if last else ""

    return cell


def _remarks(case):
    remarks = [_REMARKS[case.state]] if case.state in _REMARKS else []
    if case.round > 1:
        remarks.append(f"第{case.round}轮整顿")
    return "；".join(map(str, remarks))


COLUMNS = (
    Column.text("乡镇（街道）", 12, cell=lambda case: case.township.name if case.township else ""),
    Column.text("党组织名称", 22, cell=attrgetter("party_organization.name")),
    Column.centred(
        "党组织书记",
        10,
        cell=lambda case: case.party_organization.secretary if case.names_secretary else "",
    ),
    Column.counted("党员人数", 8, cell=attrgetter("party_organization.member_count")),
    Column.centred("类型（软弱涣散/后进）", 10, cell=lambda case: LEVELS[case.level]),
    Column.text("存在问题（对应情形）", 28, cell=_situations),
    Column.text("整改措施", 30, cell=partial(_numbered, attrgetter("measure"))),
    Column.text("联村县级领导", 12, cell=partial(_helper, SupportKind.LEADER)),
    Column.text("第一书记", 12, cell=partial(_helper, SupportKind.SECRETARY)),
    Column.text("结对帮扶单位", 14, cell=partial(_helper, SupportKind.ORGAN)),
    Column.text("包村乡镇领导", 12, cell=partial(_helper, SupportKind.TOWNSHIP)),
    Column.text("责任人", 14, cell=partial(_numbered, attrgetter("responsible"))),
    Column.centred(
        "完成时限", 11, cell=lambda case: f"{case.plan_due_on:%Y.%m.%d}" if case.plan_due_on else ""
    ),
    Column.text("进展情况", 30, cell=partial(_numbered, _progress)),
    Column.centred("验收时间", 11, cell=_acceptance(lambda last: f"{last.held_on:%Y.%m.%d}")),
    Column.centred("群众满意度", 9, cell=_acceptance(lambda last: f"{last.satisfaction}%")),
    Column.centred(
        "是否销号", 8, cell=lambda case: "是" if case.state == CaseState.CLOSED else "否"
    ),
    Column.text("备注", 12, cell=_remarks),
)

WEAK_LEDGER = register(
    CaseLedger(
        name="weak_organizations",
        title="软弱涣散基层党组织整顿台账",
        english="Ledger of weak Party organisations",
        columns=COLUMNS,
        rows=_rows,
        order=("host_organ__sort_order", "unit__sort_order", "pk"),
        # Without closed cases, so that no sheet shows them to readers who may not see them.
        whole=whole(WeakOrganizationCase.objects.current),
        said=CASES_AT.said,
        notes=(
            "注：1.“存在问题”指党组织的情形，不对应任何个人；“党组织书记”一栏默认不填列。",
            "2.群众满意度由验收测评票自动计算，“结对帮扶单位”等为在任（最近一任）。",
        ),
    )
)
