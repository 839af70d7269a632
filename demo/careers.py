"""Cadres of the invented county: consistent names, sexes, posts, ranks, ages and careers."""

from dataclasses import dataclass
from datetime import date, timedelta

from demo.texts import rows, sections
from portal.models import Cadre, Experience
from portal.models.people import Gender, PoliticalStatus
from portal.models.places import OrganKind
from portal.tools import pinyin

# --- Names ------------------------------------------------------------------------------

_NAMES = sections("names.txt")
SURNAMES = "".join(_NAMES["surnames"])
GIVEN = " ".join([*_NAMES["men"], *_NAMES["women"]])
VILLAGERS = " ".join(
    _NAMES[f"{who} of the cast and of the villages"][-1] for who in ("men", "women")
)
_WOMEN = frozenset(
    " ".join(_NAMES["women"] + _NAMES["women of the cast and of the villages"]).split()
)
_MEN = frozenset(" ".join(_NAMES["men"] + _NAMES["men of the cast and of the villages"]).split())


def gender_of(name):
    """Return the gender of a given name, UNKNOWN if no list has it."""
    given = name[1:]
    if given in _WOMEN:
        return Gender.FEMALE
    return Gender.MALE if given in _MEN else Gender.UNKNOWN


def names(rng, taken):
    while True:
        name = rng.choice(SURNAMES) + rng.choice(GIVEN.split())
        if name not in taken:
            taken.add(name)
            yield name


# --- Posts ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Level:
    """Ages and ranks of people in one kind of post."""

    ages: tuple[int, int]
    ranks: tuple[str, ...]
    is_leading: bool = False


COUNTY_HEAD = Level((46, 56), ("县处级正职",), is_leading=True)
COUNTY = Level((44, 57), ("县处级副职",), is_leading=True)
HEAD = Level((40, 57), ("乡科级正职",), is_leading=True)
DEPUTY = Level((33, 54), ("乡科级副职",), is_leading=True)
SECTION = Level((29, 52), ("四级主任科员", "三级主任科员", "一级科员"))
STAFF = Level((24, 36), ("一级科员", "二级科员"))
WORKS = Level((38, 56), ("企业领导班子成员",), is_leading=True)
WORKS_STAFF = Level((25, 50), ("主管", "专责"))
INSTITUTION = Level((26, 54), ("八级职员", "九级职员"))

_HEADS = ("党委书记", "党工委书记", "镇长", "乡长", "办事处主任", "人大主席", "人大工委主任")


def level_of(organ, post):
    """Derive the level from the name of the post."""
    if organ.short_name in {"县委", "县政府"}:
        return COUNTY_HEAD if post in {"县委书记", "县长"} else COUNTY
    if organ.kind == OrganKind.ENTERPRISE:
        is_head = post.endswith(("书记", "主席", "经理"))
        return WORKS if is_head else WORKS_STAFF
    if organ.short_name == "县气象站":
        return INSTITUTION
    if post.endswith(("科员", "干部")):
        return STAFF if "主任科员" not in post else SECTION
    if post.endswith(("股长", "科长", "队长", "室主任", "办主任", "中心主任")):
        return SECTION
    if organ.kind == OrganKind.TOWNSHIP:
        return HEAD if post in _HEADS else DEPUTY
    is_deputy = post.startswith("副") or post == "常委" or post.endswith("室副主任")
    return DEPUTY if is_deputy else HEAD


def posts_of(short_name):
    """Posts of a county organ besides the cast's, in the official order: head, deputy, office,
    heads of sections, staff of sections."""
    for named, titles, parts in rows("posts.txt", "organs"):
        name, count = named.split()
        if name == short_name:
            parts = parts.split()
            found = [*titles.split(), "办公室主任", *map(_head_of, parts)]
            return [*found, *(f"{part}科员" for part in parts)][: int(count)]
    return []


def _head_of(part):
    if part.endswith("股"):
        return f"{part}股长"
    return f"{part}长" if part.endswith("队") else f"{part}主任"


def posts_of_township(number, organ, taken):
    """Posts of the township with this index, without those that the cast holds."""
    counts, *posts = sections("posts.txt")["townships"]
    count = counts.split()[number]
    free = [post for post in posts if post not in taken][: int(count)]
    order = [post for post in _IN_ORDER if post in free]
    order += [post for post in free if post not in order]
    found = sorted(free, key=order.index)
    if organ.short_name.endswith("街道"):
        return [_of_a_subdistrict(post) for post in found]
    return [post.replace("{长}", f"{organ.short_name[-1]}长") for post in found]


_IN_ORDER = ("党委书记", "{长}", "人大主席", "党委副书记", "纪委书记", "组织委员", "副{长}")


def _of_a_subdistrict(post):
    for town, street in (
        ("党委", "党工委"),
        ("人大主席", "人大工委主任"),
        ("副{长}", "办事处副主任"),
        ("{长}", "办事处主任"),
    ):
        post = post.replace(town, street)
    return post


def leaders_of_the_county():
    """Yield (short name of the organ, post)."""
    yield from rows("posts.txt", "leaders of the county")


# --- People -----------------------------------------------------------------------------


def cadre(name, user, organ, post, order, anchor, rng, oldest=60, level=None):
    """Return a cadre of an age that fits the post, at work since the year before the anchor at the
    latest."""
    level = level or level_of(organ, post)
    youngest, eldest = level.ages
    born = anchor.year - rng.randint(youngest, min(eldest, oldest))
    statuses = (
        PoliticalStatus.MEMBER,
        PoliticalStatus.PROBATIONARY,
        PoliticalStatus.YOUTH_LEAGUE,
        PoliticalStatus.NO_PARTY,
        PoliticalStatus.MASSES,
    )
    # Nobody over 28 is in the Youth League.
    shares = (80, 4, 6 if anchor.year - born <= 28 else 0, 2, 8)
    status = rng.choices(statuses, shares)[0]
    if level.is_leading or organ.kind == OrganKind.PARTY or "组织" in post:
        status = PoliticalStatus.MEMBER
    return Cadre(
        user=user,
        name=name,
        initials=pinyin.initials(name),
        organ=organ,
        post=post,
        department=_section_of(post),
        rank=rng.choice(level.ranks),
        gender=gender_of(name),
        birth_month=f"{born}-{rng.randint(1, 12):02d}",
        political_status=status,
        work_started=f"{min(born + rng.randint(20, 24), anchor.year - 1)}"
        f"-{rng.choice(('07', '08', '09', '12'))}",
        public_phone=f"100-{rng.randint(0, 9999):04d}-{rng.randint(0, 9999):04d}",
        sort_order=order,
    )


def _section_of(post):
    for ending in ("副股长", "股长", "科员", "科长", "主任"):
        section = post.removesuffix(ending)
        if section != post and section.endswith(("股", "室", "科")):
            return section
    return ""


def career_of(cadre, anchor, rng):
    """Yield the career of a county cadre."""
    kinds = Experience.OrganKind
    young = (
        (kinds.ARMY, "某部 战士"),
        (kinds.STUDY, "云川农业大学 本科学习"),
        (kinds.STUDY, "岚江学院 本科学习"),
    )
    earlier = (
        (kinds.VILLAGE, "石桥镇大屋村 党支部书记助理"),
        (kinds.TOWNSHIP, "白杨镇 农业服务中心干部"),
        (kinds.TOWNSHIP, "河口镇 党政办科员"),
        (kinds.COUNTY, "县政府办 科员"),
        (kinds.ENTERPRISE, "云岭机械厂 技术员"),
        (kinds.SOCIAL_ORG, "县果业协会 干事"),
        (kinds.CITY, "岚江市某局 跟班学习"),
    )
    now = kinds.TOWNSHIP if cadre.organ.kind == OrganKind.TOWNSHIP else kinds.COUNTY
    return career_stages(cadre, anchor, rng, young, earlier, now)


def career_stages(cadre, anchor, rng, young, earlier, now):
    """Yield two to four stages of a career, the last one still running in the present organ."""
    year = int(cadre.work_started[:4])
    count = min(rng.randint(1, 3), anchor.year - year)
    # The first stage begins with the first job, the others in later years.
    later = sorted(rng.sample(range(year + 1, anchor.year), k=min(count, anchor.year - year - 1)))
    starts = [date(y, 7, 1) for y in [year, *later]]
    chosen = rng.sample(earlier, k=len(starts))
    if len(starts) > 1 and rng.random() < 0.4:
        chosen[0] = rng.choice(young)
    chosen[-1] = (now, f"{cadre.organ.short_name} {cadre.post}")
    for place, (start, (kind, where)) in enumerate(zip(starts, chosen, strict=True)):
        end = starts[place + 1] - timedelta(days=1) if place + 1 < len(starts) else None
        yield Experience(cadre=cadre, started_on=start, ended_on=end, organ_kind=kind, place=where)
