"""Acts of a topic that create a report, a problem or a suggestion.

Their buttons are shown on the page of the topic.
"""

from django.utils.translation import gettext_lazy as _

from portal.pages.acts import Act, Acts
from portal.records.seen import seen
from research.actions import advice, problems, reports
from research.acts.topics import crumbs
from research.forms.advice import AdviceForm
from research.forms.problems import ProblemForm
from research.forms.reports import ReportForm
from research.models import ResearchTopic
from research.rules import problems as problem_rules
from research.rules import reports as report_rules


@seen
def visible_topic(user):
    topics = ResearchTopic.objects.visible_to(user)
    return topics.select_related("lead_organ__division", "leader", "report")


RESULTS = Acts(
    "research",
    "topic",
    "research/topics/<int:pk>/",
    visible_topic,
    crumbs,
    acts=(
        Act(
            "write_report",
            _("Write the report"),
            report_rules.may_write_report,
            reports.write_report,
            ReportForm,
            "report/new/",
            initial=lambda user, topic: {"title": topic.title},
            submit=_("Keep as a draft and look at it"),
            intro=_("Organ, group, days and methods come from the records of the topic."),
            primary=True,
            then=lambda topic, report: report.get_absolute_url(),
            audit={"research_report.drafted": _("Report of research drafted")},
        ),
        Act(
            "add_found_problem",
            _("Write down a problem"),
            problem_rules.may_add_to,
            problems.add_problem,
            ProblemForm,
            "problems/new/",
            then=lambda topic, problem: problem.get_absolute_url(),
            audit={"found_problem.added": _("Problem found by research written down")},
        ),
        Act(
            "raise_advice",
            _("Write down a suggestion"),
            problem_rules.may_add_to,
            advice.raise_advice,
            AdviceForm,
            "suggestions/new/",
            then=lambda topic, advice: advice.get_absolute_url(),
            audit={"research_advice.raised": _("Suggestion of research raised")},
        ),
    ),
)
