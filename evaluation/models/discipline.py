"""工作纪律: documented findings. Only conduct recipients and the person concerned read them.

The text of a complaint is never stored, only its reference number.
"""

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from outreach.models.conduct import about_own_organ
from portal.models import Cadre, Organ, User
from portal.models.constraints import check, index, unique
from portal.models.text import MaskedCharField
from portal.roles import Permission
from portal.rows import Rows


class FindingKind(models.TextChoices):
    """The opinion, 严守工作纪律."""

    DINING = "dining", _("Let themselves be treated to meals")
    GIFTS = "gifts", _("Took gifts")
    RETINUE = "retinue", _("Came with a retinue")
    BURDEN = "burden", _("Was a burden to the masses")
    OTHER = "other", _("Other breach of work discipline")


class FindingSource(models.TextChoices):
    COMPLAINT = "complaint", _("Sealed complaint")
    INSPECTION = "inspection", _("Inspection")
    OTHER = "other", _("Other document")


class DisciplineFindingQuerySet(Rows):
    def visible_to(self, user):
        """Visible to the person concerned, and to recipients except members of the organ concerned
        (on the day of recording or today) and those who stepped aside."""
        own = Q(pk__in=())
        if user.identity_ids:
            own = Q(cadre__user=user)
        return self.filter(own | Q(pk__in=self.model.objects.kept_by(user).values("pk")))

    def kept_by(self, user):
        """Findings that this person reads as a recipient."""
        grants = user.grants_with(Permission.RECORD_FINDINGS)
        if not grants:
            return self.none()
        rows = self.exclude(about_own_organ(user, "organ"))
        for apart in (DisciplineFinding.recused, DisciplineFinding.barred):
            named = apart.through.objects.filter(disciplinefinding=OuterRef("pk"), user=user)
            rows = rows.exclude(Exists(named))
        if all(grant.organ_id for grant in grants):
            rows = rows.filter(organ__in={pk for g in grants for pk in g.organ_ids})
        return rows

    def standing(self):
        return self.filter(lift=None)

    def for_list(self):
        return self.select_related("cadre", "organ", "lift")


class DisciplineFinding(models.Model):
    """One verified finding about a cadre, or about the organ itself if no cadre is named."""

    cadre = models.ForeignKey(
        Cadre,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="findings",
        verbose_name=_("Cadre"),
    )
    # The organ concerned; for a cadre, their organ on the day of recording.
    organ = models.ForeignKey(
        Organ, models.PROTECT, related_name="+", verbose_name=_("organ concerned")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=FindingKind)
    happened_on = models.DateField(_("day"))
    document = MaskedCharField(_("document number"), max_length=60)
    source = models.CharField(_("came from"), max_length=10, choices=FindingSource)
    reference = MaskedCharField(_("reference number"), max_length=60)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    recused = models.ManyToManyField(User, related_name="+")
    # Accounts of the organ concerned on the day of recording.
    barred = models.ManyToManyField(User, related_name="+")

    objects = DisciplineFindingQuerySet.as_manager()

    class Meta:
        constraints = [
            unique(
                "a_finding_is_recorded_once",
                "document cadre organ kind happened_on",
                said=_("This finding is recorded already."),
                nulls_distinct=False,
            ),
            check(
                "a_finding_has_document_and_reference",
                ~Q(document="") & ~Q(reference=""),
                _("A finding stands on a document and its reference."),
            ),
        ]
        indexes = [
            index("finding_day", "-happened_on -id"),
            index("finding_cadre", "cadre happened_on"),
        ]

    def __str__(self):
        return f"Finding {self.pk}"

    @property
    def is_lifted(self):
        return hasattr(self, "lift")

    def get_absolute_url(self):
        return reverse("evaluation:finding", args=[self.pk])


class FindingLift(models.Model):
    """撤销: a later document lifts a finding, which itself stays unchanged."""

    finding = models.OneToOneField(DisciplineFinding, models.PROTECT, related_name="lift")
    document = MaskedCharField(_("document number"), max_length=60)
    reason = MaskedCharField(_("reason"), max_length=300)
    lifted_on = models.DateField(_("day of the document"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            check(
                "a_finding_is_lifted_by_a_document_with_a_reason", ~Q(document="") & ~Q(reason="")
            )
        ]

    def __str__(self):
        return f"Lift of {self.finding_id}"
