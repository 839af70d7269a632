"""谈心谈话 in numbers: by class and quarter, and nothing about a single talk.

In each quarter the classes with few talks are summed together with as many of the next as needed,
so that no number identifies a person. A class in that sum looks like one without talks.
"""

from dataclasses import dataclass

from django.db.models import Count
from django.db.models.functions import ExtractQuarter

from works.models.talks import TalkTopic


@dataclass(frozen=True)
class Quarter:
    number: int
    # {class: number} of the classes that may be shown.
    shown: dict
    # Number of talks in the other classes.
    together: int

    @property
    def total(self):
        return sum(self.shown.values()) + self.together


def quarters_of(talks, year, *, least):
    """The four quarters of a year, counted in one statement."""
    rows = talks.filter(talked_on__year=year).order_by()
    counted = rows.values_list(ExtractQuarter("talked_on"), "topic").annotate(n=Count("pk"))
    found = {number: {} for number in range(1, 5)}
    for number, topic, n in counted:
        found[number][topic] = n
    return [_quarter(number, classes, least) for number, classes in found.items()]


def _quarter(number, classes, least):
    together = 0
    order = sorted(classes, key=lambda topic: (classes[topic], topic))
    while order and (classes[order[0]] < least or 0 < together < least):
        together += classes[order.pop(0)]
    return Quarter(number, {topic: classes[topic] for topic in order}, together)


def table(quarters):
    """[(label of a class, [number of each quarter, None where it is not shown])]"""
    return [(topic.label, [one.shown.get(topic.value) for one in quarters]) for topic in TalkTopic]
