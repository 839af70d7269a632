"""厂务公开登记表."""

from portal.sheets.ledgers import Column, Ledger, chinese, register
from portal.sheets.scope import whole
from works.filters.disclosures import DISCLOSURES_AT
from works.models import Disclosure
from works.models.disclosures import DisclosureItem, DisclosureWay

DISCLOSURE_LEDGER = register(
    Ledger(
        name="disclosures",
        title="厂务公开登记表",
        english="Register of disclosures",
        columns=(
            Column.day("公开日期", "published_on"),
            Column.text("公开单位", 20, "organ__name"),
            Column.text("公开范围", 16, "unit__name", lambda name: name or "全单位"),
            Column.text("公开事项", 14, "item", chinese(DisclosureItem)),
            Column.text("公开内容", 34, "title"),
            Column.centred("公开方式", 10, "way", chinese(DisclosureWay)),
            Column.text("依据（文件、会议纪要）", 22, "document"),
            Column.text("备注", 14, "withdrawn_why", lambda why: f"已撤回：{why}" if why else ""),
        ),
        address=DISCLOSURES_AT,
        order=("organ__sort_order", "organ", "published_on", "pk"),
        day="published_on",
        days=("from_day", "to_day"),
        whole=whole(Disclosure.objects.all),
    )
)
