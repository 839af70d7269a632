"""Placed records of an organ: area and organ of that day, with or without a unit."""

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from outreach.models.matters import number_area
from portal.models import GrassrootsUnit, Organ
from portal.models.constraints import optional_ref, ref
from portal.models.places import DivisionLevel, PlacedRecord
from portal.tools.locking import lock_name


class OfOrgan(PlacedRecord):
    """`organ` keeps the record; the place is that of the unit if there is one, else of the
    organ."""

    unit = optional_ref(GrassrootsUnit, _("place"), related_name="+")
    group = None
    organ = ref(Organ, _("organ"), related_name="+", db_index=False)
    organ_id: int

    class Meta:
        abstract = True

    def stand_with(self, organ, unit=None):
        """Copy the present place of the unit, or else of the organ."""
        if unit is not None:
            self.stand_at(unit)
        else:
            self.host_organ = organ
            ancestors = organ.division.ancestors_by_level if organ.division_id else {}
            self.province_id = ancestors.get(DivisionLevel.PROVINCE)
            self.city_id = ancestors.get(DivisionLevel.CITY)
            self.county_id = ancestors.get(DivisionLevel.COUNTY)
            self.township_id = ancestors.get(DivisionLevel.TOWNSHIP)
            self.division_id = ancestors.get(DivisionLevel.VILLAGE)
        self.organ = organ

    def take_number(self, year):
        """Assign the next number of the year in the area, holding a lock until the transaction
        ends. The row has its place and the columns `numbered_in`, `number_year` and `number`."""
        self.numbered_in = area = number_area(self.county_id, self.host_organ)
        lock_name(f"{self._meta.db_table}.{area}.{year}")
        rows = type(self)._default_manager.filter(numbered_in=area, number_year=year)
        last = rows.aggregate(last=Max("number"))["last"]
        self.number_year, self.number = year, (last or 0) + 1
