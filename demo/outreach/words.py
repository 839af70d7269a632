"""Generates sentences for the demo from the banks in demo/data, avoiding repetition.

A bank is the text below `# name`. Brackets before a line, or after the name for all lines of the
bank, say when it can be used: `[村 社区 入户 4-9]` in a village or a community, for a home
visit, from April to September. Words of the same group in FACTS are alternatives; of each group
mentioned, one must be true.
"""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from demo.texts import sections
from outreach.models.visits import VisitMode
from portal.days import workdays
from portal.models.places import UnitKind

KINDS = {
    UnitKind.RURAL: "村",
    UnitKind.COMMUNITY: "社区",
    UnitKind.STATE_ENTERPRISE: "国企",
    UnitKind.NON_PUBLIC: "民企",
    UnitKind.SOCIAL_ORG: "社会组织",
}
MODES = {
    VisitMode.HOME: "入户",
    VisitMode.MEETING: "座谈",
    VisitMode.FIELD: "现场",
    VisitMode.PHONE: "电话",
    VisitMode.RECEPTION: "接待",
    VisitMode.SHIFT: "跟班",
    VisitMode.TEAM: "班组",
    "": "不详",
}
WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
# How the raiser of a matter was told the result.
TOLD = {"person": "面告", "phone": "电告", "writing": "函告"}
# What a matter needs: works, payments or documents, a service, or mediation.
REMEDIES = ("工程", "核发", "服务", "调处")
CATEGORIES = tuple(f"{number:02d}" for number in (*range(1, 19), *range(51, 61)))
FACTS = (
    tuple(KINDS.values()),
    tuple(MODES.values()),
    WEEKDAYS,
    ("工作日", "休息日"),
    ("白天", "夜里"),
    ("有事", "无事"),
    CATEGORIES,
    REMEDIES,
    tuple(TOLD.values()),
    ("有名", "匿名"),
    ("县办", "乡办"),
    ("协办",),
)
TOGETHER = {"单位": ("国企", "民企", "社会组织")}
KIND_LETTERS = dict(zip("rcsno", KINDS, strict=True))
SHORTEST, LONGEST = 60, 300

_GAP = re.compile(r"\{(?:(\d+)-(\d+)|([^{}]+))\}")
_BRACKETS = re.compile(r"\[([^\]]+)\]\s*")
_MONTHS = re.compile(r"(\d+)-(\d+)")

GROUPS = {
    UnitKind.RURAL: ("一组", "二组", "三组", "四组", "五组", "六组", "七组", "八组"),
    UnitKind.COMMUNITY: ("1号楼", "2号楼", "3号楼", "5号楼", "7号楼", "东区", "西区", "农贸街片区"),
    UnitKind.STATE_ENTERPRISE: ("甲班", "乙班", "丙班", "磨工段", "机修段", "库房"),
    UnitKind.NON_PUBLIC: ("一车间", "二车间", "包装线", "仓储部"),
    UnitKind.SOCIAL_ORG: ("服务一部", "服务二部", "志愿服务队"),
}
# Without surnames: free text must not identify anybody.
CALLED = {
    UnitKind.RURAL: ("一位大爷", "一位大娘", "一位大婶", "一位大哥", "一位老人", "一位大嫂"),
    UnitKind.COMMUNITY: ("一位阿姨", "一位住户", "一位老师傅", "一位退休教师", "一位大姐"),
    UnitKind.STATE_ENTERPRISE: ("一位老师傅", "班长", "一位青年职工", "工段长"),
    UnitKind.NON_PUBLIC: ("生产经理", "一位老师傅", "行政主管", "负责人"),
    UnitKind.SOCIAL_ORG: ("负责人", "理事长", "一位社工", "志愿者队长"),
}
OFFICIALS = {
    UnitKind.RURAL: ("村支书", "村委会主任", "组长", "村妇联主席"),
    UnitKind.COMMUNITY: ("社区书记", "网格员", "社区主任", "楼长"),
    UnitKind.STATE_ENTERPRISE: ("工会小组长", "车间主任", "车间支部书记"),
    UnitKind.NON_PUBLIC: ("办公室主任", "生产部经理", "党建指导员"),
    UnitKind.SOCIAL_ORG: ("秘书长", "党支部书记", "项目主管"),
}
SEASONS = (
    "春节",
    "春耕",
    "春耕",
    "汛期",
    "汛期",
    "汛期",
    "秋收",
    "秋收",
    "秋收",
    "年底",
    "年底",
    "春节",
)


@dataclass(frozen=True)
class Texts:
    """The text files of a demo, and the function that gives the full name of a handling organ in
    them."""

    matters: str
    others: tuple[str, ...]
    called: Callable[[str], str]


def _of_the_county(organ):
    if organ.startswith("团"):
        return organ
    return "县委组织部" if organ == "组织部" else f"县{organ}"


COUNTY = Texts("matters.txt", ("steps.txt", "visits.txt"), _of_the_county)


@dataclass(frozen=True)
class Line:
    """A template with the months in which it can be used and the facts it requires."""

    text: str
    months: frozenset[int]
    needs: tuple[frozenset[str], ...]

    def fits(self, facts, month):
        return month in self.months and all(facts & one for one in self.needs)


@dataclass(frozen=True)
class Issue:
    """Something that people of certain kinds of units raise, with a matching outcome."""

    category: str
    kinds: frozenset[str]
    organ: str
    urgency: str
    remedy: str
    on_the_spot: bool
    months: frozenset[int]
    title: str
    said: str
    done: str
    # Why it could not be done; empty if it always can.
    explained: str


@cache
def issues(texts: Texts = COUNTY) -> tuple[Issue, ...]:
    found = []
    for category, lines in sections(texts.matters).items():
        for line in lines:
            if line[0] in "?+":
                continue
            head, title, said, done, *why = (part.strip() for part in line.split("|"))
            when = _line(" ".join(_BRACKETS.findall(head)), "")
            kinds, organ, urgency, remedy, *star = _BRACKETS.sub("", head).split()
            assert remedy in REMEDIES, line
            found.append(
                Issue(
                    category,
                    frozenset(KIND_LETTERS[k] for k in kinds),
                    texts.called(organ),
                    urgency,
                    remedy,
                    bool(star),
                    when.months,
                    title,
                    said,
                    done,
                    "".join(why),
                )
            )
    return tuple(found)


@cache
def bank(name: str, texts: Texts = COUNTY) -> tuple[Line, ...]:
    """Return all lines of a bank."""
    if name[:2] in CATEGORIES:
        marked = sections(texts.matters)[name[:2]]
        return tuple(_line("", line[1:].strip()) for line in marked if line[0] == name[2])
    found = []
    for file_name in texts.others:
        for head, lines in sections(file_name).items():
            if head.split(" [")[0] == name:
                when = " ".join(_BRACKETS.findall(head))
                # Openings are for the daytime unless the line is marked for the evening.
                found += [
                    _line(when if name != "open" or "夜里" in line else f"{when} 白天", line)
                    for line in lines
                ]
    return tuple(found)


def _line(when, text):
    if given := _BRACKETS.match(text):
        when, text = f"{when} {given[1]}", text[given.end() :]
    if "反映人" in text or "与本人" in text:
        when += " 有名"
    months, needs = set(range(1, 13)), {}
    for word in when.split():
        if limits := _MONTHS.fullmatch(word):
            first, last = int(limits[1]), int(limits[2])
            months &= {(first + n - 1) % 12 + 1 for n in range((last - first) % 12 + 1)}
            continue
        for fact in TOGETHER.get(word, (word,)):
            group = next(n for n, facts in enumerate(FACTS) if fact in facts)
            needs.setdefault(group, set()).add(fact)
    return Line(text, frozenset(months), tuple(map(frozenset, needs.values())))


@cache
def _asked(name, texts):
    """Return the facts on which the lines of a bank depend."""
    return frozenset().union(*(one for line in bank(name, texts) for one in line.needs))


@cache
def _fitting(name, texts, facts, month):
    return tuple(line.text for line in bank(name, texts) if line.fits(facts, month))


@dataclass
class Scene:
    """Persons and place of a text, and the facts of its record."""

    kind: str
    unit: str
    day: date
    group: str
    person: str
    official: str
    facts: frozenset[str] = frozenset()
    other_organ: str = "属地乡镇"
    household_count: int | None = None
    # The numbers of a matter, so that the 46 metres of its title recur in its result.
    numbers: dict[str, str] = field(default_factory=dict)

    def told(self, *facts):
        """Set these facts, each replacing the fact of its group."""
        for fact in facts:
            group = next(group for group in FACTS if fact in group)
            self.facts = self.facts - set(group) | {fact}
        return self

    def all_facts(self):
        return self.facts | {KINDS[self.kind]} | _facts_of(self.day)


@cache
def _facts_of(day):
    """Facts of a day by the published calendar, so that they are the same in every installation."""
    works = workdays.is_working_day(day, overrides={})
    return frozenset({WEEKDAYS[day.weekday()], "工作日" if works else "休息日"})


@dataclass
class Words:
    """Draws lines from the banks, fills the gaps, and avoids repeating a text."""

    rng: random.Random
    # How many times a text is drawn to avoid a repetition. With many tries, a long year would use
    # up the lines without gaps.
    tries: int = 1
    said: set[str] = field(default_factory=set)
    texts: Texts = COUNTY

    def scene(self, unit, day, *facts, group="", person="", household_count=None):
        kind, rng = unit.kind, self.rng
        scene = Scene(
            kind,
            unit.name,
            day,
            group or rng.choice(GROUPS[kind]),
            person or rng.choice(CALLED[kind]),
            rng.choice(OFFICIALS[kind]),
            household_count=household_count,
        )
        return scene.told(*facts)

    def fill(self, template, scene, numbers=None):
        def gap(match):
            low, high, name = match.groups()
            if low:
                number = str(self._number(int(low), int(high)))
                return number if numbers is None else numbers.setdefault(match.group(), number)
            if name == "月":
                return f"{(scene.day.month - self.rng.randint(2, 4)) % 12 + 1}月"
            return {
                "组": scene.group,
                "人": scene.person,
                "村": scene.unit,
                "村干": scene.official,
                "季": SEASONS[scene.day.month - 1],
                "他局": scene.other_organ,
                "户": str(scene.household_count),
                # In enterprises, where workers take the place of households.
                "几人": str(scene.household_count),
            }[name]

        return _GAP.sub(gap, template)

    def _number(self, low, high):
        """Draw a number, rounded to tens from 100 on, as people would say it."""
        number = self.rng.randint(low, high)
        return number if number < 100 else round(number, -1)

    def draw(self, name, scene, count=1):
        facts = scene.all_facts() & _asked(name, self.texts)
        fitting = _fitting(name, self.texts, facts, scene.day.month)
        return self.rng.sample(fitting, k=min(count, len(fitting)))

    def say(self, scene, *slots):
        """Join one line from each bank, retrying up to `tries` times for a new text."""
        for _attempt in range(self.tries):
            lines = [line for slot in slots for line in self.draw(slot, scene)]
            text = self.fill("".join(lines), scene)
            if text not in self.said:
                break
        self.said.add(text)
        return text

    def diary(self, scene, seen=2):
        """Return what was seen and heard on a visit, in 60 to 300 characters."""
        return self._new(lambda: self._diary(scene, seen))

    def _diary(self, scene, seen):
        opening = self.draw("open", scene) or self.draw("open", scene.told("白天"))
        lines = [*opening, *self.draw("saw", scene, 5)]
        text = ""
        for count in range(seen + 1, max(seen + 1, len(lines)) + 1):
            text = self.fill("".join(lines[:count]), scene)
            if len(text) >= SHORTEST:
                break
        return text

    def _new(self, make):
        """Retry `make` until its text is new, up to 12 times."""
        for _attempt in range(12):
            text = make()[:LONGEST]
            if text not in self.said:
                break
        self.said.add(text)
        return text

    def diary_part(self, scene, part):
        return self.say(scene, part)

    def request(self, issue, scene):
        """Return (title, details) of a matter as registered."""
        scene.told(issue.category, issue.remedy)
        title = self.fill(issue.title, scene, scene.numbers)[:60]
        return title, self._new(lambda: self._request(issue, scene))

    def _request(self, issue, scene):
        text = self.fill(issue.said, scene, scene.numbers)
        text += self.say(scene, "extra", f"{issue.category}?")
        if self.rng.random() < 0.6:
            text += self.say(scene, "ask_more")
        while len(text) < SHORTEST:
            text += self.say(scene, "extra")
        return text

    def result(self, issue, scene, resolution="solved"):
        """Return what was done about it: all of it, a part, or nothing yet."""
        return self._new(lambda: self._result(issue, scene, resolution))

    def _result(self, issue, scene, resolution):
        how, done = self.say(scene, f"{issue.category}+"), ""
        if resolution != "planned":
            done = self.fill(issue.done, scene, scene.numbers)
        left = "" if resolution == "solved" else self.say(scene, resolution)
        return how + done + left + self.say(scene, "closing")

    def settled(self, issue, scene):
        """Return what was done on the spot."""
        return self._new(
            lambda: self.fill(issue.done, scene, scene.numbers) + self.say(scene, "settled")
        )
