"""领导干部联系点安排表: import of the arrangement of a year from the office's own sheet."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pairing.actions.leading import arrange_point
from pairing.imports.loaders import LookupLoader
from pairing.models import ContactPoint, ContactPointStep
from pairing.models.leading import MOST_VISITS
from portal.imports import Column, Kind, register
from portal.imports.kinds import Lookup
from portal.imports.lookups import NotFound
from portal.models import Cadre, GrassrootsUnit, PartyOrganization
from portal.roles import Permission

FIRST_YEAR = 2000


class ContactPointLoader(LookupLoader):
    """Calls the same action as the page: same rules, steps and audit."""

    def prepare(self, row):
        look = Lookup(row)
        cadre = look(self.cadres.find, "leader", row.organ)
        place = look(self.units.find, "unit", row.township)
        planned = row.planned_visits
        if planned is not None and not 1 <= planned <= MOST_VISITS:
            row.refuse("planned_visits", _("Plan between 1 and 52 visits in a year."))
        this_year = timezone.localdate(self.run.at).year
        year = this_year if row.year is None else row.year
        if not FIRST_YEAR <= year <= this_year + 1:
            row.refuse("year", _("Contact points are arranged for this year and the next."))
        cooperating = self._cooperating(row)
        if row.problems:
            return None
        unit = GrassrootsUnit.objects.select_related("host_organ", "division").get(pk=place[0].pk)
        party = self._party(row, unit)
        if row.problems:
            return None
        return {
            "leader": Cadre.objects.get(pk=cadre.pk),
            "unit": unit,
            "year": year,
            "planned_visits": planned,
            "party_organization": party,
            "cooperating": cooperating,
            "focus": row.focus or "",
        }

    def _cooperating(self, row):
        found = []
        for name in filter(None, row.cooperating.split("、")):
            try:
                found.append(self.organs.find(name))
            except NotFound as problem:
                row.refuse("cooperating", problem)
        return found

    def _party(self, row, unit):
        """Find it by name among those of the unit and of its host organ."""
        if not row.party_organization:
            return None
        today = timezone.localdate(self.run.at)
        rows = PartyOrganization.objects.current(today).filter(name=row.party_organization)
        found = rows.filter(unit=unit).first() or rows.filter(organ=unit.host_organ).first()
        if found is None:
            row.refuse(
                "party_organization",
                _("%(unit)s has no Party organisation of this name.") % {"unit": unit.name},
            )
        return found

    def act(self, **facts):
        return arrange_point(by=self.run.by, at=self.run.at, **facts)


CONTACT_POINTS = register(
    Kind(
        name="contact_points",
        title="领导干部联系点安排表",
        label=gettext_lazy("Contact points of leaders"),
        permissions=(Permission.MANAGE_CONTACT_POINTS,),
        loader=ContactPointLoader,
        url_name="pairing:contact_points",
        model=ContactPoint,
        parts=(ContactPointStep, ContactPoint.cooperating.through),
        columns=(
            Column("number", "序号", is_left_out=True),
            Column("leader", "领导姓名", "姓名 联系领导", True, "name", longest=40),
            Column("post", "职务", is_left_out=True),
            Column("organ", "单位", "工作单位", width=20, note="有重名干部时据此分辨。"),
            Column("unit", "联系点（村/社区/企业）", "联系点 联系村", True, width=20),
            Column("township", "所在乡镇", "乡镇 所在乡镇（街道）", kind="name"),
            Column(
                "party_organization",
                "联系党组织",
                "",
                longest=80,
                width=22,
                note="写联系点或其管理单位的党组织名称，可空。",
            ),
            Column(
                "cooperating",
                "配合单位",
                "",
                kind="names",
                longest=300,
                width=24,
                note="多个单位用顿号分开。",
            ),
            Column(
                "planned_visits", "年度到点次数计划", "到点次数 计划次数", True, "integer", width=12
            ),
            Column("focus", "解决问题重点", "重点问题", longest=200, width=30),
            Column("year", "年度", "年份", kind="integer", width=9, note="空着即为导入当年。"),
            Column("note", "备注", is_left_out=True),
        ),
        notes=("到点次数由民情日记自动统计，原表中的完成情况不导入。",),
    )
)
