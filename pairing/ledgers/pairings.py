"""(7) 结对帮扶台账: who helps whom, with what and with which result. Sums come from the items."""

from dataclasses import replace
from decimal import Decimal

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from outreach.models.matters import Word
from pairing.filters.pairings import PAIRINGS_AT
from pairing.models import HelpNeed, HouseholdNeed, Pairing, SupportItem
from pairing.models.households import DifficultyKind, hosted_units
from pairing.models.needs import HelpKind
from pairing.models.pairings import ENTERPRISES, HelpMode, Level, PairingEnding, PairingState
from pairing.models.support import FundSource, SupportKind, SupportState
from portal.models.text import shown
from portal.records import audit
from portal.sheets.ledgers import (
    Column,
    Ledger,
    chinese,
    joined,
    numbered,
    register,
)
from portal.sheets.scope import whole
from portal.trust import privacy

# Without a word for weak units: only a case calls an organisation weak.
_LEVELS = {
    Level.UNIT: "单位结对基层单位",
    Level.BRANCH: "党组织结对",
    Level.HOUSEHOLD: "生活困难群众",
    Level.MEMBER: "生活困难党员",
}
_MODES = {HelpMode.ONE: "一帮一", HelpMode.MANY: "多帮一"}
_ENDINGS = {
    PairingEnding.TERM: "期满",
    PairingEnding.SOLVED: "困难解除",
    PairingEnding.CHANGED: "调整责任人",
    PairingEnding.OTHER: "其他原因结束",
}
_ORDER = ("host_organ__sort_order", "host_organ", "unit__sort_order", "unit", "starts_on", "pk")
_DIFFICULTY, _FUND, _HELP, _SUPPORT, _WORD = map(
    chinese, (DifficultyKind, FundSource, HelpKind, SupportKind, Word)
)


def _needs(**where):
    """Return a column value: the open needs of the unit or household that the reader sees."""

    def value(user):
        needs = HelpNeed.objects.visible_to(user).open(user.today).filter(**where)
        needs = needs.order_by("-urgency", "pk")
        return ArraySubquery(needs.values_list(JSONObject(kind="kind", what="what")))

    return value


_ITEM = ["kind", "what", "amount", "source", "state", "promised_for", "result", "word"]
_ITEMS = SupportItem.objects.filter(pairing=OuterRef("pk")).exclude(state=SupportState.DROPPED)
_ITEMS = _ITEMS.order_by("promised_for", "pk")
_ITEMS = ArraySubquery(_ITEMS.values_list(JSONObject(**{name: name for name in _ITEM})))


def _supports(items):
    return "、".join(dict.fromkeys(_SUPPORT(one["kind"]) for one in items))


def _measures(items):
    return "；".join(shown(one["what"]) for one in items)


def _words(items):
    return "、".join(dict.fromkeys(_WORD(one["word"]) for one in items if one["word"]))


def _kind(level, unit_kind):
    if level == Level.HOUSEHOLD and unit_kind in ENTERPRISES:
        return "困难职工"
    return _LEVELS[level]


def _helped(branch, name, serial, household, unit):
    return branch or (f"{name} {serial}" if household else unit)


def _needed(household, of_unit, of_household):
    needs = of_unit if household is None else of_household
    return "；".join(shown(one["what"]) or _HELP(one["kind"]) for one in needs)


def _due(items):
    promised = [one for one in items if one["state"] == SupportState.PROMISED]
    return max((one["promised_for"] for one in promised), default="").replace("-", ".")


def _results(items):
    done = [one for one in items if one["state"] == SupportState.DONE]
    return "；".join(shown(one["result"] or f"{one['what']}已完成") for one in done)


def _given(items):
    """Items that brought money; promises do not count."""
    done = [one for one in items if one["state"] == SupportState.DONE]
    return [one for one in done if one["amount"] is not None]


def _money(items):
    given = _given(items)
    return sum(Decimal(str(one["amount"])) for one in given) if given else None


def _sources(items):
    return "、".join(dict.fromkeys(_FUND(one["source"]) for one in _given(items) if one["source"]))


def _remark(state, ended_on, ending, document):
    parts = [document] if document else []
    if state == PairingState.CANCELLED:
        parts.append("结对前已撤销")
    if ended_on:
        parts.append(f"{ended_on:%Y.%m.%d}{_ENDINGS[ending]}")
    return "；".join(parts)


_HELPED = (
    "helped_branch__name",
    "household__display_name",
    "household__serial",
    "household",
    "unit__name",
)
_NEEDED = (
    "household",
    _needs(household=None, unit=OuterRef("unit")),
    _needs(household=OuterRef("household")),
)
# Off in the general sheet; the sheet for hosts turns it on.
_REASONS = Column.text("困难（薄弱）原因", 14, is_off=True, is_personal=True)
_COLUMNS = (
    Column.centred("结对类型", 12, ("level", "unit__kind"), _kind),
    Column.text(
        "帮扶单位/党组织",
        18,
        ("helper_branch__name", "organ__name"),
        lambda one, organ: one or organ,
    ),
    Column.centred("帮扶责任人", 10, "cadre__name"),
    Column.text("职务", 12, "cadre__post"),
    Column.centred("联系电话", 13, "cadre__public_phone"),
    Column.text("帮扶对象", 16, _HELPED, _helped),
    Column.text("所在乡镇村", 16, ("township__name", "unit__name"), joined(" ")),
    _REASONS,
    Column.centred("结对方式", 9, "mode", _MODES.__getitem__),
    Column.centred(
        "结对时间",
        14,
        ("starts_on", "ends_on", "ended_on"),
        lambda first, last, ended: f"{first:%Y.%m.%d}—{ended or last:%Y.%m.%d}",
    ),
    Column.text("需求", 20, _NEEDED, _needed),
    Column.centred("帮扶类别", 12, _ITEMS, _supports),
    Column.text("帮扶措施", 24, _ITEMS, _measures),
    Column.money("金额（元）", 12, _ITEMS, _money, group="投入资金"),
    Column.text("来源", 12, _ITEMS, _sources, group="投入资金"),
    Column.centred("完成时限", 12, _ITEMS, _due),
    Column.text("进展成效", 24, _ITEMS, _results),
    Column.centred("对象评价", 10, _ITEMS, _words),
    Column.text("备注", 18, ("state", "ended_on", "ending", "document"), _remark),
)

PAIRING_LEDGER = register(
    Ledger(
        name="pairings",
        title="结对帮扶台账",
        english="Ledger of pairings",
        columns=_COLUMNS,
        address=PAIRINGS_AT,
        order=_ORDER,
        day="starts_on",
        whole=whole(Pairing.objects.helping),
        notes=(
            "注：1.困难群众按村内户册编号列示，“困难（薄弱）原因”不在本表列出。",
            "2.投入资金按已完成事项自动统计，由单位账户之间划转，不经干部个人。",
        ),
    )
)


class ReasonsLedger(Ledger):
    """Ledger with kinds of difficulty, for hosted units. They are read while the sheet is written,
    with one audit entry."""

    is_noted = True

    def sheet(self, user, query, at):
        sheet = super().sheet(user, query, at)
        households = self.found(user, query).filter(household__isnull=False).order_by()
        households = list(households.values_list("household", flat=True).distinct())
        audit.record("household.difficulties_exported", by=user, values={"n": len(households)})
        return replace(sheet, rows=numbered(self._with_reasons(user, query, households)))

    def _with_reasons(self, user, query, households):
        reasons = {}
        with privacy.opened(households=households):
            running = HouseholdNeed.objects.running(user.today).order_by("pk")
            for household, code in running.values_list("household", "category"):
                reasons.setdefault(household, []).append(_DIFFICULTY(code))
        given = replace(
            _REASONS, value="household", cell=lambda one: "、".join(reasons.get(one, ()))
        )
        columns = tuple(
            given if column.heading == _REASONS.heading else column for column in self.columns
        )
        yield from replace(self, columns=columns).lines(self.found(user, query), user)


def _hosted_rows(user, query):
    return PAIRINGS_AT.sheet_rows(user, query).filter(unit__in=hosted_units(user).values("pk"))


REASONS_LEDGER = register(
    ReasonsLedger(
        name="pairings_with_reasons",
        title="结对帮扶台账（含困难原因）",
        english="Ledger of pairings, with reasons of hardship",
        columns=tuple(replace(one, is_off=False) for one in _COLUMNS),
        rows=_hosted_rows,
        order=_ORDER,
        notes=("注：本表含个人信息，只供管理单位使用，不得外传；困难原因只填类别，不写病名。",),
    )
)
