"""Campaigns, receptions and needs of communities."""

from datetime import timedelta

from django.utils import timezone

from outreach.actions import campaigns, needs, receptions
from tests.access.rows import A, N, R, V, X, only, others

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
EXPORTING = BUSINESS - {"author", "leader", "neighbour_cadre"}
PLANNING = {"host", "office", "neighbour_host", "neighbour_office"}
HOLDING = PLANNING | {"desk"}
# Users who see an announced campaign at 柳湾村 in which the bureaus of agriculture and water take
# part.
CONCERNED = {"author", "liaison", "host", "handler", "office", "supervisor"}
READING = {"author", "host", "desk", "office", "supervisor"}
EVERYBODY = BUSINESS | {"recipient", "system", "security", "auditor"}
HOSTS = {"host", "neighbour_host"}


PAGES = {
    ("get", "campaigns"): (BUSINESS, A),
    ("get", "new_campaign"): (PLANNING, A),
    ("post", "new_campaign"): (PLANNING, V),
    ("post", "export_campaigns"): (EXPORTING, R),
    ("get", "campaign"): (CONCERNED, A, X, {}),
    ("get", "campaign_print"): (CONCERNED, A, X, {}),
    ("get", "edit_campaign"): only({"office"}, A, CONCERNED),
    ("get", "plan_campaign_unit"): only({"office"}, A, CONCERNED),
    ("get", "close_campaign"): only({"office"}, A, CONCERNED),
    ("post", "close_campaign"): only({"office"}, V, CONCERNED),
    # A draft, visible to its author and to users who plan for the organiser.
    ("get", "announce_campaign"): ({"office"}, A, X, {}),
    ("post", "announce_campaign"): ({"office"}, R, X, {}),
    ("post", "drop_campaign"): ({"office"}, R, X, {}),
    ("get", "receptions"): (EVERYBODY, A),
    ("get", "new_reception"): (HOLDING, A),
    ("post", "new_reception"): (HOLDING, V),
    ("post", "export_receptions"): (EXPORTING, R),
    ("get", "reception"): (READING, A, X, {}),
    ("get", "reception_notice"): (READING, A, X, {}),
    ("get", "edit_reception"): ({"host", "desk", "office"}, A, X, {"author": N, "supervisor": N}),
    ("get", "announce_reception"): (
        {"host", "desk", "office"},
        A,
        X,
        {"author": N, "supervisor": N},
    ),
    ("get", "cancel_reception"): ({"host", "desk", "office"}, A, X, {"author": N, "supervisor": N}),
    ("get", "register_at_reception"): (
        {"host", "desk", "office"},
        A,
        X,
        {"author": N, "supervisor": N},
    ),
    ("post", "register_at_reception"): (
        {"host", "desk", "office"},
        V,
        X,
        {"author": N, "supervisor": N},
    ),
    ("post", "hold_reception"): ({"host", "desk", "office"}, R, X, {"author": N, "supervisor": N}),
    ("get", "needs"): (BUSINESS, A),
    ("get", "new_need"): (HOSTS, A),
    ("post", "new_need"): (HOSTS, V),
    ("post", "export_needs"): (EXPORTING, R),
    ("get", "need"): (BUSINESS, A, X, {}),
    ("post", "take_up"): (
        {"leader", "neighbour_cadre"},
        R,
        N,
        others({"recipient", "system", "security", "auditor"}, X),
    ),
    ("post", "close_need"): (
        {"host"},
        R,
        N,
        others({"recipient", "system", "security", "auditor"}, X),
    ),
    ("post", "give_back"): ({"author", "host"}, R, X, {"liaison": N, "office": N}),
    ("get", "confirm_pledge"): ({"host"}, A, X, {"author": N, "liaison": N, "office": N}),
    ("get", "activities"): (BUSINESS, A),
    ("get", "new_activity"): (HOSTS, A),
    ("post", "new_activity"): (HOSTS, V),
}


def records(people):
    now, today = timezone.now(), timezone.localdate()
    plan = {
        "title": "冬季大走访",
        "kind": "visit",
        "purpose": "",
        "starts_on": today,
        "ends_on": today + timedelta(days=20),
        "document": "",
        "organizer": people.department,
        "organs": [people.agriculture, people.water],
        "units": [people.village],
    }
    made = [campaigns.plan_campaign(by=people.office, at=now, **plan) for _n in range(2)]
    campaign = campaigns.announce_campaign(campaign=made[0], by=people.office, at=now)
    day = {
        "organ": people.department,
        "leader": people.cadre,
        "duties": "",
        "theme": "",
        "starts_at": "09:00",
        "ends_at": "11:00",
        "place": "村委会",
        "form": "case",
        "unit": people.village,
        "held_on": today,
    }
    planned = receptions.plan_reception(by=people.office, at=now, **day)
    held_today = receptions.announce_reception(
        reception=receptions.plan_reception(by=people.office, at=now, **day),
        by=people.office,
        at=now,
        late_reason="临时安排",
    )
    need = needs.publish_need(
        by=people.host,
        at=now,
        unit=people.village,
        job="law",
        title="普法",
        details="",
        when="周六",
        wanted=3,
        until=today,
    )
    pledge = needs.take_up(need=need, by=people.author, at=now)
    return {
        **dict.fromkeys(
            ["campaign", "campaign_print", "edit_campaign", "close_campaign"], [campaign.pk]
        ),
        "plan_campaign_unit": [campaign.pk, campaign.units.get().pk],
        "announce_campaign": [made[1].pk],
        "drop_campaign": [made[1].pk],
        **dict.fromkeys(
            ["reception", "reception_notice", "edit_reception", "announce_reception"], [planned.pk]
        ),
        **dict.fromkeys(
            ["cancel_reception", "register_at_reception", "hold_reception"], [held_today.pk]
        ),
        "need": [need.pk],
        "take_up": [need.pk],
        "close_need": [need.pk],
        "give_back": [pledge.pk],
        "confirm_pledge": [pledge.pk],
    }
