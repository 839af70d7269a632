"""Batches of research: plan, fieldwork, records."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from outreach.models import Visit
from portal.pages.side_list import Area
from portal.records.steps import history
from research import planning
from research.acts.batches import BATCHES, crumbs, visible_batch
from research.acts.samples import begin_sample
from research.models import BatchUnit, ResearchActivity, ResearchBatch, ResearchTopic, Sample
from research.models.batches import BatchState
from research.rules import batches as rules


@require_safe
def batch(request, pk):
    user, batch = request.user, visible_batch(request.user, pk)
    knows = ResearchBatch.objects.known_to(user).filter(pk=pk).exists()
    rows = BatchUnit.objects.visible_to(user).filter(batch=batch)
    rows = list(rows.select_related("unit", "township").order_by("day", "pk"))
    begins = begin_sample(user, batch=batch)
    context = {
        "batch": batch,
        "standing": batch.stands(user.today),
        "rows": rows,
        "acts": [*([begins] if begins else []), *BATCHES.buttons(user, batch)],
        "knows": knows,
        # A host sees when who comes, and why a batch was cancelled.
        "steps": [step for step in history(batch) if knows or step.move == "cancelled"],
        "crumbs": [Area.GOING_DOWN.crumb, *_way(user, batch)],
    }
    if knows:
        context |= _fieldwork(user, batch) | _planning(user, batch, rows)
    return render(request, "research/batch.html", context)


def _way(user, batch):
    """Breadcrumbs; the topic is a link if the user may see it."""
    way = crumbs(batch)
    if not ResearchTopic.objects.visible_to(user).filter(pk=batch.topic_id).exists():
        way[1] = (batch.topic.title, "")
    return way


def _fieldwork(user, batch):
    visits = Visit.objects.visible_to(user).standing().filter(research_batches=batch)
    records = ResearchActivity.objects.visible_to(user).filter(batch=batch).for_list()
    return {
        "people": batch.people.select_related("organ").order_by("pk"),
        "samples": Sample.objects.visible_to(user).filter(batch=batch).for_list().order_by("pk"),
        "visits": visits.for_list().order_by("-visited_on", "-pk"),
        "activities": records.prefetch_related("matters").order_by("-held_on", "-pk"),
    }


def _planning(user, batch, rows):
    """Other events at these units in the same week, until the batch is arranged."""
    if batch.state not in (BatchState.DRAFT, BatchState.CHECKED):
        return {}
    people = list(batch.people.order_by("pk"))
    sees_all = rules.harmonises(user, batch)
    return {
        "weeks": planning.weeks(batch, rows, on=user.today, sees_all=sees_all),
        "retinue": planning.retinue_hint(people, on=user.today),
    }
