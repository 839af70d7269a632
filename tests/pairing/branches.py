"""Party organisations, partnerships and joint activities for the tests of co-building."""

import uuid

from django.utils import timezone

from pairing.actions import joint_activities, partnerships
from portal.models import PartyOrganization
from tests.day import in_days
from tests.people import START


def branch(name, **facts):
    return PartyOrganization.objects.create(
        **{"name": name, "kind": "branch", "started_on": START} | facts
    )


def agree(people, helper, helped, by=None, **facts):
    facts = {
        "mode": "one",
        "starts_on": in_days(-100),
        "ends_on": in_days(300),
        "content": "联建班子，联办农技课堂。",
    } | facts
    return partnerships.agree_partnership(
        helper_branch=helper,
        helped_branch=helped,
        by=by or people.office,
        at=timezone.now(),
        **facts,
    )


def content(**facts):
    return {
        "kind": "service",
        "theme": "清淤义务劳动",
        "held_on": in_days(-2),
        "place": "东支渠",
        "head_count": 30,
        "deeds": [],
        "effect": "",
    } | facts


def held(people, pairing, by=None, client_key=None, at=None, photos=(), **facts):
    activity, _new = joint_activities.record_activity(
        pairing=pairing,
        client_key=client_key or uuid.uuid4(),
        by=by or people.liaison,
        at=at or timezone.now(),
        photos=photos,
        **content(**facts),
    )
    return activity
