"""People of the group: posts of an enterprise, from its leaders to the heads of teams."""

from datetime import timedelta

from django.contrib.auth.hashers import make_password

from demo import careers
from demo.careers import Level
from demo.enterprise.cast import CAST, GROUP
from demo.places import PASSWORD, People, username_of
from portal.days import workdays
from portal.models import Cadre, Experience, RoleGrant, User
from portal.models.people import StaffKind
from portal.roles import ADMINISTRATORS, ROLES, UNLIMITED_ROLES, Role

# No post of a group has a rank of the civil service.
LEADERS = Level((47, 58), ("集团领导",), is_leading=True)
HEADS = Level((44, 57), ("二级正职",), is_leading=True)
DEPUTIES = Level((39, 55), ("二级副职",), is_leading=True)
THIRD = Level((34, 54), ("三级正职",))
THIRD_DEPUTIES = Level((31, 52), ("三级副职",))
STAFF = Level((25, 50), ("一般管理",))
SKILLED = Level((24, 54), ("技能",))

OF_THE_GROUP = ("总经理、党委副书记", "纪委书记", "副总经理", "副总经理", "总会计师", "总工程师")
OF_A_DEPARTMENT = ("主任", "副主任", "副主任", "综合处处长", "业务处处长")
OF_A_SUBSIDIARY = ("党委书记、董事长", "总经理", "纪委书记", "副总经理", "副总经理", "总工程师")
SECTIONS = ("生产部", "技术部", "人力资源部", "安全部", "财务部")
OF_A_WORKSHOP = ("主任", "党总支书记", "副主任", "安全员", "高级技师", "技师", "工艺技术员")


# Departments that handle no matters; some of them make sample call-backs.
HANDLE_NOTHING = {"党群工作部", "集团办公室", "集团纪委", "审计部", "培训中心"}


def level_of(organ, post):
    """Derive the level from the name of the post and its organ."""
    if organ.short_name == GROUP:
        return LEADERS
    if post.endswith(("班长", "技师", "技术员", "安全员")):
        return SKILLED
    if post.startswith("党委") or post in OF_A_SUBSIDIARY:
        return HEADS if post in {"党委书记", *OF_A_SUBSIDIARY[:2]} else DEPUTIES
    if len(organ.ancestor_ids) == 2 and post in {"主任", "副主任"}:
        return HEADS if post == "主任" else DEPUTIES
    if post.endswith(("副主任", "副部长")):
        return THIRD_DEPUTIES
    return THIRD if post.endswith(("主任", "部长", "处长", "书记")) else STAFF


def make_people(is_tiny, anchor, places, rng):
    """Make the cast and, except in a tiny group, some 300 further people, with their careers."""
    since = anchor - timedelta(days=400)
    created_at = workdays.end_of(since)
    secret, taken = make_password(PASSWORD), {person.username for person in CAST}
    users, cadres, grants = {}, [], []

    def add(name, organ, post, roles, username="", order=9999, department="", oldest=60):
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
        grants.extend((user, role, organ) for role in roles)
        if ADMINISTRATORS & set(roles):
            return
        level = level_of(organ, post)
        cadre = careers.cadre(name, user, organ, post, order, anchor, rng, oldest, level)
        cadre.department = department
        cadre.staff_kind = StaffKind.SKILLED if level is SKILLED else StaffKind.ENTERPRISE
        cadres.append(cadre)

    for order, person in enumerate(CAST, start=1):
        organ = places.organs[person.organ]
        add(person.name, organ, person.post, [person.role], person.username, order * 10)
    names = careers.names(rng, {person.name for person in CAST})
    for organ, roles, post, department, order in _posts(is_tiny, places):
        add(next(names), organ, post, roles, order=order, department=department)

    User.objects.bulk_create(users.values())
    for cadre in cadres:
        cadre.user = cadre.user  # copy the id, which is known now
    Cadre.objects.bulk_create(cadres)
    Experience.objects.bulk_create(row for cadre in cadres for row in _way_of(cadre, anchor, rng))
    return _granted(users, cadres, grants, since, places)


def _granted(users, cadres, grants, since, places):
    """Grant the roles. Those that cover a county elsewhere cover the group here."""
    security = next(user for user, role, _organ in grants if role == Role.SECURITY_ADMIN)
    made = []
    for user, role, organ in grants:
        limit = organ if ROLES[role].needs_organ else places.group
        if role in UNLIMITED_ROLES or role in ADMINISTRATORS:
            limit = None
        made.append(
            RoleGrant(
                user=user,
                role=role,
                starts_on=since,
                organ=limit,
                granted_by=None if role == Role.SECURITY_ADMIN else security,
            )
        )
    RoleGrant.objects.bulk_create(made)
    people = People(users, cadres)
    for grant in made:
        key = grant.role, grant.organ_id if ROLES[grant.role].needs_organ else None
        people.by_role.setdefault(key, []).append(grant.user)
    return people


def _posts(is_tiny, places):
    """Yield (organ, roles, post, department, order) of everybody outside the cast."""
    held = {(person.organ, person.post) for person in CAST}
    handling = {person.organ for person in CAST if person.role == Role.HANDLER}
    for post in OF_THE_GROUP[: 2 if is_tiny else None]:
        yield places.group, [Role.CADRE], post, "", 500
    for organ in places.departments:
        short = organ.short_name
        staff = [f"{duty}专责" for duty in organ.duties.split()]
        posts = OF_A_DEPARTMENT if not is_tiny else OF_A_DEPARTMENT[3:]
        for place, post in enumerate((*posts, *staff[: None if not is_tiny else 1])):
            if (short, post) in held:
                continue
            roles = [Role.CADRE]
            if place == len(posts) - 1 and short not in handling | HANDLE_NOTHING:
                roles.append(Role.HANDLER)
            yield organ, roles, post, "", place + (1 if place < 3 else 500)
    for organ in places.hosts:
        yield from _posts_of(organ, is_tiny, places)


def _posts_of(organ, is_tiny, places):
    """Yield the posts of a subsidiary: leaders, sections, workshops and teams. In workshops and
    teams, only the leaders of a workshop have accounts."""
    if not is_tiny:
        for place, post in enumerate(OF_A_SUBSIDIARY):
            # A subsidiary that is only a branch company has no board.
            post = post.removesuffix("、董事长") if organ.name.endswith("分公司") else post
            yield organ, [Role.CADRE], post, "", place + 1
        for section in SECTIONS:
            for post in ("部长", "副部长", "主管", "专责"):
                roles = [Role.CADRE] if post.endswith("部长") else []
                yield organ, roles, f"{section[:-1]}{post}", section, 600
    for unit in places.units:
        if unit.host_organ_id != organ.pk:
            continue
        if unit in places.workshops:
            for post in OF_A_WORKSHOP[: 3 if is_tiny else None]:
                roles = [Role.CADRE] if post in OF_A_WORKSHOP[:3] else []
                yield organ, roles, f"{unit.name}{post}", unit.name, 700
        elif unit in places.teams:
            workshop = places.workshop_of(unit).name
            yield organ, [], f"{workshop}{unit.name.removesuffix('班')}班长", workshop, 800


def _way_of(cadre, anchor, rng):
    kinds = Experience.OrganKind
    young = (
        (kinds.ARMY, "某部 战士"),
        (kinds.STUDY, "云川工业大学 本科学习"),
        (kinds.STUDY, "岚江职业技术学院 专科学习"),
    )
    earlier = (
        (kinds.ENTERPRISE, "云岭重型机械有限公司 操作工"),
        (kinds.ENTERPRISE, "南江铸锻有限公司 技术员"),
        (kinds.ENTERPRISE, "西部工程分公司 施工员"),
        (kinds.ENTERPRISE, "南江铸锻有限公司 班长"),
        (kinds.ENTERPRISE, "某机床厂 工艺员"),
        (kinds.ENTERPRISE, "某设计院 设计员"),
        (kinds.ENTERPRISE, "云岭重型机械有限公司 团干部"),
    )
    return careers.career_stages(cadre, anchor, rng, young, earlier, kinds.ENTERPRISE)
