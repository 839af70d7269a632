"""A cycle of the small cast with frozen data: scheme, appraised, ballots and words made from
models."""

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from evaluation.appraisal import freezing, scoring
from evaluation.models import (
    Appraised,
    Ballot,
    Cycle,
    MeetingCount,
    OrganAppraisal,
    Poll,
    Scheme,
    SchemeGate,
    SchemeIndicator,
)
from tests.day import in_days

DIMENSIONS = ("attitude", "style", "achievement")


def scheme(people, *, subject="cadre", indicators=(), gates=(), **fields):
    """A published scheme; `indicators` are (code, share, floor, cap, minimum_n), `gates` are (gate,
    limit)."""
    made = Scheme.objects.create(
        **{
            "title": f"方案{Scheme.objects.count()}",
            "organ": people.department,
            "subject": subject,
            "state": "published",
            "document": "云组发〔2026〕1号",
            "published_on": in_days(-400),
            "published_by": people.office,
            "written_by": people.office,
            "created_at": timezone.now(),
        }
        | fields
    )
    for code, share, floor, cap, minimum in indicators:
        SchemeIndicator.objects.create(
            scheme=made, indicator=code, share=share, floor=floor, cap=cap, minimum_n=minimum
        )
    for gate, limit in gates:
        SchemeGate.objects.create(scheme=made, gate=gate, limit=limit)
    # Reload, so that decimals have two places as in the database.
    return Scheme.objects.get(pk=made.pk)


def cycle(people, *schemes, state="computing", **fields):
    """A cycle over the last year; in the states “objection” and “final” it was published
    yesterday."""
    fields = {
        "title": "2026年度考核",
        "organ": people.department,
        "division": people.county,
        "starts_on": in_days(-365),
        "ends_on": in_days(-1),
        "ballots_until": in_days(0),
        "state": state,
        "written_by": people.office,
        "created_at": timezone.now(),
        "data_at": None if state in ("open", "collecting") else timezone.now(),
    } | fields
    if state in ("objection", "final"):
        fields = {"objection_from": in_days(-1), "objection_until": in_days(5)} | fields
    if state == "final":
        fields = {"document": "云组发〔2026〕9号", "final_on": in_days(0)} | fields
    made = Cycle.objects.create(**fields)
    made.schemes.set(schemes)
    return made


def appraised(people, cycle, scheme, *, cadre="own", saved=True, **fields):
    """王建国 at 柳湾村, over the whole cycle."""
    cadre = people.cadre if cadre == "own" else cadre
    one = Appraised(
        **{
            "cycle": cycle,
            "scheme": scheme,
            "subject": scheme.subject,
            "cadre": cadre,
            "organ": people.agriculture,
            "name": cadre.name if cadre else "县农业农村局",
            "post": "主任科员",
            "organ_name": "县农业农村局",
            "sort_key": "0020",
            "from_day": cycle.starts_on,
            "to_day": cycle.ends_on,
        }
        | fields
    )
    one.stand_at(fields.get("unit") or people.village)
    if saved:
        one.save()
    return one


def poll(people, cycle, *named, unit=None, state="closed", **fields):
    made = Poll(
        cycle=cycle,
        organ=people.department,
        state=state,
        **(
            {"issued": 40, "returned": 30, "closed_at": timezone.now(), "closed_by": people.office}
            if state == "closed"
            else {}
        ),
        **fields,
    )
    made.stand_at(unit or people.village)
    made.save()
    made.appraised.set(named)
    return made


def ballots(poll, one, *marks, **lines):
    """Make one ballot for each of `marks`, the same on all three dimensions, plus other lines by
    name."""
    return Ballot.objects.bulk_create(
        Ballot(poll=poll, appraised=one, source="slip", **dict.fromkeys(DIMENSIONS, mark) | lines)
        for mark in marks
    )


def meeting(people, poll, one, *, good, poor=0, **fields):
    n = good + poor
    line, question = [good, 0, 0, poor, 0], [0, n, 0]
    return MeetingCount.objects.create(
        **{
            "poll": poll,
            "appraised": one,
            "held_on": in_days(-2),
            "issued": n + 1,
            "returned": n,
            "valid": n,
            "attitude": line,
            "style": line,
            "achievement": line,
            "overall": line,
            "dining": question,
            "gifts": question,
            "retinue": question,
            "burden": question,
            "counted_by": people.desk,
            "counted_at": timezone.now(),
        }
        | fields
    )


def word(people, one, side, attitude, style, achievement, **fields):
    where = {"unit": people.village} if side == "unit" else {"organ": people.agriculture}
    return OrganAppraisal.objects.create(
        **{
            "appraised": one,
            "side": side,
            "attitude": attitude,
            "style": style,
            "achievement": achievement,
            "overall": 1,
            "remark": "见评价说明",
            "via": "paper",
            "noted_by": people.office,
            "given_at": timezone.now() - timedelta(hours=1),
        }
        | where
        | fields
    )


def computed(cycle, by):
    freezing.freeze(cycle)
    return scoring.compute(cycle, by=by, at=timezone.now())


def scored(people, *, state="objection", indicators=(), gates=(), marks=(1,) * 12 + (2,) * 6):
    """Return (cycle, appraised, computation) for 王建国 with ballots and words of the unit and the
    sending organ. Without indicators the results have no weight."""
    weights = {} if indicators else {"weight_masses": 70, "weight_results": 0}
    one_scheme = scheme(people, indicators=indicators, gates=gates, **weights)
    one_cycle = cycle(people, one_scheme, state=state)
    one = appraised(people, one_cycle, one_scheme)
    ballots(poll(people, one_cycle, one), one, *marks)
    word(people, one, "unit", 1, 1, 2)
    word(people, one, "sending", 1, 1, 1)
    return one_cycle, one, computed(one_cycle, people.office)


def points(text):
    return None if text is None else Decimal(text)
