"""Festival visits: campaigns of the county, a recipient of 柳湾村 put forward by its host."""

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from outreach.actions import condolence
from outreach.models import CondolenceCampaign

EVERYBODY = {
    "leader",
    "author",
    "liaison",
    "host",
    "desk",
    "handler",
    "office",
    "supervisor",
    "recipient",
    "system",
    "security",
    "auditor",
    "neighbour_cadre",
    "neighbour_host",
    "neighbour_handler",
    "neighbour_liaison",
    "neighbour_office",
}
WORKING = EVERYBODY - {"recipient", "system", "security", "auditor"}
EXPORTING = {
    "liaison",
    "host",
    "desk",
    "handler",
    "office",
    "supervisor",
    "neighbour_host",
    "neighbour_handler",
    "neighbour_liaison",
    "neighbour_office",
}
# Users whose area has the campaign, and those among them who open, list and approve.
IN_THE_COUNTY = {"liaison", "host", "office", "supervisor", "neighbour_host", "neighbour_liaison"}
SEEING = {"host", "office", "supervisor"}
# 403 for users who see a campaign or recipient but may not act, 404 for all others.
_SEEN = dict.fromkeys(IN_THE_COUNTY, 403)
_RECIPIENT = dict.fromkeys(SEEING, 403)
# A visitor sees the campaign and recipient of the visit.
VISITOR = {"author": 403}


def _by(let_in, status, seen):
    """A row: those in `seen` who are not let in get the status given there, all others 404."""
    return let_in, status, 404, {who: code for who, code in seen.items() if who not in let_in}


LISTING = {"liaison", "host", "office", "neighbour_host", "neighbour_liaison"}
PAGES = {
    ("get", "condolence"): (WORKING, 200),
    ("get", "new_condolence"): ({"host", "office", "neighbour_host", "neighbour_office"}, 200),
    ("post", "new_condolence"): ({"host", "office", "neighbour_host", "neighbour_office"}, 422),
    ("get", "condolence_campaign"): _by(IN_THE_COUNTY, 200, {}),
    ("get", "condolence_budget"): _by({"office"}, 200, _SEEN),
    ("post", "condolence_budget"): _by({"office"}, 422, _SEEN),
    ("get", "publish_condolence"): _by({"office"}, 200, _SEEN),
    ("post", "publish_condolence"): _by({"office"}, 422, _SEEN),
    ("post", "end_condolence_notice"): _by(set(), 302, _SEEN),
    ("get", "send_back_condolence"): _by({"office"}, 200, _SEEN),
    ("post", "send_back_condolence"): _by({"office"}, 422, _SEEN),
    ("get", "approve_condolence"): _by(set(), 200, _SEEN),
    ("post", "approve_condolence"): _by(set(), 302, _SEEN),
    ("post", "close_condolence"): _by(set(), 302, _SEEN | VISITOR),
    ("get", "put_forward"): _by(LISTING, 200, _SEEN),
    ("post", "put_forward"): _by(LISTING, 422, _SEEN),
    ("get", "object_to_list"): _by(LISTING, 200, _SEEN),
    ("post", "object_to_list"): _by(LISTING, 422, _SEEN),
    ("get", "condolence_board"): _by(IN_THE_COUNTY, 200, {}),
    ("post", "print_condolence_register"): _by(LISTING, 200, _SEEN | VISITOR),
    ("get", "condolence_recipients"): (WORKING, 200),
    ("post", "export_condolence"): (EXPORTING, 302),
    ("post", "export_condolence_summary"): (EXPORTING, 302),
    ("get", "condolence_recipient"): _by(SEEING, 200, {}),
    ("post", "reveal_recipient"): _by({"host", "office"}, 200, _RECIPIENT),
    ("get", "remove_recipient"): _by({"host", "office"}, 200, _RECIPIENT),
    ("post", "remove_recipient"): _by({"host", "office"}, 422, _RECIPIENT),
    ("get", "object_to_recipient"): _by({"host", "office"}, 200, _RECIPIENT),
    ("post", "object_to_recipient"): _by({"host", "office"}, 422, _RECIPIENT),
    ("get", "enter_condolence_visit"): _by({"host", "office"}, 200, _RECIPIENT),
    ("post", "enter_condolence_visit"): _by({"host", "office"}, 422, _RECIPIENT),
    ("get", "void_condolence_visit"): _by({"host", "office"}, 200, _RECIPIENT | VISITOR),
    ("post", "void_condolence_visit"): _by({"host", "office"}, 422, _RECIPIENT | VISITOR),
    ("get", "decide_objection"): _by({"office"}, 200, {"host": 403}),
    ("post", "decide_objection"): _by({"office"}, 422, {"host": 403}),
}


def records(people):
    """One campaign open for recipients, one under public notice, one whose visits are done."""
    listing, _first = _campaign(people, 2027)
    notice, objected = _campaign(people, 2028)
    _publish(people, notice)
    objection = condolence.enter_objection(
        campaign=notice,
        recipient=objected,
        by=people.office,
        at=timezone.now(),
        way="phone",
        text="请核实",
        received_on=timezone.localdate(),
    )
    visiting, recipient = _campaign(people, 2029)
    other = _put(people, visiting, "李大山")
    _publish(people, visiting)
    yesterday = timezone.localdate() - timedelta(days=1)
    CondolenceCampaign.objects.filter(pk=visiting.pk).update(
        notice_from=yesterday, notice_to=yesterday
    )
    condolence.end_notice(campaign=visiting, by=people.office, at=timezone.now())
    condolence.approve_list(campaign=visiting, by=people.office, at=timezone.now())
    visit = condolence.enter_visit(
        recipient=other,
        by=people.host,
        at=timezone.now(),
        visited_on=timezone.localdate(),
        first_cadre=people.cadre2,
        second_cadre=people.cadre,
        way="transfer",
        handed_by="财政所",
    )
    at_listing = (
        "condolence_campaign",
        "condolence_budget",
        "publish_condolence",
        "put_forward",
        "approve_condolence",
        "end_condolence_notice",
    )
    return {
        **{page: [listing.pk] for page in at_listing},
        "send_back_condolence": [notice.pk],
        "object_to_list": [notice.pk],
        "condolence_board": [notice.pk, people.village.pk],
        "object_to_recipient": [objected.pk],
        "decide_objection": [objection.pk],
        "close_condolence": [visiting.pk],
        "print_condolence_register": [visiting.pk],
        "void_condolence_visit": [visit.pk],
        **{
            page: [recipient.pk]
            for page in (
                "condolence_recipient",
                "reveal_recipient",
                "remove_recipient",
                "enter_condolence_visit",
            )
        },
    }


def _campaign(people, year):
    campaign = condolence.open_campaign(
        festival="newyear",
        year=year,
        objection_phone="100-0000-0012",
        by=people.office,
        at=timezone.now(),
        budgets={"dues": Decimal(5000)},
    )
    return campaign, _put(people, campaign, "欧阳秀英")


def _put(people, campaign, name):
    return condolence.put_forward(
        campaign=campaign,
        unit=people.village,
        name=name,
        category="oldmember",
        source="dues",
        amount=Decimal(500),
        by=people.host,
        at=timezone.now(),
    )


def _publish(people, campaign):
    return condolence.publish_list(campaign=campaign, by=people.office, at=timezone.now())
