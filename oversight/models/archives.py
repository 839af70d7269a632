"""电子档案: packages of closed years, and their register.

The register records who made which package, and the hashes that reveal changes. The package itself
is kept for some weeks; after that it exists only in the archives.
"""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from outreach.models import YearClosing
from portal.models import Job, User
from portal.models.constraints import check, index, ref
from portal.roles import Permission
from portal.rows import Rows


class Term(models.TextChoices):
    """保管期限."""

    PERMANENT = "permanent", _("for good")
    THIRTY = "30", _("30 years")
    TEN = "10", _("10 years")


class ArchivePackageQuerySet(Rows):
    def visible_to(self, user):
        """Packages of closings that the user sees; for the office only."""
        if user.holds(Permission.APPRAISE_RECORDS):
            return self.filter(closing__in=YearClosing.objects.visible_to(user))
        return self.none()

    def for_list(self):
        return self.select_related("closing__division", "closing__organ", "made_by", "job")


class ArchivePackage(models.Model):
    closing = ref(YearClosing, related_name="packages")
    term = models.CharField(_("kept for"), max_length=9, choices=Term)
    made_by = ref(User, related_name="+")
    asked_at = models.DateTimeField()
    job = models.OneToOneField(Job, models.PROTECT, null=True, related_name="+")
    # This and the fields below are set together when the package is written.
    made_at = models.DateTimeField(null=True)
    size = models.BigIntegerField(null=True)
    digest = models.CharField(max_length=64, db_collation="C", default="", blank=True)
    manifest_digest = models.CharField(max_length=64, db_collation="C", default="", blank=True)
    # {kind of record: how many}
    counts = models.JSONField(default=dict, blank=True)

    objects = ArchivePackageQuerySet.as_manager()

    class Meta:
        constraints = [
            check(
                "a_package_that_is_made_has_its_hashes",
                Q(made_at=None, size=None, digest="", manifest_digest="")
                | Q(made_at__isnull=False, size__isnull=False)
                & ~Q(digest="")
                & ~Q(manifest_digest=""),
            ),
        ]
        indexes = [index("archive_newest", "-asked_at -id")]

    def __str__(self):
        return f"Package {self.pk} of {self.closing_id}"

    def get_absolute_url(self):
        return reverse("oversight:archive_package", args=[self.pk])

    @property
    def is_made(self):
        return self.made_at is not None

    @property
    def state_label(self):
        """The state of its job, which must be loaded."""
        if self.is_made:
            return pgettext_lazy("archives", "Made")
        return self.job.get_state_display() if self.job else ""
