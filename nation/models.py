"""Published totals, the state of a cell, and the nation's register of cells."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext_lazy as _

from nation import wire
from portal.models.constraints import check, index, unique


def _code(length, **more):
    return models.CharField(max_length=length, db_collation="C", **more)


class CellTotal(models.Model):
    """A count of one month. The rows of a figure, month and axis add up: merged counts are at the
    level above, and nothing is counted twice.

    The row of a division has no organ code, that of an organ no division code; a row with neither
    is the whole cell. NULL means “fewer than five”.
    """

    pk = models.CompositePrimaryKey("cell", "figure", "division_code", "organ_code", "day", "part")
    cell = _code(8)
    figure = _code(30)
    division_code = _code(6)
    organ_code = _code(30)
    day = models.DateField()
    part = _code(20)
    n = models.BigIntegerField(null=True)

    class Meta:
        # The database itself rejects texts and small counts, whoever writes them.
        constraints = [
            check(
                "published_rows_are_codes",
                Q(
                    cell__regex=wire.CELL,
                    figure__regex=wire.FIGURE,
                    division_code__regex=wire.DIVISION,
                    organ_code__regex=wire.ORGAN,
                    part__regex=wire.PART,
                ),
            ),
            check("published_rows_have_one_axis", Q(division_code="") | Q(organ_code="")),
            check("published_days_are_months", Q(day=TruncMonth(F("day")))),
            check("no_small_count_is_published", Q(n=None) | Q(n__gte=wire.LEAST)),
        ]
        indexes = [index("total_by_figure_and_day", "figure day")]

    def __str__(self):
        return f"{self.cell} {self.figure} {self.division_code or self.organ_code} {self.day}"


class CellState(models.Model):
    """One row for each cell, published with its totals."""

    cell = models.CharField(max_length=8, db_collation="C", primary_key=True)
    version = models.PositiveIntegerField()
    # Everything saved before this moment is in the totals.
    as_of = models.DateTimeField()

    class Meta:
        constraints = [check("state_of_a_cell_code", Q(cell__regex=wire.CELL))]

    def __str__(self):
        return f"{self.cell} {self.as_of}"


class ChangedMonth(models.Model):
    """In a cell: a month of a figure to be folded anew."""

    figure = _code(30)
    day = models.DateField()

    class Meta:
        constraints = [unique("changed_month_once", "figure day")]

    def __str__(self):
        return f"{self.figure} {self.day}"


class Way(models.TextChoices):
    REPLICATION = "wire", _("Replication")
    FILE = "file", _("Signed file")


class Member(models.Model):
    """In the nation: a cell that it reads."""

    cell = _code(8, unique=True)
    way = models.CharField(max_length=4, choices=Way)
    # Raw Ed25519 key in base64; empty for a cell that sends no files.
    public_key = _code(64, blank=True, default="")
    joined_at = models.DateTimeField()

    class Meta:
        constraints = [
            check("member_by_file_has_a_key", ~Q(way=Way.FILE) | ~Q(public_key="")),
        ]

    def __str__(self):
        return self.cell
