"""(17) 调研活动登记表 (DOMAIN-NEXT A): each topic with its activities and results.

All numbers are counted from records. What was not counted or is not yet known stays empty.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from itertools import islice

from django.db.models import Count, Q, Sum

from portal.sheets.ledgers import Column, RecordLedger, chinese, register
from portal.trust import wall
from research.filters.results import REGISTER_AT, register_rows
from research.models import (
    Advice,
    Answer,
    BatchUnit,
    DrawnUnit,
    FoundProblem,
    Questionnaire,
    ResearchActivity,
    ResearchBatch,
    ResearchTopic,
)
from research.models.questionnaires import HAS_RESULTS
from research.models.reports import DECIDED_REPORTS, TAKEN_UP
from research.models.samples import NOT_ELIGIBLE, Disposition
from research.models.topics import Method, TopicSource, TopicState

CHUNK = 200
_SOURCE, _METHOD = chinese(TopicSource), chinese(Method)


@dataclass
class Results:
    """Activities and results of one topic."""

    members: list = field(default_factory=list)
    batches: int = 0
    first: date | None = None
    last: date | None = None
    methods: list = field(default_factory=list)
    places: int = 0
    held: int = 0
    # None if no record has a number; `uncounted` is the number of records without one.
    people: int | None = None
    uncounted: int = 0
    # Stored answers; None before the first questionnaire was stripped.
    answers: int | None = None
    # Completes among all drawn eligible units; None if no sample is finished.
    complete: int | None = None
    eligible: int | None = None
    problems: int = 0
    matters: int = 0
    advice: int = 0
    adopted: int = 0
    turned: list = field(default_factory=list)


@wall.as_system("what was done for a topic")
def results_of(topics, *, on):
    """Return {topic id: Results} as of a day, in a fixed number of queries."""
    found = {one.pk: Results() for one in topics}
    ids = list(found)
    members = ResearchTopic.members.through.objects.filter(researchtopic__in=ids)
    for topic, name in members.order_by("cadre__sort_order", "cadre").values_list(
        "researchtopic", "cadre__name"
    ):
        found[topic].members.append(name)
    _fieldwork(found, ids, on)
    _surveys(found, ids)
    _findings(found, ids)
    return found


def _fieldwork(found, ids, on):
    gone = ResearchBatch.objects.begun(on).filter(topic__in=ids).order_by("number")
    for topic, first, last, methods in gone.values_list("topic", "starts_on", "ends_on", "methods"):
        one = found[topic]
        one.batches += 1
        one.first, one.last = min(one.first or first, first), max(one.last or last, last)
        one.methods = list(dict.fromkeys([*one.methods, *methods]))
    units = BatchUnit.objects.filter(batch__in=gone.values("pk"), day__lte=on).order_by()
    for topic, n in units.values_list("batch__topic").annotate(n=Count("unit", distinct=True)):
        found[topic].places = n
    held = ResearchActivity.objects.filter(batch__topic__in=ids).order_by()
    for topic, n, people, counted in held.values_list("batch__topic").annotate(
        n=Count("pk"), people=Sum("person_count"), counted=Count("person_count")
    ):
        one = found[topic]
        one.held, one.people, one.uncounted = n, people, n - counted


def _surveys(found, ids):
    surveys = Questionnaire.objects.filter(topic__in=ids, state__in=HAS_RESULTS).order_by()
    over = surveys.values("pk")
    for topic in surveys.values_list("topic", flat=True):
        found[topic].answers = 0
    answers = Answer.objects.filter(version__questionnaire__in=over).order_by()
    for topic, n in answers.values_list("version__questionnaire__topic").annotate(n=Count("pk")):
        found[topic].answers = n
    drawn = DrawnUnit.objects.released().filter(sample__questionnaire__in=over).order_by()
    drawn = drawn.filter(sample__given_up_at=None)
    complete = Count("pk", filter=Q(disposition=Disposition.COMPLETE))
    eligible = Count("pk", filter=~Q(disposition__in=NOT_ELIGIBLE))
    for topic, done, asked in drawn.values_list("sample__questionnaire__topic").annotate(
        done=complete, asked=eligible
    ):
        found[topic].complete, found[topic].eligible = done, asked


def _findings(found, ids):
    problems = FoundProblem.objects.filter(topic__in=ids).order_by()
    matters = set(problems.exclude(matter=None).values_list("topic", "matter"))
    told = ResearchActivity.matters.through.objects
    told = told.filter(researchactivity__batch__topic__in=ids)
    matters |= set(told.values_list("researchactivity__batch__topic", "matter"))
    for topic, n in Counter(topic for topic, _matter in matters).items():
        found[topic].matters = n
    for topic, n in problems.values_list("topic").annotate(n=Count("pk")):
        found[topic].problems = n
    advice = Advice.objects.filter(topic__in=ids).order_by("position")
    for topic, state, turned in advice.values_list("topic", "state", "turned_into"):
        one = found[topic]
        one.advice += 1
        one.adopted += state in TAKEN_UP
        if turned:
            one.turned.append(str(turned))


class ResearchRegister(RecordLedger):
    """Topics with their results, CHUNK at a time."""

    def records(self, rows, user):
        rows = rows.select_related("lead_organ", "leader", "report").order_by(*self.order)
        topics = rows.iterator(chunk_size=CHUNK)
        while chunk := list(islice(topics, CHUNK)):
            found = results_of(chunk, on=user.today)
            for topic in chunk:
                topic.results = found[topic.pk]
                yield topic


def _days(topic):
    first, last = topic.results.first, topic.results.last
    if first is None:
        return ""
    return f"{first:%Y.%m.%d}" if first == last else f"{first:%Y.%m.%d}—{last:%Y.%m.%d}"


def _group(topic):
    members = [one for one in topic.results.members if one != topic.leader.name]
    return "；".join(filter(None, [topic.leader.name, "、".join(members)]))


def _rate(topic):
    """Completes among all drawn eligible units in per cent; empty if unknown."""
    if not topic.results.eligible:
        return ""
    return f"{100 * topic.results.complete / topic.results.eligible:.1f}%"


def _report(topic):
    report = getattr(topic, "report", None)
    if report is None or report.state not in DECIDED_REPORTS:
        return ""
    return f"《{report.title}》（{report.decided_on:%Y.%m.%d}）"


def _remarks(topic):
    remarks = ["终止"] if topic.state == TopicState.STOPPED else []
    if topic.results.uncounted:
        remarks.append(f"{topic.results.uncounted}场未记人次")
    return "；".join(remarks)


def _of(name) -> Callable:
    return lambda topic: getattr(topic.results, name)


DONE, CAME = "组织实施", "成果"

RESEARCH_REGISTER = register(
    ResearchRegister(
        name="research_register",
        title="调研活动登记表",
        english="Register of research",
        columns=(
            Column.text("课题", 22, cell=lambda topic: topic.title),
            Column.text("来源", 10, cell=lambda topic: _SOURCE(topic.source)),
            Column.text("牵头单位", 14, cell=lambda topic: topic.lead_organ.name),
            Column.text("组长、成员", 16, cell=_group),
            Column.counted("批次", 6, cell=_of("batches"), group=DONE),
            Column.centred("时间", 12, cell=_days, group=DONE),
            Column.number("地点（村、社区、企业数）", 10, cell=_of("places"), group=DONE),
            Column.text(
                "方式",
                14,
                cell=lambda topic: "、".join(map(_METHOD, topic.results.methods)),
                group=DONE,
            ),
            Column.counted("场次", 6, cell=_of("held"), group=DONE),
            Column.counted("参加人次", 8, cell=_of("people"), group=DONE),
            Column.counted("有效问卷（份）", 8, cell=_of("answers"), group=DONE),
            Column.centred("应答率", 8, cell=_rate, group=DONE),
            Column.counted("发现问题（条）", 8, cell=_of("problems"), group=CAME),
            Column.counted("转入台账（件）", 8, cell=_of("matters"), group=CAME),
            Column.counted("意见建议（条）", 8, cell=_of("advice"), group=CAME),
            Column.counted("采纳（条）", 8, cell=_of("adopted"), group=CAME),
            Column.text("报告题目、审定日期", 20, cell=_report, group=CAME),
            Column.text(
                "转化应用", 18, cell=lambda topic: "；".join(topic.results.turned), group=CAME
            ),
            Column.text("备注", 10, cell=_remarks),
        ),
        rows=register_rows,
        order=("lead_organ__sort_order", "lead_organ", "starts_on", "pk"),
        said=REGISTER_AT.said,
        day="starts_on",
        days=("begun_from", "begun_to"),
        notes=("注：各栏由调研记录自动计算；未统计或尚未知的为空。回乡调研不列入。",),
        signature="牵头单位负责人（签字）：　　　　审核人：　　　　填表人：　　　　"
        "联系电话：　　　　　　　年　　月　　日（公章）",
    )
)
