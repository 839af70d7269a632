"""Tickets of the hotline about 柳湾村, taken in by its host; codes of the hotline."""

from datetime import date

from django.utils import timezone

from neighbours.actions import hotline
from portal import parameters
from portal.models import PolicyParameter
from tests.access.rows import A, R, V, X, only

BUSINESS = {
    "leader",
    "author",
    "liaison",
    "host",
    "desk",
    "handler",
    "office",
    "supervisor",
    "neighbour_cadre",
    "neighbour_host",
    "neighbour_handler",
    "neighbour_liaison",
    "neighbour_office",
}
LEDGER = {
    "liaison",
    "host",
    "desk",
    "office",
    "supervisor",
    "neighbour_host",
    "neighbour_liaison",
    "neighbour_office",
}
EXPORTING = BUSINESS - {"author", "leader", "neighbour_cadre"}
# Users who read a ticket of 柳湾村, and those among them who link it to a matter.
READING = {"host", "desk", "office", "supervisor"}
TYING = {"host", "desk"}
READING_MATTER = {"author", "liaison", "host", "desk", "office", "supervisor"}
SETTING = {"office", "neighbour_office"}


PAGES = {
    ("get", "neighbours:tickets"): (LEDGER, A),
    ("post", "neighbours:export_tickets"): (EXPORTING, R),
    ("get", "neighbours:ticket"): (READING, A, X, {}),
    ("get", "neighbours:link_ticket"): only(TYING, A, READING),
    ("post", "neighbours:link_ticket"): only(TYING, V, READING),
    ("post", "neighbours:unlink_ticket"): only(TYING, R, READING),
    ("get", "neighbours:take_over_ticket"): only(TYING, A, READING),
    ("post", "neighbours:take_over_ticket"): only(TYING, V, READING),
    ("get", "neighbours:tickets_of_unit"): (BUSINESS, A),
    ("get", "neighbours:tickets_of_matter"): (READING_MATTER, A, X, {}),
    ("get", "neighbours:category_codes"): (BUSINESS, A),
    ("post", "neighbours:export_category_codes"): (EXPORTING, R),
    ("get", "neighbours:set_category_code"): (SETTING, A),
    ("post", "neighbours:set_category_code"): (SETTING, R),
}


def records(people):
    now = timezone.now()
    PolicyParameter.objects.create(
        code="hotline.exchange",
        value="yes",
        basis="云政办发〔2026〕9号",
        valid_from=date(2020, 1, 1),
        set_by=people.office,
    )
    parameters.forget()

    def ticket(number):
        given = {"unit": people.village, "organ": people.town_organ, "by": people.host, "at": now}
        return hotline.take_ticket(number=number, summary="渠道淤堵", **given).ticket

    free, tied, matter = ticket("GD1"), ticket("GD2"), people.matter()
    hotline.link_ticket(ticket=tied, by=people.host, at=now, matter=matter)
    return {
        **dict.fromkeys(["ticket", "link_ticket", "take_over_ticket"], [free.pk]),
        "unlink_ticket": [tied.pk],
        "tickets_of_unit": [people.village.pk],
        "tickets_of_matter": [matter.pk],
        "set_category_code": [2],
    }
