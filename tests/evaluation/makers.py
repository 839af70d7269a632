"""Cycles as actions of other parts leave them, inserted directly for tests that start in the
middle."""

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from evaluation.actions import closing_lists, polls
from evaluation.models import Appraised, Cycle, Scheme

# Twenty throws of a die, and the witnesses.
THROWS = "35142 63514 26514 26351"
THROWN = {
    "kind": "dice",
    "how": "县委组织部三楼会议室，上午九时",
    "organiser": "组织科工作人员",
    "witness": "县人大代表",
    "witness_of": "县人大常委会",
}
OBSERVED = {
    "observer": "村民代表甲",
    "observer_of": "柳湾村村民代表会议",
    "second_observer": "县人大代表",
    "second_observer_of": "县人大常委会",
}


# A ballot on one person: the answer to each question.
TICKS = {
    "attitude": 1,
    "style": 2,
    "achievement": 3,
    "overall": 1,
    "dining": 2,
    "gifts": 2,
    "retinue": 3,
    "burden": 2,
}


def scheme(people, **fields):
    today = timezone.localdate()
    fields = {
        "title": "驻村干部考核方案",
        "organ": people.department,
        "subject": "cadre",
        "written_by": people.office,
        "state": "published",
        "published_on": today,
        "published_by": people.office,
        "document": "云组通〔2026〕1号",
        "weight_masses": Decimal(40),
        "created_at": timezone.now(),
    } | fields
    return Scheme.objects.create(**fields)


def cycle(people, **fields):
    """A cycle that collects ballots today."""
    today = timezone.localdate()
    fields = {
        "title": "2026年度考核",
        "organ": people.department,
        "division": people.county,
        "starts_on": today - timedelta(days=200),
        "ends_on": today,
        "ballots_until": today + timedelta(days=10),
        "state": "collecting",
        "written_by": people.office,
        "created_at": timezone.now(),
    } | fields
    return Cycle.objects.create(**fields)


def appraised(people, cycle, *, cadre=None, unit=None, **fields):
    cadre = cadre or people.cadre
    rules = Scheme.objects.first() or scheme(people)
    one = Appraised(
        cycle=cycle,
        scheme=rules,
        subject="cadre",
        cadre=cadre,
        organ=cadre.organ,
        name=cadre.name,
        post=cadre.post,
        organ_name=cadre.organ.name,
        sort_key=f"{cadre.organ.sort_order:05}{cadre.sort_order:05}",
        from_day=cycle.starts_on,
        to_day=cycle.ends_on,
        **fields,
    )
    if unit:
        one.stand_at(unit)
    one.save()
    return one


def draw_voters(cycle, *, by):
    """Freeze the frames of the cycle's polls that await it, then enter a seed thrown afterwards."""
    at, number = timezone.now(), cycle.throws.count() + 1
    polls.freeze_frames(cycle, by=by, at=at - timedelta(minutes=5))
    return polls.enter_seed(cycle, by=by, at=at, seed=f"{THROWS} {number}", **THROWN)


def listed(poll, *, by, returned=0, **more):
    """Publish the list of ballots in the urn before two observers."""
    about = OBSERVED | {"returned": returned} | more
    return closing_lists.list_ballots(poll, by=by, at=timezone.now(), **about)


def prepared(poll, people, served=5, roster=8):
    """Set the poll's roster and draw its voters."""
    polls.set_roster(
        poll, by=people.desk, roster_size=300, served_wanted=served, roster_wanted=roster
    )
    draw_voters(poll.cycle, by=people.office)
    poll.refresh_from_db()
    return poll


def typed(one, ticks=TICKS, **more):
    """What a voter submits about one person."""
    return {f"a{one.pk}-{line}": str(n) for line, n in ticks.items()} | more
