"""The register of contact cards (干部联系卡发放登记簿) as an official sheet."""

from outreach.filters.cards import cards_at
from portal.sheets.ledgers import Column, Ledger, joined, register, today


def _remarks(issued, printed, revoked, reason, ends, today):
    remarks = []
    if printed != issued:
        remarks.append(f"{printed:%Y.%m.%d}重新印制")
    if revoked:
        remarks.append(f"{revoked:%Y.%m.%d}作废：{reason}")
    elif ends and ends < today:
        remarks.append("联系已结束")
    return "；".join(map(str, remarks))


_REMARKS = ("issued_on", "printed_on", "revoked_on", "revoke_reason", "area__ends_on", today)
CARD_LEDGER = register(
    Ledger(
        name="cards",
        title="干部联系卡发放登记簿",
        english="Register of contact cards",
        columns=(
            Column.centred("卡号", 12, "short_code", lambda code: f"{code[:4]} {code[4:]}"),
            Column.centred("干部姓名", 12, "holder"),
            Column.text("工作单位及职务", 30, ("organ_name", "post"), joined(" ")),
            Column.centred("联系电话", 16, "phone"),
            Column.text("联系区域", 24, ("unit_name", "area__group"), joined(" ")),
            Column.day("发放日期", "issued_on"),
            Column.text("备注", 28, _REMARKS, _remarks),
        ),
        rows=lambda user, query: cards_at(user, query).of_roles(user),
        day="issued_on",
        order=(
            "area__cadre__organ__sort_order",
            "area__cadre__organ",
            "area__cadre__sort_order",
            "pk",
        ),
        notes=("注：联系卡随岗位走，不含任何农户信息。",),
    )
)
