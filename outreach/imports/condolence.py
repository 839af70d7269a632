"""走访慰问花名册: recipients put forward from a workbook; names are encrypted row by row.

A number as long as an ID or account number is refused in any cell, even in columns that are not
read.
"""

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from openpyxl.utils import get_column_letter

from outreach.actions.condolence import put_forward
from outreach.imports.common import NUMBER, TOWNSHIP
from outreach.models import CondolenceName, CondolenceRecipient
from outreach.models.condolence import (
    CATEGORY_WORDS,
    SOURCE_WORDS,
    AgeBand,
    CampaignState,
    HardshipKind,
    Source,
)
from outreach.rules import condolence as rules
from portal.days import festivals
from portal.imports import ActionLoader, Column, Kind, cells, register
from portal.imports.kinds import Lookup, chinese
from portal.imports.lookups import Units
from portal.models import GrassrootsUnit
from portal.models.people import Gender
from portal.roles import Permission as P
from portal.trust import privacy

# Columns that are passed to the action unchanged.
TAKEN_OVER = "name category source amount goods goods_value serial age_band joined_party reason"
# ID and bank card numbers, also those whose last digits Excel has lost.
_LONG_NUMBER = re.compile(r"(?:\d[\s-]?){14,}[\dXx]")


class RecipientLoader(ActionLoader):
    def __init__(self, run):
        super().__init__(run)
        self.units = Units()
        self.by_pk = {}
        self.campaigns = list(
            rules.campaigns_open_for_listing(run.by).select_related("organ", "division")
        )

    def prepare(self, row):
        self._refuse_numbers(row)
        place = Lookup(row)(self.units.find, "unit", row.township)
        campaign = self._campaign(row)
        if row.problems:
            return None
        pk = place[0].pk
        if pk not in self.by_pk:
            units = GrassrootsUnit.objects.select_related("division", "host_organ")
            self.by_pk[pk] = units.get(pk=pk)
        return {
            "campaign": campaign,
            "unit": self.by_pk[pk],
            "group": place[1],
            "gender": row.gender or Gender.UNKNOWN,
            **{name: row.values[name] for name in TAKEN_OVER.split()},
        }

    def _refuse_numbers(self, row):
        for place, cell in enumerate(row.raw):
            text = cells.as_text(cell) if cell is not None else ""
            if _LONG_NUMBER.search(text):
                words = _(
                    "Row %(row)s, column %(letter)s holds an ID or bank number. Delete it: "
                    "such numbers are kept nowhere here."
                )
                letter = get_column_letter(place + 1)
                row.refuse("", words % {"row": row.number, "letter": letter})

    def _campaign(self, row):
        """Find the campaign by 2027年元旦, or by 元旦 if just one such list is open."""
        wanted = cells.plainly(row.festival)
        found = [
            one
            for one in self.campaigns
            if wanted in {cells.plainly(one.label), festivals.CHINESE[one.festival]}
        ]
        if len(found) == 1:
            return found[0]
        if found:
            row.refuse("festival", _("Several campaigns of it take recipients; name the year."))
        else:
            row.refuse("festival", _("No campaign of this festival takes recipients now."))
        return None

    def act(self, **facts):
        return put_forward(by=self.run.by, at=self.run.at, batch=self.run.batch, **facts)


def _open_names(batch, ids):
    """Delete the names as well; row-level security requires opening them first."""
    rows = CondolenceRecipient.objects.filter(pk__in=ids)
    with privacy.opened(campaigns=rows.order_by().values_list("campaign", flat=True).distinct()):
        CondolenceName.objects.filter(recipient__in=ids).delete()


def _listed_on(batch):
    """Return what prevents undoing the import: after the public notice began, recipients are
    removed one by one instead."""
    rows = CondolenceRecipient.objects.filter(pk__in=batch.record_ids).exclude(
        campaign__state=CampaignState.LISTING
    )
    one = rows.select_related("campaign").first()
    if one is None:
        return []
    why = _("its list is not being put together any more")
    return [[one.campaign.label, one.campaign.get_absolute_url(), why]]


def _column(name, heading, aliases="", **options):
    """A column with data about villagers: its values are never shown among the problems."""
    return Column(name, heading, aliases, is_private=True, **options)


def _choice(name, heading, aliases, choices, **options):
    return _column(name, heading, aliases, kind="choice", choices=choices, **options)


def _codes(words):
    """Return a function that inverts {choice: word} to {word: code}, as a column expects it."""
    return lambda: {word: choice.value for choice, word in words.items()}


AGE_NOTE = "只填年龄段，不填出生日期。"
ALSO = {Source.PARTY_DUES.value: "党费", Source.UNION.value: "工会"}
RECIPIENTS = register(
    Kind(
        name="recipients",
        title="走访慰问花名册",
        label=gettext_lazy("List of festival recipients"),
        permissions=(P.LIST_RECIPIENTS,),
        loader=RecipientLoader,
        url_name="outreach:condolence_recipients",
        model=CondolenceRecipient,
        parts=(CondolenceName,),
        before_undo=_open_names,
        obstacles=_listed_on,
        notes=("注：不填身份证号、银行账号和病名；出现此类号码的行不予导入。",),
        columns=(
            NUMBER,
            _column("festival", "慰问节日", "节日", required=True, note="如 2027年元旦。"),
            TOWNSHIP,
            _column("unit", "单位", "村（社区） 单位（村、社区）", required=True, width=20),
            _column("name", "姓名", "慰问对象", required=True, kind="name", longest=30),
            _choice("gender", "性别", "", chinese(Gender)),
            _choice("age_band", "出生年月/年龄段", "年龄段", chinese(AgeBand), note=AGE_NOTE),
            _choice("category", "慰问类别", "类别", _codes(CATEGORY_WORDS), required=True),
            _column("joined_party", "入党时间（党员）", "入党时间", kind="month"),
            _choice(
                "reason",
                "困难原因（类别）",
                "困难原因 困难类别",
                chinese(HardshipKind),
                note="只填类别，不写病名。",
            ),
            _column("amount", "慰问金（元）", "慰问金", kind="money"),
            _column("goods", "慰问品（名称、折价）", "慰问品 慰问品名称", longest=60),
            _column("goods_value", "折价（元）", "慰问品折价（元） 折价", kind="money"),
            _choice(
                "source",
                "资金来源",
                "",
                _codes(SOURCE_WORDS),
                required=True,
                also=ALSO,
            ),
            _column("serial", "户编号", "户册编号", longest=12),
            Column("visited_on", "慰问日期", is_left_out=True),
            Column("visitors", "慰问人（两人）", "慰问人", is_left_out=True),
            Column("signed", "领取人签字", "签字", is_left_out=True),
            Column("remark", "备注", is_left_out=True),
        ),
    )
)
