"""(10) 软弱涣散基层党组织整顿台账, as DOMAIN 2.2 has it. The secretary's name stands in it by
choice alone, with the reason."""

from dataclasses import dataclass

from django.db.models import BooleanField, Value
from django.utils import translation

from pairing.filters.weak import WeakCaseFilter, in_tab
from pairing.models.weak_cases import CaseState, Situation, SupportKind, WeakLevel
from pairing.models.weak_work import ItemState
from portal.ledgers import Ledger, checked, register, words_of
from portal.xlsx import SheetColumn, text_column

CHUNK = 200
LEVELS = {WeakLevel.WEAK: "软弱涣散", WeakLevel.BEHIND: "后进"}
_REMARKS = {
    CaseState.REFUSED: "未认定",
    CaseState.NOTED: "待认定",
    CaseState.TRANSFORMED: "跟踪问效中",
}


def situation_words():
    """{code: 1.班子配备不齐…}: sheets are Chinese whatever the reader's language."""
    with translation.override("zh-hans"):
        return {one.value: f"{int(one.value)}.{one.label}" for one in Situation}


def _filtered(user, query):
    rows = in_tab(user, query.get("tab", "current"))
    return WeakCaseFilter(query, queryset=rows, user=user)


def _rows(user, query):
    named = Value(bool(query.get("secretary")), output_field=BooleanField())
    return checked(_filtered(user, query)).annotate(names_secretary=named)


@dataclass(frozen=True)
class _Values:
    """Cases with what hangs on them, some hundred at a time."""

    rows: object

    def iterator(self, chunk_size):
        words = situation_words()
        for case in self.rows.iterator(chunk_size=CHUNK):
            yield case, words


def _values(rows, user):
    return _Values(
        rows.select_related("party_organization", "township")
        .prefetch_related(
            "situations", "items__progress", "supports__cadre", "supports__organ", "acceptances"
        )
        .order_by("host_organ__sort_order", "unit__sort_order", "pk")
    )


def _numbered(parts):
    return "；".join(f"{place}.{part}" for place, part in enumerate(parts, 1))


def _helper(case, kind):
    """Who helps now, or helped last."""
    named = sorted((one for one in case.supports.all() if one.kind == kind),
                   key=lambda one: one.starts_on)  # fmt: skip
    return named[-1].who if named else ""


def _progress(item):
    if item.state == ItemState.DONE:
        return f"已销号：{item.outcome}"
    if item.state == ItemState.DROPPED:
        return f"已调整：{item.outcome}"
    rows = sorted(item.progress.all(), key=lambda row: (row.on, row.pk))
    return f"{rows[-1].on:%Y.%m.%d}{rows[-1].text}" if rows else "推进中"


def _cells(v):
    case, words = v
    items = sorted(case.items.all(), key=lambda one: (one.due_on, one.pk))
    accepted = sorted(case.acceptances.all(), key=lambda one: one.round)
    last = accepted[-1] if accepted else None
    remarks = [_REMARKS[case.state]] if case.state in _REMARKS else []
    if case.round > 1:
        remarks.append(f"第{case.round}轮整顿")
    organization = case.party_organization
    return (
        case.township.name if case.township else "",
        organization.name,
        organization.secretary if case.names_secretary else "",
        organization.member_count,
        LEVELS[case.level],
        "；".join(words[one.situation] for one in case.situations.all()),
        _numbered(one.measure for one in items),
        *(_helper(case, kind) for kind in SupportKind),
        _numbered(one.responsible for one in items),
        f"{case.plan_due_on:%Y.%m.%d}" if case.plan_due_on else "",
        _numbered(_progress(one) for one in items),
        f"{last.held_on:%Y.%m.%d}" if last else "",
        f"{last.satisfaction}%" if last else "",
        "是" if case.state == CaseState.CLOSED else "否",
        "；".join(remarks),
    )


WEAK_LEDGER = register(
    Ledger(
        name="weak_organizations",
        title="软弱涣散基层党组织整顿台账",
        columns=(
            text_column("乡镇（街道）", 12),
            text_column("党组织名称", 22),
            text_column("党组织书记", 10, "center"),
            SheetColumn("党员人数", 8, "center", "integer"),
            text_column("类型（软弱涣散/后进）", 10, "center"),
            text_column("存在问题（对应情形）", 28),
            text_column("整改措施", 30),
            text_column("联村县级领导", 12),
            text_column("第一书记", 12),
            text_column("结对帮扶单位", 14),
            text_column("包村乡镇领导", 12),
            text_column("责任人", 14),
            text_column("完成时限", 11, "center"),
            text_column("进展情况", 30),
            text_column("验收时间", 11, "center"),
            text_column("群众满意度", 9, "center"),
            text_column("是否销号", 8, "center"),
            text_column("备注", 12),
        ),
        rows=_rows,
        values=_values,
        cells=_cells,
        said=lambda user, query: words_of(_filtered(user, query)),
        notes=(
            "注：1.“存在问题”指党组织的情形，不对应任何个人；“党组织书记”一栏默认不填列。",
            "2.群众满意度由验收测评票自动计算，“结对帮扶单位”等为在任（最近一任）。",
        ),
    )
)
