"""联创联建: what two partnered branches agreed to do, and what they did together."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from pairing.models.fields import key
from pairing.models.pairings import OfPairingQuerySet, Pairing
from portal.models import Attachment, User
from portal.models.constraints import check, index
from portal.models.text import MaskedCharField
from portal.pages import search

MOST_DEEDS = 20
CORRECTION_DAYS = 7


class CoBuildingPlan(models.Model):
    """What the two branches agreed on, as in their row of sheet (8)."""

    pairing = models.OneToOneField(Pairing, models.CASCADE, related_name="co_building")
    signed_on = models.DateField(_("agreement signed on"), null=True, blank=True)
    content = MaskedCharField(_("what is built together"), max_length=300)

    def __str__(self):
        return f"Plan of pairing {self.pairing_id}"


class JointActivityKind(models.TextChoices):
    """The three kinds of the guiding opinion: 党员队伍联建、活动载体联创、服务群众联做."""

    TEAM = "team", _("Building the ranks together (党员队伍联建)")
    ACTIVITY = "activity", _("Creating activities together (活动载体联创)")
    SERVICE = "service", _("Serving people together (服务群众联做)")


class JointActivityQuerySet(OfPairingQuerySet):
    """Ways of choosing joint activities; every page starts from visible_to()."""

    def not_void(self):
        return self.filter(voided_at=None)

    def done_together(self, pairings):
        """Return {partnership id: (activities, practical things)}, without void activities."""
        rows = self.not_void().filter(pairing__in=[one.pk for one in pairings]).order_by()
        counted = rows.values("pairing").annotate(
            held=Count("pk"), done=Sum(Coalesce("deeds__len", 0))
        )
        return {row["pairing"]: (row["held"], row["done"]) for row in counted}

    def containing(self, text):
        return search.narrow(self, text)

    def for_list(self):
        return self.select_related(
            "pairing__helper_branch",
            "pairing__helped_branch",
            "pairing__organ",
            "pairing__unit",
            "pairing__township",
        ).defer("search")


class JointActivity(models.Model):
    """What two branches did together on a day, with the number of participants but no names."""

    pairing = key(Pairing, related_name="joint_activities")
    kind = models.CharField(_("kind"), max_length=8, choices=JointActivityKind)
    theme = MaskedCharField(_("theme"), max_length=60)
    held_on = models.DateField(_("date"))
    place = MaskedCharField(_("place"), max_length=80)
    head_count = models.PositiveSmallIntegerField(_("how many came"))
    # 办实事: one entry for each practical thing, so that the number is counted, not typed.
    deeds = ArrayField(
        MaskedCharField(max_length=80),
        default=list,
        blank=True,
        verbose_name=_("practical things done for people"),
    )
    effect = MaskedCharField(_("what came of it"), max_length=200, blank=True, default="")
    photos = models.ManyToManyField(Attachment, blank=True, related_name="+")
    # Created with the form, so that a repeated submission is entered once.
    client_key = models.UUIDField(unique=True, editable=False)
    recorded_by = key(User)
    created_at = models.DateTimeField()
    voided_by = key(User, null=True)
    voided_at = models.DateTimeField(null=True)
    void_reason = MaskedCharField(max_length=200, blank=True, default="")
    search = SearchVectorField(null=True, editable=False)

    objects = JointActivityQuerySet.as_manager()

    SEARCHED_FIELDS = ("theme", "place")

    class Meta:
        constraints = [
            check(
                "somebody_came_to_a_joint_activity",
                Q(head_count__range=(1, 9_999)),
                _("Between 1 and 9,999 people."),
            ),
            check("a_joint_activity_did_so_many_things_at_most", Q(deeds__len__lte=MOST_DEEDS)),
            check(
                "a_joint_activity_is_voided_with_a_reason",
                Q(voided_at=None, voided_by=None, void_reason="")
                | Q(voided_at__isnull=False, voided_by__isnull=False) & ~Q(void_reason=""),
            ),
        ]
        indexes = [
            index("joint_activity_day", "-held_on -id"),
            index("joint_activity_pairing", "pairing -held_on -id"),
            GinIndex(fields=["search"], name="joint_activity_search", fastupdate=True),
        ]

    def __str__(self):
        return f"Joint activity {self.pk} {self.held_on}"

    def get_absolute_url(self):
        return reverse("pairing:joint_activity", args=[self.pk])
