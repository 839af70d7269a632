"""Disclosures of the factory to its workers."""

from datetime import timedelta

from demo import texts
from demo.told import Storyteller
from works.actions import disclosures

FILE = "works.txt"


def make(county):
    told = Storyteller(county)
    tell(told, told.organ("机械厂党委"), told.user("jianghongmei"), 80)


def tell(told, organ, by, first):
    """Make a disclosure every ten days from `first` days ago on, each entered on the day after."""
    for n, (item, title, way, document) in enumerate(texts.rows(FILE, "disclosures")):
        ago = first - 10 * n
        published_on = told.day(ago) - timedelta(days=1)
        told.do(
            disclosures.disclose,
            by,
            ago,
            organ=organ,
            item=item,
            title=title,
            way=way,
            document=document.format(year=published_on.year),
            published_on=published_on,
        )
