"""Requests for exports of personal data that a second person approves."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.models.clock import DatabaseClock
from portal.models.constraints import check, index, only_when, optional_ref
from portal.models.record import Job
from portal.models.text import MaskedCharField
from portal.roles import Permission
from portal.rows import Rows
from portal.trust.access import organ_reach


class ExportRequestQuerySet(Rows):
    def visible_to(self, user):
        """The user's own requests, and those of people whose exports the user approves."""
        reached = organ_reach(user, Permission.APPROVE_EXPORTS, to="job__owner__organ")
        return self.filter(Q(job__owner=user) | reached)

    def waiting(self):
        return self.filter(state=ExportRequest.State.WAITING)


class ExportRequest(models.Model):
    """A request for a large sheet with personal data. The job waits until it is approved."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits for approval")
        APPROVED = "approved", pgettext_lazy("export", "Approved")
        REFUSED = "refused", pgettext_lazy("export", "Refused")
        WITHDRAWN = "withdrawn", pgettext_lazy("export", "Withdrawn")

    job = models.OneToOneField(Job, models.PROTECT, related_name="request")
    # The number of rows at the time of the request.
    rows = models.PositiveIntegerField()
    purpose = MaskedCharField(max_length=200)
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    asked_at = models.DateTimeField(db_default=DatabaseClock())
    decided_by = optional_ref("portal.User", related_name="+")
    decided_at = models.DateTimeField(null=True)
    # Why it was refused.
    reason = MaskedCharField(max_length=200, blank=True, default="")
    # The first download: from then on the approval is not taken back.
    downloaded_at = models.DateTimeField(null=True)

    objects = ExportRequestQuerySet.as_manager()

    class Meta:
        indexes = [index("exports_waiting", "asked_at", when=Q(state="waiting"))]
        constraints = [
            check(
                "a_decided_export_names_who_and_when",
                only_when("decided_by decided_at", state__in=["approved", "refused"]),
            ),
            check("a_refused_export_has_a_reason", only_when("", "reason", state="refused")),
            check(
                "only_an_approved_export_is_downloaded",
                Q(state="approved") | Q(downloaded_at=None),
            ),
        ]

    def __str__(self):
        return f"export request {self.pk}"

    def get_absolute_url(self):
        return reverse("export_request", args=[self.pk])

    @property
    def is_downloaded(self):
        return self.downloaded_at is not None
