"""结转: matters open at the end of a year. The statistics count them; a closing keeps the list."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from outreach.models.matters import Matter
from portal.models.constraints import all_or_none, check, index, unique
from portal.models.reports import OfSubject, OfSubjectQuerySet
from portal.models.text import MaskedCharField
from portal.rows import ByName


class YearClosing(OfSubject):
    """An office closed the year of its area; the rows of `carried` are the list."""

    year = models.PositiveSmallIntegerField(_("year"))
    count = models.PositiveIntegerField()
    closed_by = models.ForeignKey("portal.User", models.PROTECT, related_name="+")
    closed_at = models.DateTimeField()
    undone_by = models.ForeignKey("portal.User", models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)
    reason = MaskedCharField(max_length=200, blank=True, default="", db_default="")

    objects = OfSubjectQuerySet.as_manager()
    by_name = ByName.as_manager()

    class Meta:
        base_manager_name = "by_name"
        constraints = [
            unique(
                "a_year_is_closed_once",
                "year division organ is_hosted",
                when=Q(undone_at=None),
                said=_("This year is closed already."),
                nulls_distinct=False,
            ),
            check("undone_closing_whole", all_or_none("undone_by undone_at")),
        ]
        indexes = [index("year_closing_newest", "-closed_at -id")]

    def __str__(self):
        return f"{self.year} #{self.pk}"


class CarriedMatter(models.Model):
    """A matter open at the end of a year, listed by the first closing of that year."""

    closing = models.ForeignKey(YearClosing, models.CASCADE, related_name="carried")
    year = models.PositiveSmallIntegerField()
    matter = models.ForeignKey(Matter, models.PROTECT, related_name="carried")

    class Meta:
        constraints = [unique("a_matter_is_carried_out_of_a_year_once", "year matter")]

    def __str__(self):
        return f"{self.matter_id} out of {self.year}"


def open_at_the_end_of(year, matters):
    """Restrict `matters` to those registered by the end of the year and not closed by then."""
    end = f"{year}-12-31"
    return matters.filter(Q(closed_on=None) | Q(closed_on__gt=end), registered_on__lte=end)
