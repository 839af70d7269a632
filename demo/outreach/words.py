"""Sentences for the demo, put together from the banks beside this file; none is said twice."""

import random
import re
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

from portal.models.places import UnitKind

HERE = Path(__file__).parent
KIND_LETTERS = {
    "r": UnitKind.RURAL,
    "c": UnitKind.COMMUNITY,
    "s": UnitKind.STATE_ENTERPRISE,
    "n": UnitKind.NON_PUBLIC,
    "o": UnitKind.SOCIAL_ORG,
}
SHORTEST, LONGEST = 60, 300

_GAP = re.compile(r"\{(?:(\d+)-(\d+)|([^{}]+))\}")
_MONTHS = re.compile(r"\[(\d+)-(\d+)\]\s*")

GROUPS = {
    UnitKind.RURAL: ("一组", "二组", "三组", "四组", "五组", "六组", "七组", "八组"),
    UnitKind.COMMUNITY: ("1号楼", "2号楼", "3号楼", "5号楼", "7号楼", "东区", "西区", "农贸街片区"),
    UnitKind.STATE_ENTERPRISE: ("甲班", "乙班", "丙班", "磨工段", "机修段", "库房"),
    UnitKind.NON_PUBLIC: ("一车间", "二车间", "包装线", "仓储部"),
    UnitKind.SOCIAL_ORG: ("服务一部", "服务二部", "志愿服务队"),
}
CALLED = {
    UnitKind.RURAL: ("大爷", "大娘", "大婶", "大哥", "老汉", "大嫂", "奶奶"),
    UnitKind.COMMUNITY: ("阿姨", "师傅", "老师", "大姐", "大爷", "奶奶"),
    UnitKind.STATE_ENTERPRISE: ("师傅", "班长", "师傅", "工段长"),
    UnitKind.NON_PUBLIC: ("经理", "师傅", "主管", "厂长"),
    UnitKind.SOCIAL_ORG: ("老师", "理事长", "社工", "队长"),
}
OFFICIALS = {
    UnitKind.RURAL: ("村支书老{}", "村主任老{}", "组长老{}", "妇女主任{}大姐"),
    UnitKind.COMMUNITY: ("社区书记{}姐", "网格员小{}", "社区主任老{}", "楼长{}阿姨"),
    UnitKind.STATE_ENTERPRISE: ("工会小组长老{}", "车间主任老{}", "支部书记老{}"),
    UnitKind.NON_PUBLIC: ("办公室{}主任", "生产部{}经理", "党建指导员小{}"),
    UnitKind.SOCIAL_ORG: ("秘书长{}老师", "党支部书记老{}", "项目主管小{}"),
}
SEASONS = (
    "春节",
    "春耕",
    "春耕",
    "春耕",
    "汛期",
    "汛期",
    "汛期",
    "秋收",
    "秋收",
    "秋收",
    "春节",
    "春节",
)


@dataclass(frozen=True)
class Issue:
    """Something that people of a kind of unit raise, with an outcome that fits it."""

    category: str
    kinds: frozenset[str]
    organ: str
    urgency: str
    on_the_spot: bool
    title: str
    said: str
    done: str


@cache
def issues() -> tuple[Issue, ...]:
    found = []
    for category, lines in _sections("matters.txt").items():
        for line in lines:
            if line[0] in "?+":
                continue
            head, title, said, done = (part.strip() for part in line.split("|"))
            kinds, organ, urgency, *star = head.split()
            found.append(
                Issue(
                    category,
                    frozenset(KIND_LETTERS[k] for k in kinds),
                    organ if organ.startswith("团") else f"县{_full(organ)}",
                    urgency,
                    bool(star),
                    title,
                    said,
                    done,
                )
            )
    return tuple(found)


def _full(organ):
    return f"委{organ}" if organ == "组织部" else organ


@cache
def bank(name: str) -> tuple[tuple[str, frozenset[int]], ...]:
    """The lines of a slot, each with the months in which it can be said."""
    if name[:2].isdigit():
        mark = name[2]
        lines = [line[1:] for line in _sections("matters.txt")[name[:2]] if line[0] == mark]
    else:
        lines = (_sections("steps.txt") | _sections("visits.txt"))[name]
    return tuple(_dated(line.strip()) for line in lines)


def _dated(line):
    limits = _MONTHS.match(line)
    if not limits:
        return line, frozenset(range(1, 13))
    first, last = int(limits[1]), int(limits[2])
    months = range(first, last + 1) if first <= last else [*range(first, 13), *range(1, last + 1)]
    return line[limits.end() :], frozenset(months)


@cache
def _sections(file_name):
    sections, lines = {}, None
    for line in (HERE / file_name).read_text().splitlines():
        if line.startswith("# "):
            lines = sections.setdefault(line[2:].split("  ")[0].strip(), [])
        elif line.strip() and lines is not None:
            lines.append(line)
    # The heads of the files explain the format in the same marks.
    return {name: lines for name, lines in sections.items() if name != "NN"}


@dataclass
class Scene:
    """Who and where a text is about."""

    kind: str
    unit: str
    day: date
    group: str
    person: str
    official: str
    other_organ: str = "属地乡镇"
    # The numbers of a matter: the 46 metres of its title are those of its result.
    numbers: dict[str, str] = field(default_factory=dict)

    @property
    def is_firm(self):
        return self.kind not in {UnitKind.RURAL, UnitKind.COMMUNITY}


@dataclass
class Words:
    """A writer: draws from the banks, fills the gaps, and never says the same text twice."""

    rng: random.Random
    surnames: str
    # How often a line is drawn again when it was said before; many tries in a long year would
    # leave the lines with gaps alone.
    tries: int = 1
    said: set[str] = field(default_factory=set)

    def scene(self, unit, day, *, group="", surname="", is_anonymous=False):
        kind, rng = unit.kind, self.rng
        person = f"{surname or rng.choice(self.surnames)}{rng.choice(CALLED[kind])}"
        official = rng.choice(OFFICIALS[kind]).format(rng.choice(self.surnames))
        return Scene(
            kind,
            unit.name,
            day,
            group or rng.choice(GROUPS[kind]),
            "群众" if is_anonymous else person,
            official,
        )

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
            }[name]

        return _GAP.sub(gap, template)

    def _number(self, low, high):
        """Round numbers where people would say round numbers."""
        number = self.rng.randint(low, high)
        return number if number < 100 else round(number, -1)

    def draw(self, name, day, count=1):
        fitting = [line for line, months in bank(name) if day.month in months]
        return self.rng.sample(fitting, k=min(count, len(fitting)))

    def say(self, scene, *slots):
        """One line from each slot, put together so that the whole is new where that is possible.

        A slot is a bank's name, or a name and how many of its lines.
        """
        for _attempt in range(self.tries):
            lines = []
            for slot in slots:
                name, count = slot if isinstance(slot, tuple) else (slot, 1)
                lines += self.draw(name, scene.day, count)
            text = self.fill("".join(lines), scene)
            if text not in self.said:
                break
        self.said.add(text)
        return text

    def diary(self, scene, seen=2):
        """What was seen and heard, 60 to 300 characters."""
        kind = str(scene.kind)
        return self._new(lambda: self._diary(kind, scene, seen))

    def _diary(self, kind, scene, seen):
        lines = [*self.draw(f"{kind} open", scene.day), *self.draw(f"{kind} saw", scene.day, 5)]
        while len(text := self.fill("".join(lines[: seen + 1]), scene)) < SHORTEST:
            seen += 1
        return text

    def _new(self, make):
        """A whole text that was not said before."""
        for _attempt in range(12):
            text = make()[:LONGEST]
            if text not in self.said:
                break
        self.said.add(text)
        return text

    def diary_part(self, scene, part, count=1):
        kind = str(scene.kind)
        return self.say(scene, (f"{kind} {part}", count))

    def request(self, issue, scene):
        """(title, details) of a matter as it is put down."""
        title = self.fill(issue.title, scene, scene.numbers)[:60]
        return title, self._new(lambda: self._request(issue, scene))

    def _request(self, issue, scene):
        firm = "_firm" if scene.is_firm else ""
        text = self.fill(issue.said, scene, scene.numbers)
        text += self.say(scene, f"extra{firm}", f"{issue.category}?")
        if self.rng.random() < 0.6:
            text += self.say(scene, f"ask_more{firm}")
        while len(text) < SHORTEST:
            text += self.say(scene, f"extra{firm}")
        return text

    def result(self, issue, scene):
        """What was done about it."""
        return self._new(
            lambda: (
                self.say(scene, f"{issue.category}+")
                + self.fill(issue.done, scene, scene.numbers)
                + self.say(scene, "closing")
            )
        )

    def settled(self, issue, scene):
        """What was done at once, on the spot."""
        return self._new(
            lambda: self.fill(issue.done, scene, scene.numbers) + self.say(scene, "closing")
        )
