"""基层单位评价 and 组织评价: what the unit, the sending organ and the host say of somebody."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evaluation.models.cycles import Appraised, Cycle
from evaluation.models.schemes import Mark
from portal.models import Organ, User
from portal.models.places import GrassrootsUnit
from portal.models.text import MaskedCharField


class Side(models.TextChoices):
    """The unit's word is a component of its own; the other two are one, each counting half."""

    UNIT = "unit", _("Grassroots unit")
    SENDING = "sending", _("Sending organ")
    HOST = "host", _("Host")


class Via(models.TextChoices):
    ACCOUNT = "account", _("In the portal")
    LINK = "link", _("By one-time link")
    PAPER = "paper", _("On paper")


class OrganAppraisal(models.Model):
    """One word of one side about one of the appraised. Corrected by a new row."""

    appraised = models.ForeignKey(Appraised, models.PROTECT, related_name="words")
    side = models.CharField(max_length=7, choices=Side)
    unit = models.ForeignKey(GrassrootsUnit, models.PROTECT, null=True, related_name="+")
    organ = models.ForeignKey(Organ, models.PROTECT, null=True, related_name="+")
    attitude = models.PositiveSmallIntegerField(_("attitude to work"), choices=Mark)
    style = models.PositiveSmallIntegerField(_("style of work"), choices=Mark)
    achievement = models.PositiveSmallIntegerField(_("results of work"), choices=Mark)
    overall = models.PositiveSmallIntegerField(_("all in all"), choices=Mark)
    remark = MaskedCharField(_("reason"), max_length=300, blank=True, default="")
    via = models.CharField(max_length=7, choices=Via)
    given_at = models.DateTimeField(default=timezone.now)
    # Who wrote it down; by link the unit did so itself.
    noted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["appraised", "side", "unit", "organ"], condition=Q(replaced_at=None),
                nulls_distinct=False, name="a_side_has_one_word_on_somebody",
            ),
            models.CheckConstraint(
                name="a_word_comes_from_a_unit_or_an_organ",
                condition=Q(side="unit", unit__isnull=False, organ=None)
                | ~Q(side="unit") & Q(unit=None, organ__isnull=False),
            ),
            models.CheckConstraint(
                name="a_word_has_somebody_who_wrote_it_down",
                condition=Q(via="link", side="unit", noted_by=None)
                | ~Q(via="link") & Q(noted_by__isnull=False),
            ),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.side} on {self.appraised_id}"


class UnitLink(models.Model):
    """The one-time link by which a unit without an account gives its word."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="unit_links")
    unit = models.ForeignKey(GrassrootsUnit, models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64, db_collation="C", unique=True)
    expires_on = models.DateField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "unit"], condition=Q(used_at=None, revoked_at=None),
                name="a_unit_has_one_live_link",
            ),
        ]  # fmt: skip

    def __str__(self):
        return f"Link of {self.unit_id}"
