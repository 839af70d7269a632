"""Duties: reports to write, review and decide, problems to solve, suggestions to answer and to
follow up."""

from django.db.models import Case, DateField, Exists, Max, OuterRef, Q, Subquery, Value, When
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal import parameters
from portal.days import workdays
from portal.duties.duty import (
    Duty,
    OrganReach,
    Own,
    Told,
    by_deadline,
    item,
    oldest,
    register,
    soon,
)
from portal.duties.reminders import Noun, names_of
from portal.pages.side_list import Area
from portal.roles import Permission as P
from research.models import Advice, FoundProblem, ResearchBatch, ResearchReport, ResearchTopic
from research.models.batches import BatchState
from research.models.reports import OPEN_REPORTS
from research.models.reports import ResearchReportState as State
from research.models.topics import TopicState

LEAD = OrganReach(P.LEAD_RESEARCH, to="topic__lead_organ")
DECIDER = OrganReach(P.DECIDE_RESEARCH, to="topic__lead_organ")
RESPONSIBLE = OrganReach(P.HANDLE_MATTERS, to="responsible_organ")
ADDRESSED = OrganReach(P.HANDLE_MATTERS, to="addressed_to")


def to_report(day):
    """Topics whose fieldwork is over but whose report has not been submitted."""
    batches = ResearchBatch.objects.filter(topic=OuterRef("pk")).order_by()
    over = batches.filter(state=BatchState.OVER)
    ended = over.values("topic").annotate(last=Max("ends_on")).values("last")
    going_on = batches.exclude(state__in=(BatchState.OVER, BatchState.CANCELLED))
    topics = ResearchTopic.objects.filter(
        Q(report=None) | Q(report__state__in=OPEN_REPORTS), state=TopicState.UNDER_WAY
    ).annotate(fieldwork_ended=Subquery(ended, output_field=DateField()))
    return topics.filter(~Exists(going_on), fieldwork_ended__isnull=False)


def _due_after(end):
    """Return the due date: working days after the end of the fieldwork, by the norm of that day."""
    return workdays.add_working_days(end, parameters.number("research.report_wd", on=end))


def _report_due(day):
    """Due date of each waiting topic as an SQL expression, for the reminders. Few topics wait."""
    ends = {}
    for pk, end in to_report(day).order_by().values_list("pk", "fieldwork_ended"):
        ends.setdefault(end, []).append(pk)
    due = [When(pk__in=ids, then=Value(_due_after(end))) for end, ids in ends.items()]
    return Case(*due, default=Value(day), output_field=DateField())


def _in_state(state):
    return lambda day: ResearchReport.objects.filter(state=state)


def _of_topics(rows):
    return rows.select_related("topic__lead_organ")


def _lead_organ(record):
    return record.topic.lead_organ.label


def _near(records, day, at):
    """Records shortly before their due date and from then on."""
    return records.filter(due_on__lte=soon(day))


def _advice_titles(user, ids):
    rows = Advice.objects.visible_to(user).filter(pk__in=ids).only("text")
    return {one.pk: one.label for one in rows}


register(
    Area.GOING_DOWN,
    Noun("topic_results", names_of(ResearchTopic, "title"), "research:topic_results"),
    Noun("research_report", names_of(ResearchReport, "title"), "research:report"),
    Noun("found_problem", names_of(FoundProblem, "title"), "research:found_problem"),
    Noun("research_advice", _advice_titles, "research:advice"),
    Duty(
        code="report_to_write",
        title=_("Topics whose report is to be handed in"),
        act=_("Write the report"),
        records=to_report,
        whose=Own("leader__user", P.SEE_PEOPLE) | OrganReach(P.LEAD_RESEARCH, to="lead_organ"),
        load=lambda rows: rows.select_related("lead_organ"),
        item=item(
            "title",
            "lead_organ.label",
            due=lambda topic: _due_after(topic.fieldwork_ended),
            page="research:topic_results",
        ),
        sort=oldest("ends_on"),
        told=Told(_("The report of a topic is to be handed in"), "topic_results", due=_report_due),
    ),
    Duty(
        code="report_sent_back",
        title=_("Reports of research sent back to me"),
        act=_("Go on writing"),
        records=_in_state(State.SENT_BACK),
        whose=Own("written_by", P.SEE_PEOPLE),
        load=_of_topics,
        item=item("title", _lead_organ, "research:edit_research_report"),
        sort=oldest("created_at"),
        told=Told(_("A report of research was sent back"), "research_report", until_read=True),
    ),
    Duty(
        code="report_to_review",
        title=_("Reports of research to review"),
        act=pgettext_lazy("reports", "Review it"),
        records=_in_state(State.REVIEW),
        whose=LEAD - Own("written_by"),
        load=_of_topics,
        item=item("title", _lead_organ, "research:review_research_report"),
        sort=oldest("created_at"),
        is_approval=True,
        told=Told(_("A report of research waits for a review"), "research_report"),
    ),
    Duty(
        code="report_to_decide",
        title=_("Reports of research to decide on"),
        act=pgettext_lazy("research", "Decide on it"),
        records=_in_state(State.REVIEWED),
        whose=DECIDER - Own("written_by"),
        load=_of_topics,
        item=item("title", _lead_organ, "research:decide_research_report"),
        sort=oldest("created_at"),
        is_approval=True,
        told=Told(_("A report of research waits for a decision"), "research_report"),
    ),
    Duty(
        code="found_problem",
        title=_("Problems found by research, to solve"),
        act=_("Note progress"),
        records=lambda day: FoundProblem.objects.to_solve(),
        whose=RESPONSIBLE | Own("person__user", P.SEE_PEOPLE),
        load=_of_topics,
        item=item("title", _lead_organ, "research:note_found_problem", due="due_on"),
        sort=by_deadline("due_on"),
        told=Told(
            _("A problem found by research is due"), "found_problem", due="due_on", only=_near
        ),
    ),
    Duty(
        code="advice_to_answer",
        title=_("Suggestions of research to answer"),
        act=_("Answer"),
        records=lambda day: Advice.objects.to_answer(),
        whose=ADDRESSED,
        load=_of_topics,
        item=item("label", _lead_organ, "research:answer_advice", due="answer_by"),
        sort=by_deadline("answer_by"),
        told=Told(
            _("A suggestion of research waits for an answer"), "research_advice", due="answer_by"
        ),
    ),
    Duty(
        code="advice_look_back",
        title=_("Research suggestions to look at again"),
        act=_("Look at it again"),
        records=Advice.objects.to_look_back,
        whose=LEAD,
        load=_of_topics,
        item=item("label", _lead_organ, "research:look_back_at_advice", due="look_back_on"),
        sort=by_deadline("look_back_on"),
        told=Told(
            _("What came of a suggestion is to be looked at again"),
            "research_advice",
            due="look_back_on",
        ),
    ),
    use="research",
)
