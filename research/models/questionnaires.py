"""问卷: questionnaires, from the workbook to the published result, and their versions."""

from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.models import Cadre, Organ, User
from portal.models.constraints import all_or_none, check, index, optional_ref, ref, unique
from portal.models.steps import Step
from portal.models.text import MaskedCharField, MaskedTextField, shown
from portal.roles import Permission
from portal.rows import Rows
from portal.tools import languages
from portal.trust.access import IsAnyOf, organ_reach
from research.models.batches import ResearchBatch
from research.models.topics import ResearchTopic


class QuestionnaireState(models.TextChoices):
    """DOMAIN-NEXT A; in process order."""

    DESIGN = "design", pgettext_lazy("questionnaires", "Being designed")
    TRIAL = "trial", _("Being tried out")
    REVIEW = "review", pgettext_lazy("questionnaires", "To be reviewed")
    REVIEWED = "reviewed", pgettext_lazy("questionnaires", "Reviewed")
    FROZEN = "frozen", _("Frame frozen")
    DRAWN = "drawn", pgettext_lazy("questionnaires", "Sample drawn")
    RUNNING = "running", pgettext_lazy("questionnaires", "Answers are taken")
    LATE = "late", _("Closed, late answers are taken")
    STRIPPED = "stripped", _("Marks of persons removed")
    INTERNAL = "internal", _("For internal reference")
    PUBLISHED = "published", pgettext_lazy("questionnaires", "Published")
    DROPPED = "dropped", pgettext_lazy("questionnaires", "Given up")


# Before the review everything may change; a reviewed one may get a new version until it closes.
BEING_MADE = (QuestionnaireState.DESIGN, QuestionnaireState.TRIAL)
CHANGED_LATER = (
    QuestionnaireState.FROZEN,
    QuestionnaireState.DRAWN,
    QuestionnaireState.RUNNING,
)
TAKES_ANSWERS = (QuestionnaireState.RUNNING, QuestionnaireState.LATE)
HAS_RESULTS = (
    QuestionnaireState.STRIPPED,
    QuestionnaireState.INTERNAL,
    QuestionnaireState.PUBLISHED,
)


class QuestionnaireQuerySet(Rows):
    def visible_to(self, user):
        """Questionnaires of organs that the user's roles reach, of topics the user sees, and the
        user's own. Users who see people also see those on trial in their own organ and those
        published."""
        topics = ResearchTopic.objects.visible_to(user).order_by()
        opened = organ_reach(user, Permission.READ_RESEARCH, to="organ")
        opened |= organ_reach(user, Permission.DECIDE_RESEARCH, to="organ")
        opened |= Q(topic__in=topics.values("pk")) | Q(written_by__in=user.identity_ids)
        if user.holds(Permission.SEE_PEOPLE):
            opened |= Q(state=QuestionnaireState.PUBLISHED)
            opened |= Q(state=QuestionnaireState.TRIAL, organ=user.organ_id)
        return self.filter(opened)

    def to_review(self, on):
        """Submitted, or with a newer version imported after the review."""
        newest = QuestionnaireVersion.objects.newest()
        later = Exists(newest.filter(questionnaire=OuterRef("pk"), reviewed_at=None))
        return self.filter(
            Q(state=QuestionnaireState.REVIEW) | Q(state__in=CHANGED_LATER) & Q(later)
        )

    def sent_back(self, on):
        """Returned to design by the review."""
        last = QuestionnaireStep.objects.filter(questionnaire=OuterRef("pk")).order_by("-at", "-pk")
        return (
            self.filter(state=QuestionnaireState.DESIGN)
            .alias(last=Subquery(last.values("move")[:1]))
            .filter(last=QuestionnaireStep.Move.SENT_BACK)
        )

    def containing(self, text):
        return self.filter(Q(title__contains=text.strip()) | Q(number__contains=text.strip()))

    def for_list(self):
        """Annotated with number, questions and minutes of the newest version."""
        newest = QuestionnaireVersion.objects.filter(questionnaire=OuterRef("pk"))
        newest = newest.order_by("-number")
        return self.select_related("organ", "topic").annotate(
            newest_number=Subquery(newest.values("number")[:1]),
            newest_questions=Subquery(newest.values("questions")[:1]),
            newest_minutes=Subquery(newest.values("minutes")[:1]),
        )


class Questionnaire(models.Model):
    """A questionnaire. Its head names who asks, why, that it is voluntary, number and end of
    validity; a statistical survey of a government department also names its table and approval."""

    topic = optional_ref(ResearchTopic, related_name="questionnaires")
    batch = optional_ref(ResearchBatch, related_name="questionnaires")
    organ = ref(Organ, _("carried out by"), related_name="questionnaires")
    title = MaskedCharField(pgettext_lazy("questionnaires", "title"), max_length=80)
    purpose = MaskedCharField(pgettext_lazy("questionnaires", "purpose"), max_length=200)
    phone = models.CharField(_("phone for questions"), max_length=30)
    # Assigned at the review.
    number = models.CharField(
        pgettext_lazy("questionnaires", "number"),
        max_length=30,
        db_collation="C",
        blank=True,
        default="",
    )
    valid_until = models.DateField(_("valid until"), null=True)
    # 表号, 制定机关, 批准（备案）文号; only for surveys of a government department.
    table_number = models.CharField(_("number of the table"), max_length=30, blank=True, default="")
    made_by = models.CharField(_("made by"), max_length=60, blank=True, default="")
    approval = models.CharField(
        _("approval or filing number"), max_length=60, blank=True, default=""
    )
    # Required if it has more questions or takes longer than the norm.
    why_long = MaskedCharField(
        _("why so many questions are needed"), max_length=200, blank=True, default=""
    )
    state = models.CharField(
        max_length=9, choices=QuestionnaireState, default=QuestionnaireState.DESIGN
    )
    written_by = ref(User, related_name="+")
    reviewed_by = optional_ref(User, related_name="+")
    created_at = models.DateTimeField()
    opens_on = models.DateField(_("answers from"), null=True)
    closes_on = models.DateField(pgettext_lazy("questionnaires", "answers until"), null=True)
    # Answers are sealed with this key. Its private key is stored encrypted and erased at the strip.
    public_key = models.BinaryField(default=b"")
    # Time of the strip. Later answers are refused and counted in `refused_late`.
    stripped_at = models.DateTimeField(null=True)
    refused_late = models.PositiveIntegerField(default=0)
    published_at = models.DateTimeField(null=True)

    objects = QuestionnaireQuerySet.as_manager()

    class Meta:
        constraints = [
            check(
                "a_questionnaire_is_not_reviewed_by_its_writer",
                Q(reviewed_by=None) | ~Q(reviewed_by=models.F("written_by")),
                _("Somebody else than the writer reviews the questionnaire."),
            ),
            check(
                "a_reviewed_questionnaire_has_number_and_end",
                Q(state__in=("design", "trial", "review", "dropped"))
                | ~Q(number="") & Q(valid_until__isnull=False, reviewed_by__isnull=False),
            ),
            check(
                "a_stripped_questionnaire_has_lost_its_key",
                Q(stripped_at=None) | Q(public_key=b""),
            ),
            check(
                "a_survey_table_names_maker_and_approval",
                Q(table_number="", made_by="", approval="")
                | ~Q(table_number="") & ~Q(made_by="") & ~Q(approval=""),
                _("Number of the table, who made it and its approval belong together."),
            ),
            unique(
                "a_number_belongs_to_one_questionnaire",
                "organ number",
                when=~Q(number=""),
                said=_("This number is given to another questionnaire."),
            ),
        ]
        indexes = [
            index("questionnaire_day", "-created_at -id"),
            index("questionnaire_organ", "organ -created_at -id"),
        ]

    def __str__(self):
        return f"{self.pk} {self.title}"

    def get_absolute_url(self):
        return reverse("research:questionnaire", args=[self.pk])

    @property
    def sample(self):
        """The current sample, ignoring those given up; None if there is none."""
        return self.samples.standing().first()

    @property
    def has_results(self):
        return self.state in HAS_RESULTS

    @property
    def head(self):
        """Introduction above the questions, in the words of DOMAIN-NEXT A."""
        return _(
            "This questionnaire is carried out by %(organ)s for the purpose of %(purpose)s. It is "
            "voluntary, and you may stop at any time. Results are published as totals alone; after "
            "the survey all marks of persons are removed."
        ) % {"organ": self.organ.name, "purpose": shown(self.purpose)}

    @property
    def marks(self):
        """编号　有效期至　联系电话"""
        return _("No. %(number)s　valid until %(day)s　phone %(phone)s") % {
            "number": self.number or "____",
            "day": self._until,
            "phone": self.phone,
        }

    @property
    def _until(self):
        day = self.valid_until
        if day is None:
            return "____"
        if languages.is_english():
            return date_format(day, "j F Y")
        return f"{day.year}年{day.month}月{day.day}日"

    @property
    def table_marks(self):
        """Additional marks required of a government department's statistical survey."""
        if not self.table_number:
            return []
        return [
            _("Number of the table: %(said)s") % {"said": self.table_number},
            _("Made by: %(said)s") % {"said": self.made_by},
            _("Approval or filing number: %(said)s") % {"said": self.approval},
            _("Valid until: %(said)s") % {"said": self._until},
        ]

    @property
    def newest(self):
        """The last version imported, without its workbook; None before the first."""
        return self.versions.defer("workbook").order_by("-number").first()

    @property
    def in_force(self):
        """The version for new answers: the last one reviewed."""
        reviewed = self.versions.defer("workbook").filter(reviewed_at__isnull=False)
        return reviewed.order_by("-number").first()


class VersionQuerySet(Rows):
    def visible_to(self, user):
        """Versions of questionnaires that the user sees, or for which the user is collecting
        answers."""
        seen = Questionnaire.objects.visible_to(user).order_by()
        asks = Cadre.objects.filter(user__in=user.identity_ids).order_by()
        asks = IsAnyOf("questionnaire", asks.values("asks__sample__questionnaire"))
        asks = Q(asks, questionnaire__state__in=TAKES_ANSWERS)
        return self.filter(Q(questionnaire__in=seen.values("pk")) | asks)

    def newest(self):
        """The last version of each questionnaire."""
        last = QuestionnaireVersion.objects.filter(questionnaire=OuterRef("questionnaire"))
        return self.filter(number=Subquery(last.order_by("-number").values("number")[:1]))


class QuestionnaireVersion(models.Model):
    """The content of one workbook. Immutable: an answer keeps the version for which it was given.

    `definition` is the JSON of `research.questionnaires.reader`; `workbook` holds the uploaded
    bytes, for anyone who takes over the form.
    """

    questionnaire = models.ForeignKey(Questionnaire, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    definition = models.JSONField()
    digest = models.CharField(max_length=64, db_collation="C")
    file_name = models.CharField(max_length=120)
    workbook = models.BinaryField()
    questions = models.PositiveSmallIntegerField()
    minutes = models.PositiveSmallIntegerField(_("minutes it takes"))
    uploaded_by = ref(User, related_name="+")
    uploaded_at = models.DateTimeField()
    # Parts of the workbook left out: problems found by the reader that were no reason to refuse it.
    left_out = models.JSONField(default=list)
    reviewed_by = optional_ref(User, related_name="+")
    reviewed_at = models.DateTimeField(null=True)

    objects = VersionQuerySet.as_manager()

    class Meta:
        constraints = [
            unique("versions_of_a_questionnaire_are_numbered", "questionnaire number"),
            check(
                "a_version_is_not_reviewed_by_who_read_it_in",
                all_or_none("reviewed_by reviewed_at")
                & (Q(reviewed_by=None) | ~Q(reviewed_by=models.F("uploaded_by"))),
                _("Somebody else than who read it in reviews a version."),
            ),
        ]

    def __str__(self):
        return f"{self.questionnaire_id} version {self.number}"


class Trial(models.Model):
    """试填: a person's trial run of the questionnaire; the answers themselves are not kept."""

    version = models.ForeignKey(QuestionnaireVersion, models.CASCADE, related_name="trials")
    minutes = models.PositiveSmallIntegerField(_("minutes it took"))
    remark = MaskedCharField(_("what was not clear"), max_length=300, blank=True, default="")
    by = ref(User, related_name="+")
    at = models.DateTimeField()

    def __str__(self):
        return f"Trial of {self.version_id}"


class QuestionnaireStep(Step):
    STRONG = frozenset({"reviewed", "published"})

    class Move(models.TextChoices):
        UPLOADED = "uploaded", _("New version read in")
        TRIED = "tried", _("Given out to be tried")
        SUBMITTED = "submitted", _("Handed in for review")
        SENT_BACK = "sent_back", _("Sent back to be changed")
        REVIEWED = "reviewed", pgettext_lazy("questionnaires", "Reviewed")
        FROZEN = "frozen", _("Frame frozen and published")
        DRAWN = "drawn", pgettext_lazy("questionnaires", "Sample drawn")
        OPENED = "opened", _("Answers are taken from now on")
        CLOSED = "closed", pgettext_lazy("questionnaires", "Closed")
        STRIPPED = "stripped", _("Marks of persons removed, key destroyed")
        INTERNAL = "internal", _("Results for internal reference")
        PUBLISHED = "published", _("Results published")
        UNDRAWN = "undrawn", _("Sample given up")
        DROPPED = "dropped", pgettext_lazy("questionnaires", "Given up")
        UNDONE = "undone", _("Step taken back")

    questionnaire = models.ForeignKey(Questionnaire, models.CASCADE, related_name="steps")
    move = models.CharField(max_length=9, choices=Move)
    text = MaskedTextField(max_length=500, blank=True, default="")

    class Meta:
        indexes = [index("questionnaire_step", "questionnaire -at -id")]
