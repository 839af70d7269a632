"""A small enterprise group without divisions: headquarters and two subsidiaries."""

from datetime import date

from portal.models import Cadre, GrassrootsUnit, Organ
from portal.models.places import OrganKind, UnitKind
from portal.roles import Role
from tests.people import account

SINCE = date(2020, 1, 1)


class Group:
    """Needs a database; can be combined with `people`."""

    def __init__(self):
        self.top = _planted(Organ, None, name="华岳装备集团", kind=OrganKind.ENTERPRISE)
        below = {"kind": OrganKind.ENTERPRISE}
        self.department = _planted(Organ, self.top, name="华岳党群工作部", **below)
        self.subsidiary = _planted(Organ, self.top, name="华岳重机公司", **below)
        self.other = _planted(Organ, self.top, name="华岳铸锻公司", **below)
        of_works = {"kind": UnitKind.STATE_ENTERPRISE}
        self.workshop = _planted(
            GrassrootsUnit, None, name="总装车间", host_organ=self.subsidiary, **of_works
        )
        self.elsewhere = _planted(
            GrassrootsUnit, None, name="铸造车间", host_organ=self.other, **of_works
        )
        self.office = self._somebody("huang", "黄岳", self.department, Role.OFFICE)
        self.desk = self._somebody("tan", "谭振华", self.department, Role.DESK, self.top)
        self.host = self._somebody("xiang", "向东升", self.subsidiary, Role.HOST, self.subsidiary)
        self.neighbour = self._somebody("wei", "韦海潮", self.other, Role.HOST, self.other)
        self.cadre = self._somebody("nie", "聂晴", self.department, Role.CADRE, self.department)

    def _somebody(self, username, name, organ, role, within=None):
        user = account(f"group_{username}", name, organ, role, within=within)
        Cadre.objects.create(user=user, name=name, organ=organ, post="主管")
        return user


def _planted(model, parent, **facts):
    row = model.objects.create(parent=parent, started_on=SINCE, **facts)
    row.place_under_parent()
    row.save()
    return row
