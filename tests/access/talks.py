"""Talks between two cadres of the bureau of agriculture, recorded by the first."""

from django.utils import timezone

from tests.access.rows import A, R, V, X
from works.actions import talks as actions

ENTERING = {
    "author",
    "leader",
    "liaison",
    "host",
    "supervisor",
    "neighbour_cadre",
    "neighbour_host",
    "neighbour_liaison",
}
# Users who read the visits of an organ or area see the number of talks.
COUNTING = {"liaison", "host", "office", "supervisor"}
COUNTING |= {f"neighbour_{one}" for one in ("host", "liaison", "office")}
HOSTS = {"host", "neighbour_host"}

PAGES = {
    ("get", "works:talks"): (ENTERING, A),
    ("get", "works:talk_numbers"): (COUNTING, A),
    ("post", "works:export_talks"): (HOSTS, R),
    ("get", "works:enter_talk"): (ENTERING, A),
    ("post", "works:enter_talk"): (ENTERING, V),
    ("get", "works:void_talk"): ({"author"}, A, X, {}),
    ("post", "works:void_talk"): ({"author"}, V, X, {}),
}


def records(people):
    talk = actions.enter(
        by=people.author,
        at=timezone.now(),
        cadre=people.cadre,
        other=people.cadre2,
        talked_on=timezone.localdate(),
        topic="growth",
    )
    return {"void_talk": [talk.pk]}
