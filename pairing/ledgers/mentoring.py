"""师带徒台账: who teaches whom, from when to when, and whether the trade was mastered."""

from django.db.models import OuterRef, Subquery

from pairing.filters.mentoring import MENTORING_AT
from pairing.models import Agreement, Pairing
from pairing.models.pairings import PairingEnding, PairingState
from portal.sheets.ledgers import Column, Ledger, joined, register
from portal.sheets.scope import whole

_ENDINGS = {
    PairingEnding.MASTERED: "出师",
    PairingEnding.NOT_YET: "未出师",
    PairingEnding.CHANGED: "更换师傅",
    PairingEnding.OTHER: "其他原因结束",
}
_AGREEMENT = Agreement.objects.filter(pairing=OuterRef("pk")).order_by("-starts_on", "-pk")
_NUMBER = Subquery(_AGREEMENT.values("number")[:1])


def _term(first, last):
    return f"{first:%Y.%m.%d}—{last:%Y.%m.%d}"


def _judged(state, ending):
    return "未开始即取消" if state == PairingState.CANCELLED else _ENDINGS.get(ending, "")


def _day(day):
    return f"{day:%Y.%m.%d}" if day else ""


MENTORING_LEDGER = register(
    Ledger(
        name="mentoring",
        title="师带徒台账",
        english="Ledger of masters and apprentices",
        columns=(
            Column.centred("师傅", 10, "cadre__name"),
            Column.text("岗位", 14, "cadre__post"),
            Column.centred("徒弟", 10, "apprentice__name"),
            Column.text("岗位", 14, "apprentice__post", code="徒弟岗位"),
            Column.text("所属二级单位、车间", 26, ("host_organ__name", "unit__name"), joined(" ")),
            Column.centred("起止", 22, ("starts_on", "ends_on"), _term),
            Column.text("协议编号", 18, _NUMBER),
            Column.centred("出师评定", 12, ("state", "ending"), _judged),
            Column.centred("日期", 12, "ended_on", _day),
        ),
        address=MENTORING_AT,
        order=(
            *("host_organ__sort_order", "host_organ", "unit__sort_order", "unit"),
            *("starts_on", "pk"),
        ),
        day="starts_on",
        whole=whole(Pairing.objects.mentoring),
        notes=("注：师带徒不计入结对帮扶。",),
    )
)
