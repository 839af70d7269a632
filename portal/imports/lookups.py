"""Lookups for the names in a sheet; each list is read once per import."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from portal.imports import Unknown
from portal.imports.cells import ALIKE, alike, plainly, without_gaps
from portal.models import Cadre, Division, GrassrootsUnit, Organ
from portal.models.places import DivisionLevel
from portal.tools import languages
from portal.tools.pinyin import initials
from portal.trust.access import PLACE_COLUMNS

# Posts at the end of 县卫健局科员.
_POST = re.compile(
    r"(?:党组|党委)?(?:副?(?:[局科股镇乡院校部站所队会组]长|主任|书记|经理|主席)"
    r"|[一二三四]级.*|(?:副?主任)?科员|办事员|干事|干部|职员|工作人员)+$"
)
_PARTS = re.compile(r"[\s\u3000、,，/>＞]+")


# For each list, similar names are looked up for at most this many unknown names.
OFFERED_FOR = 200
OFFERED = 5


class NotFound(Unknown):
    """The name matches no record or several; the message says which."""


# A name that is part of the other is probably meant.
SURE = 0.8


def nearest(text, names):
    """Return the names most similar to a text, and whether there is only one and it is very
    similar. `names` are (name, what to write for it)."""
    said, letters = plainly(text), set(plainly(text))
    ranked = []
    for name, written in names:
        plain = plainly(name)
        # Most names have no letter in common; comparing them all would take minutes.
        if 2 * len(letters & set(plain)) >= len(letters) and (rank := alike(plain, said)) >= ALIKE:
            ranked.append((-rank, written))
    ranked.sort()
    found = list(dict.fromkeys(written for _rank, written in ranked))[:OFFERED]
    return found, len(found) == 1 and -ranked[0][0] >= SURE


def one_of(found, text, no_such, label=lambda one: one):
    """Return the only match. Raise NotFound with `no_such` if there is none, or with the full names
    if there are several."""
    if len(found) == 1:
        return found[0]
    if not found:
        raise NotFound(no_such % {"text": text[:40]})
    names = [label(one) for one in found[:OFFERED]]
    raise NotFound(
        _("Several match “%(text)s”. Write the full name: %(names)s.")
        % {"text": text[:40], "names": _(", ").join(names[:4])},
        offered=names,
    )


def _way_on(names):
    """Say what to do about a name that is not found."""
    if not names:
        return _("Correct it in the workbook, or say in the step “Words” which one is meant.")
    words = _("Like it: %(names)s. Write the full name, or choose it in the step “Words”.")
    return words % {"names": _(", ").join(names)}


class Answers:
    """Looks up each text once; for an unknown text it raises the same NotFound again."""

    _find: Callable
    # Path of the division of the county whose names are proposed for an unknown name.
    home = ""

    def __init__(self):
        self._answers, self._unknown = {}, 0

    def like(self, text) -> tuple[list[str], bool]:
        """Return (similar names, best first; whether there is only one and it is very similar)."""
        return [], False

    def _answer(self, *key):
        if key not in self._answers:
            try:
                self._answers[key] = self._find(*key)
            except NotFound as problem:
                self._answers[key] = problem
                self._unknown += 1
                problem.said = key[0]
                if self._unknown <= OFFERED_FOR and not problem.offered:
                    problem.offered, problem.is_sure = self.like(key[0])
                    between = " " if languages.is_english() else ""
                    problem.args = (f"{problem}{between}{_way_on(problem.offered)}",)
        answer = self._answers[key]
        if isinstance(answer, NotFound):
            raise answer
        return answer


class Organs(Answers):
    """Organs by full name, short name or code; 县水利局/水利站 is a station below an organ."""

    def __init__(self):
        super().__init__()
        self.by_pk, self.by_name = {}, {}
        for organ in Organ.objects.select_related("division").order_by("sort_order", "pk"):
            self.add(organ)

    def add(self, organ):
        """Add an organ that this import created, so that later rows can name it."""
        self.by_pk[organ.pk] = organ
        for word in {organ.name, organ.short_name, organ.code} - {""}:
            self.by_name.setdefault(plainly(word), []).append(organ)
        self._answers.clear()

    def find(self, text, *, ever=False):
        """`ever` also finds ended organs, for records of the past."""
        return self._answer(text, ever)

    def find_within(self, text):
        """Return (organ, rest) of 县教育局副局长: the longest prefix that is an organ."""
        try:
            return self.find(text), ""
        except NotFound:
            plain = plainly(text)
            for end in range(len(plain) - 1, 1, -1):
                if self._current(self.by_name.get(plain[:end], [])):
                    return self.find(plain[:end]), plain[end:]
            return self.find(_POST.sub("", plain) or plain), ""

    def _find(self, text, ever):
        known = self.by_name.get(plainly(text), [])
        found = self._current(known) or (known if ever else [])
        if not found:
            *above, name = [part for part in _PARTS.split(text) if part]
            found = [
                one
                for one in self._current(self.by_name.get(plainly(name), []))
                if all(self._stands_below(one, word) for word in above)
            ]
        return one_of(found, text, _("No organ is called “%(text)s”."), self._label)

    def _current(self, found):
        return [one for one in found if one.ended_on is None]

    def like(self, text):
        return nearest(text, self._names_at_home())

    def _names_at_home(self):
        for plain, organs in self.by_name.items():
            for organ in self._current(organs):
                if organ.division is None or organ.division.path.startswith(self.home):
                    alone = len(self._current(self.by_name[plainly(organ.name)])) == 1
                    yield plain, organ.name if alone else self._label(organ)

    def _stands_below(self, organ, word):
        above = [self.by_pk.get(pk) for pk in organ.ancestor_ids[:-1]]
        return any(plainly(word) in {plainly(o.name), plainly(o.short_name)} for o in above if o)

    def _label(self, organ):
        above = self.by_pk.get(organ.parent_id)
        return f"{above.name}/{organ.name}" if above else organ.name


def _committees(place):
    """Return the names of a place's committees (柳湾村村民委员会, 柳湾村委会): the national list
    has these, people write the place."""
    return [
        stem + ending
        for word, endings in (("村", ("村民委员会", "村委会")), ("社区", ("居民委员会", "居委会")))
        if place.endswith(word)
        for stem in (place, place.removesuffix(word))
        for ending in endings
    ]


class Divisions(Answers):
    """Divisions by code or name; names of higher divisions may precede it."""

    def find(self, text):
        return self._answer(text)

    def _find(self, text):
        current = Division.objects.filter(valid_to=None).select_related("parent__parent")
        if re.fullmatch(r"\d{12}", text):
            found = list(current.filter(code=text).order_by("-level")[:1])
            return one_of(found, text, _("No area has the code %(text)s."))
        parts = [part for part in _PARTS.split(text) if part]
        found = list(current.filter(name=parts[-1]).order_by("pk")[:200])
        found = found or list(current.filter(name__in=_committees(parts[-1])).order_by("pk")[:200])
        for word in parts[:-1]:
            found = [d for d in found if self._lies_in(d, word)]
        no_such = _("No area is called “%(text)s”.")
        return one_of(
            found, text, no_such, lambda d: f"{d.parent.name if d.parent else ''} {d.name}"
        )

    def _lies_in(self, division, word):
        return Division.objects.filter(pk__in=division.ancestor_ids[:-1], name=word).exists()


@dataclass(frozen=True, slots=True)
class Place:
    """A unit with today's values of the columns of a placed record."""

    pk: int
    name: str
    host_organ_id: int
    county_id: int | None
    columns: dict  # unit, host organ, province, city, county, township, village
    area: str  # of township and host, to tell it from others of its name
    is_ended: bool
    kind: str


class Units(Answers):
    """Units by what people write: 石桥镇 柳湾村 三组, 柳湾村三组, 石桥镇柳湾村."""

    def __init__(self):
        super().__init__()
        self.by_name = {}
        names = "pk name code host_organ host_organ__name host_organ__short_name division__path"
        names += " division__level ended_on parent__name kind"
        rows = GrassrootsUnit.objects.order_by("sort_order", "pk").values_list(*names.split())
        rows = list(rows.iterator(chunk_size=5_000))
        township_ids = {_levels(row[6], row[7]).get(DivisionLevel.TOWNSHIP) for row in rows}
        towns = dict(
            Division.objects.filter(pk__in=township_ids - {None}).values_list("pk", "name")
        )
        self.areas = set(map(plainly, towns.values()))
        for pk, name, code, host, host_name, host_short, path, level, ended, parent, kind in rows:
            levels = _levels(path, level)
            area = " ".join(
                part for part in (towns.get(levels.get(4)), host_name, host_short, parent) if part
            )
            columns = {"unit_id": pk, "host_organ_id": host}
            columns |= {f"{name}_id": levels.get(n) for n, name in PLACE_COLUMNS.items()}
            place = Place(pk, name, host, levels.get(3), columns, area, ended is not None, kind)
            self.areas |= {plainly(word) for word in (host_name, host_short, parent) if word}
            for word in {name, code} - {""}:
                self.by_name.setdefault(plainly(word), []).append(place)

    def find(self, text, area=""):
        """Return (Place, group) of a written place; `area` is the township from a separate
        column."""
        return self._answer(text, area)

    def _find(self, text, area):
        no_such = _("No unit is called “%(text)s”.")
        parts = [part for part in _PARTS.split(without_gaps(text) if area else text) if part]
        for place, part in enumerate(parts):
            for before, name, rest in self._splits(part):
                found = self._within(self.by_name[name], [area, *parts[:place], before])
                if found:
                    group = " ".join([rest, *parts[place + 1 :]]).strip()
                    one = one_of(found, text, no_such, lambda p: f"{p.area} {p.name}")
                    return one, group[:40]
        raise NotFound(no_such % {"text": f"{area} {text}".strip()[:40]})

    def like(self, text):
        at_home = self.home.rstrip("/").rpartition("/")[2]
        names = (
            (plain, f"{place.area.split(' ')[0]} {place.name}".strip())
            for plain, places in self.by_name.items()
            for place in places
            if not place.is_ended and (not at_home or str(place.county_id) == at_home)
        )
        return nearest(_PARTS.split(text.strip())[-1], names)

    def _splits(self, part):
        """Yield (township before it, name of a unit, rest after it): first the whole part, then its
        longest prefix that is a name."""
        plain = plainly(part)
        ways = [("", plain)]
        ways += [(a, plain.removeprefix(a)) for a in self.areas if plain.startswith(a)]
        for before, text in ways:
            if text in self.by_name:
                yield before, text, ""
        for before, text in ways:
            for end in range(len(text) - 1, 1, -1):
                if text[:end] in self.by_name:
                    yield before, text[:end], text[end:]
                    break

    def _within(self, places, words):
        words = [plainly(word) for word in words if word]
        found = [p for p in places if all(word in plainly(p.area) for word in words)]
        # Ended units count only if no current unit has the name.
        return [p for p in found if not p.is_ended] or found


def _levels(path, level):
    if not path:
        return {}
    ids = [int(part) for part in path.strip("/").split("/")]
    return dict(zip(range(level - len(ids) + 1, level + 1), ids, strict=True))


class PartyOrganizations(Answers):
    """Party organisations by name. Those of the same name are distinguished by their place, given
    in a separate column or before the name: 柳湾村 党支部."""

    def __init__(self, rows):
        super().__init__()
        self.by_name = {}
        for one in rows.select_related("organ", "unit__host_organ").order_by("sort_order", "pk"):
            self.by_name.setdefault(plainly(one.name), []).append(one)

    def find(self, text, place=""):
        """`place` is the text of a separate column for the place."""
        return self._answer(text, place)

    def _find(self, text, place):
        known = self.by_name.get(plainly(text), [])
        words = []
        if not known:
            *words, name = [part for part in _PARTS.split(text) if part]
            known = self.by_name.get(plainly(name), [])
        found = [one for one in known if one.ended_on is None] or known
        for word in [*words, *([place] if len(found) > 1 else [])]:
            found = [one for one in found if self._stands_at(one, plainly(word))]
        no_such = _("No Party organisation is called “%(text)s”.")
        return one_of(found, text, no_such, lambda one: f"{one.place_label} {one.name}")

    def _stands_at(self, one, word):
        names = [one.place.name, one.place_label]
        if one.unit_id:
            names.append(f"{one.unit.host_organ.name}{one.unit.name}")
        return any(word in plainly(name) or plainly(name) in word for name in names)


class Cadres(Answers):
    """Cadres by name, distinguished by their organ. Only names that occur in the sheet are read."""

    def __init__(self, organs):
        super().__init__()
        self.organs, self._by_name = organs, {}

    def expect(self, names):
        """Load the cadres with these names in one query."""
        unknown = set(names) - self._by_name.keys() - {""}
        if not unknown:
            return
        self._by_name |= {name: [] for name in unknown}
        rows = Cadre.objects.filter(name__in=unknown).order_by("left_on", "pk")
        for cadre in rows.only("pk", "name", "organ_id", "user_id", "left_on", "post"):
            self._by_name[cadre.name].append(cadre)

    def find(self, name, organ_text=""):
        return self._answer(name, organ_text)

    def _find(self, name, organ_text):
        if name not in self._by_name:
            self.expect([name])
        found = self._by_name[name]
        if organ_text and len(found) > 1:
            wanted = plainly(organ_text)
            at_organ = [one for one in found if self._is_at(one, wanted)]
            found = at_organ or found
        serving = [one for one in found if one.left_on is None]
        no_such = _("No cadre is called “%(text)s”. Add the person to the list of cadres first.")
        told = serving or found
        return one_of(told, name[:20], no_such, lambda c: f"{c.name}（{self._organ(c).name}）")

    def like(self, text):
        """Propose serving cadres of the home county with the same initials or the same first two
        characters."""
        short = initials(text)[:40]
        alike = Q(initials=short) | Q(name__startswith=text[:2]) if len(text) > 1 else Q(name=text)
        found = Cadre.objects.filter(
            alike, left_on=None, organ__division__path__startswith=self.home
        )
        names = found.order_by("pk").values_list("name", flat=True)[:100]
        # People are never taken as meant until somebody confirms it.
        return (list(dict.fromkeys(names))[:OFFERED] if self.home else []), False

    def _organ(self, cadre):
        return self.organs.by_pk[cadre.organ_id]

    def _is_at(self, cadre, wanted):
        organ = self._organ(cadre)
        return any(
            word and wanted.startswith(plainly(word)) for word in (organ.name, organ.short_name)
        )
