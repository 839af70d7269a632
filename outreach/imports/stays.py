"""驻村蹲点登记表: who is sent where, as the office's old register has it."""

from django.utils.translation import gettext_lazy

from outreach.actions.stays import publish_stay
from outreach.models import Stay, StayStep
from outreach.models.stays import Lodging, StayKind
from portal.imports import ActionLoader, Column, Kind, register
from portal.imports.kinds import Lookup, chinese
from portal.imports.lookups import Cadres, Organs, Units
from portal.models import Cadre, GrassrootsUnit
from portal.roles import Permission


class StayLoader(ActionLoader):
    """Through the action of the page: the same rules, one place at a time, the same step."""

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
        unit = GrassrootsUnit.objects.select_related("host_organ", "division").get(pk=place[0].pk)
        return {
            "cadre": Cadre.objects.select_related("organ").get(pk=cadre.pk),
            "unit": unit,
            "kind": row.kind,
            "starts_on": row.starts_on,
            "ends_on": row.ends_on,
            "document": row.document,
            "programme": row.programme or "",
            "lodging": row.lodging or Lodging.VILLAGE,
        }

    def act(self, **facts):
        return publish_stay(by=self.run.by, at=self.run.at, **facts)


STAYS = register(
    Kind(
        name="stays",
        title="驻村蹲点登记表",
        label=gettext_lazy("Register of stays"),
        permissions=(Permission.MANAGE_STAYS,),
        loader=StayLoader,
        url_name="outreach:stays",
        model=Stay,
        parts=(StayStep,),
        columns=(
            Column("number", "序号", is_left_out=True),
            Column("cadre", "姓名", "干部姓名", True, "name", longest=40),
            Column("organ", "派出单位", "工作单位 单位", width=22, note="有重名干部时据此分辨。"),
            Column("township", "派驻乡镇", "所在乡镇（街道） 乡镇", kind="name"),
            Column("unit", "派驻村（社区、企业）", "派驻村 派驻点 村（社区）", True, width=20),
            Column(
                "kind",
                "派驻类型",
                "类型",
                True,
                kind="choice",
                choices=chinese(StayKind),
                also={
                    "residential": "蹲点 驻村",
                    "secretary": "第一书记",
                    "member": "工作队员",
                    "secondment": "挂职",
                },
                width=16,
            ),
            Column("starts_on", "开始时间", "起始日期 派驻时间", True, kind="day"),
            Column("ends_on", "计划结束时间", "结束时间 截止日期", True, kind="day"),
            Column(
                "lodging",
                "住宿方式",
                "",
                kind="choice",
                choices=chinese(Lodging),
                also={"village": "住村", "commutes": "走读已核准 走读"},
                note="空着即为住村。",
            ),
            Column("document", "审批文号", "文号", True, width=20, longest=60),
            Column("programme", "批次（项目）", "所属项目 备注", longest=60, width=20),
        ),
    )
)
