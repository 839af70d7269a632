"""党支部结对共建（联创联建）台账, with the headings of DOMAIN 2.2 (8); counts from the records."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef
from django.db.models.functions import JSONObject

from pairing.filters.partnerships import in_tab, partnerships_at
from pairing.models import JointActivity
from pairing.models.pairings import PairingState
from portal.ledgers import Ledger, checked, register, words_of
from portal.xlsx import SheetColumn, text_column

# So many of the latest are named; all of them are counted.
NAMED = 6


def _rows(user, query):
    filtered, tab = partnerships_at(user, query)
    return in_tab(checked(filtered), tab, on=user.today)


def _said(user, query):
    return words_of(partnerships_at(user, query)[0])


def _values(rows, user):
    held = JointActivity.objects.standing().filter(pairing=OuterRef("pk"))
    held = held.order_by("-held_on", "-pk")
    return (
        rows.order_by(
            "organ__sort_order", "organ", "helper_branch__sort_order", "helper_branch",
            "starts_on", "pk",
        )
        .annotate(
            held=ArraySubquery(
                held.values(
                    one=JSONObject(
                        on="held_on", theme="theme", deeds="deeds__len", effect="effect"
                    )
                )
            )
        )
        .values_list(
            "helper_branch__name", "helper_branch__secretary", "helped_branch__name",
            "helped_branch__secretary", F("township__name"), "unit__name",
            "co_building__signed_on", "starts_on", "ends_on", "co_building__content", "held",
            "state", "ended_on", "document",
        )
    )  # fmt: skip


def _cells(v):
    (helper, helper_secretary, helped, helped_secretary, township, unit, signed_on, starts_on,
     ends_on, content, held, state, ended_on, document) = v  # fmt: skip
    term = f"{starts_on:%Y.%m.%d}—{ends_on:%Y.%m.%d}"
    named = [f"{one['on'].replace('-', '.')} {one['theme']}" for one in held[:NAMED]]
    if len(held) > NAMED:
        named.append(f"等{len(held)}次")
    notes = [document]
    if state == PairingState.ENDED:
        notes.append(f"{ended_on:%Y.%m.%d}结束")
    elif state == PairingState.CANCELLED:
        notes.append("未开始即取消")
    return (
        helper,
        helper_secretary,
        helped,
        helped_secretary,
        " ".join(part for part in (township, unit) if part),
        f"{signed_on:%Y.%m.%d}签订；{term}" if signed_on else term,
        content or "",
        len(held),
        "；".join(named),
        sum(one["deeds"] or 0 for one in held),
        "；".join(one["effect"] for one in held[:NAMED] if one["effect"]),
        "；".join(note for note in notes if note),
    )


PARTNERSHIP_LEDGER = register(
    Ledger(
        name="partnerships",
        title="党支部结对共建（联创联建）台账",
        columns=(
            text_column("机关党组织", 20),
            text_column("书记", 10, "center"),
            text_column("结对党组织", 20),
            SheetColumn("书记", 10, "center", "text", code="结对党组织书记"),
            text_column("所在地", 16),
            text_column("协议签订时间/期限", 22, "center"),
            text_column("共建内容", 30),
            SheetColumn("联建活动(次)", 10, "center", "integer"),
            text_column("主要活动", 36),
            SheetColumn("办实事(件)", 10, "center", "integer"),
            text_column("成效", 26),
            text_column("备注", 16),
        ),
        rows=_rows,
        values=_values,
        cells=_cells,
        said=_said,
        notes=("注：联建活动次数、办实事件数由活动记录自动统计，作废的不计。",),
    )
)
