"""包村包片联户: who looks after which unit."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from outreach.actions.areas import arrange_area
from outreach.models import ContactArea, Household
from portal.imports import ActionLoader, Column, Kind, register
from portal.imports.kinds import Lookup, chinese
from portal.imports.lookups import Cadres, Organs, Units
from portal.models import GrassrootsUnit
from portal.roles import Permission as P


class AreaLoader(ActionLoader):
    def __init__(self, run):
        super().__init__(run)
        organs = Organs()
        self.cadres, self.units = Cadres(organs), Units()

    def prepare(self, row):
        look = Lookup(row)
        cadre = look(self.cadres.find, "cadre", row.organ)
        place = look(self.units.find, "unit", row.township)
        if row.problems:
            return None
        kind = row.kind or ContactArea.Kind.VILLAGE
        households = self._households(row, place[0].pk) if kind == "households" else []
        return {
            "cadre": cadre,
            "unit": GrassrootsUnit.objects.get(pk=place[0].pk),
            "kind": kind,
            "group": row.group or place[1],
            "starts_on": row.starts_on or timezone.localdate(self.run.at),
            "ends_on": row.ends_on,
            "households": households,
        }

    def _households(self, row, unit_pk):
        serials = [
            s for s in row.households.replace("，", "、").replace(",", "、").split("、") if s
        ]
        found = list(Household.objects.filter(unit=unit_pk, serial__in=serials, ended_on=None))
        lacking = sorted(set(serials) - {household.serial for household in found})
        if lacking:
            row.refuse(
                "households",
                _("The unit's list has no household %(serials)s.")
                % {"serials": "、".join(lacking[:5])},
            )
        return found

    def act(self, **facts):
        return arrange_area(by=self.run.by, **facts)


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
            Column("number", "序号", is_left_out=True),
            Column("cadre", "干部姓名", "姓名 联系干部 包村干部", True, "name", longest=40),
            Column("organ", "工作单位", "单位 单位及职务", width=22, note="有重名干部时据此分辨。"),
            Column("township", "所在乡镇（街道）", "乡镇 乡镇（街道）", kind="name"),
            Column("unit", "联系村（社区）", "村（社区） 联系点 所包村 基层单位", True, width=20),
            Column(
                "kind",
                "联系方式",
                "包联类型 类型",
                kind="choice",
                choices=chinese(ContactArea.Kind),
                also={"village": "包村", "part": "包片 包组"},
                width=20,
                note="空着即为包村。",
            ),
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
