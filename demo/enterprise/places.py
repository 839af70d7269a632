"""Organs, units and Party organisations of the group. No row has a division; codes are the group's
own."""

import random
from collections.abc import Iterator

from demo import careers
from demo.enterprise.cast import CAST, DESK, FORGE, GROUP, HEAVY, OFFICE, WEST
from demo.places import planted
from portal.models import GrassrootsUnit, Organ, PartyOrganization
from portal.models.party import PartyOrganizationKind as PartyKind
from portal.models.places import OrganKind, UnitKind

NAME = "中国华岳装备集团有限公司"
COMMITTEE = f"中共{NAME}委员会"

# Headquarters, in the official order: (short name, kind, duties).
HEADQUARTERS = (
    (OFFICE, OrganKind.PARTY, "基层党建 干部下一线"),
    (DESK, OrganKind.ENTERPRISE, "信访 督办 综合协调"),
    ("集团纪委", OrganKind.PARTY, "信访举报"),
    ("人力资源部", OrganKind.ENTERPRISE, "薪酬工时 培训晋级 用工"),
    ("财务资产部", OrganKind.ENTERPRISE, "经费 报销"),
    ("生产运营部", OrganKind.ENTERPRISE, "生产计划 班次"),
    ("科技质量部", OrganKind.ENTERPRISE, "技术改造 工艺"),
    ("安全环保部", OrganKind.ENTERPRISE, "劳动防护 环保"),
    ("集团工会", OrganKind.MASS, "困难帮扶 健康心理 子女教育 厂务公开"),
    ("集团团委", OrganKind.MASS, "青年职工"),
    ("后勤服务部", OrganKind.ENTERPRISE, "食堂 通勤 住宿"),
    ("审计部", OrganKind.ENTERPRISE, "审计"),
    ("培训中心", OrganKind.INSTITUTION, "职工培训"),
    ("信息中心", OrganKind.INSTITUTION, "信息系统"),
)
# Sections of each subsidiary.
SECTIONS = ("设备动力部", "综合管理部", "生活服务站")

# (short name, name, seal)
SUBSIDIARIES = (
    (HEAVY, "云岭重型机械有限公司", "中共云岭重型机械有限公司委员会"),
    (FORGE, "南江铸锻有限公司", "中共南江铸锻有限公司委员会"),
    (WEST, "西部工程分公司", f"中共{NAME}西部工程分公司委员会"),
)
# Workshops and project sites with their teams.
WORKS = {
    HEAVY: {
        "总装车间": ("装配一班", "装配二班", "天车班"),
        "机修车间": ("电工班", "钳工班"),
        "热处理工段": ("淬火班", "退火班"),
        "结构车间": ("下料班", "焊接一班", "焊接二班"),
    },
    FORGE: {
        "铸造车间": ("造型一班", "造型二班", "熔炼班"),
        "锻压车间": ("锻一班", "锻二班"),
        "清理车间": ("打磨班", "抛丸班"),
        # Same name as at another subsidiary; the code distinguishes them.
        "机修车间": ("电工班", "钳工班"),
    },
    WEST: {
        "第一项目部": ("测量班", "土建班"),
        "第二项目部": ("安装班", "吊装班"),
        "第三项目部": ("安装班", "电气班"),
        "设备租赁站": ("维保班",),
    },
}
# Big teams have their own branch, which makes 46 Party organisations in all.
WITH_BRANCHES = {
    "装配一班",
    "装配二班",
    "焊接一班",
    "焊接二班",
    "造型一班",
    "造型二班",
    "熔炼班",
    "锻一班",
    "锻二班",
    "天车班",
    "土建班",
    "吊装班",
    "电气班",
}
IN_A_TINY_ONE = {HEAVY: {"总装车间": ("天车班",)}, FORGE: {"铸造车间": ("造型一班", "熔炼班")}}


class Places:
    """The places of the group by name, with the interface of `demo.places.Places`."""

    def __init__(self, is_tiny, anchor):
        self.since = anchor.replace(year=anchor.year - 6, month=1, day=1)
        self.organs: dict[str, Organ] = {}
        self.units: list[GrassrootsUnit] = []
        self.stations: dict[int, list[Organ]] = {}
        self.works = IN_A_TINY_ONE if is_tiny else WORKS
        self._make_organs(is_tiny)
        self._make_units()
        PartyOrganization.objects.bulk_create(self._party_organizations())

    @property
    def group(self):
        return self.organs[GROUP]

    @property
    def departments(self):
        return [self.organs[row[0]] for row in HEADQUARTERS if row[0] in self.organs]

    @property
    def hosts(self):
        """The subsidiaries that have units."""
        return [self.organs[short] for short in self.works]

    @property
    def workshops(self):
        return [unit for unit in self.units if unit.path.count("/") == 3]

    @property
    def teams(self):
        return [unit for unit in self.units if unit.path.count("/") == 4]

    def unit(self, name):
        return next(unit for unit in self.units if unit.name == name)

    def workshop_of(self, unit):
        """Return the workshop of a workshop or team."""
        return next(one for one in self.workshops if unit.path.startswith(one.path))

    def _make_organs(self, is_tiny):
        # A tiny group has only the organs that the cast or a story needs.
        needed = {person.organ for person in CAST} | {"集团工会", "审计部"}
        order = 0

        def add(parent, short, name, kind, seal="", duties=""):
            nonlocal order
            order += 10
            organ = self.organs[name if short in SECTIONS else short] = planted(
                Organ,
                parent,
                name=name,
                short_name=name if short in SECTIONS else short,
                official_name=seal,
                kind=kind,
                sort_order=order,
                duties=duties,
                started_on=self.since,
                phone=f"100-0500-{order:04d}",
            )
            return organ

        group = add(None, GROUP, NAME, OrganKind.ENTERPRISE, COMMITTEE)
        for short, kind, duties in HEADQUARTERS:
            if is_tiny and short not in needed:
                continue
            seal = ""
            if short == OFFICE:
                seal = f"{COMMITTEE[:-3]}党群工作部"
            add(group, short, f"{NAME}{short.removeprefix('集团')}", kind, seal, duties)
        for short, name, seal in SUBSIDIARIES:
            if short not in self.works and not (is_tiny and short in needed):
                continue
            host = add(group, short, name, OrganKind.ENTERPRISE, seal)
            if not is_tiny:
                self.stations[host.pk] = [
                    add(host, section, f"{short}{section}", OrganKind.STATION)
                    for section in SECTIONS
                ]

    def _make_units(self):
        order = 0

        def add(parent, name, code, host):
            nonlocal order
            order += 10
            unit = planted(
                GrassrootsUnit,
                parent,
                name=name,
                code=code,
                kind=UnitKind.STATE_ENTERPRISE,
                host_organ=host,
                sort_order=order,
                started_on=self.since,
                office_phone=f"100-0600-{order:04d}",
            )
            self.units.append(unit)
            return unit

        for n, (short, workshops) in enumerate(self.works.items(), start=1):
            host = self.organs[short]
            subsidiary = add(None, host.name, f"HY-{n:02d}", host)
            for m, (workshop, teams) in enumerate(workshops.items(), start=1):
                above = add(subsidiary, workshop, f"HY-{n:02d}{m:02d}", host)
                for k, team in enumerate(teams, start=1):
                    add(above, team, f"HY-{n:02d}{m:02d}{k:02d}", host)

    def _party_organizations(self) -> Iterator[PartyOrganization]:
        # A separate generator, so that later draws from the main one do not change.
        rng = random.Random(2603)
        names = careers.names(rng, {person.name for person in CAST})
        order = 0

        def found(name, kind, members, **place):
            nonlocal order
            order += 10
            party = PartyOrganization(
                name=name,
                kind=kind,
                secretary=next(names),
                member_count=rng.randint(*members),
                sort_order=order,
                started_on=self.since,
                **place,
            )
            party.spell()
            return party

        for short, organ in self.organs.items():
            if short == GROUP:
                yield found(f"{short}党委", PartyKind.COMMITTEE, (900, 1400), organ=organ)
            elif organ in self.hosts:
                yield found(f"{short}党委", PartyKind.COMMITTEE, (180, 420), organ=organ)
                yield found(f"{short}机关党支部", PartyKind.BRANCH, (18, 46), organ=organ)
            elif organ.kind != OrganKind.STATION:
                yield found(f"{short}党支部", PartyKind.BRANCH, (8, 40), organ=organ)
        for unit in self.workshops:
            yield found(f"{unit.name}党总支", PartyKind.GENERAL_BRANCH, (50, 96), unit=unit)
        for unit in self.teams:
            if unit.name in WITH_BRANCHES:
                yield found(f"{unit.name}党支部", PartyKind.BRANCH, (6, 24), unit=unit)
