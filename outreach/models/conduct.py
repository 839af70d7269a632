"""Complaints about the conduct of a person: sealed, and read by conduct recipients only.

They are never searched, listed elsewhere, counted in figures or numbered in a series (DESIGN 5).
"""

import uuid

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.models import Organ, User
from portal.models.constraints import check
from portal.models.places import OrganKind
from portal.roles import Permission
from portal.rows import ByName, Rows


class ConductReportQuerySet(Rows):
    def visible_to(self, user):
        """Reports for conduct recipients who have not recused themselves and do not belong to the
        organ concerned, neither on the day of the report nor today, nor to the organ it was merged
        into.

        A grant limited to an organ opens reports about organs within it. A report that names no
        organ might concern the recipient's own organ, so it requires an unlimited grant.
        """
        grants = user.grants_with(Permission.READ_CONDUCT)
        if not grants:
            return self.none()
        rows = self.exclude(about_own_organ(user, "subject_organ"))
        for apart in (ConductReport.recused, ConductReport.barred):
            named = apart.through.objects.filter(conductreport=OuterRef("pk"), user=user)
            rows = rows.exclude(Exists(named))
        if all(grant.organ_id for grant in grants):
            rows = rows.filter(subject_organ__in={pk for g in grants for pk in g.organ_ids})
        return rows


def about_own_organ(user, organ):
    """The condition that column `organ` is the user's organ, one above it, a station of these, or
    an organ that was merged into one of these."""
    organs = set(user.organ.ancestor_ids if user.organ_id else [])
    merged = organs
    while merged:
        merged = set(Organ.objects.filter(successor__in=merged).values_list("pk", flat=True))
        merged -= organs
        organs |= merged
    stations = {f"{organ}__kind": OrganKind.STATION, f"{organ}__parent__in": organs}
    return Q(**{f"{organ}__in": organs}) | Q(**stations)


def accounts_concerned(organ):
    """Accounts in the organ that a report is about and below it; for a station, in its parent
    organ."""
    top = organ.parent if organ.kind == OrganKind.STATION and organ.parent_id else organ
    return User.objects.filter(organ__path__startswith=top.path)


class ConductReport(models.Model):
    class State(models.TextChoices):
        RECEIVED = "received", _("Received")
        HANDED_OVER = "handed_over", _("Handed over to discipline inspection")
        ANSWERED = "answered", _("Dealt with here")

    client_key = models.UUIDField(default=uuid.uuid4, unique=True)
    # Keyed: the digest reveals nothing about the content.
    content_digest = models.CharField(max_length=64, default="", db_default="")
    subject_organ = models.ForeignKey(
        Organ,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("organ of the person concerned"),
    )
    # Encrypted by portal.trust.crypto; erased when the report is handed over.
    subject_cipher = models.TextField(default="")
    text_cipher = models.TextField(default="")
    reporter_cipher = models.TextField(default="")
    # Encrypted id of the registrar's account, or “door”. No page shows it.
    registrar_cipher = models.TextField()
    received_on = models.DateField()
    recused = models.ManyToManyField(User, related_name="+")
    # Accounts of the organ concerned on the day of the report: they stay barred after a transfer.
    barred = models.ManyToManyField(User, related_name="+")
    state = models.CharField(max_length=12, choices=State, default=State.RECEIVED)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    handed_to = models.CharField(_("handed to"), max_length=80, blank=True, default="")
    receipt = models.CharField(_("receipt number"), max_length=60, blank=True, default="")
    outcome_cipher = models.TextField(default="")

    ENCRYPTED = {
        f"{part}_cipher": f"conduct.{part}"
        for part in ("subject", "text", "reporter", "registrar", "outcome")
    }

    objects = ConductReportQuerySet.as_manager()
    by_name = ByName.as_manager()

    class Meta:
        base_manager_name = "by_name"
        constraints = [
            check(
                "a_report_handed_over_has_a_receipt_and_no_text",
                ~Q(state="handed_over")
                | (~Q(receipt="") & Q(text_cipher="", subject_cipher="", reporter_cipher="")),
            ),
            check(
                "conduct_closed_at_with_closed_by",
                Q(closed_at=None, closed_by=None, state="received")
                | Q(closed_at__isnull=False, closed_by__isnull=False) & ~Q(state="received"),
            ),
        ]

    def __str__(self):
        return f"Report {self.pk}"

    def get_absolute_url(self):
        return reverse("outreach:conduct_report", args=[self.pk])
