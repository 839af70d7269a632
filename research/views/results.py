"""Results of a topic: the part of its page, and the pages of report, problem and suggestion."""

from django.shortcuts import render
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from outreach.models import Matter
from portal.pages.side_list import Area
from portal.pages.web import page_or_part, sheet_page
from portal.records.seen import sees
from portal.records.steps import history
from research import library
from research.actions.reports import LONG
from research.acts import advice as advice_acts
from research.acts import problems as problem_acts
from research.acts import reports as report_acts
from research.acts.results import RESULTS, visible_topic
from research.acts.topics import crumbs
from research.forms.reports import ReportForm
from research.ledgers.register import results_of as counted
from research.models import ResearchTopic
from research.models.topics import Method
from research.rules import reports as rules

# Sections of a report, labelled as in its form.
PARTS = ReportForm.base_fields


def _of_topic(user, topic):
    """URL of the topic, if the user may see it, else ""."""
    return topic.get_absolute_url() if sees(user, ResearchTopic, topic.pk) else ""


@require_safe
def topic_results(request, pk):
    """Part of a topic's page: report, problems and suggestions, and the buttons that create
    them."""
    user, topic = request.user, visible_topic(request.user, pk)
    context = {
        "topic": topic,
        "report": getattr(topic, "report", None),
        "problems": topic.problems.for_list().order_by("position"),
        "suggestions": topic.suggestions.for_list().order_by("position"),
        "acts": RESULTS.buttons(user, topic),
        "crumbs": [Area.GOING_DOWN.crumb, *crumbs(topic, pgettext("research", "What comes of it"))],
    }
    page, part = "research/topic_results.html", "research/_topic_results.html"
    return page_or_part(request, page, part, context)


# --- The report ---------------------------------------------------------------------------------


@require_safe
def report(request, pk):
    user, report = request.user, report_acts.visible_report(request.user, pk)
    topic_url = _of_topic(user, report.topic)
    context = {
        "report": report,
        "topic_url": topic_url,
        "parts": [(PARTS[name].label, getattr(report, name)) for name in LONG],
        "crumbs": [Area.GOING_DOWN.crumb, *report_acts.crumbs(report)],
    }
    if topic_url:
        # Readers of the library see neither the group nor the history.
        context |= {
            "done": counted([report.topic], on=request.user.today)[report.topic_id],
            "named": library.named_in(report) if _may_still_change(user, report) else None,
            "steps": history(report),
            "acts": report_acts.REPORTS.buttons(user, report),
        }
    return render(request, "research/report.html", context)


def _may_still_change(user, report):
    return not report.published_at and rules.writes_for(user, report.topic)


@require_safe
def report_print(request, pk):
    """调研报告."""
    report = report_acts.visible_report(request.user, pk)

    def context():
        topic = report.topic
        is_inside = bool(_of_topic(request.user, topic))
        done = counted([topic], on=request.user.today)[topic.pk]
        return {
            "report": report,
            "topic": topic,
            "is_inside": is_inside,
            "done": done,
            "methods": "、".join(str(Method(one).label) for one in done.methods),
            "suggestions": topic.suggestions.for_list().order_by("position") if is_inside else [],
        }

    return sheet_page(request, "research/slips/report.html", context)


# --- Problems and suggestions -------------------------------------------------------------------


@require_safe
def found_problem(request, pk):
    user, problem = request.user, problem_acts.visible_problem(request.user, pk)
    context = {
        "problem": problem,
        "topic_url": _of_topic(user, problem.topic),
        "sees_matter": sees(user, Matter, problem.matter_id),
        "steps": history(problem),
        "acts": problem_acts.PROBLEMS.buttons(user, problem),
        "crumbs": [Area.GOING_DOWN.crumb, *problem_acts.crumbs(problem)],
    }
    return render(request, "research/problem.html", context)


@require_safe
def advice(request, pk):
    user, advice = request.user, advice_acts.visible_advice(request.user, pk)
    context = {
        "advice": advice,
        "topic_url": _of_topic(user, advice.topic),
        "steps": history(advice),
        "acts": advice_acts.ADVICE.buttons(user, advice),
        "crumbs": [Area.GOING_DOWN.crumb, *advice_acts.crumbs(advice)],
    }
    return render(request, "research/advice.html", context)
