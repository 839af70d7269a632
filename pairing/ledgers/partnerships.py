"""党支部结对共建（联创联建）台账, with the headings of DOMAIN 2.2 (8); counts from the records."""

from functools import partial

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from pairing.filters.partnerships import PARTNERSHIPS_AT
from pairing.models import JointActivity, Pairing
from pairing.models.pairings import Level, PairingState
from portal.models.text import shown
from portal.sheets.ledgers import Column, Ledger, joined, register
from portal.sheets.scope import whole

# Number of latest activities that are named; the count includes all.
NAMED = 6
_ACTIVITIES = JointActivity.objects.not_void().filter(pairing=OuterRef("pk"))
_ACTIVITIES = _ACTIVITIES.order_by("-held_on", "-pk")
_ACTIVITY = JSONObject(on="held_on", theme="theme", deeds="deeds__len", effect="effect")
_HELD = ArraySubquery(_ACTIVITIES.values(one=_ACTIVITY))


def _term(signed_on, starts_on, ends_on):
    term = f"{starts_on:%Y.%m.%d}—{ends_on:%Y.%m.%d}"
    return f"{signed_on:%Y.%m.%d}签订；{term}" if signed_on else term


def _named(held):
    named = [f"{one['on'].replace('-', '.')} {shown(one['theme'])}" for one in held[:NAMED]]
    if len(held) > NAMED:
        named.append(f"等{len(held)}次")
    return "；".join(named)


def _deeds(held):
    return sum(one["deeds"] or 0 for one in held)


def _effects(held):
    return "；".join(shown(one["effect"]) for one in held[:NAMED] if one["effect"])


def _notes(document, state, ended_on):
    notes = [document] if document else []
    if state == PairingState.ENDED:
        notes.append(f"{ended_on:%Y.%m.%d}结束")
    elif state == PairingState.CANCELLED:
        notes.append("未开始即取消")
    return "；".join(notes)


_TERM = ("co_building__signed_on", "starts_on", "ends_on")
PARTNERSHIP_LEDGER = register(
    Ledger(
        name="partnerships",
        title="党支部结对共建（联创联建）台账",
        english="Ledger of co-building of Party branches",
        columns=(
            Column.text("机关党组织", 20, "helper_branch__name"),
            Column.centred("书记", 10, "helper_branch__secretary"),
            Column.text("结对党组织", 20, "helped_branch__name"),
            Column.centred("书记", 10, "helped_branch__secretary", code="结对党组织书记"),
            Column.text("所在地", 16, ("township__name", "unit__name"), joined(" ")),
            Column.centred("协议签订时间/期限", 22, _TERM, _term),
            Column.text("共建内容", 30, "co_building__content"),
            Column.counted("联建活动(次)", 10, _HELD, len),
            Column.text("主要活动", 36, _HELD, _named),
            Column.counted("办实事(件)", 10, _HELD, _deeds),
            Column.text("成效", 26, _HELD, _effects),
            Column.text("备注", 16, ("document", "state", "ended_on"), _notes),
        ),
        address=PARTNERSHIPS_AT,
        order=(
            "organ__sort_order",
            "organ",
            "helper_branch__sort_order",
            "helper_branch",
            "starts_on",
            "pk",
        ),
        day="starts_on",
        whole=whole(partial(Pairing.objects.filter, level=Level.BRANCH)),
        notes=("注：联建活动次数、办实事件数由活动记录自动统计，作废的不计。",),
    )
)
