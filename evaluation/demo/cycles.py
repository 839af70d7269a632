"""One cycle over a year of the county's stays, pairings and matters, move by move.

Between `begin` and `close` people give their ballots and words; between `close` and `publish` the
scores are computed; between `publish` and `finish` objections are decided.
"""

from datetime import timedelta

from evaluation.actions import cycles

# Days before the anchor.
BALLOTS_ENDED, CLOSED, PUBLISHED = 25, 24, 20


def begin(county, schemes):
    """Opened, gathered, one left out, and collecting begun: twenty days before the ballots end."""
    ends = (_day(county, BALLOTS_ENDED + 35)).replace(day=1) - timedelta(days=1)
    starts = (ends.replace(day=1) - timedelta(days=330)).replace(day=1)
    opened = BALLOTS_ENDED + 25
    cycle = cycles.open_cycle(
        by=_office(county), at=_at(county, opened), schemes=schemes,
        title=f"{ends.year}年度干部下基层考核", starts_on=starts, ends_on=ends,
        ballots_until=_day(county, BALLOTS_ENDED),
    )  # fmt: skip
    cycles.gather(cycle, by=_office(county), at=_at(county, opened - 1))
    recalled = cycle.appraised.filter(cadre__stays__ending="recalled").order_by("sort_key", "pk")
    if one := recalled.first():
        cycles.leave_out(one, by=_office(county), reason="中途召回，任职不满六个月")
    return cycles.start_collecting(cycle, by=_office(county), at=_at(county, BALLOTS_ENDED + 20))


def close(county, cycle):
    """The polls that are open are closed with it."""
    return cycles.close_collecting(
        cycle, by=_office(county), close_open=True, at=_at(county, CLOSED)
    )


def publish(county, cycle):
    """When it was computed."""
    return cycles.publish_scores(
        cycle, by=_office(county), on=_day(county, PUBLISHED), at=_at(county, PUBLISHED)
    )


def finish(county, cycle):
    """The day after the last one for objections, when all are decided."""
    year = _day(county, PUBLISHED).year
    return cycles.finish_cycle(
        cycle, by=_office(county), document=f"云组通〔{year}〕68号",
        at=county.moment(cycle.objection_until + timedelta(days=1)),
    )  # fmt: skip


def computed_on(county):
    return _day(county, CLOSED)


def objected_on(county):
    return _day(county, PUBLISHED - 1)


def _day(county, ago):
    return county.anchor - timedelta(days=ago)


def _at(county, ago):
    return county.moment(_day(county, ago))


def _office(county):
    return county.people.users["liming"]
