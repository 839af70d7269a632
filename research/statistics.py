"""Statistics columns of research (调研), counted from batches, records, problems and suggestions.

A problem or suggestion counts in each place where its topic had fieldwork, but once in the total.
Home notes (回乡调研) do not count.
"""

from functools import partial

from django.db.models import BooleanField, Count, ExpressionWrapper, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.sheets.statistics import Column, link_to, register_columns
from portal.trust import wall
from research.models import (
    Advice,
    AdviceStep,
    BatchUnit,
    FoundProblem,
    FoundProblemStep,
    ResearchActivity,
    ResearchBatch,
    ResearchTopic,
)
from research.models.reports import TAKEN_UP

# Counts bypass the wall: a reader of a row may read everything it counts.
COUNTED = "statistics of research"

# --- What was done ------------------------------------------------------------------------------


@wall.as_system(COUNTED)
def _done(layout, period):
    """Count topics with fieldwork, records, and participants where they were counted."""
    days = (period.first, period.seen_to)
    found = {}
    begun = ResearchBatch.objects.begun(period.seen_to).order_by()
    units = BatchUnit.objects.filter(day__range=days, batch__in=begun.values("pk"))
    rows = layout.of(units).order_by().values_list(layout.key, "batch__topic").distinct()
    for key, topic in rows:
        found.setdefault(key, _nothing())[0].add(topic)
    held = layout.of(ResearchActivity.objects.filter(held_on__range=days)).order_by()
    for key, n, people in held.values_list(layout.key).annotate(
        n=Count("pk"), people=Sum("person_count")
    ):
        found.setdefault(key, _nothing())[1:] = [n, people]
    return found


def _nothing():
    return [set(), 0, None]


@wall.as_system(COUNTED)
def _touched_records(layout, period, key, since, limit):
    rows = ResearchActivity.objects.filter(held_on__range=(period.first, period.last))
    rows = layout.in_row(rows, key).filter(created_at__gt=since).select_related("unit")
    rows = rows.order_by("-held_on", "-pk")[:limit]
    return [(f"{one.held_on} {one.unit.name}", one.get_absolute_url()) for one in rows]


register_columns(
    Column("research_topics", 210, "调研课题", _("Topics studied"), unit="个"),
    Column("research_records", 212, "调研场次", _("Research sessions"), unit="场"),
    Column(
        "research_people",
        214,
        "调研参加人次",
        _("People who took part in research"),
        unit="人次",
        is_given=True,
    ),
    count=_done,
    touched=_touched_records,
)

# --- What came of it ----------------------------------------------------------------------------


def _topics(layout):
    """Return {topic id: keys of the rows to which it belongs}."""
    subject = layout.subject
    if subject.organ and not subject.division and not subject.is_hosted and layout.by == "organ":
        # Include topics without fieldwork so far.
        rows = ResearchTopic.objects.filter(lead_organ__in=subject.organ_ids).order_by()
        pairs = rows.values_list("lead_organ", "pk")
    else:
        rows = layout.of(BatchUnit.objects.all()).order_by()
        pairs = rows.values_list(layout.key, "batch__topic").distinct()
    found = {}
    for key, topic in pairs:
        found.setdefault(topic, set()).add(key)
    return found


# {index of the first of its two columns: (model, its steps, their key, its day, condition of the
# second column)}
_CAME = {
    0: (FoundProblem, FoundProblemStep, "problem", "found_on", Q(matter__isnull=False)),
    2: (Advice, AdviceStep, "advice", "raised_on", Q(state__in=TAKEN_UP)),
}


def _in(noun, day, period, topics):
    days = {f"{day}__range": (period.first, period.last)}
    return noun.objects.filter(topic__in=list(topics), **days)


@wall.as_system(COUNTED)
def _came(layout, period):
    topics, found = _topics(layout), {}
    for place, (noun, _steps, _key, day, more) in _CAME.items():
        chosen = ExpressionWrapper(more, BooleanField())
        rows = _in(noun, day, period, topics).order_by().annotate(is_chosen=chosen)
        for pk, topic, is_chosen in rows.values_list("pk", "topic", "is_chosen"):
            for key in topics[topic]:
                sets = found.setdefault(key, [set() for _column in range(4)])
                sets[place].add(pk)
                if is_chosen:
                    sets[place + 1].add(pk)
    return found


@wall.as_system(COUNTED)
def _touched(layout, period, key, since, limit):
    topics = [topic for topic, keys in _topics(layout).items() if key in keys]
    touched, on = [], timezone.localdate(since)
    for noun, steps, of, day, _more in _CAME.values():
        moved = steps.objects.filter(at__gt=since).order_by().values(of)
        rows = _in(noun, day, period, topics)
        rows = rows.filter(Q(pk__in=moved) | Q(**{f"{day}__gte": on}))
        rows = rows.select_related("topic").order_by(f"-{day}", "-pk")[:limit]
        touched += [(f"{one.topic.title} {one.position}", one.get_absolute_url()) for one in rows]
    return touched


_problem_link = partial(link_to, "research:found_problems", "found_from", "found_to", tab="all")
_advice_link = partial(link_to, "research:suggestions", "raised_from", "raised_to")

register_columns(
    Column(
        "research_problems",
        216,
        "调研发现问题",
        _("Problems found by research"),
        unit="条",
        link=_problem_link(),
    ),
    Column(
        "research_to_ledger",
        218,
        "调研转入台账",
        _("Of them in the ledger"),
        link=_problem_link(in_ledger="yes"),
    ),
    Column(
        "research_advice",
        220,
        "调研意见建议",
        _("Suggestions of research"),
        unit="条",
        link=_advice_link(tab="all"),
    ),
    Column(
        "research_adopted",
        222,
        "调研建议采纳",
        _("Of them adopted"),
        unit="条",
        link=_advice_link(tab="taken_up"),
    ),
    count=_came,
    touched=_touched,
)
