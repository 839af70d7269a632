"""驻村蹲点登记表: the stays of an office's old register."""

from django.utils.translation import gettext_lazy

from outreach.actions.stays import publish_stay
from outreach.imports.common import NUMBER, CadreAtUnitLoader
from outreach.models import Stay, StayStep
from outreach.models.stays import Lodging, StayKind
from portal.imports import Column, Kind, register
from portal.imports.kinds import choice
from portal.models import Cadre, GrassrootsUnit
from portal.roles import Permission


class StayLoader(CadreAtUnitLoader):
    """Through the action of the page: the same rules, one place at a time, the same step."""

    def facts(self, row, cadre, place, group):
        units = GrassrootsUnit.objects.select_related("host_organ", "division")
        return {
            "cadre": Cadre.objects.select_related("organ").get(pk=cadre.pk),
            "unit": units.get(pk=place.pk),
            "kind": row.kind,
            "starts_on": row.starts_on,
            "ends_on": row.ends_on,
            "document": row.document,
            "programme": row.programme or "",
            "lodging": row.lodging or Lodging.VILLAGE,
        }

    def act(self, **facts):
        return publish_stay(by=self.run.by, at=self.run.at, **facts)


KINDS = {
    "residential": "蹲点 驻村",
    "secretary": "第一书记",
    "member": "工作队员",
    "secondment": "挂职",
    "leader": "领导蹲点",
}
LODGINGS = {"village": "住村", "commutes": "走读已核准 走读"}
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
            NUMBER,
            Column("cadre", "姓名", "干部姓名", True, "name", longest=40),
            Column("organ", "派出单位", "工作单位 单位", width=22, note="有重名干部时据此分辨。"),
            Column("township", "派驻乡镇", "所在乡镇（街道） 乡镇", kind="name"),
            Column("unit", "派驻村（社区、企业）", "派驻村 派驻点 村（社区）", True, width=20),
            choice("kind", "派驻类型", "类型", StayKind, KINDS, required=True, width=16),
            Column("starts_on", "开始时间", "起始日期 派驻时间", True, kind="day"),
            Column("ends_on", "计划结束时间", "结束时间 截止日期", True, kind="day"),
            choice("lodging", "住宿方式", "", Lodging, LODGINGS, note="空着即为住村。"),
            Column("document", "审批文号", "文号", True, width=20, longest=60),
            Column("programme", "批次（项目）", "所属项目 备注", longest=60, width=20),
        ),
    )
)
