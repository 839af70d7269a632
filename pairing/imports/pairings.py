"""Import of the office's own 结对帮扶台账: who helps whom, from when to when.

Sums and results are not imported: they are counted from items, each entered with its day.
"""

import re

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from outreach.models import Household
from pairing.actions.pairings import agree_pairing
from pairing.imports.loaders import LookupLoader
from pairing.models import Pairing, PairingStep
from pairing.models.pairings import HelpMode, Level
from portal.imports import Column, Kind, register
from portal.imports.kinds import Lookup
from portal.models import Cadre, GrassrootsUnit, Organ
from portal.roles import Permission
from portal.sheets import figures

# 李××户12, 12号, 三组-12: the roster number comes last.
_SERIAL = re.compile(r"([0-9A-Za-z-]+)\s*号?\s*$")


class PairingLoader(LookupLoader):
    """Calls the same action as the page for each row: same rules and steps."""

    def prepare(self, row):
        look = Lookup(row)
        organ = look(self.organs.find, "organ")
        cadre = look(self.cadres.find, "cadre", row.organ)
        place = look(self.units.find, "unit", row.township)
        if row.problems:
            return None
        personal = row.level != Level.UNIT
        if personal and cadre is None:
            row.refuse("cadre", _("Name the cadre who helps."))
            return None
        unit = GrassrootsUnit.objects.select_related("host_organ", "division").get(pk=place[0].pk)
        household = self._household(row, unit) if personal else None
        if row.problems:
            return None
        if cadre is not None:
            cadre = Cadre.objects.select_related("organ", "user").get(pk=cadre.pk)
            organ = cadre.organ if personal else organ
        if not personal:
            organ = Organ.objects.select_related("division").get(pk=organ.pk)
        return {
            "level": row.level,
            "mode": row.mode or HelpMode.ONE,
            "organ": organ,
            "cadre": cadre,
            "unit": unit,
            "household": household,
            "ends_on": row.ends_on,
            "starts_on": row.starts_on or timezone.localdate(self.run.at),
            "document": row.document or "",
        }

    def _household(self, row, unit):
        found = None
        if number := _SERIAL.search(row.serial or row.helped):
            rows = Household.objects.filter(unit=unit, serial=number[1], ended_on=None)
            found = rows.first()
        if found is None:
            said = _(
                "Write the number on the village's roster; this one is not on the unit's list."
            )
            row.refuse("serial" if row.serial else "helped", said)
        return found

    def act(self, **facts):
        return agree_pairing(by=self.run.by, at=self.run.at, batch=self.run.batch, **facts)


def _before_undo(batch, ids):
    figures.count_stored(Pairing.objects.filter(pk__in=ids), sign=-1)


_LEVEL = Column(
    "level",
    "结对类型",
    "类型 帮扶类型",
    True,
    kind="choice",
    width=18,
    choices=lambda: {
        "生活困难群众": "household",
        "生活困难党员": "member",
        "单位结对基层单位": "unit",
    },
    also={
        "household": "困难群众 困难职工",
        "member": "困难党员",
        "unit": "薄弱基层党组织 单位结对 百局联百村",
    },
)
PAIRINGS = register(
    Kind(
        name="pairings",
        title="结对帮扶台账",
        label=gettext_lazy("List of pairings"),
        permissions=(Permission.MANAGE_PAIRINGS,),
        loader=PairingLoader,
        url_name="pairing:pairings",
        model=Pairing,
        before_undo=_before_undo,
        parts=(PairingStep,),
        columns=(
            Column("number", "序号", is_left_out=True),
            _LEVEL,
            Column("organ", "帮扶单位/党组织", "帮扶单位 结对单位", True, width=20),
            Column("cadre", "帮扶责任人", "帮扶干部 责任人", kind="name", longest=40),
            Column("post", "职务", is_left_out=True),
            Column("phone", "联系电话", is_left_out=True),
            Column(
                "helped",
                "帮扶对象",
                "结对对象",
                width=18,
                note="困难群众、党员填“户主姓氏+户册编号”，如“李××户12”；不填全名。",
                is_private=True,
            ),
            Column("serial", "户册编号", "户编号", longest=12),
            Column("township", "所在乡镇（街道）", "乡镇", kind="name"),
            Column(
                "unit", "所在村（社区、单位）", "所在乡镇村 村（社区） 所在村 村", True, width=20
            ),
            Column("reason", "困难（薄弱）原因", "困难原因", is_left_out=True, is_private=True),
            Column(
                "mode",
                "结对方式",
                "",
                kind="choice",
                choices=lambda: {"一帮一": "one", "多帮一": "many"},
                note="空着即为一帮一。",
            ),
            Column("starts_on", "结对时间", "开始时间 起始日期", kind="day", note="空着即为当日。"),
            Column("ends_on", "结束时间", "截止日期 到期时间 计划结束时间", True, kind="day"),
            Column("need", "需求", is_left_out=True),
            Column("kind", "帮扶类别", is_left_out=True),
            Column("measures", "帮扶措施", is_left_out=True),
            Column("money", "投入资金（元）及来源", "投入资金金额（元）", is_left_out=True),
            Column("deadline", "完成时限", is_left_out=True),
            Column("progress", "进展成效", is_left_out=True),
            Column("word", "对象评价", is_left_out=True),
            Column("document", "文号", "方案文号", width=20, longest=60),
            Column("remark", "备注", is_left_out=True),
        ),
        notes=("帮扶事项、资金和成效不随表导入，由帮扶责任人逐项登记后自动统计。",),
    )
)
