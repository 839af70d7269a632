"""Research topics: the record."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.pages.side_list import Area
from portal.records.steps import history
from research import planning
from research.acts.topics import TOPICS, crumbs, visible_topic
from research.models import FoundProblem, Questionnaire, ResearchBatch, ResearchReport
from research.rules import topics as rules


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
        "reports": ResearchReport.objects.visible_to(user).filter(topic=topic).order_by("pk"),
        "problem_count": FoundProblem.objects.visible_to(user).filter(topic=topic).count(),
        "questionnaires": Questionnaire.objects.visible_to(user).filter(topic=topic).order_by("pk"),
        "alike": planning.likely_duplicates(topic, user) if checks else [],
        "steps": history(topic),
        "acts": TOPICS.buttons(user, topic),
        "crumbs": [Area.GOING_DOWN.crumb, *crumbs(topic)],
    }
    return render(request, "research/topic.html", context)
