"""Places and people of the demo: an invented county with organs and units, and a small named cast.

Nothing here exists: codes begin with 99, which no division has; phone numbers begin with 100.
"""

import random
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.contrib.auth.hashers import make_password
from django.db.models import Model, Q
from django.utils import translation
from pypinyin import lazy_pinyin

from demo import careers
from demo.casts import Person, of_other_roles
from demo.enterprise import cast as enterprise
from portal import parameters
from portal.days import workdays
from portal.models import (
    Cadre,
    Division,
    Experience,
    GrassrootsUnit,
    Organ,
    PartyOrganization,
    RoleGrant,
    User,
)
from portal.models.party import PartyOrganizationKind as PartyKind
from portal.models.places import DivisionLevel, OrganKind, UnitKind
from portal.records import audit
from portal.roles import ADMINISTRATORS, ROLES, Role
from portal.sheets import figures
from portal.tools import held, languages

PASSWORD = "yunling-demo-2026"  # noqa: S105 (printed at each start; the demo's only)


_NAMED = (
    Person("wangjianguo", "王建国", Role.CADRE, "县农业农村局", "种植业股股长", "柳湾村"),
    Person("zhaomin", "赵敏", Role.CADRE, "县教育局", "基础教育股副股长", "上坪村"),
    Person("chenjing", "陈静", Role.LIAISON, "县农业农村局", "办公室主任"),
    Person("zhangweidong", "张卫东", Role.HOST, "石桥镇", "党委组织委员"),
    Person("lixiuying", "李秀英", Role.HOST, "石桥镇", "党政办主任"),
    Person("zhoudayong", "周大勇", Role.HOST, "青山乡", "党委副书记"),
    Person("tanxiaoling", "谭小玲", Role.HOST, "青山乡", "便民服务中心主任", is_shown=False),
    Person("hanlixin", "韩立新", Role.HOST, "机械厂党委", "党委副书记"),
    Person("jianghongmei", "蒋红梅", Role.HOST, "机械厂党委", "工会主席", is_shown=False),
    Person("shenwenbin", "沈文斌", Role.LEADER, "县督查室", "主任"),
    Person("sunzhiyuan", "孙志远", Role.DESK, "县督查室", "督查室副主任"),
    Person("wuxiaomei", "吴晓梅", Role.DESK, "县督查室", "交办科科长", is_shown=False),
    Person("liuyang", "刘洋", Role.HANDLER, "县水利局", "农水股股长"),
    Person("zhengkai", "郑凯", Role.HANDLER, "县交通局", "公路股股长"),
    Person("fengli", "冯丽", Role.HANDLER, "县民政局", "社会救助股股长"),
    Person("luoguoqiang", "罗国强", Role.LEADER, "县委组织部", "常务副部长"),
    Person("liming", "李明", Role.OFFICE, "县委组织部", "基层办主任"),
    Person("huangwenjuan", "黄文娟", Role.OFFICE, "县委组织部", "基层办科员", is_shown=False),
    Person("hezhiqiang", "何志强", Role.SUPERVISOR, "县委", "县委副书记"),
    # Plans and draws inspections, which 何志强 approves.
    Person("qinshaohua", "秦少华", Role.SUPERVISOR, "县督查室", "督查股股长", is_shown=False),
    Person("mayulan", "马玉兰", Role.CONDUCT, "县纪委监委", "信访室主任"),
    Person("xuguodong", "徐国栋", Role.CONDUCT, "县委组织部", "干部监督科科长", is_shown=False),
    # Outside the programme office, as the second recipient of complaints about the portal.
    Person("chengyaqin", "程雅琴", Role.BURDEN, "县督查室", "减负专班联络员"),
    Person("lintao", "林涛", Role.SYSTEM_ADMIN, "县大数据中心", "系统管理员"),
    Person("guoying", "郭颖", Role.SECURITY_ADMIN, "县大数据中心", "安全管理员"),
    Person("luobin", "罗斌", Role.AUDIT_ADMIN, "县大数据中心", "审计管理员"),
)


# Named people come last: a demo's accounts are recognised by the last person.
CAST = (*of_other_roles(_NAMED, "县委组织部", "基层办干部"), *_NAMED)
# The casts of all demos, with the wording of their role names.
CASTS = ((CAST, languages.VILLAGE), (enterprise.CAST, "group"))


def is_county_wide(role):
    """Whether grants of the role cover the whole county rather than one organ."""
    return not (ROLES[role].needs_organ or ROLES[role].is_administrator)


def logins():
    """Return (role and person, user name, password) of the cast members whose accounts exist."""
    return [row for cast, words in CASTS for row in _logins_of(cast, words)]


def _logins_of(cast, words):
    names = [person.username for person in cast]
    existing = set(User.objects.filter(username__in=names).values_list("username", "name"))
    with translation.override(languages.variant(None, words)):
        return [
            (f"{Role(p.role).label} · {p.organ} {p.name}", p.username, PASSWORD)
            for p in cast
            if p.is_shown and (p.username, p.name) in existing
        ]


def is_the_county():
    """Whether this database holds the county's demo."""
    return User.objects.filter(username=CAST[-1].username, name=CAST[-1].name).exists()


def has_other_accounts():
    """Whether any account was not made by a demo, whose accounts are all created at the same
    moment."""
    known = Q()
    for last in (cast[-1] for cast, _words in CASTS):
        known |= Q(username=last.username, name=last.name)
    made = User.objects.filter(known).values("created_at")
    return User.objects.exclude(created_at__in=made).exists()


# --- Bulk creation ----------------------------------------------------------------------


@contextmanager
def made_at_once():
    """Speed up many actions: write audit entries and figures at the end, and read norms and working
    days once."""
    try:
        with (
            audit.ENTRIES.saved_at_the_end(),
            figures.DELTAS.saved_at_the_end(),
            held.holding(),
        ):
            yield
    finally:
        # The shared cache may be older than changes made within the context.
        parameters.forget()
        workdays.forget()


# --- The county -----------------------------------------------------------------------

PROVINCE, CITY, COUNTY = "云川省", "岚江市", "云岭县"

# (short name, name, kind, parent organ, duties), in the official order.
ORGANS = (
    ("县委", "中共云岭县委员会", OrganKind.PARTY, "", ""),
    ("县政府", "云岭县人民政府", OrganKind.GOVERNMENT, "", ""),
    ("县委办", "中共云岭县委办公室", OrganKind.PARTY, "县委", "综合协调"),
    ("县督查室", "中共云岭县委云岭县人民政府督查室", OrganKind.PARTY, "县委", "督查 交办"),
    ("县纪委监委", "中共云岭县纪律检查委员会机关", OrganKind.PARTY, "县委", "信访举报"),
    ("县委组织部", "中共云岭县委组织部", OrganKind.PARTY, "县委", "基层党建 干部下基层"),
    ("县委宣传部", "中共云岭县委宣传部", OrganKind.PARTY, "县委", "文明实践"),
    ("县委统战部", "中共云岭县委统一战线工作部", OrganKind.PARTY, "县委", "统一战线"),
    ("县委政法委", "中共云岭县委政法委员会", OrganKind.PARTY, "县委", "平安建设"),
    ("县社工部", "中共云岭县委社会工作部", OrganKind.PARTY, "县委", "社区 志愿服务 两新组织"),
    ("县机关工委", "中共云岭县直属机关工作委员会", OrganKind.PARTY, "县委", "机关党建"),
    ("县委党校", "中共云岭县委党校", OrganKind.PARTY, "县委", "干部教育"),
    ("县人大办", "云岭县人民代表大会常务委员会办公室", OrganKind.CONGRESS, "", ""),
    ("县政府办", "云岭县人民政府办公室", OrganKind.GOVERNMENT, "县政府", "综合协调"),
    ("县政协办", "政协云岭县委员会办公室", OrganKind.CPPCC, "", ""),
    ("县发改局", "云岭县发展和改革局", OrganKind.GOVERNMENT, "县政府", "项目 价格"),
    ("县教育局", "云岭县教育局", OrganKind.GOVERNMENT, "县政府", "学校 幼儿园 资助"),
    ("县工信局", "云岭县科技和工业信息化局", OrganKind.GOVERNMENT, "县政府", "企业 技改 通信"),
    ("县公安局", "云岭县公安局", OrganKind.GOVERNMENT, "县政府", "户籍 交通安全 治安"),
    ("县民政局", "云岭县民政局", OrganKind.GOVERNMENT, "县政府", "低保 养老 社会组织 地名"),
    ("县司法局", "云岭县司法局", OrganKind.GOVERNMENT, "县政府", "调解 法律援助"),
    ("县财政局", "云岭县财政局", OrganKind.GOVERNMENT, "县政府", "惠农补贴 一卡通"),
    ("县人社局", "云岭县人力资源和社会保障局", OrganKind.GOVERNMENT, "县政府", "就业 工资 社保"),
    ("县自然资源局", "云岭县自然资源局", OrganKind.GOVERNMENT, "县政府", "宅基地 用地 不动产"),
    ("县住建局", "云岭县住房和城乡建设局", OrganKind.GOVERNMENT, "县政府", "危房 物业 路灯"),
    ("县交通局", "云岭县交通运输局", OrganKind.GOVERNMENT, "县政府", "公路 桥梁 客运"),
    ("县水利局", "云岭县水利局", OrganKind.GOVERNMENT, "县政府", "饮水 灌溉 河堤"),
    ("县农业农村局", "云岭县农业农村局", OrganKind.GOVERNMENT, "县政府", "种植 养殖 农机 厕所"),
    ("县商务局", "云岭县商务局", OrganKind.GOVERNMENT, "县政府", "市场 电商"),
    ("县文旅局", "云岭县文化和旅游局", OrganKind.GOVERNMENT, "县政府", "文化 体育 旅游"),
    ("县卫健局", "云岭县卫生健康局", OrganKind.GOVERNMENT, "县政府", "医院 卫生室 托育"),
    ("县退役军人局", "云岭县退役军人事务局", OrganKind.GOVERNMENT, "县政府", "优抚 安置"),
    ("县应急局", "云岭县应急管理局", OrganKind.GOVERNMENT, "县政府", "消防 地灾 安全生产"),
    ("县审计局", "云岭县审计局", OrganKind.GOVERNMENT, "县政府", "审计"),
    ("县市监局", "云岭县市场监督管理局", OrganKind.GOVERNMENT, "县政府", "食品 电梯 商标 价格"),
    ("县统计局", "云岭县统计局", OrganKind.GOVERNMENT, "县政府", "统计"),
    ("县医保局", "云岭县医疗保障局", OrganKind.GOVERNMENT, "县政府", "医保"),
    ("县林业局", "云岭县林业局", OrganKind.GOVERNMENT, "县政府", "林地 野生动物"),
    ("县环境局", "岚江市生态环境局云岭分局", OrganKind.GOVERNMENT, "县政府", "污水 粉尘 噪声"),
    ("县城管局", "云岭县城市管理局", OrganKind.GOVERNMENT, "县政府", "环卫 占道"),
    ("县审批局", "云岭县行政审批服务局", OrganKind.GOVERNMENT, "县政府", "窗口 许可"),
    ("县大数据中心", "云岭县大数据中心", OrganKind.INSTITUTION, "县政府", "信息系统"),
    ("县总工会", "云岭县总工会", OrganKind.MASS, "", "职工权益"),
    ("团县委", "共青团云岭县委员会", OrganKind.MASS, "", "青少年"),
    ("县妇联", "云岭县妇女联合会", OrganKind.MASS, "", "妇女 儿童"),
    ("县残联", "云岭县残疾人联合会", OrganKind.MASS, "", "残疾人"),
    ("县工商联", "云岭县工商业联合会", OrganKind.MASS, "", "民营企业"),
    ("县气象站", "云岭县气象站", OrganKind.INSTITUTION, "", "预警"),
    ("县供电公司", "云岭供电公司", OrganKind.ENTERPRISE, "", "供电"),
    ("机械厂党委", "中共云岭机械厂委员会", OrganKind.ENTERPRISE, "", "企业党建"),
)
# Seals that differ from the full name.
SEALS = {
    "县纪委监委": "中共云岭县纪律检查委员会",
    "县人大办": "云岭县人大常委会办公室",
    "县政协办": "政协云岭县委员会办公室",
}
# Organs without accounts, which are asked on paper.
WITHOUT_ACCOUNTS = {"县气象站"}
SMALL_ORGANS = {p.organ for p in CAST} | WITHOUT_ACCOUNTS

TOWNSHIPS = {
    "石桥镇": "柳湾村 大屋村 上坪村 河西社区 樟树垄村 牛角湾村 枫林冲村 塘坎村 水碾坝村",
    "青山乡": "青岩村 竹溪坪村 杉木岭村 老君坳村 茶园冲村 双龙井村 瓦窑坡村",
    "白杨镇": "白杨社区 龙潭口村 黄泥坝村 凉水井村 莲花塘村 新屋场村 桐梓湾村 麻柳村",
    "河口镇": "河口社区 沙洲村 渡船头村 月亮湾村 芦苇荡村 回龙滩村 金鸡垄村 土桥村",
    "云泉街道": "云泉社区 东苑社区 北门社区 桂花园社区 滨河社区 南塔社区 花果山村",
    "木棉乡": "木棉村 岩门村 高坎村 野鹿沟村 半坡村 三岔河村 鹰嘴岩村",
    "清水镇": "清水社区 磨盘村 石板滩村 梨树坪村 油房坳村 马鞍垭村 胡家冲村 响水村",
    "云顶乡": "云顶村 雾山村 冷水坑村 草甸村 松林垭村 望月村",
    "双河镇": "双河社区 长田村 蒲草塘村 葛家嘴村 铁炉村 栗木岗村 小庄村 大庙坪村",
    "碧溪乡": "碧溪村 深坳村 柿子坪村 红岩村 楠竹湾村 鱼塘村 石灰窑村",
}
SMALL_TOWNSHIPS = {"small": {"石桥镇": 5, "青山乡": 4}, "tiny": {"石桥镇": 4, "青山乡": 2}}
STATIONS = ("农业服务中心", "便民服务中心", "司法所")

# State-owned works: the factory, its subsidiaries, workshops and teams.
WORKS = {
    "云岭机械厂": {
        "云岭铸造有限责任公司": {"铸造车间": ("造型班", "熔炼班"), "清理车间": ("打磨班",)},
        "云岭机床维修公司": {
            "维修车间": ("电工班", "钳工班"),
            "总装车间": ("装配一班", "装配二班"),
        },
    }
}
COMPANIES = (
    "云岭春山食品有限公司",
    "岚江竹韵家居有限公司",
    "云岭禾润农机合作公司",
    "云岭恒泰电子有限公司",
    "云岭锦绣服饰厂",
    "云岭清源环保科技公司",
    "云岭白云石材厂",
    "云岭路路通物流公司",
    "云岭山里红电商公司",
    "云岭新禾饲料厂",
)
SOCIETIES = (
    "云岭县暖阳社会工作服务中心",
    "云岭县蒲公英助学会",
    "云岭县夕阳红养老服务中心",
    "云岭县果业协会",
    "云岭县山歌艺术团",
)


@dataclass
class Places:
    """The invented county, by name."""

    county: Division
    divisions: dict[str, Division]
    organs: dict[str, Organ]
    units: list[GrassrootsUnit]
    stations: dict[int, list[Organ]] = field(default_factory=dict)

    def unit(self, name):
        return next(unit for unit in self.units if unit.name == name)

    @property
    def townships(self):
        return [o for o in self.organs.values() if o.kind == OrganKind.TOWNSHIP]


@dataclass
class People:
    """Accounts and cadres by role. The users keep their loaded grants for the whole run."""

    users: dict[str, User]
    cadres: list[Cadre]
    # {(role, organ id): users}; the organ is None for roles that cover the county.
    by_role: dict[tuple[str, int | None], list[User]] = field(default_factory=dict)

    def holding(self, role, organ_id=None):
        return self.by_role.get((role, organ_id), [])


def make_places(scale: str, anchor: date) -> Places:
    """Make divisions, organs and grassroots units of the county, or of a small part of it."""
    since = anchor.replace(year=anchor.year - 6, month=1, day=1)
    few = SMALL_TOWNSHIPS.get(scale)
    divisions, made = {}, []
    parent = None
    for level, (name, code) in enumerate(
        ((PROVINCE, "990000000000"), (CITY, "999000000000"), (COUNTY, "999001000000")), start=1
    ):
        parent = divisions[name] = planted(
            Division, parent, name=name, code=code, level=level, valid_from=since
        )
    county = parent
    organs = {}
    for order, (short, name, kind, above, duties) in enumerate(ORGANS, start=1):
        if few and short not in SMALL_ORGANS | {"县政府"}:
            continue
        organs[short] = planted(
            Organ,
            organs.get(above),
            name=name,
            short_name=short,
            official_name=SEALS.get(short, name if kind == OrganKind.PARTY else ""),
            kind=kind,
            division=county,
            sort_order=order * 10,
            duties=duties,
            started_on=since,
            phone=f"100-0100-{order:04d}",
        )
    places = Places(county, divisions, organs, [])
    villages = []
    for number, (name, units) in enumerate(TOWNSHIPS.items(), start=1):
        if few and name not in few:
            continue
        town = divisions[name] = planted(
            Division,
            county,
            name=name,
            code=f"999001{100 + number}000",
            level=DivisionLevel.TOWNSHIP,
            valid_from=since,
        )
        organ = organs[name] = planted(
            Organ,
            None,
            name=f"{COUNTY}{name}",
            short_name=name,
            official_name=f"中共{COUNTY}{name}{'工作' if name.endswith('街道') else ''}委员会",
            kind=OrganKind.TOWNSHIP,
            division=town,
            sort_order=2000 + number * 10,
            started_on=since,
            phone=f"100-0200-{number:04d}",
        )
        if number <= 3:
            places.stations[organ.pk] = [
                planted(
                    Organ,
                    organ,
                    name=f"{name}{station}",
                    short_name=f"{name[:2]}{station}",
                    kind=OrganKind.STATION,
                    division=town,
                    started_on=since,
                    sort_order=2000 + number * 10 + place,
                    phone=f"100-0210-{number}{place:03d}",
                )
                for place, station in enumerate(STATIONS, start=1)
            ]
        names = units.split()[: few[name] if few else None]
        for place, village in enumerate(names, start=1):
            rural = village.endswith("村")
            made.append(
                Division(
                    parent=town,
                    name=village,
                    level=DivisionLevel.VILLAGE,
                    valid_from=since,
                    code=f"999001{100 + number}{(200 if rural else 0) + place:03d}",
                )
            )
            villages.append((organ, UnitKind.RURAL if rural else UnitKind.COMMUNITY))
    plant(made)
    divisions |= {division.name: division for division in made}
    places.units = [
        GrassrootsUnit(
            name=division.name,
            code=division.code,
            kind=kind,
            division=division,
            host_organ=organ,
            sort_order=order * 10,
            started_on=since,
            office_phone=f"100-0300-{order:04d}",
            # The size of its paper roster, from which a survey draws.
            household_count=180 + order * 61 % 340,
        )
        for order, (division, (organ, kind)) in enumerate(zip(made, villages, strict=True), start=1)
    ]
    plant(places.units)
    _make_works(places, bool(few), since)
    PartyOrganization.objects.bulk_create(_party_organizations(places, since))
    return places


def _party_organizations(places, since):
    """Yield a branch of each organ, also a committee of each township, and those of units."""
    # A separate generator, so that later draws from the main one do not change.
    rng = random.Random(2602)
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
            started_on=since,
            **place,
        )
        party.spell()
        return party

    for short, organ in places.organs.items():
        if organ.kind == OrganKind.TOWNSHIP:
            yield found(f"{short}党委", PartyKind.COMMITTEE, (180, 900), organ=organ)
        if short not in {"县委", "县政府", "机械厂党委"}:
            yield found(f"{short}机关党支部", PartyKind.BRANCH, (6, 48), organ=organ)
    for unit in places.units:
        if unit.parent_id or unit.kind == UnitKind.SOCIAL_ORG:
            continue
        if unit.kind == UnitKind.RURAL:
            yield found(f"{unit.name}党支部", PartyKind.BRANCH, (12, 49), unit=unit)
        elif unit.kind == UnitKind.NON_PUBLIC:
            yield found(f"{unit.name}党支部", PartyKind.JOINT_BRANCH, (3, 9), unit=unit)
        else:
            yield found(f"{unit.name}党总支", PartyKind.GENERAL_BRANCH, (50, 99), unit=unit)


def _make_works(places, is_small, since):
    """Make enterprises and social organisations, hosted by the works' committee or the town."""
    town_name = "石桥镇" if is_small else "云泉街道"
    town, host = places.divisions[town_name], places.organs[town_name]
    works_host = places.organs["机械厂党委"]
    order = 1000

    def add(parent, name, kind, host_organ):
        nonlocal order
        order += 10
        unit = planted(
            GrassrootsUnit,
            parent,
            name=name,
            code=f"Q{order}",
            kind=kind,
            division=town,
            host_organ=host_organ,
            sort_order=order,
            started_on=since,
            office_phone=f"100-0400-{order:04d}",
        )
        places.units.append(unit)
        return unit

    def add_tree(parent, below):
        for name in below:
            unit = add(parent, name, UnitKind.STATE_ENTERPRISE, works_host)
            if isinstance(below, dict):
                add_tree(unit, below[name])

    add_tree(None, WORKS)
    for name in COMPANIES[: 2 if is_small else None]:
        add(None, name, UnitKind.NON_PUBLIC, host)
    for name in SOCIETIES[: 1 if is_small else None]:
        add(None, name, UnitKind.SOCIAL_ORG, host)


def planted(model: type[Model], parent, **values):
    row = model.objects.create(parent=parent, **values)
    row.place_under_parent()
    row.save(update_fields=["initials", "path"])
    return row


def plant(rows):
    """Create many rows of a tree whose parents exist."""
    model = type(rows[0])
    model.objects.bulk_create(rows)
    for row in rows:
        row.place_under_parent()
    model.objects.bulk_update(rows, ["initials", "path"])


def make_people(scale: str, anchor: date, places: Places, rng: random.Random) -> People:
    """Make the cast and, in the whole county, some 300 further cadres, with their careers."""
    since = anchor - timedelta(days=400)
    secret = make_password(PASSWORD)
    created_at = workdays.end_of(since)
    taken = {p.username for p in CAST}
    users, cadres, grants = {}, [], []

    def add(name, organ, post, roles, username="", order=9999, oldest=60):
        user = None
        if roles:
            username = username or username_of(name, taken)
            user = users[username] = User(
                username=username,
                name=name,
                organ=organ,
                password=secret,
                must_change_password=False,
                created_at=created_at,
            ).acting(on=anchor)
        if not ADMINISTRATORS & set(roles):
            cadres.append(careers.cadre(name, user, organ, post, order, anchor, rng, oldest))
        grants.extend((user, role, organ) for role in roles)

    for order, person in enumerate(CAST, start=1):
        add(
            person.name,
            places.organs[person.organ],
            person.post,
            [person.role],
            person.username,
            # The leader of an organ comes first.
            1 if person.role == Role.LEADER else order * 10,
            # Young enough for the two years that a stay in a unit lasts.
            oldest=42 if person.unit else 60,
        )
    names = careers.names(rng, {p.name for p in CAST})
    for organ, roles, post, order in _posts_to_fill(scale, places):
        add(next(names), organ, post, roles, order=order)

    User.objects.bulk_create(users.values())
    for cadre in cadres:
        cadre.user = cadre.user  # copy the id, which is known now
    Cadre.objects.bulk_create(cadres)
    security = next(u for u, role, organ in grants if role == Role.SECURITY_ADMIN)
    made = [
        RoleGrant(
            user=user,
            role=role,
            starts_on=since,
            organ=organ if ROLES[role].needs_organ else None,
            division=places.county if is_county_wide(role) else None,
            granted_by=None if role == Role.SECURITY_ADMIN else security,
        )
        for user, role, organ in grants
    ]
    RoleGrant.objects.bulk_create(made)
    Experience.objects.bulk_create(
        row for cadre in cadres for row in careers.career_of(cadre, anchor, rng)
    )
    people = People(users, cadres)
    for grant in made:
        people.by_role.setdefault((grant.role, grant.organ_id), []).append(grant.user)
    return people


def _posts_to_fill(scale, places):
    """Yield (organ, roles, post, order) of everybody outside the cast."""
    if scale in SMALL_TOWNSHIPS:
        yield places.organs["石桥镇"], [Role.CADRE], "驻村干部", 500
        yield places.organs["青山乡"], [Role.CADRE], "驻村干部", 500
        yield places.organs["县水利局"], [Role.CADRE], "水保股科员", 500
        yield places.organs["县气象站"], [], "站长", 500
        # For stays and batches of stays; without accounts, which take longer to make.
        staff = [f"{section}股科员" for section in ("工程", "水保", "农水") for _n in range(3)]
        for post in ("局长", "副局长", "办公室主任", "工程股股长", *staff):
            yield places.organs["县水利局"], [], post, 510
        return
    for place, (short_name, post) in enumerate(careers.leaders_of_the_county()):
        # The secretary comes before the cast's deputy, the others after.
        yield places.organs[short_name], [], post, 500 + place if place else 1
    townships = iter(range(len(places.townships)))
    for organ in places.organs.values():
        own = [p for p in CAST if p.organ == organ.short_name]
        held = {p.role for p in own}
        if organ.short_name in {"县委", "县政府"}:
            continue
        if organ.short_name in WITHOUT_ACCOUNTS:
            yield organ, [], "站长", 10
            yield organ, [], "预报员", 20
        elif organ.kind == OrganKind.TOWNSHIP:
            taken = {p.post.removeprefix("党委") for p in own} | {p.post for p in own}
            posts = careers.posts_of_township(next(townships), organ, taken)
            for place, post in enumerate(posts):
                is_host = post in {"组织委员", "党政办主任"} and Role.HOST not in held
                leads = careers.level_of(organ, post).is_leading
                order = place + (1 if leads else 500)
                yield organ, [Role.HOST if is_host else Role.CADRE], post, order
        elif organ.short_name == "机械厂党委":
            for place, post in enumerate(("党办主任", "宣传干事", "组织干事")):
                yield organ, [Role.CADRE], post, 500 + place
        else:
            taken = {o.post for o in own}
            for place, post in enumerate(careers.posts_of(organ.short_name)):
                if post in taken:
                    continue
                roles = [Role.CADRE]
                if post == "办公室主任" and Role.LIAISON not in held:
                    roles.append(Role.LIAISON)
                if place == 3 and Role.HANDLER not in held:
                    roles.append(Role.HANDLER)
                # Head and deputy come before the cast.
                yield organ, roles, post, place + (1 if place < 2 else 500)


def username_of(name, taken):
    plain = "".join(lazy_pinyin(name))
    username, number = plain, 2
    while username in taken:
        username, number = f"{plain}{number}", number + 1
    taken.add(username)
    return username
