"""A group without divisions: two subsidiaries, workshops and teams, and the people there."""

from portal.models import Cadre
from portal.roles import Role
from tests.people import account, organ, unit


class Plant:
    """华岳集团 with 云岭重型 (of 铸造车间 and 造型一班) and 南江铸锻 (of 锻压车间)."""

    def __init__(self):
        self.group = organ("华岳集团党委", "enterprise", order=1)
        self.office_organ = organ("集团党群工作部", "enterprise", self.group, 2)
        self.heavy = organ("云岭重型党委", "enterprise", self.group, 10)
        self.forging = organ("南江铸锻党委", "enterprise", self.group, 11)

        self.enterprise = unit("云岭重型机械", self.heavy, None, "soe")
        self.foundry = unit("铸造车间", self.heavy, None, "soe", self.enterprise)
        self.team = unit("造型一班", self.heavy, None, "soe", self.foundry)
        self.other = unit("南江铸锻", self.forging, None, "soe")
        self.press = unit("锻压车间", self.forging, None, "soe", self.other)

        self.office = self._account("g-office", "黄越", self.office_organ, Role.OFFICE, self.group)
        self.supervisor = self._account("g-super", "宋平", self.group, Role.SUPERVISOR, self.group)
        self.host = self._account("g-host", "罗工", self.heavy, Role.HOST, self.heavy)
        self.host2 = self._account("g-host2", "高工", self.heavy, Role.HOST, self.heavy)
        self.other_host = self._account("g-host3", "孟工", self.forging, Role.HOST, self.forging)
        self.liaison = self._account("g-liaison", "姚静", self.heavy, Role.LIAISON, self.heavy)
        self.head = self._account("g-head", "钟铸", self.heavy, Role.CADRE, self.heavy)
        self.master = self._account("g-master", "石钢", self.heavy, Role.CADRE, self.heavy)
        self.stranger = self._account("g-other", "江锻", self.forging, Role.CADRE, self.forging)

        self.head_cadre = self._cadre(self.head, "铸造车间主任", 1)
        self.master_cadre = self._cadre(self.master, "高级技师", 2)
        self.young = self._cadre(None, "技术员", 3, "夏禾", self.heavy)
        self.stranger_cadre = self._cadre(self.stranger, "锻压车间主任", 4)

    @staticmethod
    def _account(username, name, at_organ, role, within):
        return account(username, name, at_organ, role, within=within)

    @staticmethod
    def _cadre(user, post, order, name="", at_organ=None):
        return Cadre.objects.create(
            user=user,
            name=name or user.name,
            organ=at_organ or user.organ,
            post=post,
            sort_order=order,
        )
