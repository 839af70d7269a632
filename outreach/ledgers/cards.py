"""The register of contact cards (干部联系卡发放登记簿) as an official sheet."""

from django.db.models import DateField, Value

from outreach.filters.cards import cards_at
from portal.ledgers import Ledger, register
from portal.xlsx import SheetColumn


def _values(rows, user):
    return rows.order_by(
        "area__cadre__organ__sort_order", "area__cadre__organ", "area__cadre__sort_order", "pk"
    ).values_list(
        "short_code", "holder", "organ_name", "post", "phone", "unit_name", "area__group",
        "issued_on", "printed_on", "revoked_on", "revoke_reason", "area__ends_on",
        Value(user.today, output_field=DateField()),
    )  # fmt: skip


def _cells(v):
    (
        code,
        holder,
        organ,
        post,
        phone,
        unit,
        group,
        issued,
        printed,
        revoked,
        reason,
        ends,
        today,
    ) = v
    remarks = []
    if printed != issued:
        remarks.append(f"{printed:%Y.%m.%d}重新印制")
    if revoked:
        remarks.append(f"{revoked:%Y.%m.%d}作废：{reason}")
    elif ends and ends < today:
        remarks.append("联系已结束")
    return (
        f"{code[:4]} {code[4:]}", holder, f"{organ} {post}".strip(), phone,
        f"{unit} {group}".strip(), issued, "；".join(remarks),
    )  # fmt: skip


CARD_LEDGER = register(
    Ledger(
        name="cards",
        title="干部联系卡发放登记簿",
        columns=(
            SheetColumn("卡号", 12, "center", "text"),
            SheetColumn("干部姓名", 12, "center", "text"),
            SheetColumn("工作单位及职务", 30, "left", "text"),
            SheetColumn("联系电话", 16, "center", "text"),
            SheetColumn("联系区域", 24, "left", "text"),
            SheetColumn("发放日期", 12, "center", "date"),
            SheetColumn("备注", 28, "left", "text"),
        ),
        rows=cards_at,
        values=_values,
        cells=_cells,
        notes=("注：联系卡随岗位走，不含任何农户信息。",),
        paper="A4",
    )
)
