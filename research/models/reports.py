"""调研报告: the report of a topic, problems found, suggestions and their outcome."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from outreach.models import Matter
from outreach.models.matters import Status
from portal.models import Cadre, Organ, User
from portal.models.constraints import check, index, only_when, optional_ref, ref, unique
from portal.models.steps import Step
from portal.models.text import MaskedCharField, MaskedTextField, shown
from portal.pages.search import SearchedQuerySet
from portal.roles import Permission
from portal.rows import Rows
from portal.trust.access import IsAnyOf, organ_reach
from research.models.topics import ResearchTopic


def _of_seen_topics(user):
    topics = ResearchTopic.objects.visible_to(user).order_by()
    return Q(topic__in=topics.values("pk"))


def _of_read_organs(user):
    return organ_reach(user, Permission.READ_RESEARCH, to="topic__lead_organ")


class ResearchReportState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    REVIEW = "review", pgettext_lazy("research", "To be reviewed")
    REVIEWED = "reviewed", pgettext_lazy("research", "Reviewed, to be decided")
    DECIDED = "decided", pgettext_lazy("research", "Decided")
    SENT = "sent", pgettext_lazy("research", "Reported upwards")
    SENT_BACK = "sent_back", pgettext_lazy("research", "Sent back")


# Its writer may still change it.
OPEN_REPORTS = (ResearchReportState.DRAFT, ResearchReportState.SENT_BACK)
DECIDED_REPORTS = (ResearchReportState.DECIDED, ResearchReportState.SENT)


class ResearchReportQuerySet(SearchedQuerySet):
    """Ways of choosing reports; every page starts from visible_to()."""

    def visible_to(self, user):
        """Reports of topics that the user sees; published ones for all users who see people."""
        published = Q(published_at__isnull=False)
        seen = _of_seen_topics(user)
        return self.filter(seen | published if user.holds(Permission.SEE_PEOPLE) else seen)

    def in_library(self, user):
        """Published reports, for users who see people."""
        published = self.filter(published_at__isnull=False)
        return published if user.holds(Permission.SEE_PEOPLE) else self.none()

    def for_list(self):
        return self.select_related("topic__lead_organ", "topic__leader").defer(
            "situation", "problems_text", "causes", "advice", "search"
        )


class ResearchReport(models.Model):
    """One report of a topic; its elements are those of DOMAIN 2.2 (6). Organ, people, days and
    methods are those of the topic and its batches."""

    SEARCHED_FIELDS = ("title", "situation", "problems_text", "causes", "advice")

    topic = models.OneToOneField(ResearchTopic, models.PROTECT, related_name="report")
    title = MaskedCharField(_("subject of the report"), max_length=80)
    situation = MaskedTextField(
        pgettext_lazy("research", "basic situation"), max_length=10_000, blank=True, default=""
    )
    problems_text = MaskedTextField(
        pgettext_lazy("research", "problems found"), max_length=10_000, blank=True, default=""
    )
    causes = MaskedTextField(
        pgettext_lazy("research", "causes"), max_length=10_000, blank=True, default=""
    )
    advice = MaskedTextField(_("suggestions"), max_length=10_000, blank=True, default="")
    state = models.CharField(
        max_length=10, choices=ResearchReportState, default=ResearchReportState.DRAFT
    )
    # The last person to change it.
    written_by = ref(User, related_name="+")
    reviewed_by = optional_ref(User, related_name="+")
    decided_on = models.DateField(null=True)
    # When it entered the library, without names of persons or grassroots units.
    published_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    search = SearchVectorField(null=True, editable=False)

    objects = ResearchReportQuerySet.as_manager()

    class Meta:
        constraints = [
            check(
                "a_report_of_research_is_decided_on_a_day",
                only_when("decided_on", state__in=("decided", "sent")),
            ),
            check(
                "only_a_decided_report_is_published",
                Q(published_at=None) | Q(state__in=("decided", "sent")),
            ),
            check(
                "a_report_is_not_reviewed_by_its_writer",
                Q(reviewed_by=None) | ~Q(reviewed_by=models.F("written_by")),
                _("Somebody else than the writer reviews the report."),
            ),
        ]
        indexes = [
            index("research_report_day", "-created_at -id"),
            index("research_library", "-published_at -id", when=Q(published_at__isnull=False)),
            GinIndex(fields=["search"], name="research_report_search", fastupdate=True),
        ]

    def __str__(self):
        return f"{self.pk} {self.title}"

    def get_absolute_url(self):
        return reverse("research:report", args=[self.pk])

    @property
    def is_open(self):
        """Whether its writer may still change it."""
        return self.state in OPEN_REPORTS

    @property
    def is_decided(self):
        return self.state in DECIDED_REPORTS


class ResearchReportStep(Step):
    STRONG = frozenset({"decided"})

    class Move(models.TextChoices):
        HANDED_IN = "handed_in", _("Handed in for review")
        SENT_BACK = "sent_back", _("Sent back to be changed")
        REVIEWED = "reviewed", pgettext_lazy("research", "Reviewed")
        DECIDED = "decided", pgettext_lazy("research", "Decided")
        SENT = "sent", pgettext_lazy("research", "Reported upwards")
        PUBLISHED = "published", _("Published in the library")
        WITHDRAWN = "withdrawn", _("Taken out of the library")

    report = models.ForeignKey(ResearchReport, models.CASCADE, related_name="steps")
    move = models.CharField(max_length=10, choices=Move)
    text = MaskedCharField(max_length=500, blank=True, default="")
    document = models.CharField(max_length=60, blank=True, default="")

    class Meta:
        indexes = [index("research_report_step", "report -at -id")]


def _given_to(user, organ):
    return organ_reach(user, Permission.HANDLE_MATTERS, to=organ)


class FoundProblemQuerySet(Rows):
    """Ways of choosing problems; every page starts from visible_to()."""

    def visible_to(self, user):
        """Problems of topics that the user sees, those assigned to an organ for which the user
        handles matters, and those assigned to the user."""
        own = Cadre.objects.filter(user__in=user.identity_ids).values("pk")
        given = _given_to(user, "responsible_organ")
        return self.filter(_of_seen_topics(user) | given | Q(IsAnyOf("person", own)))

    def of_roles(self, user):
        return self.filter(_of_read_organs(user) | _given_to(user, "responsible_organ"))

    def settled(self):
        """Struck off, or with a matter closed in the ledger."""
        return self.filter(Q(settled_on__isnull=False) | Q(matter__status=Status.CLOSED))

    def unsettled(self):
        return self.filter(settled_on=None).exclude(matter__status=Status.CLOSED)

    def to_solve(self):
        """Assigned to an organ and not tracked by a matter."""
        return self.filter(settled_on=None, matter=None, responsible_organ__isnull=False)

    def containing(self, text):
        text = text.strip()
        return self.filter(Q(title__contains=text) | Q(topic__title__contains=text))

    def for_list(self):
        rows = self.select_related("topic__lead_organ", "lead_organ", "responsible_organ", "person")
        return rows.prefetch_related("matter")


class FoundProblem(models.Model):
    """A row of 问题责任任务清单."""

    topic = ref(ResearchTopic, related_name="problems")
    topic_id: int
    position = models.PositiveSmallIntegerField()
    title = MaskedCharField(pgettext_lazy("research", "problem"), max_length=80)
    shown_by = MaskedCharField(_("how it shows"), max_length=300, blank=True, default="")
    cause = MaskedCharField(_("cause"), max_length=300, blank=True, default="")
    task = MaskedCharField(_("tasks and measures"), max_length=300, blank=True, default="")
    done_when = MaskedCharField(_("done when"), max_length=200, blank=True, default="")
    lead_organ = optional_ref(Organ, pgettext_lazy("research", "lead organ"), related_name="+")
    responsible_organ = optional_ref(
        Organ, pgettext_lazy("research", "responsible organ"), related_name="+"
    )
    person = optional_ref(Cadre, _("responsible person"), related_name="+")
    due_on = models.DateField(_("until"), null=True, blank=True)
    # The matter it became, if it is followed in the ledger.
    matter = optional_ref(Matter, related_name="found_problems")
    matter_id: int | None
    found_on = models.DateField()
    settled_on = models.DateField(null=True)

    objects = FoundProblemQuerySet.as_manager()

    class Meta:
        constraints = [
            unique("a_problem_has_its_place_in_the_list", "topic position"),
            check(
                "a_problem_is_given_to_an_organ_until_a_day",
                Q(responsible_organ=None, person=None)
                | Q(responsible_organ__isnull=False, due_on__isnull=False),
                _("Say until when."),
            ),
            check(
                "a_problem_in_the_ledger_is_settled_there",
                Q(matter=None) | Q(settled_on=None),
            ),
        ]
        indexes = [
            index("found_problem_day", "-found_on -id"),
            index("found_problem_due", "due_on id", when=Q(settled_on=None, matter=None)),
        ]

    def __str__(self):
        return f"{self.topic_id} {self.position}"

    def get_absolute_url(self):
        return reverse("research:found_problem", args=[self.pk])

    @property
    def is_settled(self):
        if self.matter_id:
            return self.matter.is_closed
        return self.settled_on is not None

    @property
    def state(self):
        return "settled" if self.is_settled else "open"

    @property
    def state_label(self):
        return (
            pgettext_lazy("research", "Struck off the list")
            if self.is_settled
            else pgettext_lazy("research", "On the list")
        )


class FoundProblemStep(Step):
    class Move(models.TextChoices):
        PROGRESS = "progress", _("Progress")
        SETTLED = "settled", _("Struck off the list")
        REOPENED = "reopened", pgettext_lazy("research", "Put back on the list")

    problem = models.ForeignKey(FoundProblem, models.CASCADE, related_name="steps")
    move = models.CharField(max_length=10, choices=Move)
    text = MaskedCharField(max_length=500, blank=True, default="")

    class Meta:
        indexes = [index("found_problem_step", "problem -at -id")]


class AdviceState(models.TextChoices):
    RAISED = "raised", pgettext_lazy("suggestions", "Raised")
    SENT = "sent", _("Sent to be studied")
    ADOPTED = "adopted", pgettext_lazy("suggestions", "Adopted")
    PARTLY = "partly", _("Adopted in part")
    STUDIED = "studied", _("Put on the list for study")
    REFUSED = "refused", pgettext_lazy("suggestions", "Not adopted")
    CARRIED_OUT = "carried_out", _("Being carried out")
    TURNED = "turned", _("Turned into a measure")
    LOOKED_BACK = "looked_back", _("Looked at again")


# Adopted in full or in part, whatever happened afterwards.
TAKEN_UP = (
    AdviceState.ADOPTED,
    AdviceState.PARTLY,
    AdviceState.CARRIED_OUT,
    AdviceState.TURNED,
    AdviceState.LOOKED_BACK,
)
# The addressed organ may still give its answer.
TO_ANSWER = (AdviceState.SENT, AdviceState.STUDIED)
LABEL_LENGTH = 60


class AdviceQuerySet(Rows):
    """Ways of choosing suggestions; every page starts from visible_to()."""

    def visible_to(self, user):
        """Suggestions of topics that the user sees and, once sent, those addressed to an organ for
        which the user handles matters."""
        sent = ~Q(state=AdviceState.RAISED) & _given_to(user, "addressed_to")
        return self.filter(_of_seen_topics(user) | sent)

    def taken_up(self):
        return self.filter(state__in=TAKEN_UP)

    def to_answer(self):
        return self.filter(state=AdviceState.SENT)

    def to_look_back(self, on):
        return self.filter(look_back_on__lte=on)

    def containing(self, text):
        text = text.strip()
        return self.filter(Q(text__contains=text) | Q(topic__title__contains=text))

    def for_list(self):
        return self.select_related("topic__lead_organ", "addressed_to")


class Advice(models.Model):
    """A suggestion (意见建议) of research and the response of the organ it was addressed to."""

    topic = ref(ResearchTopic, related_name="suggestions")
    topic_id: int
    position = models.PositiveSmallIntegerField()
    text = MaskedCharField(pgettext_lazy("research", "suggestion"), max_length=500)
    addressed_to = optional_ref(Organ, _("addressed to"), related_name="+")
    state = models.CharField(max_length=12, choices=AdviceState, default=AdviceState.RAISED)
    raised_on = models.DateField()
    sent_on = models.DateField(null=True)
    answer_by = models.DateField(null=True)
    # 文号 of the document or name of the project that it became.
    turned_into = MaskedCharField(max_length=80, blank=True, default="")
    # When the lead organ looks at it again; cleared afterwards.
    look_back_on = models.DateField(null=True)

    objects = AdviceQuerySet.as_manager()

    class Meta:
        constraints = [
            unique("a_suggestion_of_research_has_its_place", "topic position"),
            check(
                "a_suggestion_is_sent_to_an_organ_with_a_day",
                Q(state="raised")
                | Q(addressed_to__isnull=False, sent_on__isnull=False, answer_by__isnull=False),
            ),
        ]
        indexes = [
            index("advice_organ", "addressed_to state answer_by id"),
            index("advice_day", "-raised_on -id"),
            index("advice_look_back", "look_back_on id", when=Q(look_back_on__isnull=False)),
        ]

    def __str__(self):
        return f"{self.topic_id} {self.position}"

    def get_absolute_url(self):
        return reverse("research:advice", args=[self.pk])

    @property
    def label(self):
        """The start of its text, masked for readers."""
        text = shown(self.text)
        return text if len(text) <= LABEL_LENGTH else f"{text[: LABEL_LENGTH - 1]}…"


class AdviceStep(Step):
    STRONG = frozenset({"adopted", "partly", "turned"})

    advice = models.ForeignKey(Advice, models.CASCADE, related_name="steps")
    move = models.CharField(max_length=12, choices=AdviceState)
    text = MaskedCharField(max_length=500, blank=True, default="")
    document = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        indexes = [index("advice_step", "advice -at -id")]
