"""A collecting cycle made directly from models: 王建国 of 县农业农村局, appraised in 柳湾村."""

from django.utils import timezone

from evaluation.models import Appraised, Ballot, Cycle, Poll, Scheme
from evaluation.models.cycles import CycleState
from evaluation.models.schemes import SchemeState
from portal.models import Cadre
from tests.day import in_days


def scheme(people, **changes):
    fields = {
        "title": "走访干部考核方案",
        "organ": people.department,
        "subject": "cadre",
        "state": SchemeState.PUBLISHED,
        "document": "云组发〔2026〕1号",
        "published_on": in_days(-90),
        "published_by": people.office,
        "written_by": people.office,
        "created_at": timezone.now(),
    } | changes
    found = Scheme.objects.filter(title=fields["title"]).first()
    return found or Scheme.objects.create(**fields)


def cycle(people, **changes):
    fields = {
        "title": "2026年度考核",
        "organ": people.department,
        "starts_on": in_days(-300),
        "ends_on": in_days(-1),
        "ballots_until": in_days(10),
        "state": CycleState.COLLECTING,
        "written_by": people.office,
        "created_at": timezone.now(),
    } | changes
    return Cycle.objects.create(**fields)


def appraised(people, in_cycle, *, cadre=None, unit=None, **changes):
    who = cadre or people.cadre
    unit = unit or people.village
    one = Appraised(
        **{
            "cycle": in_cycle,
            "scheme": scheme(people),
            "subject": "cadre",
            "cadre": None if changes.get("subject") == "organ" else who,
            "name": who.name,
            "post": who.post,
            "organ": who.organ,
            "organ_name": who.organ.name,
            "sort_key": f"{who.organ.sort_order:05} {who.pk}",
            "from_day": in_cycle.starts_on,
            "to_day": in_cycle.ends_on,
        }
        | changes
    )
    one.stand_at(unit)
    one.save()
    return one


def another(people, in_cycle, name="李小红", **changes):
    """Appraise another cadre of the same organ, without an account."""
    cadre = Cadre.objects.create(name=name, organ=people.agriculture, post="科员", sort_order=9)
    return appraised(people, in_cycle, cadre=cadre, **changes)


def poll(people, in_cycle, who, **changes):
    fields = {"cycle": in_cycle, "organ": in_cycle.organ, "state": "open"} | changes
    one = Poll(**fields)
    one.stand_at(people.village)
    one.save()
    one.appraised.set(who)
    return one


def closed(people, in_cycle, who, returned=20):
    return poll(
        people,
        in_cycle,
        who,
        state="closed",
        issued=returned,
        returned=returned,
        closed_at=timezone.now(),
        closed_by=people.office,
    )


def ballots(one_poll, who, n, mark=1):
    Ballot.objects.bulk_create(
        Ballot(
            poll=one_poll,
            appraised=who,
            source="slip",
            attitude=mark,
            style=mark,
            achievement=mark,
            overall=mark,
        )
        for _n in range(n)
    )
