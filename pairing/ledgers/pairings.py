"""(7) 结对帮扶台账: who helps whom, with what, what came of it. Sums are counted from the items."""

from dataclasses import dataclass, replace
from decimal import Decimal

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject
from django.utils import translation

from outreach.models.matters import Word
from pairing.filters.pairings import PairingFilter, in_tab
from pairing.models import HelpNeed, HouseholdNeed, Pairing, SupportItem
from pairing.models.households import DifficultyKind, hosted_units
from pairing.models.needs import HelpKind
from pairing.models.pairings import (
    ENTERPRISES,
    HelpMode,
    Level,
    PairingEnding,
    PairingState,
)
from pairing.models.support import FundSource, SupportKind, SupportState
from portal import audit, privacy
from portal.ledgers import Ledger, checked, opened_by_relation, register, words_of
from portal.xlsx import text_column

opened_by_relation(Pairing.objects.opened_by_relation)

# A unit is paired without being called weak: that is said by a case of its own, to few.
_LEVELS = {
    Level.UNIT: "单位结对基层单位", Level.BRANCH: "党组织结对", Level.HOUSEHOLD: "生活困难群众",
    Level.MEMBER: "生活困难党员",
}  # fmt: skip
_MODES = {HelpMode.ONE: "一帮一", HelpMode.MANY: "多帮一"}
_ENDINGS = {
    PairingEnding.TERM: "期满", PairingEnding.SOLVED: "困难解除",
    PairingEnding.CHANGED: "调整责任人",
    PairingEnding.OTHER: "其他原因结束",
}  # fmt: skip
_ORDER = ("host_organ__sort_order", "host_organ", "unit__sort_order", "unit", "starts_on", "pk")


def _filtered(user, query):
    rows = in_tab(Pairing.objects.visible_to(user), query.get("tab", "all"), on=user.today)
    return PairingFilter(query, queryset=rows, user=user)


def _rows(user, query):
    return checked(_filtered(user, query))


def _values(rows, user):
    items = SupportItem.objects.filter(pairing=OuterRef("pk")).order_by("promised_for", "pk")
    needs = HelpNeed.objects.visible_to(user).open(user.today).order_by("-urgency", "pk")
    of_unit = needs.filter(household=None, unit=OuterRef("unit"))
    of_household = needs.filter(household=OuterRef("household"))
    said = JSONObject(kind="kind", what="what")
    return rows.order_by(*_ORDER).values_list(
        "level", "mode", "organ__name", "helper_branch__name", "cadre__name", "cadre__post",
        "cadre__public_phone", "helped_branch__name", "unit__name", "unit__kind",
        "household__display_name", "household__serial", "household", "township__name",
        "starts_on", "ends_on", "state", "ended_on", "ending", "document",
        ArraySubquery(of_unit.values_list(said)),
        ArraySubquery(of_household.values_list(said)),
        ArraySubquery(
            items.values_list(
                JSONObject(
                    kind="kind", what="what", amount="amount", source="source", state="state",
                    promised_for="promised_for", result="result", word="word",
                )
            )
        ),
    )  # fmt: skip


def _chinese(choices, codes):
    with translation.override("zh-hans"):
        return "、".join(str(choices(code).label) for code in dict.fromkeys(codes))


def _cells(v, reasons=None):
    (level, mode, organ, helper_branch, cadre, post, phone, helped_branch, unit, unit_kind, name,
     serial, household, township, first, last, state, ended_on, ending, document, unit_needs,
     household_needs, items) = v  # fmt: skip
    kind = _LEVELS[level]
    if level == Level.HOUSEHOLD and unit_kind in ENTERPRISES:
        kind = "困难职工"
    needs = unit_needs if household is None else household_needs
    items = [one for one in items if one["state"] != SupportState.DROPPED]
    promised = [one for one in items if one["state"] == SupportState.PROMISED]
    return (
        kind,
        helper_branch or organ,
        cadre or "",
        post or "",
        phone or "",
        helped_branch or (f"{name} {serial}" if household else unit),
        " ".join(part for part in (township, unit) if part),
        "、".join((reasons or {}).get(household, ())),
        _MODES[mode],
        f"{first:%Y.%m.%d}—{ended_on or last:%Y.%m.%d}",
        "；".join(one["what"] or _chinese(HelpKind, [one["kind"]]) for one in needs),
        _chinese(SupportKind, [one["kind"] for one in items]),
        "；".join(one["what"] for one in items),
        _money(items),
        max((one["promised_for"] for one in promised), default=""),
        "；".join(one["result"] or f"{one['what']}已完成" for one in items
                  if one["state"] == SupportState.DONE),
        _chinese(Word, [one["word"] for one in items if one["word"]]),
        _remark(state, ended_on, ending, document),
    )  # fmt: skip


def _money(items):
    """What was really given, by source; a promise is no money yet."""
    sums = {}
    for one in items:
        if one["state"] == SupportState.DONE and one["amount"] is not None:
            sums.setdefault(one["source"], Decimal(0))
            sums[one["source"]] += Decimal(str(one["amount"]))
    return "；".join(
        f"{f'{yuan:.2f}'.removesuffix('.00')}（{_chinese(FundSource, [source])}）"
        for source, yuan in sums.items()
    )


def _remark(state, ended_on, ending, document):
    parts = [document] if document else []
    if state == PairingState.CANCELLED:
        parts.append("结对前已撤销")
    if ended_on:
        parts.append(f"{ended_on:%Y.%m.%d}{_ENDINGS[ending]}")
    return "；".join(parts)


_COLUMNS = (
    text_column("结对类型", 12, "center"),
    text_column("帮扶单位/党组织", 18),
    text_column("帮扶责任人", 10, "center"),
    text_column("职务", 12),
    text_column("联系电话", 13, "center"),
    text_column("帮扶对象", 16),
    text_column("所在乡镇村", 16),
    text_column("困难（薄弱）原因", 14),
    text_column("结对方式", 9, "center"),
    text_column("结对时间", 14, "center"),
    text_column("需求", 20),
    text_column("帮扶类别", 12, "center"),
    text_column("帮扶措施", 24),
    text_column("投入资金（元）及来源", 18),
    text_column("完成时限", 12, "center"),
    text_column("进展成效", 24),
    text_column("对象评价", 10, "center"),
    text_column("备注", 18),
)

PAIRING_LEDGER = register(
    Ledger(
        name="pairings",
        title="结对帮扶台账",
        columns=_COLUMNS,
        rows=_rows,
        values=_values,
        cells=_cells,
        notes=(
            "注：1.困难群众按村内户册编号列示，“困难（薄弱）原因”不在本表列出。",
            "2.投入资金按已完成事项自动统计，由单位账户之间划转，不经干部个人。",
        ),
        said=lambda user, query: words_of(_filtered(user, query)),
    )
)


@dataclass(frozen=True)
class ReasonsLedger(Ledger):
    """The same with the kinds of difficulty of the households of the units one hosts, opened
    while the sheet is written, and noted once."""

    def sheet(self, user, query, at):
        sheet = super().sheet(user, query, at)
        households = list(
            self.rows(user, query)
            .filter(household__isnull=False)
            .order_by()
            .values_list("household", flat=True)
            .distinct()
        )
        audit.record("household.difficulties_exported", by=user, values={"n": len(households)})
        return replace(sheet, rows=self._with_reasons(user, query, households))

    def _with_reasons(self, user, query, households):
        with privacy.opened(households=households):
            running = HouseholdNeed.objects.running(user.today).order_by("pk")
            reasons = {}
            for household, code in running.values_list("household", "category"):
                reasons.setdefault(household, []).append(_chinese(DifficultyKind, [code]))
        rows = self.values(self.rows(user, query), user).iterator(chunk_size=2000)
        for number, row in enumerate(rows, start=1):
            yield (number, *self.cells(row, reasons))


def _hosted_rows(user, query):
    return _rows(user, query).filter(unit__in=hosted_units(user).values("pk"))


REASONS_LEDGER = register(
    ReasonsLedger(
        name="pairings_with_reasons",
        title="结对帮扶台账（含困难原因）",
        columns=_COLUMNS,
        rows=_hosted_rows,
        values=_values,
        cells=_cells,
        notes=("注：本表含个人信息，只供管理单位使用，不得外传；困难原因只填类别，不写病名。",),
        said=lambda user, query: words_of(_filtered(user, query)),
    )
)
