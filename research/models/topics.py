"""调研课题: what is to be studied, by whom and why, from the first title to the archive."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from outreach.models import StayReport
from outreach.models.matters import Category
from portal.models import Cadre, Organ, User
from portal.models.constraints import check, in_order, index, optional_ref, ref
from portal.models.steps import Step
from portal.models.text import MaskedCharField, MaskedTextField
from portal.pages import search
from portal.roles import Permission
from portal.rows import ByName, Rows
from portal.trust.access import IsAnyOf, organ_reach


class Method(models.TextChoices):
    """Methods of fieldwork (guiding opinion, 深入基层调研)."""

    SYMPOSIUM = "symposium", _("Symposium")
    INTERVIEW = "interview", _("Interview with one person")
    SPOT_CHECK = "spot_check", _("Random spot check")
    ON_SITE = "on_site", _("Look on site")
    QUESTIONNAIRE = "questionnaire", _("Questionnaire survey")


class TopicSource(models.TextChoices):
    YEAR_PLAN = "plan", _("Plan of the year")
    LEADER = "leader", _("Given by a leader")
    RECURRING = "recurring", _("Recurs in the ledger")
    STAY_REPORT = "stay", _("Report of a stay")


class TopicState(models.TextChoices):
    """DOMAIN-NEXT A."""

    DRAFT = "draft", pgettext_lazy("topics", "Drafted")
    SUBMITTED = "submitted", pgettext_lazy("topics", "To be decided")
    APPROVED = "approved", pgettext_lazy("topics", "Decided")
    UNDER_WAY = "under_way", pgettext_lazy("topics", "Under way")
    REPORTED = "reported", _("Report to be decided")
    CONCLUDED = "concluded", pgettext_lazy("topics", "Concluded")
    FOLLOWED = "followed", _("Use of its results followed")
    ARCHIVED = "archived", pgettext_lazy("topics", "Archived")
    STOPPED = "stopped", pgettext_lazy("topics", "Broken off")


# Fieldwork may be planned and carried out.
RUNNING = (TopicState.APPROVED, TopicState.UNDER_WAY)
OVER = (TopicState.ARCHIVED, TopicState.STOPPED)


def _naming(user):
    """Q of topics that the user wrote, leads or is a member of."""
    own = Cadre.objects.filter(user__in=user.identity_ids).values("pk")
    member = ResearchTopic.members.through.objects.filter(cadre__in=own)
    return (
        Q(IsAnyOf("leader", own))
        | Q(written_by__in=user.identity_ids)
        | Q(IsAnyOf("pk", member.values("researchtopic")))
    )


class TopicQuerySet(Rows):
    """Ways of choosing topics; every page starts from visible_to()."""

    def visible_to(self, user):
        """Topics of lead organs that the user's roles reach, and those that name the user. Hosts
        see the batches that come to their places, not the topic."""
        opened = organ_reach(user, Permission.READ_RESEARCH, to="lead_organ")
        opened |= organ_reach(user, Permission.DECIDE_RESEARCH, to="lead_organ")
        return self.filter(opened | _naming(user))

    def of(self, user):
        """Topics that the user wrote, leads or is a member of."""
        return self.filter(_naming(user))

    def running(self):
        return self.filter(state__in=RUNNING)

    def to_decide(self):
        return self.filter(state=TopicState.SUBMITTED)

    def containing(self, text):
        return self.filter(search.in_texts(text, "title"))

    def for_list(self):
        return self.select_related("lead_organ", "leader").defer("outline")


class ResearchTopic(models.Model):
    """A topic. It is decided once; later changes of its plan are steps with a reason."""

    title = MaskedCharField(pgettext_lazy("research", "topic"), max_length=60)
    source = models.CharField(
        pgettext_lazy("research", "source"), max_length=10, choices=TopicSource
    )
    # What the topic starts from, if it is a recurring category of the ledger or a stay report.
    category = models.CharField(
        pgettext_lazy("research", "category"),
        max_length=2,
        choices=Category,
        blank=True,
        default="",
    )
    stay_report = optional_ref(StayReport, related_name="topics")
    duties = MaskedCharField(_("duties that it serves"), max_length=200, blank=True, default="")
    outline = MaskedTextField(_("outline"), max_length=5_000, blank=True, default="")
    lead_organ = ref(Organ, pgettext_lazy("research", "lead organ"), related_name="topics")
    leader = ref(Cadre, _("head of the group"), related_name="led_topics")
    members = models.ManyToManyField(Cadre, verbose_name=_("members"), related_name="topics")
    methods = ArrayField(models.CharField(max_length=13, choices=Method), verbose_name=_("methods"))
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    state = models.CharField(max_length=10, choices=TopicState, default=TopicState.DRAFT)
    # The day and the 文号 of the decision; of a Party group one of them may be all that is known.
    decided_on = models.DateField(null=True)
    decision = MaskedCharField(max_length=60, blank=True, default="")
    written_by = ref(User, related_name="+")
    created_at = models.DateTimeField()

    objects = TopicQuerySet.as_manager()
    by_name = ByName.as_manager()

    class Meta:
        base_manager_name = "by_name"
        constraints = [
            in_order("a_topic_ends_after_it_begins"),
            check(
                "a_decided_topic_says_when_or_by_what",
                Q(state__in=("draft", "submitted")) | Q(decided_on__isnull=False) | ~Q(decision=""),
                _("Say on which day it was decided, or by which document."),
            ),
        ]
        indexes = [
            index("topic_day", "-starts_on -id"),
            index("topic_organ", "lead_organ -starts_on -id"),
        ]

    def __str__(self):
        return f"{self.pk} {self.title}"

    def get_absolute_url(self):
        return reverse("research:topic", args=[self.pk])

    @property
    def is_draft(self):
        return self.state == TopicState.DRAFT

    @property
    def is_running(self):
        return self.state in RUNNING

    @property
    def method_labels(self):
        return [Method(code).label for code in self.methods]


class TopicStep(Step):
    """A step in the history of a topic."""

    STRONG = frozenset({"approved", "concluded"})

    class Move(models.TextChoices):
        SUBMITTED = "submitted", _("Submitted for decision")
        TAKEN_BACK = "taken_back", pgettext_lazy("research", "Taken back")
        SENT_BACK = "sent_back", _("Sent back to be changed")
        APPROVED = "approved", pgettext_lazy("topics", "Approved")
        CHANGED = "changed", pgettext_lazy("topics", "Plan changed")
        BEGUN = "begun", pgettext_lazy("topics", "Begun")
        REPORTED = "reported", _("Report handed in for review")
        CONCLUDED = "concluded", pgettext_lazy("topics", "Concluded")
        FOLLOWED = "followed", _("Use of its results followed")
        ARCHIVED = "archived", pgettext_lazy("topics", "Archived")
        RESTORED = "restored", _("Taken out of the archive")
        STOPPED = "stopped", pgettext_lazy("topics", "Broken off")

    topic = models.ForeignKey(ResearchTopic, models.CASCADE, related_name="steps")
    move = models.CharField(max_length=10, choices=Move)
    text = MaskedCharField(max_length=500, blank=True, default="")
    document = models.CharField(max_length=60, blank=True, default="")

    class Meta:
        indexes = [index("topic_step", "topic -at -id")]
