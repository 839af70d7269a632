"""抽样: frozen frames, seeds thrown afterwards, drawn units and their dispositions."""

import zlib

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.models import Cadre, Division, GrassrootsUnit, Job, Organ, User
from portal.models.constraints import all_or_none, check, index, optional_ref, ref, unique
from portal.models.places import UnitKind
from portal.models.steps import Step
from portal.models.text import MaskedCharField
from portal.roles import Permission
from portal.rows import Rows
from portal.sampling.frame import Frame
from portal.sampling.plan import Method as DrawMethod
from portal.sampling.plan import Plan
from portal.sampling.seed import SeedKind
from portal.trust.access import IsAnyOf, organ_reach
from research.models.batches import ARRANGED_STATES, ResearchBatch
from research.models.questionnaires import TAKES_ANSWERS, Questionnaire, QuestionnaireState
from research.models.topics import ResearchTopic


class FrameSource(models.TextChoices):
    UNITS = "units", _("Villages and other units")
    ROSTERS = "rosters", _("Serial numbers of the villages' paper rosters")
    LIST = "list", _("An uploaded list")


class Allocation(models.TextChoices):
    """How the sample size is allocated to strata."""

    PROPORTIONAL = "proportion", _("In proportion to the units of the stratum")
    FIXED = "fixed", _("The same number in each stratum")
    OPTIMAL = "optimal", _("More where answers differ more")


def _whole(user):
    """Q of samples that the user sees in full: by a role, by the topic, or as the questionnaire's
    writer. Hosts do not see which units were drawn in their places before somebody comes."""
    topics = ResearchTopic.objects.visible_to(user).order_by().values("pk")
    return (
        organ_reach(user, Permission.READ_RESEARCH)
        | organ_reach(user, Permission.DECIDE_RESEARCH)
        | Q(questionnaire__topic__in=topics)
        | Q(batch__topic__in=topics)
        | Q(questionnaire__written_by__in=user.identity_ids)
    )


class SampleQuerySet(Rows):
    def visible_to(self, user):
        """Samples that the user sees in full or for which the user is an asker, and those of
        published questionnaires, whose confirmation is published too."""
        asked = DrawnUnit.objects.filter(asked_by__user__in=user.identity_ids)
        opened = _whole(user) | Q(IsAnyOf("pk", asked.order_by().values("sample")))
        if user.holds(Permission.SEE_PEOPLE):
            opened |= Q(questionnaire__state=QuestionnaireState.PUBLISHED)
        return self.filter(opened)

    def of_roles(self, user):
        return self.filter(_whole(user))

    def standing(self):
        """Samples that were not given up."""
        return self.filter(given_up_at=None)

    def containing(self, text):
        return self.filter(title__contains=text.strip())

    def for_list(self):
        related = ("organ", "questionnaire", "batch__topic")
        return self.select_related(*related).defer(*Sample.LARGE)


class Sample(models.Model):
    """A sample of a questionnaire, or of the random spot checks of a batch.

    Frame and plan are published before the seed is entered. From then on they are immutable: a
    database trigger protects the columns covered by the hashes and the seed.
    """

    # Columns deferred in lists.
    LARGE = ("frame_file", "places", "memory")

    questionnaire = optional_ref(Questionnaire, related_name="samples")
    batch = optional_ref(ResearchBatch, related_name="samples")
    organ = ref(Organ, pgettext_lazy("samples", "organised by"), related_name="+")
    title = MaskedCharField(pgettext_lazy("samples", "name"), max_length=80)
    source = models.CharField(_("drawn from"), max_length=8, choices=FrameSource)
    kinds = ArrayField(models.CharField(max_length=10, choices=UnitKind), default=list, blank=True)
    # Must lie within the organ's area; empty means all of it.
    area = optional_ref(Division, _("area"), related_name="+")
    # Coverage of the frame and what it leaves out, worded for the confirmation.
    described = MaskedCharField(_("what the list holds"), max_length=300)
    # Date of the list; for units and rosters the day of the freeze.
    as_of = models.DateField(_("as of"), null=True, blank=True)
    is_by_township = models.BooleanField(default=True)
    avoids_earlier = models.BooleanField(default=True)
    method = models.CharField(_("way of drawing"), max_length=10, choices=DrawMethod)
    allocation = models.CharField(
        max_length=10, choices=Allocation, default=Allocation.PROPORTIONAL
    )
    number = models.PositiveIntegerField(_("number to draw"))
    # Households drawn in each village; 0 for a one-stage draw.
    households = models.PositiveSmallIntegerField(_("households of each village"), default=0)
    reserve_size = models.PositiveSmallIntegerField(_("reserve in one batch"), default=0)
    reserve_batches = models.PositiveSmallIntegerField(_("batches of reserve"), default=0)
    # {stratum: expected standard deviation}, for optimal allocation.
    deviations = models.JSONField(default=dict, blank=True)

    # {stratum: [units, sum of sizes]}; set on upload for a list, otherwise at the freeze.
    strata = models.JSONField(default=dict, blank=True)
    # {stratum: number to draw}, set at the freeze.
    numbers = models.JSONField(default=dict, blank=True)
    # {key: unit id}, for units and villages.
    places = models.JSONField(default=dict, blank=True)
    # {unit id: memory}, for the organ's next draw (portal.sampling.frame.Unit).
    memory = models.JSONField(default=dict, blank=True)
    unit_count = models.PositiveIntegerField(null=True)
    # The published bytes (docs/sampling.md), compressed with zlib; before the freeze, the uploaded
    # list in the same format.
    frame_file = models.BinaryField(default=b"")
    frame_digest = models.CharField(max_length=64, db_collation="C", blank=True, default="")
    plan_digest = models.CharField(max_length=64, db_collation="C", blank=True, default="")
    frozen_at = models.DateTimeField(null=True)
    seed_kind = models.CharField(max_length=6, choices=SeedKind, blank=True, default="")
    seed = models.CharField(max_length=200, db_collation="C", blank=True, default="")
    # How the seed was obtained and who watched; one witness is from outside the organ.
    seed_how = MaskedCharField(_("how it was thrown"), max_length=200, blank=True, default="")
    organiser = MaskedCharField(
        pgettext_lazy("samples", "organiser"), max_length=40, blank=True, default=""
    )
    witness = MaskedCharField(_("witness"), max_length=40, blank=True, default="")
    witness_of = MaskedCharField(_("organ of the witness"), max_length=60, blank=True, default="")
    seeded_at = models.DateTimeField(null=True)
    drawn_at = models.DateTimeField(null=True)
    result_digest = models.CharField(max_length=64, db_collation="C", blank=True, default="")
    batches_released = models.PositiveSmallIntegerField(default=0)
    given_up_at = models.DateTimeField(null=True)
    # The job that freezes or draws a long frame.
    job = optional_ref(Job, related_name="+")
    written_by = ref(User, related_name="+")
    created_at = models.DateTimeField()

    objects = SampleQuerySet.as_manager()

    class Meta:
        constraints = [
            check(
                "a_sample_is_of_a_questionnaire_or_a_batch",
                Q(questionnaire__isnull=False, batch=None)
                | Q(questionnaire=None, batch__isnull=False),
            ),
            unique(
                "one_standing_sample_of_a_questionnaire",
                "questionnaire",
                when=Q(given_up_at=None),
                said=_("The questionnaire has a sample already."),
            ),
            check(
                "a_frozen_frame_has_its_hash",
                all_or_none("frozen_at unit_count", "frame_digest plan_digest"),
            ),
            check(
                "a_seed_is_entered_after_the_frame_is_frozen",
                Q(seeded_at=None) | Q(frozen_at__isnull=False, seeded_at__gt=F("frozen_at")),
                _("The seed is entered after the frame is frozen and published."),
            ),
            check(
                "a_seed_has_its_witness",
                all_or_none("seeded_at", "seed seed_kind seed_how organiser witness witness_of"),
            ),
            check(
                "a_draw_has_its_seed_and_result",
                all_or_none("drawn_at", "result_digest")
                & (Q(drawn_at=None) | Q(seeded_at__isnull=False)),
            ),
        ]
        indexes = [index("sample_day", "-created_at -id"), index("sample_organ", "organ drawn_at")]

    def __str__(self):
        return f"{self.pk} {self.title}"

    def get_absolute_url(self):
        return reverse("research:sample", args=[self.pk])

    @property
    def is_frozen(self):
        return self.frozen_at is not None

    @property
    def is_drawn(self):
        return self.drawn_at is not None

    @property
    def is_given_up(self):
        return self.given_up_at is not None

    @property
    def state(self):
        """Return (code, label) of the current state."""
        if self.is_given_up:
            return "given_up", pgettext_lazy("samples", "Given up")
        if self.is_drawn:
            return "drawn", pgettext_lazy("samples", "Drawn")
        if self.seeded_at:
            return "drawing", _("Being drawn")
        if self.is_frozen:
            return "frozen", _("Frame frozen, seed to be thrown")
        return "draft", pgettext_lazy("samples", "In preparation")

    @property
    def plan(self):
        """The plan as frozen."""
        return self.plan_of(self.numbers)

    def plan_of(self, numbers):
        reserve = (self.reserve_size, self.reserve_batches)
        return Plan(DrawMethod(self.method), numbers, self.households, *reserve)

    @cached_property
    def published_frame(self):
        """The frame file as bytes; their hash is `frame_digest`."""
        return zlib.decompress(self.frame_file) if self.frame_file else b""

    @property
    def frame(self):
        return Frame.read(self.published_frame)

    @property
    def draws_villages(self):
        """Whether villages or other units are drawn, at least at the first stage."""
        is_second = self.source == FrameSource.ROSTERS and self.households > 0
        return self.source == FrameSource.UNITS or is_second

    @property
    def is_under_way(self):
        """Whether drawn units are currently being interviewed or checked."""
        if self.is_given_up or not self.is_drawn:
            return False
        if self.questionnaire is not None:
            return self.questionnaire.state in TAKES_ANSWERS
        return self.batch is not None and self.batch.state in ARRANGED_STATES


class SampleStep(Step):
    """A step in the history of a sample."""

    STRONG = frozenset({"frozen", "drawn", "given_up"})

    class Move(models.TextChoices):
        FROZEN = "frozen", _("Frame and plan frozen and published")
        SEEDED = "seeded", _("Seed entered")
        DRAWN = "drawn", pgettext_lazy("samples", "Drawn")
        RELEASED = "released", _("Batch of the reserve released")
        GIVEN_UP = "given_up", pgettext_lazy("samples", "Given up")

    sample = models.ForeignKey(Sample, models.PROTECT, related_name="steps")
    move = models.CharField(max_length=8, choices=Move)
    text = MaskedCharField(max_length=300, blank=True, default="")

    class Meta:
        indexes = [index("sample_step", "sample -at -id")]


class Disposition(models.TextChoices):
    """Final disposition of a drawn unit (DOMAIN-NEXT A)."""

    COMPLETE = "complete", pgettext_lazy("dispositions", "Complete")
    PARTIAL = "partial", pgettext_lazy("dispositions", "Partly answered")
    REFUSED = "refused", pgettext_lazy("dispositions", "Refused")
    NOT_MET = "not_met", _("Not met in three tries")
    EMPTY = "empty", _("Empty house or no such address")
    INELIGIBLE = "ineligible", _("Does not meet the conditions")
    UNABLE = "unable", _("Cannot answer")
    WITHDRAWN = "withdrawn", pgettext_lazy("dispositions", "Withdrawn")


ANSWERED = (Disposition.COMPLETE, Disposition.PARTIAL)
# An empty house or a number missing from the roster is not a household.
NOT_ELIGIBLE = (Disposition.EMPTY, Disposition.INELIGIBLE)


def _of_whole(user):
    return Q(IsAnyOf("sample", Sample.objects.of_roles(user).order_by().values("pk")))


class DrawnUnitQuerySet(Rows):
    def visible_to(self, user):
        """Units of samples that the user sees in full, and those assigned to the user."""
        own = Cadre.objects.filter(user__in=user.identity_ids).values("pk")
        return self.filter(_of_whole(user) | Q(IsAnyOf("asked_by", own)))

    def of_roles(self, user):
        return self.filter(_of_whole(user))

    def released(self):
        return self.filter(reserve__lte=F("sample__batches_released"))

    def to_ask(self, on):
        """Assigned units that are still to be interviewed. `on` is unused: the state of the
        questionnaire decides."""
        going_on = Q(sample__questionnaire__state__in=TAKES_ANSWERS)
        going_on |= Q(sample__batch__state__in=ARRANGED_STATES)
        rows = self.released().filter(going_on, disposition="", sample__given_up_at=None)
        return rows.filter(asked_by__isnull=False)

    def for_list(self):
        return self.select_related("asked_by__organ")


class DrawnUnit(models.Model):
    """A drawn unit: a village, or a serial number of its paper roster (no name, no phone).

    A reserve unit is a row of its own; the unit it replaces remains a non-response.
    """

    sample = models.ForeignKey(Sample, models.PROTECT, related_name="drawn")
    position = models.PositiveIntegerField()
    stratum = models.CharField(max_length=80, db_collation="C", default="")
    key = models.CharField(max_length=120, db_collation="C")
    # 0: the sample; 1, 2, …: a batch of the reserve.
    reserve = models.PositiveSmallIntegerField(default=0)
    # The village; `serial` is the number in its roster. Empty for other lists.
    unit = optional_ref(GrassrootsUnit, related_name="+")
    township = optional_ref(Division, related_name="+")
    serial = models.PositiveIntegerField(null=True)
    # Inclusion probability, counting all released reserve batches as drawn.
    probability = models.FloatField()
    # The asker, who never belongs to the village or its host.
    asked_by = optional_ref(Cadre, related_name="asks")
    disposition = models.CharField(max_length=10, choices=Disposition, blank=True, default="")
    disposed_on = models.DateField(null=True)
    # How the answer came, a code of research.models.answers.Channel.
    channel = models.CharField(max_length=5, blank=True, default="")

    objects = DrawnUnitQuerySet.as_manager()

    class Meta:
        constraints = [
            unique("a_unit_is_drawn_once", "sample key"),
            unique("drawn_units_have_their_order", "sample position"),
            check("a_disposition_has_its_day", all_or_none("disposed_on", "disposition")),
            check(
                "only_an_answer_came_some_way",
                Q(channel="") | Q(disposition__in=("complete", "partial")),
            ),
            check("a_probability_lies_between_0_and_1", Q(probability__gt=0, probability__lte=1)),
        ]
        indexes = [index("drawn_unit_asked", "asked_by sample id", when=Q(disposition=""))]

    def __str__(self):
        return f"{self.sample_id} {self.key}"

    def get_absolute_url(self):
        return reverse("research:drawn_unit", args=[self.pk])

    @property
    def is_released(self):
        return self.reserve <= self.sample.batches_released


class DrawnUnitStep(Step):
    """Each change of the disposition. `by` is empty for an answer by link."""

    MOVE_FIELD = "disposition"
    STRONG = frozenset({"complete"})

    drawn = models.ForeignKey(DrawnUnit, models.PROTECT, related_name="steps")
    disposition = models.CharField(max_length=10, choices=Disposition)
    by = optional_ref(User, related_name="+")
    text = MaskedCharField(max_length=200, blank=True, default="")

    class Meta:
        indexes = [index("drawn_unit_step", "drawn -at -id")]


class ContactTry(models.Model):
    """A failed attempt to meet the person. Three at different times of day make it a
    non-response."""

    NEEDED = 3

    class Time(models.TextChoices):
        MORNING = "morning", pgettext_lazy("hours", "Morning")
        NOON = "noon", pgettext_lazy("hours", "Noon")
        AFTERNOON = "afternoon", pgettext_lazy("hours", "Afternoon")
        EVENING = "evening", pgettext_lazy("hours", "Evening")

    drawn = models.ForeignKey(DrawnUnit, models.CASCADE, related_name="tries")
    on = models.DateField(_("day"))
    time = models.CharField(_("time of day"), max_length=9, choices=Time)
    by = ref(User, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            unique(
                "a_try_is_noted_once",
                "drawn on time",
                said=_("This try is noted already."),
            )
        ]

    def __str__(self):
        return f"Try of {self.drawn_id}"
