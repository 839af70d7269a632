"""包村包片联户: who looks after which unit."""

import re

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from outreach.actions.areas import arrange_area
from outreach.imports.common import NUMBER, TOWNSHIP, CadreAtUnitLoader
from outreach.models import ContactArea, Household
from portal.imports import Column, Kind, register
from portal.imports.kinds import choice
from portal.models import GrassrootsUnit
from portal.roles import Permission as P


class AreaLoader(CadreAtUnitLoader):
    def facts(self, row, cadre, place, group):
        kind = row.kind or ContactArea.Kind.VILLAGE
        return {
            "cadre": cadre,
            "unit": GrassrootsUnit.objects.get(pk=place.pk),
            "kind": kind,
            "group": row.group or group,
            "starts_on": row.starts_on or timezone.localdate(self.run.at),
            "ends_on": row.ends_on,
            "households": self._households(row, place.pk) if kind == "households" else [],
        }

    def _households(self, row, unit_pk):
        serials = [s for s in re.split("[，,、]", row.households) if s]
        found = list(Household.objects.filter(unit=unit_pk, serial__in=serials, ended_on=None))
        lacking = sorted(set(serials) - {household.serial for household in found})
        if lacking:
            words = _("The unit's list has no household %(serials)s.")
            row.refuse("households", words % {"serials": "、".join(lacking[:5])})
        return found

    def act(self, **facts):
        return arrange_area(by=self.run.by, **facts)


ALSO = {"village": "包村", "part": "包片 包组", "post": "责任区 示范岗"}
ABOUT_KIND = {"width": 20, "note": "空着即为包村。"}
AREAS = register(
    Kind(
        name="areas",
        title="包村联户安排表",
        label=gettext_lazy("List of contact areas"),
        permissions=(P.MANAGE_PEOPLE, P.RECORD_FOR_OTHERS),
        loader=AreaLoader,
        url_name="outreach:contact_areas",
        model=ContactArea,
        parts=(ContactArea.households.through,),
        columns=(
            NUMBER,
            Column("cadre", "干部姓名", "姓名 联系干部 包村干部", True, "name", longest=40),
            Column("organ", "工作单位", "单位 单位及职务", width=22, note="有重名干部时据此分辨。"),
            TOWNSHIP,
            Column("unit", "联系村（社区）", "村（社区） 联系点 所包村 基层单位", True, width=20),
            choice("kind", "联系方式", "包联类型 类型", ContactArea.Kind, ALSO, **ABOUT_KIND),
            Column("group", "片（组）", "组 片区 网格", longest=40),
            Column(
                "households",
                "联系户编号",
                "联系户",
                longest=300,
                width=24,
                note="联户时填写村内户册编号，用“、”隔开。",
            ),
            Column("starts_on", "起始日期", "开始时间", kind="day", note="空着即为当日。"),
            Column("ends_on", "截止日期", "结束时间", kind="day"),
        ),
    )
)
