"""抽样: a frozen frame, a seed thrown after it, what was drawn, and what became of each drawn."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.models import Division, GrassrootsUnit, Organ, User
from portal.models.constraints import all_or_none, check, index, optional_ref, ref, unique
from portal.models.text import MaskedCharField
from portal.roles import Permission
from portal.rows import Rows
from portal.sampling.plan import Method as DrawMethod
from portal.sampling.seed import SeedKind
from portal.trust.access import organ_reach
from research.models.batches import ResearchBatch
from research.models.questionnaires import Questionnaire


class FrameSource(models.TextChoices):
    UNITS = "units", _("Villages and other units")
    ROSTERS = "rosters", _("Serial numbers of the villages' paper rosters")
    LIST = "list", _("An uploaded list")


class SampleQuerySet(Rows):
    def visible_to(self, user):
        """Samples of organs that the user's roles reach, and of questionnaires the user sees."""
        seen = Questionnaire.objects.visible_to(user).order_by()
        batches = ResearchBatch.objects.visible_to(user).order_by()
        return self.filter(
            organ_reach(user, Permission.READ_RESEARCH, to="organ")
            | Q(questionnaire__in=seen.values("pk"))
            | Q(batch__in=batches.values("pk"))
        )

    def for_list(self):
        return self.select_related("organ", "questionnaire", "batch__topic").defer("frame_file")


class Sample(models.Model):
    """A sample of a questionnaire, or of the random spot checks of a batch.

    Frame and plan are published before the seed is entered; from then on nothing of them changes.
    `frame_file` are the published bytes (docs/sampling.md), compressed by zlib.
    """

    questionnaire = models.OneToOneField(
        Questionnaire, models.PROTECT, null=True, blank=True, related_name="sample"
    )
    batch = optional_ref(ResearchBatch, related_name="samples")
    organ = ref(Organ, _("organised by"), related_name="+")
    title = MaskedCharField(pgettext_lazy("samples", "name"), max_length=80)
    source = models.CharField(_("drawn from"), max_length=8, choices=FrameSource)
    # What the frame holds and what it leaves out, in words for the confirmation.
    described = MaskedCharField(_("what the list holds"), max_length=300)
    as_of = models.DateField(_("as of"))
    method = models.CharField(_("way of drawing"), max_length=10, choices=DrawMethod)
    # {stratum: number}, and what else the plan says: see portal.sampling.plan.Plan.
    plan = models.JSONField(default=dict)
    unit_count = models.PositiveIntegerField(null=True)
    frame_file = models.BinaryField(default=b"")
    frame_digest = models.CharField(max_length=64, db_collation="C", default="")
    plan_digest = models.CharField(max_length=64, db_collation="C", default="")
    frozen_at = models.DateTimeField(null=True)
    frozen_by = optional_ref(User, related_name="+")
    seed_kind = models.CharField(max_length=6, choices=SeedKind, blank=True, default="")
    seed = models.CharField(max_length=200, db_collation="C", blank=True, default="")
    # How it came about, and who watched: one of them is from outside the organ.
    seed_how = MaskedCharField(_("how it was thrown"), max_length=200, blank=True, default="")
    organiser = MaskedCharField(_("organiser"), max_length=40, blank=True, default="")
    witness = MaskedCharField(_("witness"), max_length=40, blank=True, default="")
    witness_of = MaskedCharField(_("organ of the witness"), max_length=60, blank=True, default="")
    drawn_at = models.DateTimeField(null=True)
    drawn_by = optional_ref(User, related_name="+")
    result_digest = models.CharField(max_length=64, db_collation="C", default="")
    batches_released = models.PositiveSmallIntegerField(default=0)
    written_by = ref(User, related_name="+")
    created_at = models.DateTimeField()

    objects = SampleQuerySet.as_manager()

    class Meta:
        constraints = [
            check(
                "a_frozen_frame_has_its_hash",
                all_or_none("frozen_at frozen_by unit_count", "frame_digest plan_digest"),
            ),
            check(
                "a_seed_is_entered_after_the_frame_is_frozen",
                Q(drawn_at=None) | Q(frozen_at__isnull=False, drawn_at__gt=F("frozen_at")),
                _("The seed is entered after the frame is frozen and published."),
            ),
            check(
                "a_draw_has_seed_and_witness",
                all_or_none(
                    "drawn_at drawn_by",
                    "seed seed_kind seed_how organiser witness witness_of result_digest",
                ),
            ),
        ]
        indexes = [index("sample_day", "-created_at -id")]

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


class Disposition(models.TextChoices):
    """What became of a drawn unit (DOMAIN-NEXT A)."""

    COMPLETE = "complete", pgettext_lazy("dispositions", "Complete")
    PARTIAL = "partial", pgettext_lazy("dispositions", "Partly answered")
    REFUSED = "refused", pgettext_lazy("dispositions", "Refused")
    NOT_MET = "not_met", _("Not met in three tries")
    EMPTY = "empty", _("Empty house or no such address")
    INELIGIBLE = "ineligible", _("Does not meet the conditions")
    UNABLE = "unable", _("Cannot answer")
    WITHDRAWN = "withdrawn", pgettext_lazy("dispositions", "Withdrawn")


class DrawnUnitQuerySet(Rows):
    def visible_to(self, user):
        samples = Sample.objects.visible_to(user).order_by()
        return self.filter(sample__in=samples.values("pk"))

    def released(self):
        return self.filter(reserve__lte=F("sample__batches_released"))


class DrawnUnit(models.Model):
    """A unit that was drawn: a village, or a serial number of its paper roster (no name, no phone).

    Who takes its place stays apart: it remains a non-response.
    """

    sample = models.ForeignKey(Sample, models.PROTECT, related_name="drawn")
    position = models.PositiveIntegerField()
    stratum = models.CharField(max_length=80, db_collation="C", default="")
    key = models.CharField(max_length=120, db_collation="C")
    # 0: the sample; 1, 2, …: a batch of the reserve.
    reserve = models.PositiveSmallIntegerField(default=0)
    # The village, and the serial number in its roster. Empty for a list of something else.
    unit = optional_ref(GrassrootsUnit, related_name="+")
    township = optional_ref(Division, related_name="+")
    serial = models.PositiveIntegerField(null=True)
    probability = models.FloatField()
    # The cadre who asks there is never of the village or its host.
    asked_by = optional_ref("portal.Cadre", related_name="asks")
    disposition = models.CharField(max_length=10, choices=Disposition, blank=True, default="")
    disposed_on = models.DateField(null=True)

    objects = DrawnUnitQuerySet.as_manager()

    class Meta:
        constraints = [
            unique("a_unit_is_drawn_once", "sample key"),
            unique("drawn_units_have_their_order", "sample position"),
            check("a_disposition_has_its_day", all_or_none("disposed_on", "disposition")),
            check("a_probability_lies_between_0_and_1", Q(probability__gt=0, probability__lte=1)),
        ]
        indexes = [index("drawn_unit_asked", "asked_by sample id", when=Q(disposition=""))]

    def __str__(self):
        return f"{self.sample_id} {self.key}"


class ContactTry(models.Model):
    """Somebody was sought and not met. Three tries at different hours make a non-response."""

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
