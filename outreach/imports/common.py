"""What several imports share."""

import re
from typing import NamedTuple

from django.db import connection, models
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.imports import ActionLoader, Column, Loader, Row
from portal.imports.kinds import Lookup
from portal.imports.lookups import Cadres, NotFound, Organs, Units
from portal.tools import copying
from portal.trust import privacy

NUMBER = Column("number", "序号", is_left_out=True)
TOWNSHIP = Column("township", "所在乡镇（街道）", "乡镇 乡镇（街道）", kind="name")
# A number labelled as that of a person, in whatever format; only texts with seven digits or more
# are searched (_DIGITS).
_LABELLED_NUMBER = re.compile(
    r"((?:电话|手机|身份证|证件)(?:号码?)?[:： ]?)\d(?:[\d -]{4,})\d[\dXx]*",
)
_DIGITS = re.compile(r"\d[\d -]{5,}\d")


def clean_text(text):
    """Mask ID and phone numbers in free text, since an import cannot ask the author."""
    if not text or not _DIGITS.search(text):
        return text
    return _LABELLED_NUMBER.sub(r"\1×××", privacy.mask_others(privacy.mask_ids(text)))


class CadreAtUnitLoader(ActionLoader):
    """Rows of a cadre at a unit, each imported by the action that the page also calls."""

    def __init__(self, run):
        super().__init__(run)
        organs = Organs()
        self.cadres, self.units = Cadres(organs), Units()

    def prepare(self, row):
        look = Lookup(row)
        cadre = look(self.cadres.find, "cadre", row.organ)
        place = look(self.units.find, "unit", row.township)
        return None if row.problems else self.facts(row, cadre, *place)

    def facts(self, row, cadre, place, group):
        """Return the keyword arguments of the action."""
        raise NotImplementedError


class _Waiting(NamedTuple):
    """Rows that were judged and are not written yet."""

    pairs: list  # (id, row)
    good: list  # those without problems
    copies: list[copying.Copy]


class PlacedLoader(Loader):
    """Rows at a place, by a cadre; saved by COPY, some thousand at a time.

    Rows are written while the next are read and judged, so they are finished one call later.
    """

    model: type[models.Model]

    def __init__(self, run):
        super().__init__(run)
        self.organs = Organs()
        self.units, self.cadres = Units(), Cadres(self.organs)
        self.today = timezone.localdate(run.at)
        self.seen = {}
        self._waiting: _Waiting = _Waiting([], [], [])
        if run.keeps:
            # Flush the GIN index's pending list rarely while rows come in …
            self._index_lots("16MB")

    def take(self, rows):
        self.expect(rows)
        ids = copying.next_ids(self.model, len(rows)) if self.run.keeps else [None] * len(rows)
        done = self._finished()
        # No queries from here on: the database is busy writing.
        for row in rows:
            self.judge(row)
        self._waiting = self._put_together(zip(ids, rows, strict=True))
        return done

    def finish(self):
        if self.run.keeps:
            # … and flush it before the end, so that no later statement waits for it.
            self._index_lots("64kB")
        done = self._finished()
        if self.run.keeps:
            self._index_lots("4MB")
        if self.record_ids:
            self.settle()
        return done

    def _put_together(self, pairs):
        pairs = list(pairs)
        good = [(pk, row) for pk, row in pairs if not row.problems]
        return _Waiting(pairs, good, self.copies(good) if self.run.keeps and good else [])

    def _finished(self):
        """Refuse those of the last judged rows that the portal already has, send the others to be
        written, and return all of them."""
        waiting = self._waiting
        rows = [row for _pk, row in waiting.pairs]
        # Includes rows with problems, if their content could be read.
        self.refuse_known([row for row in rows if row.values["content"] is not None])
        if any(row.problems for _pk, row in waiting.good):
            waiting = self._put_together(waiting.pairs)
        if self.run.keeps and waiting.good:
            self.record_ids += [pk for pk, _row in waiting.good]
            self.keep(waiting.good)
            for one in waiting.copies:
                self.run.send(one)
        return rows

    def copies(self, pairs) -> list[copying.Copy]:
        """What COPY writes of these (id, row)."""
        raise NotImplementedError

    def keep(self, pairs):
        """Write the rows that COPY does not write."""

    def settle(self):
        """Called once after everything is saved, to count or number the rows."""

    def _index_lots(self, size):
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL gin_pending_list_limit = '{size}'")
            cursor.execute("SET LOCAL work_mem = '16MB'")

    def expect(self, rows: list[Row]):
        """Prefetch what the rows name."""

    def judge(self, row: Row):
        """Look names up, and refuse a row that contradicts itself or another row of the sheet.
        Report as much as possible even if some cells are unreadable. Sets `content`, by which
        duplicates are found; None if it cannot be determined."""
        raise NotImplementedError

    def refuse_known(self, rows: list[Row]):
        """Refuse rows that the portal already has, of rows with known `content`."""
        raise NotImplementedError

    def look(self, row, column, find, *words):
        if column in row.bad:
            return None
        try:
            return find(*words)
        except NotFound as problem:
            row.refuse(column, problem)
            return None

    def refuse_future(self, row, column):
        day = row.values[column]
        if day and day > self.today:
            row.refuse(column, _("This day lies in the future."))

    def refuse_repeated(self, row, key, column=""):
        """Refuse a row with the key of an earlier one, whatever other problems either has."""
        first = self.seen.setdefault(key, row.where)
        if first != row.where:
            row.refuse_double(column, first)
