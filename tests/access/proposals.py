"""Proposals of the workers' congress of 县机械厂, which 石桥镇 manages in this cast."""

from django.utils import timezone

from tests.access.rows import A, R, V, X, only
from tests.people import unit
from works.actions import proposals as actions

READERS = {
    "liaison",
    "host",
    "desk",
    "office",
    "supervisor",
    "neighbour_host",
    "neighbour_liaison",
    "neighbour_office",
}
HOSTS = {"host", "neighbour_host"}
EXPORTING = READERS | {"handler", "neighbour_handler"}
# Readers of a proposal of this enterprise: its host, and the desk, office and supervisor of the
# county.
SEEING = {"host", "desk", "office", "supervisor"}


def _hosts(status):
    return only({"host"}, status, SEEING)


PAGES = {
    ("get", "works:proposals"): (READERS, A),
    ("post", "works:export_proposals"): (EXPORTING, R),
    ("get", "works:collect_proposal"): (HOSTS, A),
    ("post", "works:collect_proposal"): (HOSTS, V),
    ("get", "works:congress_proposal"): (SEEING, A, X, {}),
    ("get", "works:change_proposal"): _hosts(A),
    ("post", "works:change_proposal"): _hosts(V),
    ("post", "works:file_proposal"): _hosts(R),
    ("get", "works:take_back_proposal_step"): _hosts(A),
    ("post", "works:take_back_proposal_step"): _hosts(V),
    ("get", "works:refuse_proposal"): _hosts(A),
    ("post", "works:refuse_proposal"): _hosts(V),
    ("get", "works:merge_proposal"): _hosts(A),
    ("post", "works:merge_proposal"): _hosts(V),
    ("get", "works:withdraw_proposal"): _hosts(A),
    ("post", "works:withdraw_proposal"): _hosts(V),
    ("get", "works:take_up_proposal"): _hosts(A),
    ("post", "works:take_up_proposal"): _hosts(V),
    ("get", "works:proposal_of_matter"): (SEEING | {"author", "liaison"}, A, X, {}),
}


def records(people):
    now = timezone.now()
    factory = unit("县机械厂", people.town_organ, people.village_place, "soe")

    def collected(title):
        return actions.collect(
            by=people.host,
            at=now,
            organ=people.town_organ,
            unit=factory,
            session="第一届第一次",
            category="53",
            title=title,
            text="夜班食堂只供一餐。",
            delegation="",
            seconders=2,
        )

    one, other = collected("夜班食堂加餐"), collected("更换澡堂热水器")
    filed = actions.file(proposal=other, by=people.host, at=now)
    of_collected = "congress_proposal change_proposal file_proposal refuse_proposal merge_proposal"
    return {
        **dict.fromkeys([*of_collected.split(), "withdraw_proposal"], [one.pk]),
        **dict.fromkeys(["take_up_proposal", "take_back_proposal_step"], [filed.pk]),
        "proposal_of_matter": [people.matter().pk],
    }
