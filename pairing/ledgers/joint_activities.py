"""联建活动登记表: joint activities, with the number of participants but no names."""

from pairing.filters.joint_activities import ACTIVITIES_AT
from pairing.models.co_building import JointActivity, JointActivityKind
from portal.sheets.ledgers import Column, Ledger, chinese, joined, register
from portal.sheets.scope import whole

ACTIVITY_LEDGER = register(
    Ledger(
        name="joint_activities",
        title="联建活动登记表",
        english="Register of joint activities",
        columns=(
            Column.day("活动日期", "held_on"),
            Column.text("机关党组织", 20, "pairing__helper_branch__name"),
            Column.text("结对党组织", 20, "pairing__helped_branch__name"),
            Column.text(
                "所在地", 16, ("pairing__township__name", "pairing__unit__name"), joined(" ")
            ),
            Column.centred("活动类型", 14, "kind", chinese(JointActivityKind)),
            Column.text("活动主题", 26, "theme"),
            Column.text("活动地点", 18, "place"),
            Column.counted("参加人数", 9, "head_count"),
            Column.counted("办实事(件)", 9, "deeds", len),
            Column.text("实事内容", 34, "deeds", "；".join),
            Column.text("成效", 24, "effect"),
            Column.text("备注", 14, "void_reason", lambda why: f"作废：{why}" if why else ""),
        ),
        address=ACTIVITIES_AT,
        order=("held_on", "pk"),
        day="held_on",
        days=("held_from", "held_to"),
        whole=whole(JointActivity.objects.not_void, via="pairing__"),
    )
)
