"""调研报告: the report of a topic, problems found, suggestions and what became of them."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from outreach.models import Matter
from portal.models import Cadre, Organ, User
from portal.models.constraints import check, index, only_when, optional_ref, ref, unique
from portal.models.steps import Step
from portal.models.text import MaskedCharField, MaskedTextField
from portal.roles import Permission
from portal.rows import Rows
from portal.trust.access import organ_reach
from research.models.topics import ResearchTopic


def _of_seen_topics(user, via="topic"):
    topics = ResearchTopic.objects.visible_to(user).order_by()
    return Q(**{f"{via}__in": topics.values("pk")})


class ResearchReportState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    REVIEW = "review", pgettext_lazy("research", "To be reviewed")
    REVIEWED = "reviewed", pgettext_lazy("research", "Reviewed, to be decided")
    DECIDED = "decided", pgettext_lazy("research", "Decided")
    SENT = "sent", pgettext_lazy("research", "Reported upwards")
    SENT_BACK = "sent_back", _("Sent back")


class ResearchReportQuerySet(Rows):
    def visible_to(self, user):
        """Those of the topics that the user sees; once published, everybody who sees people."""
        published = Q(published_at__isnull=False)
        seen = _of_seen_topics(user)
        return self.filter(seen | published if user.holds(Permission.SEE_PEOPLE) else seen)

    def published(self):
        return self.filter(published_at__isnull=False)

    def for_list(self):
        return self.select_related("topic__lead_organ", "topic__leader").defer(
            "situation", "problems_text", "causes", "advice"
        )


class ResearchReport(models.Model):
    """One report of a topic; its elements are those of DOMAIN 2.2 (6)."""

    topic = models.OneToOneField(ResearchTopic, models.PROTECT, related_name="report")
    title = MaskedCharField(_("subject of the report"), max_length=80)
    situation = MaskedTextField(_("basic situation"), max_length=10_000, blank=True, default="")
    problems_text = MaskedTextField(_("problems found"), max_length=10_000, blank=True, default="")
    causes = MaskedTextField(_("causes"), max_length=10_000, blank=True, default="")
    advice = MaskedTextField(_("suggestions"), max_length=10_000, blank=True, default="")
    state = models.CharField(
        max_length=10, choices=ResearchReportState, default=ResearchReportState.DRAFT
    )
    written_by = ref(User, related_name="+")
    reviewed_by = optional_ref(User, related_name="+")
    decided_on = models.DateField(null=True)
    # In the library, without names of people and last places.
    published_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

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
        indexes = [index("research_report_day", "-created_at -id")]

    def __str__(self):
        return f"{self.pk} {self.title}"

    def get_absolute_url(self):
        return reverse("research:report", args=[self.pk])


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


class OfTopicQuerySet(Rows):
    def visible_to(self, user):
        """Those of the topics that the user sees, and those given to an organ the user handles
        matters for."""
        given = organ_reach(user, Permission.HANDLE_MATTERS, to=self.model.GIVEN_TO)
        return self.filter(_of_seen_topics(user) | ~self.model.NOT_GIVEN & given)


class FoundProblem(models.Model):
    """A row of 问题责任任务清单."""

    GIVEN_TO = "responsible_organ"
    NOT_GIVEN = Q(responsible_organ=None)

    topic = ref(ResearchTopic, related_name="problems")
    position = models.PositiveSmallIntegerField()
    title = MaskedCharField(pgettext_lazy("research", "problem"), max_length=80)
    shown_by = MaskedCharField(_("how it shows"), max_length=300, blank=True, default="")
    cause = MaskedCharField(_("cause"), max_length=300, blank=True, default="")
    task = MaskedCharField(_("tasks and measures"), max_length=300, blank=True, default="")
    done_when = MaskedCharField(_("done when"), max_length=200, blank=True, default="")
    lead_organ = optional_ref(Organ, pgettext_lazy("research", "lead organ"), related_name="+")
    responsible_organ = optional_ref(Organ, _("responsible organ"), related_name="+")
    person = optional_ref(Cadre, _("responsible person"), related_name="+")
    due_on = models.DateField(_("until"), null=True, blank=True)
    # The matter it became, if it is followed in the ledger.
    matter = optional_ref(Matter, related_name="found_problems")
    settled_on = models.DateField(null=True)

    objects = OfTopicQuerySet.as_manager()

    class Meta:
        constraints = [unique("a_problem_has_its_place_in_the_list", "topic position")]

    def __str__(self):
        return f"{self.topic_id} {self.position}"

    def get_absolute_url(self):
        return reverse("research:found_problem", args=[self.pk])


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


class Advice(models.Model):
    """A suggestion (意见建议) of research, and what the organ it was addressed to made of it."""

    GIVEN_TO = "addressed_to"
    NOT_GIVEN = Q(state="raised")

    topic = ref(ResearchTopic, related_name="suggestions")
    position = models.PositiveSmallIntegerField()
    text = MaskedCharField(pgettext_lazy("research", "suggestion"), max_length=500)
    addressed_to = optional_ref(Organ, _("addressed to"), related_name="+")
    state = models.CharField(max_length=12, choices=AdviceState, default=AdviceState.RAISED)
    sent_on = models.DateField(null=True)
    answer_by = models.DateField(null=True)
    # 文号 or name of the project that it was turned into.
    turned_into = MaskedCharField(max_length=80, blank=True, default="")
    look_back_on = models.DateField(null=True)

    objects = OfTopicQuerySet.as_manager()

    class Meta:
        constraints = [
            unique("a_suggestion_of_research_has_its_place", "topic position"),
            check(
                "a_suggestion_is_sent_to_an_organ_with_a_day",
                Q(state="raised")
                | Q(addressed_to__isnull=False, sent_on__isnull=False, answer_by__isnull=False),
            ),
        ]
        indexes = [index("advice_organ", "addressed_to state answer_by id")]

    def __str__(self):
        return f"{self.topic_id} {self.position}"

    def get_absolute_url(self):
        return reverse("research:advice", args=[self.pk])


class AdviceStep(Step):
    STRONG = frozenset({"adopted", "partly", "turned"})

    advice = models.ForeignKey(Advice, models.CASCADE, related_name="steps")
    move = models.CharField(max_length=12, choices=AdviceState)
    text = MaskedCharField(max_length=500, blank=True, default="")
    document = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        indexes = [index("advice_step", "advice -at -id")]
