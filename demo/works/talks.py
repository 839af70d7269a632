"""Talks of the factory's committee: with each other, and with workers."""

from demo import texts
from demo.told import Storyteller
from portal.models import GrassrootsUnit
from works.actions import talks

FILE = "works.txt"


def make(county):
    told = Storyteller(county)
    hosts = [told.user(name) for name in ("hanlixin", "jianghongmei")]
    tell(told, told.organ("机械厂党委"), hosts, 60)


def tell(told, organ, hosts, first):
    """Make a talk between the two hosts `first` days ago, and later ones with workers."""
    by, other = hosts
    enter(told, by, first, other=other.cadre, topic="daily")
    units = GrassrootsUnit.objects.filter(host_organ=organ, kind="soe", parent__isnull=False)
    units = list(units.select_related("division").order_by("sort_order", "pk"))
    for n, (topic, name) in enumerate(texts.rows(FILE, "talks")):
        unit = units[n % len(units)]
        enter(told, hosts[n % 2], first - 9 * (n + 1), other_name=name, topic=topic, unit=unit)


def enter(told, by, ago, **facts):
    told.do(talks.enter, by, ago, cadre=by.cadre, talked_on=told.day(ago), **facts)
