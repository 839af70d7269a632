"""Disclosures of 县机械厂, which 石桥镇 manages in this cast; the whole county reads them."""

from django.utils import timezone

from tests.access.rows import A, N, R, V, X
from tests.people import unit
from works.actions import disclosures as actions

BUSINESS = {
    "author",
    "liaison",
    "host",
    "desk",
    "handler",
    "office",
    "supervisor",
    "leader",
    "neighbour_cadre",
    "neighbour_host",
    "neighbour_handler",
    "neighbour_liaison",
    "neighbour_office",
}
HOSTS = {"host", "neighbour_host"}
_WITHDRAWING = dict.fromkeys(BUSINESS - {"host"}, N)

PAGES = {
    ("get", "works:disclosures"): (BUSINESS, A),
    ("post", "works:export_disclosures"): (BUSINESS - {"author", "leader", "neighbour_cadre"}, R),
    ("get", "works:disclose"): (HOSTS, A),
    ("post", "works:disclose"): (HOSTS, V),
    ("get", "works:withdraw_disclosure"): ({"host"}, A, X, _WITHDRAWING),
    ("post", "works:withdraw_disclosure"): ({"host"}, V, X, _WITHDRAWING),
}


def records(people):
    factory = unit("县机械二厂", people.town_organ, people.village_place, "soe")
    disclosure = actions.disclose(
        by=people.host,
        at=timezone.now(),
        organ=people.town_organ,
        unit=factory,
        item="safety",
        title="除尘设备检测结果",
        published_on=timezone.localdate(),
        way="board",
        document="",
    )
    return {"withdraw_disclosure": [disclosure.pk]}
