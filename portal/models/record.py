"""The portal's own records: audit, jobs, norms, calendar, files, figures."""

import uuid
from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.models.clock import DatabaseClock
from portal.models.constraints import check, index, optional_ref, ref, unique
from portal.models.people import StaffKind
from portal.models.places import Division, Organ, OrganLevel
from portal.rows import Rows


class AuditEntry(models.Model):
    """An event: who, what, on which record, which fields. Never contents; never changed.

    No foreign keys: history must not depend on the records it describes. The table is partitioned
    by year, so the real primary key is (id, at).
    """

    at = models.DateTimeField(db_default=DatabaseClock())
    actor_id = models.BigIntegerField(null=True)
    principal_id = models.BigIntegerField(null=True)
    # The account's name, or the process ("beat", "seed") if no signed-in user acted.
    actor = models.CharField(max_length=60)
    event = models.CharField(max_length=60, db_collation="C")
    noun = models.CharField(max_length=40, db_collation="C", default="")
    noun_id = models.BigIntegerField(null=True)
    fields = ArrayField(models.CharField(max_length=60), default=list)
    # Keyed digest of the values written: can prove later that contents are unchanged.
    digest = models.CharField(max_length=64, default="")
    address = models.GenericIPAddressField(null=True)

    class Meta:
        managed = False
        db_table = "portal_auditentry"

    def __str__(self):
        return f"{self.pk} {self.event}"


class AuditSeal(models.Model):
    """One link of the chain: which entries it holds, and a MAC over them and the link before."""

    number = models.BigIntegerField(unique=True)
    at = models.DateTimeField(db_default=DatabaseClock())
    entry_ids = ArrayField(models.BigIntegerField())
    highest_id = models.BigIntegerField(db_index=True)
    mac = models.CharField(max_length=64)
    # The key of the keys file that made it; empty for the first key of the audit.
    key = models.CharField(max_length=10, db_collation="C", default="", db_default="")

    def __str__(self):
        return f"{self.number}: {len(self.entry_ids)}"


LONGER_THAN_A_LEASE = timedelta(hours=1)


class JobQuerySet(Rows):
    def visible_to(self, user):
        """The user's own exports and imports."""
        return self.filter(owner=user)

    def lapsed(self, now):
        """Running jobs whose lease is over, or implausibly long because a clock was set back."""
        over = Q(lease_until__lt=now) | Q(lease_until__gt=now + LONGER_THAN_A_LEASE)
        return self.filter(over, state=Job.State.RUNNING)


class Job(models.Model):
    """Long work: the row is authoritative; a worker holds it by a lease that it must renew."""

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Ready")
        FAILED = "failed", _("Failed")
        EXPIRED = "expired", _("Expired")
        # Not queued before a second person approves it (portal/actions/exports.py).
        HELD = "held", _("Waits for approval")
        REFUSED = "refused", pgettext_lazy("export", "Refused")

    key = models.UUIDField(default=uuid.uuid4, unique=True)
    kind = models.CharField(max_length=30, db_collation="C")
    title = models.CharField(max_length=120)
    arguments = models.JSONField(default=dict)
    owner = ref("portal.User", related_name="jobs")
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    attempt = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    done_count = models.PositiveIntegerField(default=0)
    total_count = models.PositiveIntegerField(null=True)
    # {"expected", "written", "filters", "data_time", "sha256", "size", …}
    manifest = models.JSONField(default=dict)
    file_name = models.CharField(max_length=200, default="")
    error = models.CharField(max_length=300, default="")
    created_at = models.DateTimeField(db_default=DatabaseClock())
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        indexes = [
            index("job_owner", "owner -created_at"),
            index("job_running", "lease_until", when=Q(state="running")),
        ]
        constraints = [
            check("a_running_job_has_a_lease", ~Q(state="running") | Q(lease_until__isnull=False)),
        ]

    def __str__(self):
        return f"{self.kind} {self.key}"

    def get_absolute_url(self):
        return reverse("job", args=[self.pk])

    @property
    def is_open(self):
        return self.state in {self.State.QUEUED, self.State.RUNNING}

    @property
    def percent(self):
        if self.state == self.State.DONE:
            return 100
        return int(self.done_count * 100 / self.total_count) if self.total_count else 0


class PolicyParameter(models.Model):
    """A norm with its basis (DOMAIN 8.4); the newest valid row counts, earlier ones stay."""

    code = models.CharField(max_length=40, db_collation="C")
    value = models.CharField(_("value"), max_length=40)
    unit = models.CharField(_("unit"), max_length=20, blank=True, default="")
    basis = models.CharField(_("basis"), max_length=200)
    valid_from = models.DateField(_("valid from"))
    # The scope (实行分类指导); without any of the four it holds for all.
    organ = optional_ref(Organ, _("organ"), related_name="+")
    division = optional_ref(Division, _("area"), related_name="+")
    level = models.CharField(
        _("level"), max_length=8, choices=OrganLevel, blank=True, default="", db_default=""
    )
    staff_kind = models.CharField(
        _("kind of staff"), max_length=8, choices=StaffKind, blank=True, default="", db_default=""
    )
    set_by = ref("portal.User", null=True, related_name="+")
    set_at = models.DateTimeField(db_default=DatabaseClock())

    class Meta:
        indexes = [index("parameter_current", "code -valid_from -id")]

    def __str__(self):
        return f"{self.code}={self.value} from {self.valid_from}"

    @property
    def scope(self):
        """The scope as pages show it; empty if it holds for all."""
        parts = [
            self.organ and self.organ.label,
            self.division and self.division.name,
            self.level and OrganLevel(self.level).label,
            self.staff_kind and StaffKind(self.staff_kind).label,
        ]
        return " · ".join(str(part) for part in parts if part)


class WorkingDay(models.Model):
    """A day on which the published calendar differs from what the library knows."""

    day = models.DateField(_("day"), unique=True)
    is_working = models.BooleanField(_("working day"))
    note = models.CharField(_("note"), max_length=60, blank=True, default="")
    set_by = ref("portal.User", null=True, related_name="+")

    def __str__(self):
        return f"{self.day} {'working' if self.is_working else 'off'}"


def attachment_path(attachment, file_name):
    """Return a path that spreads files over folders; the stored name reveals nothing of the
    content."""
    key = uuid.uuid4().hex
    return f"attachments/{key[:2]}/{key}"


class ShortLivedKey(models.Model):
    """A key that is destroyed one day, encrypted; backups leave its row out
    (`portal.records.short_lived`)."""

    purpose = models.CharField(max_length=80, unique=True, db_collation="C")
    cipher = models.TextField()

    ENCRYPTED = {"cipher": lambda row: row.purpose}

    def __str__(self):
        return self.purpose


class Attachment(models.Model):
    """A file somebody added. Its type is judged by content, never by name."""

    file = models.FileField(upload_to=attachment_path)
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=60)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64, db_collation="C")
    added_by = ref("portal.User", related_name="+")
    added_at = models.DateTimeField(db_default=DatabaseClock())

    def __str__(self):
        return f"{self.pk} {self.name}"


class FigureRow(models.Model):
    figure = models.CharField(max_length=30, db_collation="C")
    # How the figure's list is broken down: by category or word; empty if it is not.
    part = models.CharField(max_length=20, db_collation="C", default="")
    day = models.DateField()
    n = models.BigIntegerField()

    class Meta:
        abstract = True


def _place(to):
    # The counted record itself holds the references; checking them again would cost each change.
    return ref(to, null=True, related_name="+", db_index=False, db_constraint=False)


class FigureDelta(FigureRow):
    """±n, inserted by the action that changed the record; never updated, but rolled up and deleted.

    The place is the record's place on that day.
    """

    province = _place(Division)
    city = _place(Division)
    county = _place(Division)
    organ = _place(Organ)

    def __str__(self):
        return f"{self.figure} {self.n:+d}"


class FigureTotal(FigureRow):
    """Sums of the deltas so far: by day, for a province, city or county, for an organ, or (if both
    are empty) for everything."""

    division = _place(Division)
    organ = _place(Organ)

    class Meta:
        constraints = [
            # Readers scan its index: a figure and place, day by day.
            unique(
                "one_total_for_figure_place_organ_day_and_part",
                "figure division organ day part",
                nulls_distinct=False,
            )
        ]

    def __str__(self):
        return f"{self.figure} {self.day} {self.n}"
