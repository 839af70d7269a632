"""The page of a research topic."""

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.pages.side_list import Area
from portal.records.steps import history
from portal.views.pieces import button
from research import planning
from research.acts.results import RESULTS
from research.acts.topics import TOPICS, crumbs, visible_topic
from research.models import Questionnaire, ResearchBatch
from research.models.topics import RUNNING, TopicState
from research.rules import topics as rules
from research.rules.questionnaires import may_begin_for

# States in which there can be no results yet.
PLANNED = (TopicState.DRAFT, TopicState.SUBMITTED, TopicState.APPROVED)


def _results_url(topic):
    """URL of the results part, loaded after the page; "" while there can be none."""
    if topic.state in PLANNED:
        return ""
    return reverse("research:topic_results", args=[topic.pk])


def _acts(user, topic):
    """Buttons of the topic, its results and its questionnaires."""
    begins = []
    if topic.state in RUNNING and (decision := may_begin_for(user, topic.lead_organ)):
        label, start = _("Make a questionnaire"), "research:new_questionnaire"
        begins = [button(label, decision, start, topic=topic.pk)]
    return [*TOPICS.buttons(user, topic), *RESULTS.buttons(user, topic), *begins]


@require_safe
def topic(request, pk):
    user, topic = request.user, visible_topic(request.user, pk)
    batches = list(ResearchBatch.objects.visible_to(user).filter(topic=topic).order_by("number"))
    for one in batches:
        one.standing = one.stands(user.today)
    checks = rules.sees_duplicates(user, topic)
    context = {
        "topic": topic,
        "members": topic.members.select_related("organ").order_by("pk"),
        "batches": batches,
        "questionnaires": Questionnaire.objects.visible_to(user).filter(topic=topic).order_by("pk"),
        "alike": planning.likely_duplicates(topic, user) if checks else [],
        "steps": history(topic),
        "results_url": _results_url(topic),
        "acts": _acts(user, topic),
        "crumbs": [Area.GOING_DOWN.crumb, *crumbs(topic)],
    }
    return render(request, "research/topic.html", context)
