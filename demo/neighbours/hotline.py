"""Tickets of the 12345 hotline about a town: some rated, one linked to a matter, two for a
statutory channel.

The office has entered the hotline's names of some categories; no codes are invented.
"""

from datetime import timedelta

from demo import texts
from demo.told import Storyteller
from neighbours.actions import hotline
from neighbours.models import CategoryCode
from outreach.models import Matter

FILE = "neighbours.txt"
HOST, OFFICE = "zhangweidong", "liming"


def make(county):
    for line in county.few(texts.rows(FILE, "categories"), 1):
        _name_category(county, *line)
    tickets = [_Ticket(county, *line) for line in texts.rows(FILE, "tickets")]
    # Oldest first, the order in which a host enters the lists.
    for ticket in sorted(county.few(tickets, 3), key=lambda one: -one.ago):
        ticket.take()
    for line in county.few(texts.rows(FILE, "by law"), 1):
        _take_by_law(county, *line)
    _tie(county)


def _name_category(county, category, name, basis):
    told = Storyteller(county)
    row = CategoryCode(category=category)
    told.do(hotline.set_code, told.user(OFFICE), 60, row=row, code="", name_said=name, basis=basis)


def _number(day, n):
    return f"RX{day:%Y%m%d}{n:04d}"


class _Ticket:
    def __init__(self, county, location, category, summary, verdict, unit, ago):
        self.county, self.ago, self.verdict = county, int(ago), verdict
        self.unit = county.places.unit(unit)
        self.facts = {"location": location, "category_said": category, "summary": summary}

    def take(self):
        told = Storyteller(self.county)
        received = told.day(self.ago)
        due = self.county.working_day(received + timedelta(days=7))
        self.facts |= {
            "number": _number(received, 1000 + self.ago),
            "unit": self.unit,
            "organ": self.unit.host_organ,
            "received_on": received,
            "due_on": due,
            "destination": self.unit.host_organ.label,
            "category": hotline.Categories().find(self.facts["category_said"]),
        }
        told.do(hotline.take_ticket, told.user(HOST), self.ago - 1, **self.facts)
        if self.verdict:
            given = {"said": self.verdict, "given_on": told.day(self.ago - 9)}
            told.do(hotline.take_ticket, told.user(HOST), self.ago - 10, **self.facts | given)


def _take_by_law(county, destination, ago):
    told, ago = Storyteller(county), int(ago)
    told.do(
        hotline.take_ticket,
        told.user(HOST),
        ago - 1,
        number=_number(told.day(ago), 2000 + ago),
        organ=told.user(HOST).organ,
        is_statutory=True,
        destination=destination,
    )


def _tie(county):
    """Link a ticket to a matter that a cadre had already registered."""
    told = Storyteller(county)
    host = told.user(HOST)
    heard = Matter.objects.filter(host_organ=host.organ, referred_to="", unit__isnull=False)
    matter = heard.select_related("unit__host_organ__division", "unit__division").order_by("-pk")[0]
    ticket = told.do(
        hotline.take_ticket,
        host,
        2,
        number=_number(told.day(3), 3003),
        unit=matter.unit,
        organ=matter.unit.host_organ,
        received_on=told.day(3),
        category=matter.category,
        summary=str(matter.title),
        destination=matter.unit.host_organ.label,
    ).ticket
    told.do(hotline.link_ticket, host, 1, ticket=ticket, matter=matter)
