"""Other events at the units of a batch in the same week. Hints are never stored and never block."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.utils.translation import gettext as _

from outreach.models import CampaignUnit, Visit
from outreach.models.campaigns import CampaignState
from portal import parameters
from portal.pages import search
from portal.trust import wall
from research.models import BatchUnit, ResearchTopic
from research.models.batches import ARRANGED_STATES, BatchState
from research.models.topics import TopicState

# Titles count as similar from this share of common character pairs; half of it in the same
# category.
ALIKE = 0.5
SHOWN = 5


@dataclass
class UnitWeek:
    """One unit of the plan, with other events there in the week of its day."""

    row: BatchUnit
    limit: int
    visits: int = 0
    # Titles of campaigns and of other batches, with their days.
    campaigns: list = field(default_factory=list)
    batches: list = field(default_factory=list)

    @property
    def others(self):
        return [*self.batches, *self.campaigns]

    @property
    def is_over_limit(self):
        """Whether this visit exceeds the number of visits a village should have in a week."""
        return self.visits + len(self.others) + 1 > self.limit

    @property
    def together(self):
        """Whom to go with, preferring other batches to campaigns; "" if nobody else goes there."""
        return self.others[0] if self.others else ""


def _week(day):
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)


def weeks(batch, rows, *, on, sees_all):
    """Return a UnitWeek for each of these rows of a batch, in five statements in total.

    Only the office (`sees_all`) learns of unannounced spot checks by others.
    """
    limit = parameters.number("visit.unit_week_limit", on=on)
    found = {row.pk: UnitWeek(row, limit) for row in rows}
    if not found:
        return []
    units = {row.unit_id for row in rows}
    days = [row.day for row in rows]
    first, last = _week(min(days))[0], _week(max(days))[1]
    visits = Visit.objects.standing().filter(unit__in=units, visited_on__range=(first, last))
    with wall.as_system("how often units are visited in a week"):
        visits = list(visits.values_list("unit", "visited_on"))
    with wall.as_system("which campaigns go to units in a week"):
        campaigns = _campaigns(units, first, last)
    batches = _batches(batch, units, first, last, sees_all)
    for week in found.values():
        monday, sunday = _week(week.row.day)
        here = week.row.unit_id
        week.visits = sum(unit == here and monday <= day <= sunday for unit, day in visits)
        week.campaigns = [
            words
            for unit, begins, ends, words in campaigns
            if unit == here and begins <= sunday and ends >= monday
        ]
        week.batches = [
            words for unit, day, words in batches if unit == here and monday <= day <= sunday
        ]
    return list(found.values())


def _campaigns(units, first, last):
    rows = CampaignUnit.objects.filter(
        unit__in=units,
        campaign__state=CampaignState.ANNOUNCED,
        campaign__starts_on__lte=last,
        campaign__ends_on__gte=first,
    )
    rows = rows.select_related("campaign__organizer").order_by("campaign__starts_on", "pk")
    said = _("“%(title)s” of %(organ)s, %(first)s to %(last)s")
    return [
        (
            row.unit_id,
            (one := row.campaign).starts_on,
            one.ends_on,
            said
            % {
                "title": one.title,
                "organ": one.organizer.label,
                "first": f"{one.starts_on:%m-%d}",
                "last": f"{one.ends_on:%m-%d}",
            },
        )
        for row in rows
    ]


def _batches(batch, units, first, last, sees_all):
    rows = BatchUnit.objects.filter(
        unit__in=units,
        day__range=(first, last),
        batch__state__in=(BatchState.CHECKED, *ARRANGED_STATES),
    ).exclude(batch=batch)
    if not sees_all:
        rows = rows.filter(only_checked=False)
    rows = rows.select_related("batch__topic", "organ").order_by("day", "pk")
    with wall.as_system("batches of others at the same units"):
        rows = list(rows)
    said = _("“%(title)s” of %(organ)s on %(day)s")
    return [
        (
            row.unit_id,
            row.day,
            said
            % {
                "title": row.batch.topic.title,
                "organ": row.organ.label,
                "day": f"{row.day:%m-%d}",
            },
        )
        for row in rows
    ]


def retinue_hint(people, *, on):
    """Return a hint if more people go than the norm for a small retinue, else ""."""
    most = parameters.number("research.retinue_max", on=on)
    if len(people) <= most:
        return ""
    said = _("%(n)s people go; a small retinue is %(most)s at most.")
    return said % {"n": len(people), "most": most}


def likely_duplicates(topic, user):
    """Return topics of the same year that seem to study the same subject, most similar first."""
    rows = ResearchTopic.objects.visible_to(user).filter(starts_on__year=topic.starts_on.year)
    rows = rows.exclude(pk=topic.pk).exclude(state=TopicState.STOPPED)
    own, found = search.tokens(topic.title), []
    for pk, title, category in rows.order_by("pk").values_list("pk", "title", "category"):
        other = search.tokens(title)
        wanted = ALIKE / 2 if category and category == topic.category else ALIKE
        alike = len(own & other) / (len(own | other) or 1)
        if alike >= wanted:
            found.append((-alike, pk))
    best = [pk for _alike, pk in sorted(found)[:SHOWN]]
    by_pk = ResearchTopic.objects.for_list().in_bulk(best)
    return [by_pk[pk] for pk in best]
