"""One cycle over a year of the county's stays, pairings and matters, in its steps.

Ballots and words are given between `begin` and `close`, scores are computed between `close` and
`publish`, and objections are decided between `publish` and `finish`.
"""

from datetime import timedelta
from itertools import count

from django.utils import timezone

from demo.outreach.stays import said_of
from evaluation.actions import cycles, hand_overs
from outreach.actions import stay_months
from outreach.models import MonthWord, Stay
from outreach.models.stays import RESIDENTIAL_KINDS
from outreach.stay_days import month_of
from portal.roles import Role

# Days before the anchor.
BALLOTS_ENDED, CLOSED, PUBLISHED = 25, 24, 20


def begin(county, schemes):
    """Open a cycle, gather, leave one out, and begin to collect, twenty days before the ballots
    end."""
    ends = (_day(county, BALLOTS_ENDED + 35)).replace(day=1) - timedelta(days=1)
    starts = (ends.replace(day=1) - timedelta(days=330)).replace(day=1)
    opened = BALLOTS_ENDED + 25
    cycle = cycles.open_cycle(
        by=_office(county),
        at=_at(county, opened),
        schemes=schemes,
        title=f"{ends.year}年度干部下基层考核",
        starts_on=starts,
        ends_on=ends,
        ballots_until=_day(county, BALLOTS_ENDED),
    )
    cycles.gather(cycle, by=_office(county), at=_at(county, opened - 1))
    recalled = cycle.appraised.filter(cadre__stays__ending="recalled").order_by("sort_key", "pk")
    if one := recalled.first():
        cycles.leave_out(one, by=_office(county), reason="中途召回，任职不满六个月")
    return cycles.start_collecting(cycle, by=_office(county), at=_at(county, BALLOTS_ENDED + 20))


def close(county, cycle):
    """Close the cycle with its open polls."""
    return cycles.close_collecting(
        cycle, by=_office(county), close_open=True, at=_at(county, CLOSED)
    )


def publish(county, cycle):
    """Publish the computed scores."""
    return cycles.publish_scores(
        cycle, by=_office(county), on=_day(county, PUBLISHED), at=_at(county, PUBLISHED)
    )


def finish(county, cycle):
    """Finish on the day after the last one for objections, when all are decided."""
    year = _day(county, PUBLISHED).year
    return cycles.finish_cycle(
        cycle,
        by=_office(county),
        document=f"云组通〔{year}〕68号",
        at=county.moment(cycle.objection_until + timedelta(days=1)),
    )


def hand_over(cycle, *, by, at):
    """Hand over to the section that appraises cadres, which signs the next day."""
    made = hand_overs.hand_over(cycle, by=by, at=at, recipient="县委组织部干部科")
    later = at + timedelta(days=1)
    return hand_overs.note_receipt(
        made, by=by, at=later, received_by="徐文静", received_on=timezone.localdate(later)
    )


def attest_months(county, cycle):
    """Attest the months of the cycle, for hosts with an account that may do it.

    The last months may be attested already, depending on the day.
    """
    attested = set(MonthWord.objects.standing().values_list("month__stay", "month__month"))
    stays = Stay.objects.within(cycle.starts_on, cycle.ends_on).filter(kind__in=RESIDENTIAL_KINDS)
    turn = count()
    for stay in stays.order_by("pk"):
        hosts = county.people.by_role.get((Role.HOST, stay.host_organ_id), [])
        hosts = [host for host in hosts if host.pk != stay.cadre.user_id]
        last = min(stay.ended_on or stay.ends_on, cycle.ends_on)
        month, months = month_of(max(stay.starts_on, cycle.starts_on)), []
        while month <= last:
            if (stay.pk, month) not in attested:
                months.append(month)
            month = month_of(month + timedelta(days=31))
        if hosts and months:
            said = [said_of(stay, month, next(turn)) for month in months]
            said = [one for one in said if one]
            stay_months.attest_months(said=said, by=hosts[0], at=asked_until(county))


def asked_until(county):
    """Return the last moment for ballots and words, before `close`."""
    return county.moment(_day(county, BALLOTS_ENDED))


def objected_on(county):
    return _day(county, PUBLISHED - 1)


def _day(county, ago):
    return county.anchor - timedelta(days=ago)


def _at(county, ago):
    return county.moment(_day(county, ago))


def _office(county):
    return county.people.users["liming"]
