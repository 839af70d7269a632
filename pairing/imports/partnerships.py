"""Import of the office's own 党支部结对共建（联创联建）台账.

Columns about activities are left out: they are counted from the activities entered here.
"""

import re
import unicodedata
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from outreach.imports.common import clean_text
from pairing.actions.partnerships import agree_partnership
from pairing.models import CoBuildingPlan, Pairing, PairingStep
from pairing.models.pairings import HelpMode
from portal.imports import ActionLoader, Column, Kind, register
from portal.imports.kinds import NUMBER, Lookup, chinese
from portal.imports.lookups import PartyOrganizations
from portal.models import PartyOrganization
from portal.roles import Permission
from portal.sheets import figures

_DAY = re.compile(r"(\d{4})\s*[.\-/年]\s*(\d{1,2})\s*[.\-/月]\s*(\d{1,2})")


def term_of(text):
    """Parse 2026.3.1签订；2026.3.1—2029.2.28 to (signed on or None, first day, last day).

    Returns None unless the text holds two or three days.
    """
    found = _DAY.findall(unicodedata.normalize("NFKC", text))
    try:
        days = [date(*map(int, parts)) for parts in found]
    except ValueError:
        return None
    if len(days) == 2:
        return None, *days
    return tuple(days) if len(days) == 3 else None


class PartnershipLoader(ActionLoader):
    """Calls the same action as the page for each pair: same rules and steps."""

    fields = {
        "helper_branch": "helper",
        "helped_branch": "helped",
        "ends_on": "term",
        "starts_on": "term",
        "signed_on": "term",
    }

    def __init__(self, run):
        super().__init__(run)
        self.helping = PartyOrganizations(PartyOrganization.objects.of_organs())
        self.helped = PartyOrganizations(PartyOrganization.objects.of_units())

    def prepare(self, row):
        look = Lookup(row)
        helper, helped = (
            look(self.helping.find, "helper"),
            look(self.helped.find, "helped", row.place),
        )
        term = term_of(row.term)
        if term is None:
            row.refuse("term", _("Write first and last day as 2026.03.01—2029.02.28."))
        if row.problems:
            return None
        signed_on, starts_on, ends_on = term
        return {
            "helper_branch": helper,
            "helped_branch": helped,
            "mode": row.mode or HelpMode.ONE,
            "starts_on": starts_on,
            "ends_on": ends_on,
            "signed_on": signed_on,
            "content": clean_text(row.content),
            "document": row.document,
        }

    def act(self, **facts):
        return agree_partnership(by=self.run.by, at=self.run.at, batch=self.run.batch, **facts)


def _before_undo(batch, ids):
    figures.count_stored(Pairing.objects.filter(pk__in=ids), sign=-1)


PARTNERSHIPS = register(
    Kind(
        name="partnerships",
        title="党支部结对共建台账",
        label=gettext_lazy("Ledger of co-building"),
        permissions=(Permission.MANAGE_PAIRINGS,),
        loader=PartnershipLoader,
        url_name="pairing:partnerships",
        model=Pairing,
        before_undo=_before_undo,
        parts=(PairingStep, CoBuildingPlan),
        columns=(
            NUMBER,
            Column("helper", "机关党组织", "机关党支部 帮扶党组织", True, "name", width=24),
            Column("helper_secretary", "书记", "机关党组织书记", is_left_out=True),
            Column(
                "helped", "结对党组织", "结对党支部 基层党组织 农村党组织", True, "name", width=24
            ),
            Column("place", "所在地", "所在乡镇村 所在村", width=18, note="重名时据此分辨。"),
            Column(
                "term",
                "协议签订时间/期限",
                "协议期限 期限 结对期限",
                True,
                width=28,
                note="写起止日期：2026.03.01—2029.02.28；有签订日期的写在前面。",
            ),
            Column("content", "共建内容", "结对内容", True, longest=300, width=36),
            Column("activities", "联建活动(次)", "联建活动", is_left_out=True),
            Column("themes", "主要活动", is_left_out=True),
            Column("deeds", "办实事(件)", "办实事", is_left_out=True),
            Column("effect", "成效", is_left_out=True),
            Column(
                "mode",
                "结对方式",
                "",
                kind="choice",
                choices=chinese(HelpMode),
                note="空着即为一帮一。",
            ),
            Column("document", "文号", "审批文号 备注", longest=60),
        ),
        notes=(
            "两个党组织须已在党组织名册中。",
            "活动次数、实事件数由平台按活动记录统计，不导入。",
        ),
    )
)
