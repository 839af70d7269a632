"""The festivals of 走访慰问 and their computed days."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from lunar_python import Lunar

from portal import parameters


class Festival(TextChoices):
    NEW_YEAR = "newyear", _("New Year's Day (元旦)")
    SPRING = "spring", _("Spring Festival (春节)")
    PARTY_DAY = "party", _("Founding of the Party (七一)")
    ARMY_DAY = "army", _("Army Day (八一)")
    MID_AUTUMN = "autumn", _("Mid-Autumn (中秋)")
    NATIONAL_DAY = "national", _("National Day (国庆)")
    DOUBLE_NINTH = "ninth", _("Double Ninth (重阳)")
    # Of trade unions. Reminders number the festivals by their position, so append new ones.
    SUMMER = "summer", _("Cool drinks in summer (夏送清凉)")
    SCHOOL = "school", _("Aid for schooling (金秋助学)")


# For paper and the names of campaigns, in every language.
_NAMES = ("元旦", "春节", "七一", "八一", "中秋", "国庆", "重阳", "夏送清凉", "金秋助学")
CHINESE = dict(zip(Festival, _NAMES, strict=True))
OF_THE_COUNTY = tuple(Festival)[:7]

# (month, day) of the solar and of the lunar calendar.
_SOLAR = {
    Festival.NEW_YEAR: (1, 1),
    Festival.PARTY_DAY: (7, 1),
    Festival.ARMY_DAY: (8, 1),
    Festival.NATIONAL_DAY: (10, 1),
    Festival.SUMMER: (8, 31),
    Festival.SCHOOL: (9, 10),
}
_LUNAR = {Festival.SPRING: (1, 1), Festival.MID_AUTUMN: (8, 15), Festival.DOUBLE_NINTH: (9, 9)}
# Norms of the days before a festival; the others have one in common.
_WINDOWS = {
    Festival.SPRING: "festival.spring_window_days",
    Festival.SUMMER: "festival.summer_window_days",
    Festival.SCHOOL: "festival.school_window_days",
}

# Years for which campaigns can be opened; the lunar tables reach further.
YEARS = range(2000, 2100)


@dataclass(frozen=True)
class Window:
    """The days for a festival's visits; the last one is the festival."""

    first: date
    last: date


def day_of(festival, year):
    """The day of a festival in a solar year."""
    festival = Festival(festival)
    if festival in _SOLAR:
        return date(year, *_SOLAR[festival])
    solar = Lunar.fromYmd(year, *_LUNAR[festival]).getSolar()
    return date(solar.getYear(), solar.getMonth(), solar.getDay())


def window_of(festival, year):
    """The window by the norm in force on the festival's day."""
    day = day_of(festival, year)
    norm = _WINDOWS.get(Festival(festival), "festival.window_days")
    before = parameters.number(norm, on=day)
    return Window(day - timedelta(days=before), day)


def windows_around(on):
    """[(festival, year, Window)] of the windows that include a day."""
    found = [
        (festival, year, window_of(festival, year))
        for year in (on.year, on.year + 1)
        for festival in Festival
    ]
    return [one for one in found if one[2].first <= on <= one[2].last]
