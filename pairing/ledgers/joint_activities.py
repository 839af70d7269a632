"""联建活动登记表: what partnered branches did, one line each; how many came, nobody's name."""

from django.utils import translation

from pairing.filters.joint_activities import activities_at, in_tab
from pairing.models.co_building import JointActivityKind
from portal.ledgers import Ledger, checked, register, words_of
from portal.xlsx import SheetColumn, day_column, text_column


def _rows(user, query):
    filtered, tab = activities_at(user, query)
    return in_tab(checked(filtered), tab)


def _said(user, query):
    return words_of(activities_at(user, query)[0])


def _values(rows, user):
    return rows.order_by("held_on", "pk").values_list(
        "held_on", "pairing__helper_branch__name", "pairing__helped_branch__name",
        "pairing__township__name", "pairing__unit__name", "kind", "theme", "place", "head_count",
        "deeds", "effect", "void_reason",
    )  # fmt: skip


def _cells(v):
    (held_on, helper, helped, township, unit, kind, theme, place, head_count, deeds, effect,
     void_reason) = v  # fmt: skip
    with translation.override("zh-hans"):
        kind = str(JointActivityKind(kind).label)
    return (
        held_on,
        helper,
        helped,
        " ".join(part for part in (township, unit) if part),
        kind,
        theme,
        place,
        head_count,
        len(deeds),
        "；".join(deeds),
        effect,
        f"作废：{void_reason}" if void_reason else "",
    )


ACTIVITY_LEDGER = register(
    Ledger(
        name="joint_activities",
        title="联建活动登记表",
        columns=(
            day_column("活动日期"),
            text_column("机关党组织", 20),
            text_column("结对党组织", 20),
            text_column("所在地", 16),
            text_column("活动类型", 14, "center"),
            text_column("活动主题", 26),
            text_column("活动地点", 18),
            SheetColumn("参加人数", 9, "center", "integer"),
            SheetColumn("办实事(件)", 9, "center", "integer"),
            text_column("实事内容", 34),
            text_column("成效", 24),
            text_column("备注", 14),
        ),
        rows=_rows,
        values=_values,
        cells=_cells,
        said=_said,
        days=("held_from", "held_to"),
    )
)
