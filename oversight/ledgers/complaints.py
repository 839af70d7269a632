"""投诉建议登记表 (DOMAIN-NEXT H): for its recipients, without who wrote it."""

from oversight.filters.complaints import COMPLAINTS_AT
from oversight.models.complaints import Adopted, ComplaintKind, Rating
from portal.sheets.ledgers import Column, Ledger, chinese, register

COMPLAINT_LEDGER = register(
    Ledger(
        name="complaints",
        title="平台投诉建议登记表",
        english="Register of complaints about the portal",
        columns=(
            Column.centred(
                "编号",
                14,
                ("number_year", "number"),
                lambda year, number: f"TS{year}-{number:04d}",
            ),
            Column.day("日期", "received_on"),
            Column.centred("类别", 14, "kind", chinese(ComplaintKind)),
            Column.text("内容", 40, "text"),
            Column.centred("受理人", 12, "accepted_by__name"),
            Column.text("答复", 40, "answer"),
            Column.day("答复日期", "answered_on"),
            Column.centred("是否采纳", 10, "adopted", chinese(Adopted)),
            Column.centred("评价", 10, "rating", chinese(Rating)),
        ),
        address=COMPLAINTS_AT,
        order=("received_on", "pk"),
        day="received_on",
        days=("received_from", "received_to"),
        notes=("注：不列提出人；匿名提出的凭查询码查看答复。",),
    )
)
